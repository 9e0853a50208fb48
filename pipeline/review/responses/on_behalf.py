"""Reactions on paper, by voice or in a file of another kind, entered by somebody on behalf of the party.

They become a response file like any other, which says who entered it and carries the digests of the scan or sound beside it:
whoever doubts the words can look or listen. It has no signature of the party; its evidence is what the party gave.
"""

import hashlib
import os
import re
import stat
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyrage

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.custody import Act
from pipeline.errors import InputRefused, UsageError
from pipeline.minutes.clock import seconds
from pipeline.minutes.hearing import side_of
from pipeline.minutes.labels import local_day
from pipeline.minutes.reactions import Form, Opinion, SubjectKind
from pipeline.minutes.versions import StoredVersion
from pipeline.review.publish import Desk
from pipeline.review.responses.closing import committee_recipient
from pipeline.review.responses.document import CONTEXT, MEDIA_FRAGMENTS, MOTIVATION_OF, SCHEMA
from pipeline.review.responses.handing_in import HandedIn, Incoming, keep
from pipeline.review.responses.reading import parse_response
from pipeline.review.responses.released import released_versions

MAX_EVIDENCE_BYTES = 256 * 1024**2
_PAPER = ("pdf", "jpg", "jpeg", "png", "tif", "tiff", "heic", "txt", "docx", "odt", "eml", "jsonld", "json")
_SOUND = ("m4a", "mp3", "ogg", "opus", "wav", "amr", "aac", "flac", "webm", "mp4", "3gp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One reaction as the party gave it. `line`: what it is about, null for the whole; `proposal`: what the line should say."""

    value: Opinion
    text: str
    line: str | None = None
    proposal: str | None = None


def enter(
    desk: Desk,
    party: str,
    given: Sequence[Given],
    *,
    form: Form,
    evidence: Sequence[Path] = (),
    received_on: date | None = None,
    closed: bool = False,
) -> HandedIn:
    """Enter what a party said, with its evidence; the same once more changes nothing.

    Raises UsageError for an unknown party or line, InputRefused for evidence that cannot be read.
    """
    minutes = desk.current().minutes
    side_of(minutes, party)
    if not given or form is Form.PAGE:
        raise UsageError("response_options")
    about = _answered(desk, [one.line for one in given if one.line is not None])
    attached = [(path, _read(path)) for path in evidence]
    day = received_on or local_day(desk.at)
    plain = _file(desk, about, party, given, form, [hashlib.sha256(data).hexdigest() for _, data in attached], day)
    data = documents.canonical_json(plain) + b"\n"
    incoming = Incoming(data=data, response=parse_response(data, party).response)
    recipient = committee_recipient(desk.dossier, minutes, party, closed=closed)
    return keep(desk, incoming, received_on=day, closed=closed, beside=lambda name: _attach(desk, name, attached, party, recipient))


def _answered(desk: Desk, lines: Sequence[str]) -> StoredVersion:
    """The version the party had before it: the last that was released, or the one in force when that lacks a line."""
    released = released_versions(desk.dossier)
    for about in (*released[-1:], desk.current()):
        known = {line.id for line in about.minutes.lines}
        if known.issuperset(lines):
            return about
    raise UsageError("line_unknown", line=next(line for line in lines if line not in known))


def _file(
    desk: Desk, about: StoredVersion, party: str, given: Sequence[Given], form: Form, evidence: Sequence[str], day: date
) -> dict[str, Any]:
    """The response file. What was entered before gives the same file, so that a run after a kill is recognised."""
    at = f"{day.isoformat()}T00:00:00Z"
    minutes = about.minutes
    items = [_annotation(one, about, at, f"{party}:{number}:{day}:{form}:{evidence}") for number, one in enumerate(given)]
    return {
        "@context": list(CONTEXT),
        "schema": SCHEMA,
        "type": "AnnotationCollection",
        "id": _urn("".join(item["id"] for item in items)),
        "generator": "wederhoor",
        "creator": {"id": f"urn:wederhoor:party:{party}", "type": "Person"},
        "created": at,
        "dossier": desk.dossier.path.name,
        "minutes": {"version": minutes.version, "sha256": about.sha256, "recording": minutes.recording.sha256},
        "total": len(items),
        "first": {"type": "AnnotationPage", "startIndex": 0, "items": items},
        "on_behalf": {"entered_by": desk.actor, "received_on": day.isoformat(), "form": form.value, "evidence": list(evidence)},
    }


def _annotation(given: Given, about: StoredVersion, at: str, salt: str) -> dict[str, Any]:
    body: list[dict[str, str]] = [{"type": "TextualBody", "purpose": "tagging", "value": given.value.value}]
    if given.text.strip():
        body.append({"type": "TextualBody", "purpose": "commenting", "format": "text/plain", "value": given.text.strip()})
    if given.proposal is not None:
        proposed = {"type": "TextualBody", "purpose": "editing", "format": "text/plain", "field": "text", "value": given.proposal}
        body.append(proposed)
    kind = SubjectKind.LINE if given.line else SubjectKind.WHOLE
    target: dict[str, Any] = {
        "type": "SpecificResource",
        "source": f"urn:wederhoor:minutes:{about.sha256}",
        "subject": {"kind": kind.value, "id": given.line or SubjectKind.WHOLE.value},
    }
    if given.line is not None:
        line = next(line for line in about.minutes.lines if line.id == given.line)
        stretch = f"t={seconds(line.start_ms)},{seconds(line.end_ms)}"
        target["selector"] = [{"type": "FragmentSelector", "conformsTo": MEDIA_FRAGMENTS, "value": stretch}]
    return {
        "type": "Annotation",
        "id": _urn(f"{salt}:{given.value}:{given.line}:{given.text}:{given.proposal}"),
        "created": at,
        "motivation": MOTIVATION_OF[given.value].value,
        "body": body,
        "target": target,
    }


def _urn(text: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'urn:wederhoor:on-behalf:{text}')}"


def _read(path: Path) -> bytes:
    """The bytes of a scan or sound; links, folders, devices, nothing and too much are refused."""
    refused = InputRefused("evidence_not_readable", file=path.name, megabytes=MAX_EVIDENCE_BYTES // 1024**2)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode) or not 0 < os.fstat(descriptor).st_size <= MAX_EVIDENCE_BYTES:
                raise refused
            return file.read(MAX_EVIDENCE_BYTES + 1)
    except OSError as error:
        raise refused from error


def _attach(desk: Desk, name: str, attached: Sequence[tuple[Path, bytes]], party: str, recipient: Any | None) -> None:
    """Keep the evidence beside the response: client-1-1.pdf beside client-1.jsonld; closed with it."""
    stem = re.sub(r"\.jsonld(\.age)?$", "", name)
    for number, (source, data) in enumerate(attached, start=1):
        suffix = source.suffix.lower().removeprefix(".")
        kept = f"{stem}-{number}.{suffix if suffix in (*_PAPER, *_SOUND) else 'bin'}" + (".age" if recipient is not None else "")
        path = desk.dossier.path / kept
        if path.exists():
            continue
        stored: bytes = data if recipient is None else pyrage.encrypt(data, [recipient])
        sha256 = hashlib.sha256(stored).hexdigest()
        if all(entry.object_sha256 != sha256 for entry in custody.read(desk.dossier)):
            desk.log(Act.RESPONDED, sha256, {"file": kept, "kind": "evidence", "party": party})
        path.parent.mkdir(mode=0o700, exist_ok=True)
        documents.write_atomically(path, stored, mode=0o400)
