"""Receipts on paper or screen: what both parties keep, so that nobody can change a dossier later without it showing."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pipeline.dossier import custody
from pipeline.dossier.layout import Dossier
from pipeline.recording.model import Recording
from pipeline.texts import Language, Texts, texts

ZONE = ZoneInfo("Europe/Amsterdam")
_CONTROL_DIGITS = 60


def hand_in_receipt(dossier: Dossier, language: Language) -> str:
    """The receipt for a recording that was handed in, the same for both parties."""
    say = texts(language)
    recording = dossier.recording()
    entry = custody.read(dossier)[-1]
    how = recording.handed_in_how.value if recording.handed_in_how else "unknown"
    rows = (
        ("file", _printable(recording.received_name)),
        ("received", local_time(recording.received_at, say)),
        ("by", recording.handed_in_by or say("receipt.not_told")),
        ("how", say(f"receipt.how.{how}")),
        ("size", say("receipt.bytes", bytes=f"{recording.size_bytes:,}".replace(",", say("receipt.thousands")))),
        ("duration", duration(recording.format.duration_ms)),
        ("dossier", dossier.path.name),
    )
    width = max(len(say(f"receipt.rows.{row}")) for row, _ in rows)
    return "\n".join(
        [
            say("receipt.title"),
            "",
            *(f"{say(f'receipt.rows.{row}') + ':':<{width + 1}} {value}" for row, value in rows),
            "",
            say("receipt.fingerprint"),
            *_lines(in_groups(recording.sha256, 8), 4),
            "",
            say("receipt.control", number=entry.number),
            *_lines(in_groups(control_digits(entry.head), 5), 6),
            "",
            *_notes(recording, say),
            say("receipt.keep"),
            say("receipt.check"),
        ]
    )


def control_digits(head: str) -> str:
    """The head of a custody log as sixty decimal digits (199 bits), short enough to write down and read to each other."""
    return str(int(head, 16) % 10**_CONTROL_DIGITS).zfill(_CONTROL_DIGITS)


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


def _notes(recording: Recording, say: Texts) -> list[str]:
    notes = [say("receipt.damaged"), ""] if recording.format.damage else []
    how = recording.handed_in_how
    return [*notes, say(f"receipt.notes.{how.value}"), ""] if how and how.value in ("app", "mail") else notes


def _lines(groups: tuple[str, ...], per_line: int) -> list[str]:
    return ["  " + " ".join(groups[at : at + per_line]) for at in range(0, len(groups), per_line)]


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in name)
