"""The read-back receipt: what was received, in the party's own words, for the party to keep.

It names the digest of the file as it was brought and a line of the log. Whoever keeps it can show later that this was handed
in, on this day, in these words: the organisation cannot change or lose it without that showing.
"""

from collections.abc import Iterator
from pathlib import Path

from pipeline import documents
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receipts import Receipt, read_back
from pipeline.minutes.clock import clock
from pipeline.minutes.labels import day, role_label
from pipeline.minutes.reactions import CLOSED_BY_PAGE, Form, ProposedField, Reaction
from pipeline.minutes.safe_text import safe_lines, safe_text
from pipeline.review.responses.handing_in import HandedIn
from pipeline.texts import Language, Texts, texts


def receipt_of(dossier: Dossier, handed_in: HandedIn, language: Language) -> Receipt:
    """The receipt of one response."""
    say = texts(language)
    party = role_label(handed_in.party, say)
    rows = {
        "response_of": party if handed_in.acts_for is None else f"{party} ({role_label(handed_in.acts_for, say)})",
        "received": day(handed_in.received_on, say),
        "on_version": handed_in.on_version,
        "dossier": handed_in.dossier,
        "kept_as": handed_in.file,
        "stands_in": handed_in.version,
    }
    read = (*_told(handed_in, say), *_reactions(handed_in, say), say("respond.receipt.proof"))
    return read_back(dossier, rows=rows, sha256=handed_in.sha256, entry=handed_in.entry, read=read, language=language)


def write_receipt(dossier: Dossier, handed_in: HandedIn, out: Path, language: Language) -> Path:
    """Write the receipt as a page to print and as text into a folder under `out`; returns the text's place."""
    say = texts(language)
    receipt = receipt_of(dossier, handed_in, language)
    folder = out / f"{handed_in.dossier}-{handed_in.party}-{handed_in.entry.number}-{say('respond.receipt.folder')}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = say("release.file.receipt")
    documents.write_atomically(folder / f"{name}.html", receipt.as_page().encode())
    documents.write_atomically(folder / f"{name}.txt", receipt.as_text().encode())
    return folder / f"{name}.txt"


def _told(handed_in: HandedIn, say: Texts) -> Iterator[str]:
    if handed_in.again:
        yield say("respond.receipt.again")
    if handed_in.late:
        yield say("respond.receipt.late")
    if handed_in.file.endswith(CLOSED_BY_PAGE):
        yield say("respond.receipt.closed_by_page" if handed_in.closed else "respond.receipt.unreadable")
        return
    if handed_in.closed:
        yield say("respond.receipt.closed")
    if handed_in.form is not Form.PAGE:
        yield say("respond.receipt.on_behalf", by=role_label(handed_in.entered_by or "", say))
    yield say("respond.receipt.count", count=len(handed_in.reactions))


def _reactions(handed_in: HandedIn, say: Texts) -> Iterator[str]:
    for number, reaction in enumerate(handed_in.reactions, start=1):
        said = " / ".join(safe_lines(reaction.text))
        proposal = ""
        if reaction.proposal is not None:
            field = "speaker" if reaction.field is ProposedField.SPEAKER else "text"
            key = f"minutes.reactions.proposal_{field}"
            proposal = say(key, speaker=safe_text(reaction.proposal), text=safe_text(reaction.proposal))
        value = say(f"respond.value.{reaction.value}")
        parts = (f"{number}. {_place(reaction, say)}: {value}.", said, proposal)
        yield " ".join(part for part in parts if part)


def _place(reaction: Reaction, say: Texts) -> str:
    at = f" ({clock(reaction.start_ms)})" if reaction.start_ms is not None else ""
    quoted = f" “{safe_text(reaction.quote)}”" if reaction.quote else ""
    subject = reaction.subject.rpartition("/")[2]
    return f"{say(f'respond.subject.{reaction.kind}', id=subject)}{at}{quoted}"
