"""Countersignatures: a party confirms which log it was shown, with a key of its own or with a scanned signature on paper.

What the organisation keeps of it proves little by itself. What counts is that the party keeps its own copy: given to
`wederhoor verify --receipt`, it tells whether the log still holds what the party confirmed.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.checking.signatures import raw_key, signature_holds
from pipeline.dossier.custody import Act, CustodyEntry
from pipeline.dossier.keys import OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.seal import seal
from pipeline.errors import InputRefused

SCHEMA = "wederhoor.countersignature/1"
MAX_SCAN_BYTES = 64 * 1024 * 1024
_SIGNED_UNDER = b"wederhoor.countersignature/1 signature\n"
_SCANS = {b"%PDF": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}


class Form(StrEnum):
    """How a party signed."""

    KEY = "key"
    PAPER = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Countersignature:
    """A party confirms the log up to line `entry`, whose hash is `head`.

    `form` key: `public_key` and `signature` are the party's own; paper: `scan_sha256` is of the scanned receipt.
    """

    schema: str
    party: str
    entry: int
    head: str
    at: str
    form: Form
    scan_sha256: str | None
    public_key: str | None
    signature: str | None


def countersign(*, entry: int, head: str, party: str, key: OrganisationKey, now: datetime) -> Countersignature:
    """Made by the party, on its own machine, for the last line of the log in the bundle it received and checked."""
    unsigned = Countersignature(
        schema=SCHEMA,
        party=party,
        entry=entry,
        head=head,
        at=_utc(now),
        form=Form.KEY,
        scan_sha256=None,
        public_key=key.public_key.hex(),
        signature=None,
    )
    return replace(unsigned, signature=key.sign(_message(unsigned)).hex())


def record(dossier: Dossier, data: bytes, *, now: datetime, key: OrganisationKey) -> CustodyEntry:
    """Keep a party's countersignature in the dossier and seal it. Raises InputRefused when it is not of this log or not well signed."""
    found = documents.decode(Countersignature, data)
    if found.schema != SCHEMA or found.form is not Form.KEY or not _is_signed(found):
        raise InputRefused("countersignature_invalid")
    return _keep(dossier, found, None, now=now, key=key)


def record_paper(dossier: Dossier, scan: Path, *, entry: int, party: str, now: datetime, key: OrganisationKey) -> CustodyEntry:
    """Keep the scan of a receipt that a party signed on paper, and seal it. Raises InputRefused when it is no PDF, PNG or JPEG."""
    with scan.open("rb") as file:
        data = file.read(MAX_SCAN_BYTES + 1)
    suffix = next((suffix for magic, suffix in _SCANS.items() if data.startswith(magic)), None)
    if suffix is None or len(data) > MAX_SCAN_BYTES:
        raise InputRefused("countersignature_scan_invalid", file=scan.name)
    entries = custody.read(dossier)
    if not 1 <= entry <= len(entries):
        raise InputRefused("countersignature_of_other_log", number=entry)
    paper = Countersignature(
        schema=SCHEMA,
        party=party,
        entry=entry,
        head=entries[entry - 1].head,
        at=_utc(now),
        form=Form.PAPER,
        scan_sha256=hashlib.sha256(data).hexdigest(),
        public_key=None,
        signature=None,
    )
    return _keep(dossier, paper, (suffix, data), now=now, key=key)


def _keep(
    dossier: Dossier, found: Countersignature, scan: tuple[str, bytes] | None, *, now: datetime, key: OrganisationKey
) -> CustodyEntry:
    entries = custody.read(dossier)
    if not 1 <= found.entry <= len(entries) or entries[found.entry - 1].head != found.head:
        raise InputRefused("countersignature_of_other_log", number=found.entry)
    dossier.countersignatures.mkdir(mode=0o700, exist_ok=True)
    data = documents.encode(found)
    sha256 = hashlib.sha256(data).hexdigest()
    name = f"{found.entry:04}-{sha256[:8]}"
    documents.write_atomically(dossier.countersignatures / f"{name}.json", data)
    if scan is not None:
        documents.write_atomically(dossier.countersignatures / f"{name}.{scan[0]}", scan[1])
    documents.fsync_folder(dossier.path)
    recorded = next((entry for entry in entries if entry.act is Act.COUNTERSIGNED and entry.object_sha256 == sha256), None)
    if recorded is None:
        facts: dict[str, str | int] = {"form": found.form.value, "entry": found.entry}
        recorded = custody.append(dossier, Act.COUNTERSIGNED, found.party, sha256, now=now, settings=facts, signer=key)
    seal(dossier, key=key, now=now)
    return recorded


def _is_signed(found: Countersignature) -> bool:
    key = raw_key(found.public_key)
    return key is not None and signature_holds(key, found.signature, _message(replace(found, signature=None)))


def _message(unsigned: Countersignature) -> bytes:
    return _SIGNED_UNDER + documents.encode(unsigned)


def _utc(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
