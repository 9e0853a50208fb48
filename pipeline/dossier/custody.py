"""The custody log: every act on a dossier is one line in an append-only, hash-chained file.

A line is one entry in canonical JSON. Its hash is the SHA-256 of the line's bytes without the newline; the next line
names it as `previous`. The hash of the last line is the head: who has the head can tell whether any line before it was
changed, removed or reordered. Each line may carry a signature by the organisation over the same line without it.

After a crash in mid-line the torn bytes stay where they are: the next append closes them with a mark and writes an entry
`recovered` with their SHA-256, so that the chain covers them too. An append counts as done once it returned;
a line torn before that was never reported as written. Bytes are only ever added to the file.
"""

import errno
import fcntl
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from pipeline import __version__, documents
from pipeline.dossier.layout import Dossier
from pipeline.errors import InternalFault, VerificationFailed

SCHEMA = "wederhoor.custody/1"
TOOL = f"wederhoor {__version__}"
GENESIS = "0" * 64
MAX_LOG_BYTES = 64 * 1024 * 1024
_MAX_PROBLEMS = 100
_SIGNED_UNDER = b"wederhoor.custody/1 signature\n"
# What closes torn bytes. No entry ends so: canonical JSON ends with a brace.
_TORN_MARK = b" torn\n"


class Act(StrEnum):
    """What can be done to a dossier."""

    RECEIVED = "received"
    COPIED = "copied"
    RECEIVED_AGAIN = "received_again"
    AGREEMENT_RECORDED = "agreement_recorded"
    PROCESSED = "processed"
    CHANGED = "changed"
    OPENED_FOR_EXPORT = "opened_for_export"
    SENT_TO_PARTIES = "sent_to_parties"
    RESPONDED = "responded"
    ESTABLISHED = "established"
    SEALED = "sealed"
    COUNTERSIGNED = "countersigned"
    RELEASED = "released"
    REFUSED = "refused"
    HELD = "held"
    HOLD_ENDED = "hold_ended"
    DELETED = "deleted"
    RECOVERED = "recovered"


class Signer(Protocol):
    """Whoever can sign for the organisation."""

    @property
    def key_id(self) -> str:
        """Which key: the first 16 of the SHA-256 of the raw public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature over `message`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEntry:
    """One act. `actor` is a role's or party's id, never a name; `object_sha256` is of what was acted on, null for none.

    `at` in UTC; `settings`: small facts of how it was done, without names or text from the conversation; `key_id` and
    `signature` (hexadecimal) null when the log is not signed.
    """

    schema: str
    number: int
    previous: str
    at: str
    act: Act
    actor: str
    object_sha256: str | None
    tool: str
    settings: dict[str, str | int]
    key_id: str | None
    signature: str | None

    @property
    def line(self) -> bytes:
        """The entry's line in the log, without the newline."""
        return documents.canonical_json(_ENTRY.dump_python(self, mode="json"))

    @property
    def head(self) -> str:
        """The entry's hash: the head of the log as long as no line follows."""
        return hashlib.sha256(self.line).hexdigest()

    @property
    def signed_message(self) -> bytes:
        """What the signature is over: this line with a null signature, under a name of its own."""
        return _SIGNED_UNDER + replace(self, signature=None).line


_ENTRY = TypeAdapter(CustodyEntry)


class Problem(StrEnum):
    """What can be wrong with a log on its own, without a key or a receipt."""

    MISSING = "missing"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    CHANGED = "changed"
    REMOVED = "removed"
    REORDERED = "reordered"
    REPEATED = "repeated"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class LogProblem:
    """A problem and the entry at which it shows, numbered from 1; 0 is the log as a whole.

    A link that does not hold names the entries on both sides of it: which of the two was changed, the chain cannot tell.
    """

    kind: Problem
    number: int


@dataclass(frozen=True, slots=True)
class LogState:
    """A log as read: its entries in the order of the file, and what is wrong with it."""

    entries: tuple[CustodyEntry, ...]
    problems: tuple[LogProblem, ...]

    @property
    def head(self) -> str:
        """The hash of the last entry."""
        return self.entries[-1].head if self.entries else GENESIS


def append(
    dossier: Dossier,
    act: Act,
    actor: str,
    object_sha256: str | None,
    *,
    now: datetime,
    tool: str = TOOL,
    settings: Mapping[str, str | int] | None = None,
    signer: Signer | None = None,
) -> CustodyEntry:
    """Write one act to the log and return its entry once it is safe on disk. `now` knows its time zone.

    Safe with other writers at the same time. Raises VerificationFailed when the log is damaged: nothing is added to a
    chain that does not hold. Raises InternalFault when the disk is full; then the act is not in the log.
    """
    asked = _Asked(act, actor, object_sha256, _in_utc(now), tool, dict(settings or {}), signer)
    with _opened(dossier.custody_log, os.O_RDWR | os.O_APPEND | os.O_CREAT, fcntl.LOCK_EX) as descriptor:
        log = _parse(_read_all(descriptor))
        for problem in log.state.problems:
            if problem.kind is not Problem.UNFINISHED:
                raise VerificationFailed("custody_damaged", number=problem.number)
        entry, line = asked.after(log.state), b""
        if log.torn is not None:
            recovered = replace(asked, act=Act.RECOVERED, actor="wederhoor", object_sha256=_sha256(log.torn), settings={}).after(log.state)
            entry = asked.after(LogState((recovered,), ()))
            line = _TORN_MARK + recovered.line + b"\n"
        _write(descriptor, line + entry.line + b"\n")
    documents.fsync_folder(dossier.path)
    return entry


