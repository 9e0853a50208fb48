"""The versions of the minutes on disk: minutes/v001, v002 ..., each immutable and bound to the one before by its hash.

A version's folder is built under another name, made durable and renamed: it appears whole or not at all. The version in
force is the highest whole folder; the file `current` names it for people and other programs and follows after.
"""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline import documents
from pipeline.errors import InputRefused, RefusedByRule, VerificationFailed
from pipeline.minutes.model import Minutes
from pipeline.minutes.reading import read_minutes
from pipeline.minutes.writers import Writer

MINUTES_JSON = "minutes.json"
CURRENT = "current"
_FOLDER = re.compile(r"v\d{3,6}")


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version as it lies on disk; `sha256` is of its minutes.json."""

    folder: Path
    minutes: Minutes
    sha256: str


def write_version(minutes_folder: Path, minutes: Minutes, writers: Iterable[Writer]) -> StoredVersion:
    """Write minutes.json and every document as one new version and put it in force.

    Writing a version that is already there with the same minutes.json changes nothing. Raises RefusedByRule when that
    number is taken by other minutes, VerificationFailed when `minutes` do not follow from the version in force.
    """
    minutes_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = documents.encode(minutes)
    with _locked(minutes_folder):
        if not (minutes_folder / minutes.version).exists():
            _require_successor(minutes_folder, minutes)
            _write_folder(minutes_folder / minutes.version, minutes, data, writers)
        stored = load_version(minutes_folder, minutes.version)
        if stored.sha256 != hashlib.sha256(data).hexdigest():
            raise RefusedByRule("version_taken", version=minutes.version)
        documents.write_atomically(minutes_folder / CURRENT, f"{version_names(minutes_folder)[-1]}\n".encode())
    return stored


def load_current(minutes_folder: Path) -> StoredVersion:
    """The version in force. Raises InputRefused when there is none."""
    names = version_names(minutes_folder)
    if not names:
        raise InputRefused("no_minutes_yet")
    return load_version(minutes_folder, names[-1])


def load_version(minutes_folder: Path, version: str) -> StoredVersion:
    """One version, validated. Raises InputRefused when it is missing or damaged."""
    folder = minutes_folder / version
    path = folder / MINUTES_JSON
    if not _FOLDER.fullmatch(version) or not path.is_file():
        raise InputRefused("version_missing", version=version)
    minutes = documents.read(Minutes, path)
    return StoredVersion(folder=folder, minutes=minutes, sha256=documents.sha256_file(path))


def load_chain(minutes_folder: Path) -> tuple[StoredVersion, ...]:
    """All versions, oldest first. Raises VerificationFailed where one does not follow from the one before."""
    chain = tuple(load_version(minutes_folder, name) for name in version_names(minutes_folder))
    expected = None
    for number, stored in enumerate(chain, start=1):
        if (
            stored.minutes.version != f"v{number:03}"
            or stored.folder.name != stored.minutes.version
            or stored.minutes.predecessor != expected
        ):
            raise VerificationFailed("minutes_chain_broken", version=stored.folder.name)
        expected = stored.sha256
    return chain


def version_names(minutes_folder: Path) -> list[str]:
    """The names of the whole versions, oldest first."""
    if not minutes_folder.is_dir():
        return []
    whole = [entry.name for entry in minutes_folder.iterdir() if _FOLDER.fullmatch(entry.name) and (entry / MINUTES_JSON).is_file()]
    return sorted(whole, key=lambda name: int(name[1:]))


def _require_successor(minutes_folder: Path, minutes: Minutes) -> None:
    names = version_names(minutes_folder)
    predecessor = documents.sha256_file(minutes_folder / names[-1] / MINUTES_JSON) if names else None
    if minutes.predecessor != predecessor or minutes.version != f"v{len(names) + 1:03}":
        raise VerificationFailed("minutes_chain_broken", version=minutes.version)


def _write_folder(folder: Path, minutes: Minutes, data: bytes, writers: Iterable[Writer]) -> None:
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    reading = read_minutes(minutes)
    documents.write_atomically(part / MINUTES_JSON, data, mode=0o400)
    for writer in writers:
        documents.write_atomically(part / writer.file_name, writer.render(reading), mode=0o400)
    part.rename(folder)
    documents.fsync_folder(folder.parent)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer at a time; the lock goes when the process goes."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
