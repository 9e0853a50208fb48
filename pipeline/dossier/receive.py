"""Receiving: a recording is copied bit-exact into a dossier of its own, hashed and logged, before anything else happens.

A dossier is built in a hidden folder beside its place and renamed when it is whole and on disk, so that a kill leaves no
half dossier. The same bytes handed in again are recognised and not copied twice.
"""

import errno
import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pipeline import documents
from pipeline.dossier import agreements, custody
from pipeline.dossier.custody import Act, Signer
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.layout import Dossier
from pipeline.errors import InputRefused, InternalFault, UsageError, VerificationFailed
from pipeline.recording.agreement import parse_agreement, read_agreement_bytes
from pipeline.recording.model import HandedInBy, Inspection, Recording
from pipeline.recording.probe import inspect
from pipeline.recording.source import open_received, refusal
from pipeline.settings import Settings
from pipeline.worker import WorkerCrashed, WorkerTimedOut, call_once

SCHEMA = "wederhoor.recording/1"
UNKNOWN_PARTY = "unknown"
_OURSELVES = "wederhoor"
# A name for the original that no program takes for anything but sound or film.
_SOUND = {
    "aac",
    "ac3",
    "aif",
    "aiff",
    "amr",
    "ape",
    "au",
    "awb",
    "caf",
    "dss",
    "flac",
    "m4a",
    "m4b",
    "mka",
    "mp2",
    "mp3",
    "oga",
    "ogg",
    "opus",
}
_MORE_SOUND = {"w64", "wav", "wma", "wv"}
_FILM = {"3g2", "3gp", "asf", "avi", "flv", "mkv", "mov", "mp4", "mpeg", "mpg", "webm", "wmv"}
_SUFFIXES = _SOUND | _MORE_SOUND | _FILM
_MARK_LENGTHS = (8, 16, 64)
_STAGING = ".receiving-"
_CHUNK = 1024 * 1024
_INSPECTION_MEMORY_BYTES = 4 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class _HandIn:
    """The circumstances of a hand-in. `party`: a party's id, null when not told; `how`: null when not told."""

    party: str | None
    how: HandedInBy | None
    agreement: bytes | None
    without_agreement_reason: str | None
    at: datetime
    signer: Signer


@contextmanager
def _disk_may_be_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG):
            raise InternalFault("disk_full") from error
        raise


@_disk_may_be_full()
def receive(
    source: Path,
    *,
    settings: Settings,
    out: Path,
    now: datetime,
    agreement: Path | None = None,
    without_agreement_reason: str | None = None,
    handed_in_by: str | None = None,
    how: HandedInBy | None = None,
) -> Dossier:
    """Secure a recording in a dossier under `out`, or recognise the dossier it already has; needs no models.

    `now` knows its time zone; its date names a new dossier. Raises InputRefused, with the source untouched and nothing
    left behind, when the file is no use or changes while it is copied; UsageError for a party that is not in the agreement;
    VerificationFailed when the dossier of these bytes is there but damaged.
    """
    data = read_agreement_bytes(agreement) if agreement is not None else None
    _check_party(handed_in_by, data)
    signer = KeyRing(settings.paths.keys).current(now)
    hand_in = _HandIn(party=handed_in_by, how=how, agreement=data, without_agreement_reason=without_agreement_reason, at=now, signer=signer)
    _make_folder(out)
    with open_received(source) as file:
        if os.fstat(file.fileno()).st_size > settings.recordings.max_size_gb * 1e9:
            raise refusal("too_large", source, limit=f"{settings.recordings.max_size_gb:g}")
        sha256 = _hash(file)
        if (known := find(out, sha256)) is not None:
            return _received_again(known, hand_in)
        with _staged(out) as staging:
            _build(staging, source, file, sha256, settings, hand_in)
            return _place(staging, out, sha256, hand_in)


