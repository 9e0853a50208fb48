"""Releasing: a copy for somebody who may have it, with a receipt and instructions; or a refusal that names the rule.

Everything is made in the dossier's private work folder, then written in the log, then put in its place: a kill in between
leaves a line that says more was given than was, never the other way round.
"""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline import documents
from pipeline.access import open_to_group
from pipeline.dossier import custody
from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.checking.outside import control_digits
from pipeline.dossier.comparisons import compared_with, comparison_in, newest_comparison
from pipeline.dossier.custody import Act, CustodyEntry
from pipeline.dossier.keys import OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receipts import Handed, hand_over, in_groups
from pipeline.errors import RefusedByRule, UsageError
from pipeline.minutes.versions import load_chain
from pipeline.recording.agreement import Agreement
from pipeline.release.decision import Decision, ReleaseCircumstances, ReleaseGround, What, both_sides, may_receive
from pipeline.release.papers import instructions, notice, receiver_name
from pipeline.release.products import Product, Responder, Workbench, make
from pipeline.release.protection import PlainByHand, Protection, WithPassphrase, for_key, protect
from pipeline.review.publish import Desk
from pipeline.settings import Settings
from pipeline.texts import Texts, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What lies ready to be handed over, in `folder`: the files, a receipt, instructions; and the notices to the parties.

    `files`: the file to hand over first; after it, when that is encrypted, what is inside. `notices`: one for each party.
    """

    schema: str
    folder: Path
    decision: Decision
    what: What
    files: tuple[Handed, ...]
    receipt: Path
    notices: tuple[Path, ...]
    entry: int


def release(
    dossier: Dossier,
    *,
    to: str,
    what: What,
    protection: Protection | None,
    out: Path,
    settings: Settings,
    actor: str,
    now: datetime,
    key: OrganisationKey,
    comparisons: tuple[Path, ...] = (),
) -> HandOver:
    """Make a copy for `to` (an id of the agreement, or `committee`) ready under `out`. `protection` null: for their age key.

    `comparisons`: folders of comparisons whose differences stand in a page, for the party to respond to.
    Raises RefusedByRule, and logs the refusal, when they may not have it; UsageError when there is no key and nothing else was
    chosen; InputRefused or VerificationFailed when the dossier has no such thing, or not as it was.
    """
    agreement, say = agreement_of(dossier), texts(settings.report_language)
    decision = _decide(dossier, to, ReleaseCircumstances(what=what, today=now.date()), comparisons)
    if not decision.allowed:
        _refuse(dossier, decision, what, say, actor=actor, now=now, key=key)
    if protection is None:
        if decision.age_key is None:
            raise UsageError("release_needs_protection", to=decision.to)
        protection = for_key(decision.age_key)
    desk = Desk(dossier=dossier, settings=settings, actor=actor, now=now)
    to_party = decision.ground in (ReleaseGround.PARTY, ReleaseGround.ACTS_FOR)
    dossier.work.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".release-", dir=dossier.work) as private:
        bench = Workbench(
            desk=desk,
            folder=Path(private),
            language=settings.report_language,
            to_party=to_party,
            responder=_responder(agreement, decision) if to_party else None,
            page_words=protection.words if what is What.PAGE and isinstance(protection, WithPassphrase) else None,
            comparisons=comparisons,
        )
        product = make(what, bench)
        ready = _protected(product, what, protection, Path(private))
        handed = (_handed(ready, ready.name), *_inside(product, ready, what, protection))
        entry = _log(dossier, decision, what, product, protection, handed[0], actor=actor, now=now, key=key)
        folder = _new_folder(out, f"{dossier.path.name}-{decision.to}-{entry.number}")
        documents.copy_atomically(ready, folder / ready.name)
    receipt = _write_receipt(dossier, folder, receiver_name(agreement, decision), product, entry, handed, settings)
    readme = instructions(what, protection, ready.name, settings.report_language)
    documents.write_atomically(folder / f"{say('release.file.readme')}.html", readme.encode())
    notices = _write_notices(dossier, agreement, decision, what, entry, folder.with_name(f"{folder.name}-notices"), say)
    for made in {folder, *(path.parent for path in notices)}:
        open_to_group(made, settings.paths.group)
    return HandOver(
        schema="wederhoor/release/1",
        folder=folder,
        decision=decision,
        what=what,
        files=handed,
        receipt=receipt,
        notices=notices,
        entry=entry.number,
    )


def _decide(dossier: Dossier, to: str, circumstances: ReleaseCircumstances, folders: Iterable[Path]) -> Decision:
    """The decision by this dossier's agreement; a comparison holds the other dossier's conversation too, so by that one's as well."""
    decision = may_receive(agreement_of(dossier), to, circumstances)
    if not decision.allowed:
        return decision
    own = frozenset((dossier.recording().sha256, *(stored.sha256 for stored in load_chain(dossier.minutes_folder))))
    found = [newest_comparison(dossier)] if circumstances.what is What.COMPARISON else [comparison_in(folder, own) for folder in folders]
    others = (may_receive(agreement_of(other), to, circumstances) for one in found if one for other in compared_with(dossier, one))
    return next((other for other in others if not other.allowed), decision)


