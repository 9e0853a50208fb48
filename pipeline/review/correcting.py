"""Correcting minutes that lie in a dossier, one correction or a list of them; each gives a next version, written and sealed."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import InputRefused, UsageError
from pipeline.minutes.asked import Asked, Decision, Join, NewSpeaker, NewText, Request, Split
from pipeline.minutes.changes import mark_heard, mark_read
from pipeline.minutes.corrections import correct, decide
from pipeline.minutes.hearing import establish
from pipeline.minutes.versions import StoredVersion
from pipeline.recording.agreement import position, read_agreement_bytes
from pipeline.review.publish import Desk, put_in_force

_CORRECTION = {"text": {"line", "text"}, "speaker": {"line", "speaker"}, "split": {"split", "at", "time", "speaker"}, "join": {"join"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionList:
    """What a list asks for: corrections, decisions of the secretary, and lines that were listened to."""

    requests: tuple[Request, ...] = ()
    decisions: tuple[Decision, ...] = ()
    heard: tuple[str, ...] = ()


def correct_minutes(desk: Desk, requests: Sequence[Request]) -> StoredVersion:
    """Make or propose corrections, all of them or none, by whoever stands at the desk."""
    return put_in_force(desk, correct(desk.current().minutes, requests, by=desk.actor, at=desk.at))


def decide_proposals(desk: Desk, decisions: Sequence[Decision]) -> StoredVersion:
    """Take proposals over or not; the one at the desk must be the secretary."""
    return put_in_force(desk, decide(desk.current().minutes, decisions, by=desk.actor, at=desk.at))


def note_heard(desk: Desk, lines: Sequence[str], *, listener: str) -> StoredVersion:
    """Record that a named person listened to these lines, or to all that must be when none are named."""
    return put_in_force(desk, mark_heard(desk.current().minutes, lines, listener=listener, at=desk.at))


def note_read(desk: Desk, *, reader: str) -> StoredVersion:
    """Record that a named person listened along and read the minutes."""
    return put_in_force(desk, mark_read(desk.current().minutes, reader=reader, at=desk.at))


def establish_minutes(desk: Desk, decided_by: Sequence[str]) -> StoredVersion:
    """Establish the minutes; these named people decided."""
    return put_in_force(desk, establish(desk.current().minutes, decided_by=decided_by, by=desk.actor, at=desk.at))


def read_corrections(path: Path) -> CorrectionList:
    """A list of corrections in TOML. Raises InputRefused that says where it cannot be understood.

    [[correction]] with line and text; line and speaker; split and at (and time, speaker); or join; each with a note if wanted.
    [[decision]] with proposal, accepted and reason (and text). heard = ["L0004", ...] at the top.
    """
    try:
        plain = tomllib.loads(read_agreement_bytes(path).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        raise InputRefused("correction_file_invalid", file=path.name, place="TOML") from None
    if unknown := plain.keys() - {"correction", "decision", "heard"}:
        raise InputRefused("correction_file_invalid", file=path.name, place=min(unknown)[:40])
    return CorrectionList(
        requests=tuple(_each(path, plain, "correction", _request)),
        decisions=tuple(_each(path, plain, "decision", _decision)),
        heard=tuple(_each(path, plain, "heard", _string)),
    )


def _each(path: Path, plain: dict[str, Any], name: str, read: Any) -> list[Any]:
    entries = plain.get(name, [])
    made = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [None], start=1):
        try:
            made.append(read(entry))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise InputRefused("correction_file_invalid", file=path.name, place=f"{name} {number}") from None
    return made


def _request(entry: dict[str, Any]) -> Request:
    note = entry.get("note", "")
    return Request(asked=asked({name: value for name, value in entry.items() if name != "note"}), note=_string(note))


def asked(entry: dict[str, Any]) -> Asked:
    """One correction from its named parts. Raises ValueError or TypeError when they are not those of one correction."""
    names = set(entry)
    if names == _CORRECTION["text"]:
        return NewText(line=_string(entry["line"]), text=_string(entry["text"]))
    if names == _CORRECTION["speaker"]:
        return NewSpeaker(line=_string(entry["line"]), speaker=_voice(_string(entry["speaker"])))
    if names == _CORRECTION["join"]:
        return Join(lines=tuple(_string(line) for line in entry["join"]))
    if {"split", "at"} <= names <= _CORRECTION["split"]:
        speaker = _voice(_string(entry["speaker"])) if "speaker" in entry else None
        at_ms = position(entry["time"]) if "time" in entry else None
        return Split(line=_string(entry["split"]), at_words=_string(entry["at"]), at_ms=at_ms, speaker=speaker)
    raise ValueError("not one correction")


def _decision(entry: dict[str, Any]) -> Decision:
    if not isinstance(entry["accepted"], bool) or entry.keys() - {"proposal", "accepted", "reason", "text"}:
        raise ValueError("not a decision")
    text = _string(entry["text"]) if "text" in entry else None
    return Decision(correction=_string(entry["proposal"]), accepted=entry["accepted"], reason=_string(entry["reason"]), text=text)


def _voice(written: str) -> str | None:
    """A voice as people write it: S2 or 2; `-` for nobody."""
    if written == "-":
        return None
    if not written.removeprefix("S").isdigit():
        raise ValueError("a voice")
    return f"S{written.removeprefix('S')}"


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def require_some(corrections: CorrectionList) -> CorrectionList:
    """The list, which must ask for something."""
    if not (corrections.requests or corrections.decisions or corrections.heard):
        raise UsageError("correction_empty")
    return corrections