def _make_folder(out: Path) -> None:
    """The folder that holds the dossiers, which must be a folder where we may write."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise UsageError("output_unusable", folder=out.name) from error
    if not os.access(out, os.W_OK | os.X_OK):
        raise UsageError("output_unusable", folder=out.name)


def find(out: Path, sha256: str) -> Dossier | None:
    """The dossier under `out` of the recording with this digest. Raises VerificationFailed when its original is damaged."""
    names = _names_in(out) if out.is_dir() else []
    for name in sorted(name for name in names if f"-{sha256[:8]}" in name and name[0].isdigit()):
        try:
            dossier = Dossier.open(out / name)
            recording = dossier.recording()
            original = dossier.original()
        except InputRefused:
            continue
        if recording.sha256 == sha256:
            if not original.is_file() or documents.sha256_file(original) != sha256:
                raise VerificationFailed("original_damaged", dossier=name)
            return dossier
    return None


def _names_in(folder: Path) -> list[str]:
    """Plain names: a pattern held against each of a hundred thousand dossiers takes seconds for every recording."""
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _check_party(party: str | None, agreement: bytes | None) -> None:
    if party is None:
        return
    if agreement is not None:
        parse_agreement(agreement).party(party)
    elif not re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", party):
        raise UsageError("party_id_invalid", party=party)


def _build(staging: Path, source: Path, file: BinaryIO, sha256: str, settings: Settings, hand_in: _HandIn) -> None:
    """Fill the staging folder with a whole dossier and bring it safely to disk."""
    dossier = Dossier(staging)
    dossier.recording_folder.mkdir(mode=0o700)
    suffix = source.suffix.lower().removeprefix(".")
    original = dossier.recording_folder / f"original.{suffix if suffix in _SUFFIXES else 'bin'}"
    size = _copy(file, original, source, sha256)
    inspection = _inspect(original, source, settings)
    recording = Recording(
        schema=SCHEMA,
        sha256=sha256,
        samples_sha256=inspection.samples_sha256,
        original=original.name,
        received_name=os.fsencode(source.name).decode(errors="replace"),
        size_bytes=size,
        format=inspection.format,
        received_at=hand_in.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        handed_in_by=hand_in.party,
        handed_in_how=hand_in.how,
    )
    documents.write_atomically(dossier.recording_json, documents.encode(recording))
    custody.append(dossier, Act.RECEIVED, _actor(hand_in), sha256, now=hand_in.at, settings=_circumstances(hand_in), signer=hand_in.signer)
    custody.append(dossier, Act.COPIED, _OURSELVES, sha256, now=hand_in.at, settings={"bytes": size}, signer=hand_in.signer)
    _record_agreement(dossier, hand_in)
    documents.fsync_folder(dossier.recording_folder)
    documents.fsync_folder(staging)


def _place(staging: Path, out: Path, sha256: str, hand_in: _HandIn) -> Dossier:
    """Give the finished dossier its name, unless another process received the same bytes meanwhile."""
    with _locked_folder(out):
        if (known := find(out, sha256)) is not None:
            return _received_again(known, hand_in)
        for length in _MARK_LENGTHS:
            path = out / f"{hand_in.at.date().isoformat()}-{sha256[:length]}"
            if not os.path.lexists(path):
                staging.rename(path)
                documents.fsync_folder(out)
                return Dossier(path)
    raise VerificationFailed("original_damaged", dossier=path.name)


def _received_again(dossier: Dossier, hand_in: _HandIn) -> Dossier:
    """Complete a known dossier with what is new in this hand-in. Running the same command again adds nothing."""
    _record_agreement(dossier, hand_in)
    if hand_in.party is not None or hand_in.how is not None:
        facts = _circumstances(hand_in)
        before = (entry for entry in custody.read(dossier) if entry.act in (Act.RECEIVED, Act.RECEIVED_AGAIN))
        if all((entry.actor, entry.settings) != (_actor(hand_in), facts) for entry in before):
            sha256 = dossier.recording().sha256
            custody.append(dossier, Act.RECEIVED_AGAIN, _actor(hand_in), sha256, now=hand_in.at, settings=facts, signer=hand_in.signer)
    return dossier


def _record_agreement(dossier: Dossier, hand_in: _HandIn) -> None:
    actor = _actor(hand_in)
    if hand_in.agreement is not None:
        agreements.record_agreement(dossier, hand_in.agreement, actor=actor, now=hand_in.at, signer=hand_in.signer)
    elif hand_in.without_agreement_reason is not None and not dossier.agreement.exists():
        agreements.record_missing(dossier, hand_in.without_agreement_reason, actor=actor, now=hand_in.at, signer=hand_in.signer)


def _actor(hand_in: _HandIn) -> str:
    return hand_in.party or UNKNOWN_PARTY


def _circumstances(hand_in: _HandIn) -> dict[str, str | int]:
    return {"how": hand_in.how.value if hand_in.how else "unknown"}


def _inspect(original: Path, source: Path, settings: Settings) -> Inspection:
    """Look at the copy in a child process, so that a hostile file costs no more than itself."""
    limit = settings.workers.minimum_limit_seconds
    try:
        return call_once(inspect, original, settings.recordings, limit_seconds=limit, memory_bytes=_INSPECTION_MEMORY_BYTES)
    except (WorkerCrashed, WorkerTimedOut) as error:
        raise refusal("undecodable", source) from error
    except InputRefused as error:
        # The inspection only knows the copy's name; the user knows the source's.
        raise refusal(
            error.text_key.removeprefix("recording_"), source, **{k: v for k, v in error.details.items() if k != "file"}
        ) from error


def _hash(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _copy(file: BinaryIO, target: Path, source: Path, expected: str) -> int:
    """Copy the source into a new read-only file and prove it: the same bytes twice from the source, and back from disk."""
    before = os.fstat(file.fileno())
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o400), "wb") as copy:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    after = os.fstat(file.fileno())
    if digest.hexdigest() != expected or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise refusal("changed", source)
    if documents.sha256_file(target) != expected:
        raise InternalFault("copy_differs")
    return size


@contextmanager
def _staged(out: Path) -> Iterator[Path]:
    """A hidden folder on the same file system, locked while in use; what a killed process left is removed."""
    with _locked_folder(out):
        for name in _names_in(out):
            if name.startswith(_STAGING):
                _remove_unless_in_use(out / name)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=out))
        lock = os.open(staging, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        os.close(lock)


def _remove_unless_in_use(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)


@contextmanager
def _locked_folder(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