def _responder(agreement: Agreement | None, decision: Decision) -> Responder | None:
    """Whose page it becomes; null for a committee that took part in its own hearing."""
    party = next((party for party in agreement.parties if party.id == decision.to), None) if agreement else None
    if decision.to not in both_sides(agreement) and decision.ground is not ReleaseGround.ACTS_FOR:
        return None
    acts_for = party.acts_for if party is not None and decision.ground is ReleaseGround.ACTS_FOR else None
    return Responder(party=decision.to, acts_for=acts_for, name=receiver_name(agreement, decision))


def _refuse(dossier: Dossier, decision: Decision, what: What, say: Texts, *, actor: str, now: datetime, key: OrganisationKey) -> None:
    facts: dict[str, str | int] = {"to": decision.to, "what": what.value, "rule": decision.rule.value, "because": decision.ground.value}
    custody.append(dossier, Act.REFUSED, actor, None, now=now, settings=facts, signer=key)
    raise RefusedByRule(
        f"release_{decision.ground}", words=say(f"rules.{decision.rule}.words"), missing=", ".join(decision.missing) or "-", to=decision.to
    )


def _protected(product: Product, what: What, protection: Protection, private: Path) -> Path:
    """The file as it is handed over, in the private folder. A page asks for its passphrase itself."""
    folder = private / "ready"
    folder.mkdir(mode=0o700)
    if isinstance(protection, PlainByHand) or (isinstance(protection, WithPassphrase) and what is What.PAGE):
        documents.copy_atomically(product.path, folder / product.name)
        return folder / product.name
    return protect(product.path, folder, product.name, protection)


def _inside(product: Product, ready: Path, what: What, protection: Protection) -> tuple[Handed, ...]:
    """What comes out when the receiver opens the file; a locked page never gives a file."""
    if ready.name == product.name and (isinstance(protection, PlainByHand) or what is What.PAGE):
        return ()
    return (_handed(product.path, product.name),)


def _handed(path: Path, name: str) -> Handed:
    return Handed(name=name, sha256=documents.sha256_file(path), size=path.stat().st_size)


def _log(
    dossier: Dossier,
    decision: Decision,
    what: What,
    product: Product,
    protection: Protection,
    file: Handed,
    *,
    actor: str,
    now: datetime,
    key: OrganisationKey,
) -> CustodyEntry:
    facts: dict[str, str | int] = {
        "to": decision.to,
        "what": what.value,
        "ground": decision.ground.value,
        "protection": protection.name,
        "bytes": file.size,
        **({"version": product.version} if product.version else {}),
    }
    return custody.append(dossier, Act.RELEASED, actor, file.sha256, now=now, settings=facts, signer=key)


def _write_receipt(
    dossier: Dossier, folder: Path, receiver: str, product: Product, entry: CustodyEntry, handed: tuple[Handed, ...], settings: Settings
) -> Path:
    """The receipt as a page to sign and as text. For a bundle it names the last line inside it, and the line of the release."""
    say = texts(settings.report_language)
    inside = custody.read(dossier)[product.entry - 1] if product.entry is not None else entry
    receipt = hand_over(dossier, to=receiver, entry=inside, files=handed, language=settings.report_language)
    if inside != entry:
        of_release = (say("receipt.control", number=entry.number), in_groups(control_digits(entry.head), 5))
        receipt = replace(receipt, codes=(*receipt.codes, of_release))
    name = say("release.file.receipt")
    documents.write_atomically(folder / f"{name}.html", receipt.as_page().encode())
    documents.write_atomically(folder / f"{name}.txt", receipt.as_text().encode())
    return folder / f"{name}.txt"


def _write_notices(
    dossier: Dossier, agreement: Agreement | None, decision: Decision, what: What, entry: CustodyEntry, folder: Path, say: Texts
) -> tuple[Path, ...]:
    """One notice for each party, in a folder of their own: they are not for the receiver."""
    if not decision.told:
        return ()
    text = notice(dossier, decision, what, receiver_name(agreement, decision), entry.at, say).encode()
    folder.mkdir(mode=0o700)
    paths = tuple(folder / f"{say('release.file.notice')}-{party}.txt" for party in decision.told)
    for path in paths:
        documents.write_atomically(path, text)
    return paths


def _new_folder(out: Path, name: str) -> Path:
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = out / name
    folder.mkdir(mode=0o700)
    return folder