def read(dossier: Dossier) -> tuple[CustodyEntry, ...]:
    """The entries of the log. Raises VerificationFailed when the chain does not hold; a torn last line is no entry."""
    state = check(dossier)
    for problem in state.problems:
        if problem.kind is not Problem.UNFINISHED:
            raise VerificationFailed("custody_damaged", number=problem.number)
    return state.entries


def check(dossier: Dossier) -> LogState:
    """The log with everything that is wrong with it; a damaged log is a result here, not an error."""
    return check_bytes(_bytes_of(dossier.custody_log))


def check_bytes(data: bytes | None) -> LogState:
    """The same for a log's bytes, for instance from a bundle; null for a log that is not there."""
    if not data:
        return LogState((), (LogProblem(Problem.MISSING, 0),))
    return _parse(data).state


@dataclass(frozen=True, slots=True)
class _Asked:
    """An entry that waits for its place in the chain."""

    act: Act
    actor: str
    object_sha256: str | None
    at: str
    tool: str
    settings: dict[str, str | int]
    signer: Signer | None

    def __post_init__(self) -> None:
        # The log is never deleted: what could be a name has no place in it.
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", self.actor):
            raise ValueError("an actor is named by a role id")

    def after(self, log: LogState) -> CustodyEntry:
        entry = CustodyEntry(
            schema=SCHEMA,
            number=log.entries[-1].number + 1 if log.entries else 1,
            previous=log.head,
            at=self.at,
            act=self.act,
            actor=self.actor,
            object_sha256=self.object_sha256,
            tool=self.tool,
            settings=self.settings,
            key_id=self.signer.key_id if self.signer else None,
            signature=None,
        )
        return replace(entry, signature=self.signer.sign(entry.signed_message).hex()) if self.signer else entry


@dataclass(frozen=True, slots=True)
class _Log:
    """A parsed log; `torn`: the bytes that an interrupted append left at the end, null when there are none."""

    state: LogState
    torn: bytes | None


def _parse(data: bytes) -> _Log:
    if len(data) > MAX_LOG_BYTES:
        return _Log(LogState((), (LogProblem(Problem.TOO_LARGE, 0),)), None)
    entries: list[CustodyEntry] = []
    problems: list[LogProblem] = []
    last_hash, torn_from, at = GENESIS, None, 0
    while at < len(data) and len(problems) < _MAX_PROBLEMS:
        end = data.find(b"\n", at) + 1
        if end == 0 or data.endswith(_TORN_MARK, at, end):
            torn_from = at if torn_from is None else torn_from
            at = end or len(data)
            continue
        line = data[at : end - 1]
        entry = _entry_in(line)
        if entry is None:
            problems.append(LogProblem(Problem.UNREADABLE, len(entries) + 1))
            break
        torn = None if torn_from is None else data[torn_from : at - len(_TORN_MARK)]
        problems += _problems_of(entry, line, entries, last_hash, torn)
        entries.append(entry)
        last_hash, torn_from, at = _sha256(line), None, end
    if torn_from is not None:
        problems.append(LogProblem(Problem.UNFINISHED, len(entries) + 1))
    problems += _misplaced([entry.number for entry in entries])
    return _Log(LogState(tuple(entries), tuple(problems)), data[torn_from:] if torn_from is not None else None)


def _entry_in(line: bytes) -> CustodyEntry | None:
    try:
        return _ENTRY.validate_json(line)
    except (ValidationError, RecursionError):
        return None


def _problems_of(entry: CustodyEntry, line: bytes, before: list[CustodyEntry], last_hash: str, torn: bytes | None) -> list[LogProblem]:
    """What is wrong with an entry where it stands; that numbers are missing or out of order is judged over the whole."""
    problems: list[LogProblem] = []
    if entry.line != line or entry.schema != SCHEMA:
        problems.append(LogProblem(Problem.CHANGED, entry.number))
    if (entry.act is Act.RECOVERED) != (torn is not None) or (torn is not None and entry.object_sha256 != _sha256(torn)):
        problems.append(LogProblem(Problem.CHANGED, entry.number))
    follows = entry.number == (before[-1].number + 1 if before else 1)
    if follows and entry.previous != last_hash:
        problems += [LogProblem(Problem.CHANGED, number) for number in (entry.number - 1, entry.number) if number]
    return problems


def _misplaced(numbers: list[int]) -> list[LogProblem]:
    problems: list[LogProblem] = []
    seen: set[int] = set()
    highest = 0
    for number in numbers:
        if number in seen:
            problems.append(LogProblem(Problem.REPEATED, number))
        elif number < highest:
            problems.append(LogProblem(Problem.REORDERED, number))
        seen.add(number)
        highest = max(highest, number)
    missing = (number for number in range(1, min(highest, len(numbers) + _MAX_PROBLEMS) + 1) if number not in seen)
    return problems + [LogProblem(Problem.REMOVED, number) for number in missing][:_MAX_PROBLEMS]


def _in_utc(now: datetime) -> str:
    if now.tzinfo is None:
        raise ValueError("a time without a zone is no evidence")
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _bytes_of(path: Path) -> bytes | None:
    try:
        with _opened(path, os.O_RDONLY, fcntl.LOCK_SH) as descriptor:
            return _read_all(descriptor)
    except FileNotFoundError:
        return None


@contextmanager
def _opened(path: Path, flags: int, lock: int) -> Iterator[int]:
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO, errno.EISDIR):
            raise VerificationFailed("custody_damaged", number=0) from error
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise VerificationFailed("custody_damaged", number=0)
        fcntl.flock(descriptor, lock)
        yield descriptor
    finally:
        os.close(descriptor)


def _read_all(descriptor: int) -> bytes:
    """The log's bytes, one more than allowed at most."""
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        return file.read(MAX_LOG_BYTES + 1)


def _write(descriptor: int, data: bytes) -> None:
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    except OSError as error:
        raise InternalFault("disk_full") from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
