"""Sealing: a signed manifest of everything in a dossier, named by a line of the log.

The order makes one moment decide: manifest and signature are written beside the old ones, then the line `sealed` goes into
the log, then they get their names. A kill before that line leaves the old seal in force, a kill after it the new one.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.checking.chain import Log
from pipeline.dossier.checking.dossier import UNSEALED, WORK, check_dossier
from pipeline.dossier.checking.files import FolderTree, Unusable, is_leftover, sha256_in
from pipeline.dossier.checking.report import FAULT, Finding
from pipeline.dossier.checking.seal import MANIFEST, MANIFEST_SCHEMA, NEXT_MANIFEST, NEXT_SEAL, SEAL, SEAL_SCHEMA
from pipeline.dossier.checking.signatures import SIGNED_MANIFEST
from pipeline.dossier.custody import TOOL, Act, CustodyEntry
from pipeline.dossier.keys import OrganisationKey, PublicKey
from pipeline.dossier.layout import Dossier
from pipeline.errors import InputRefused, VerificationFailed

# What a new seal may cover without the log having named it: what was added, and which version is in force.
_POINTERS = frozenset({"minutes/current"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """A file as sealed."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedLog:
    """The log as sealed: how many lines, and the hash of the last."""

    entries: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The document manifest.json: every file except work/, the log (which grows) and the seal itself."""

    schema: str
    dossier: str
    made_at: str
    tool: str
    log: SealedLog
    files: dict[str, SealedFile]
    keys: tuple[PublicKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The document manifest.sig."""

    schema: str
    manifest_sha256: str
    key_id: str
    public_key: str
    signature: str


def seal(dossier: Dossier, *, key: OrganisationKey, now: datetime, actor: str = "wederhoor") -> CustodyEntry:
    """Seal everything in the dossier; returns the log's line of the seal in force.

    Nothing changed since the last seal: nothing is done. Raises VerificationFailed when something sealed was changed or
    removed without the log saying so: a seal is not there to cover that up.
    """
    with _locked(dossier):
        settle(dossier)
        _refuse_to_cover_up(dossier, key)
        log = custody.check(dossier)
        manifest = _manifest(dossier, log, key, now)
        current = _current(dossier, log)
        if current is not None and current[0] == _as_made(manifest, current[0]):
            return current[1]
        data = documents.encode(manifest)
        signed = Seal(
            schema=SEAL_SCHEMA,
            manifest_sha256=hashlib.sha256(data).hexdigest(),
            key_id=key.key_id,
            public_key=key.public_key.hex(),
            signature=key.sign(SIGNED_MANIFEST + data).hex(),
        )
        documents.write_atomically(dossier.path / NEXT_SEAL, documents.encode(signed))
        documents.write_atomically(dossier.path / NEXT_MANIFEST, data)
        facts: dict[str, str | int] = {"files": len(manifest.files)}
        entry = custody.append(dossier, Act.SEALED, actor, signed.manifest_sha256, now=now, settings=facts, signer=key)
        settle(dossier)
        return entry


def settle(dossier: Dossier) -> None:
    """Finish or take back a seal that a kill interrupted, by what the log says."""
    pending = dossier.path / NEXT_MANIFEST
    if pending.is_file() and documents.sha256_file(pending) == _last_sealed(custody.check(dossier)):
        pending.replace(dossier.path / MANIFEST)
        if (dossier.path / NEXT_SEAL).exists():
            (dossier.path / NEXT_SEAL).replace(dossier.path / SEAL)
    elif (dossier.path / NEXT_SEAL).exists() and not pending.exists() and _signs_manifest(dossier):
        (dossier.path / NEXT_SEAL).replace(dossier.path / SEAL)
    for name in (NEXT_MANIFEST, NEXT_SEAL):
        (dossier.path / name).unlink(missing_ok=True)
    documents.fsync_folder(dossier.path)


def _refuse_to_cover_up(dossier: Dossier, key: OrganisationKey) -> None:
    ours = {public.key_id: bytes.fromhex(public.public_key) for public in key.public.keys}
    try:
        report = check_dossier(FolderTree(dossier.path), dossier.path.name, ours, None)
    except Unusable as error:
        raise InputRefused("not_a_dossier", folder=dossier.path.name) from error
    for finding in report.findings:
        if finding.level == FAULT and not _may_be_sealed(finding):
            raise VerificationFailed("seal_refused", file=finding.path or dossier.path.name, number=finding.number)


def _may_be_sealed(finding: Finding) -> bool:
    if finding.kind in ("file_changed", "file_moved"):
        return finding.path in _POINTERS
    # Another organisation's dossier, such as one a committee received, may be sealed too; its keys stay in the manifest.
    return finding.kind in ("file_added", "line_unfinished", "signer_other", "not_signed")


def _manifest(dossier: Dossier, log: Log, key: OrganisationKey, now: datetime) -> Manifest:
    tree = FolderTree(dossier.path)
    names = [name for name in tree.names if name not in UNSEALED and not name.startswith(WORK) and not is_leftover(name)]
    return Manifest(
        schema=MANIFEST_SCHEMA,
        dossier=dossier.path.name,
        made_at=now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        tool=TOOL,
        log=SealedLog(entries=len(log.lines), head=log.head),
        files={name: SealedFile(sha256=sha256_in(tree, name), size=(dossier.path / name).stat().st_size) for name in names},
        keys=tuple(dict.fromkeys((*_earlier_keys(dossier), *key.public.keys))),
    )


def _earlier_keys(dossier: Dossier) -> tuple[PublicKey, ...]:
    path = dossier.path / MANIFEST
    return documents.read(Manifest, path).keys if path.is_file() else ()


def _current(dossier: Dossier, log: Log) -> tuple[Manifest, CustodyEntry] | None:
    """The seal in force with its line, when that line is the last of the log."""
    path = dossier.path / MANIFEST
    if not path.is_file() or log.torn is not None or documents.sha256_file(path) != _last_sealed(log):
        return None
    last = custody.read(dossier)[-1]
    return (documents.read(Manifest, path), last) if last.act is Act.SEALED else None


def _as_made(manifest: Manifest, earlier: Manifest) -> Manifest:
    """This manifest as it would have been at the earlier one's moment."""
    return replace(manifest, made_at=earlier.made_at, log=earlier.log, tool=earlier.tool)


def _last_sealed(log: Log) -> str | None:
    sealed = [line.entry["object_sha256"] for line in log.lines if line.entry["act"] == Act.SEALED]
    return sealed[-1] if sealed else None


def _signs_manifest(dossier: Dossier) -> bool:
    try:
        signed = documents.read(Seal, dossier.path / NEXT_SEAL)
    except InputRefused:
        return False
    manifest = dossier.path / MANIFEST
    return manifest.is_file() and signed.manifest_sha256 == documents.sha256_file(manifest)


@contextmanager
def _locked(dossier: Dossier) -> Iterator[None]:
    descriptor = os.open(dossier.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
