"""Receipts: what each party keeps, so that nobody can change a dossier later without it showing.

A receipt carries the fingerprint of what changed hands and the head of the custody log, the latter as sixty digits that can
be copied by hand or read aloud, and as a QR code. It is the one thing the holder of the signing key cannot rewrite.
"""

import base64
import hashlib
import html
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import segno

from pipeline.dossier import custody
from pipeline.dossier.checking.outside import control_digits
from pipeline.dossier.custody import CustodyEntry
from pipeline.dossier.layout import Dossier
from pipeline.recording.model import HandedInBy, Recording
from pipeline.texts import Language, Texts, texts

ZONE = ZoneInfo("Europe/Amsterdam")
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1d2430;background:#fff}"
    "h1{font-size:1.4rem}th{text-align:left;font-weight:600;padding:.15rem 1.5rem .15rem 0;vertical-align:top}td{overflow-wrap:anywhere}"
    "pre{font:1.05rem/1.6 ui-monospace,monospace;white-space:pre-wrap;margin:.25rem 0 1rem}svg{width:11rem;height:11rem}"
    ".sign{display:flex;gap:3rem;margin-top:3rem}.sign p{flex:1;border-top:1px solid #1d2430;padding-top:.4rem}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A file that changes hands."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt as people read it; `codes` are labelled codes in groups, `scan` is what the QR code says."""

    language: Language
    title: str
    rows: tuple[tuple[str, str], ...]
    codes: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[str, ...]
    scan: str
    signed_by: tuple[str, ...]

    def as_text(self) -> str:
        """For a terminal, a message or a text file."""
        width = max(len(label) for label, _ in self.rows) + 1
        lines = [self.title, "", *(f"{label + ':':<{width}} {value}" for label, value in self.rows), ""]
        for label, groups in self.codes:
            lines += [label, *_in_lines(groups), ""]
        return "\n".join([*lines, *self.notes])

    def as_page(self) -> str:
        """One page to print, with the QR code and room for both signatures; asks nothing of the network."""
        policy = f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
        rows = "".join(f"<tr><th>{html.escape(label)}</th><td>{html.escape(value)}</td></tr>" for label, value in self.rows)
        codes = "".join(
            f"<p>{html.escape(label)}</p><pre>{html.escape(chr(10).join(_in_lines(groups)))}</pre>" for label, groups in self.codes
        )
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        signed = "".join(f"<p>{html.escape(label)}</p>" for label in self.signed_by)
        picture = segno.make(self.scan, error="m", micro=False).svg_inline(omitsize=True)
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{html.escape(self.title)}</title>'
            f"<style>{_STYLE}</style></head><body><h1>{html.escape(self.title)}</h1><table>{rows}</table>{codes}"
            f'{picture}{notes}<div class="sign">{signed}</div></body></html>\n'
        )


def hand_in(dossier: Dossier, language: Language, *, now: datetime) -> Receipt:
    """The receipt for a recording that was handed in at `now`, the same for both parties.

    When the same bytes were received before, the receipt says so: its facts are those of the first time.
    """
    say = texts(language)
    recording = dossier.recording()
    entry = custody.read(dossier)[-1]
    known = datetime.fromisoformat(recording.received_at) < now.replace(microsecond=0)
    rows = {
        "file": printable(recording.received_name),
        "received": local_time(recording.received_at, say),
        "by": say.role(recording.handed_in_by) if recording.handed_in_by else say("receipt.not_told"),
        "how": say(f"receipt.how.{recording.handed_in_how.value if recording.handed_in_how else 'unknown'}"),
        "size": _bytes(recording.size_bytes, say),
        "duration": duration(recording.format.duration_ms),
        "dossier": dossier.path.name,
    }
    fingerprint = (say("receipt.fingerprint"), in_groups(recording.sha256, 8))
    notes = ((say("receipt.received_before"),) if known else ()) + _hand_in_notes(recording, say)
    return _receipt(say, "title", rows, (fingerprint,), notes, recording.sha256, entry)


def hand_in_receipt(dossier: Dossier, language: Language, *, now: datetime) -> str:
    """The receipt for a recording that was handed in at `now`, as text."""
    return hand_in(dossier, language, now=now).as_text()


def hand_over(dossier: Dossier, *, to: str, entry: CustodyEntry, files: tuple[Handed, ...], language: Language) -> Receipt:
    """The receipt for files given to a party. `entry`: the line of the log that says so; `to`: who receives, as printed."""
    say = texts(language)
    rows = {"given": local_time(entry.at, say), "to": printable(to), "dossier": dossier.path.name}
    codes = tuple(
        (say("receipt.fingerprint_of", file=printable(file.name), size=_bytes(file.size, say)), in_groups(file.sha256, 8)) for file in files
    )
    return _receipt(say, "hand_over_title", rows, codes, (say("receipt.how_to_check"),), dossier.recording().sha256, entry)


def read_back(
    dossier: Dossier, *, rows: dict[str, str], sha256: str, entry: CustodyEntry, read: tuple[str, ...], language: Language
) -> Receipt:
    """The receipt for a response: what was received, read back. `rows`: values by the names of [receipt.rows]; `sha256`: of the
    file as it was brought; `entry`: the line of the log that names it; `read`: the response, a sentence or paragraph each."""
    say = texts(language)
    fingerprint = (say("receipt.fingerprint_of_response"), in_groups(sha256, 8))
    printed = {name: printable(value) for name, value in rows.items()}
    return _receipt(say, "response_title", printed, (fingerprint,), read, dossier.recording().sha256, entry)


def in_groups(text: str, size: int) -> tuple[str, ...]:
    """A long code in groups that can be read aloud."""
    return tuple(text[at : at + size] for at in range(0, len(text), size))


def local_time(utc: str, say: Texts) -> str:
    """A moment in the Netherlands, for people."""
    at = datetime.fromisoformat(utc).astimezone(ZONE)
    return say("receipt.moment", day=at.day, month=say(f"receipt.months.{at.month}"), year=at.year, time=f"{at:%H:%M}")


def duration(milliseconds: int) -> str:
    """A length as h:mm:ss."""
    seconds = milliseconds // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def printable(name: str) -> str:
    """A name from outside, harmless on screen and paper."""
    return "".join(letter if letter.isprintable() else "�" for letter in name)


def _receipt(
    say: Texts,
    title: str,
    rows: dict[str, str],
    codes: tuple[tuple[str, tuple[str, ...]], ...],
    notes: tuple[str, ...],
    recording_sha256: str,
    entry: CustodyEntry,
) -> Receipt:
    control = (say("receipt.control", number=entry.number), in_groups(control_digits(entry.head), 5))
    return Receipt(
        language=say.language,
        title=say(f"receipt.{title}"),
        rows=tuple((say(f"receipt.rows.{row}"), value) for row, value in rows.items()),
        codes=(*codes, control),
        notes=(*notes, say("receipt.keep"), say("receipt.check")),
        scan=f"WEDERHOOR:1:{recording_sha256}:{entry.number}:{entry.head}".upper(),
        signed_by=(say("receipt.signed_by_giver"), say("receipt.signed_by_receiver")),
    )


def _hand_in_notes(recording: Recording, say: Texts) -> tuple[str, ...]:
    damaged = (say("receipt.damaged"),) if recording.format.damage else ()
    how = recording.handed_in_how
    return (*damaged, say(f"receipt.notes.{how.value}")) if how in (HandedInBy.APP, HandedInBy.MAIL) else damaged


def _bytes(size: int, say: Texts) -> str:
    return say("receipt.bytes", bytes=f"{size:,}".replace(",", say("receipt.thousands")))


def _in_lines(groups: tuple[str, ...]) -> list[str]:
    per_line = 32 // len(groups[0])
    return ["  " + " ".join(groups[at : at + per_line]) for at in range(0, len(groups), per_line)]
