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
from pipeline.dossier.checking.chain import LOG_SCHEMA, MAX_LOG_BYTES, TORN_MARK, Log, canonical, parse_log
from pipeline.dossier.checking.signatures import SIGNED_LINE
from pipeline.dossier.layout import Dossier
from pipeline.errors import InternalFault, VerificationFailed

TOOL = f"wederhoor {__version__}"


class Act(StrEnum):
    """What can be done to a dossier."""

    RECEIVED = "received"
    COPIED = "copied"
    RECEIVED_AGAIN = "received_again"
    COMPARED = "compared"
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
        return canonical(_ENTRY.dump_python(self, mode="json"))

    @property
    def head(self) -> str:
        """The entry's hash: the head of the log as long as no line follows."""
        return hashlib.sha256(self.line).hexdigest()

    @property
    def signed_message(self) -> bytes:
        """What the signature is over: this line with a null signature, under a name of its own."""
        return SIGNED_LINE + replace(self, signature=None).line


_ENTRY = TypeAdapter(CustodyEntry)


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
        log = parse_log(_read_all(descriptor))
        _require_whole(log)
        number, head, line = len(log.lines), log.head, b""
        if log.torn is not None:
            found = replace(asked, act=Act.RECOVERED, actor="wederhoor", object_sha256=_sha256(log.torn), settings={})
            recovered = found.entry(number + 1, head)
            number, head, line = recovered.number, recovered.head, TORN_MARK + recovered.line + b"\n"
        entry = asked.entry(number + 1, head)
        _write(descriptor, line + entry.line + b"\n")
    documents.fsync_folder(dossier.path)
    return entry


def read(dossier: Dossier) -> tuple[CustodyEntry, ...]:
    """The entries of the log. Raises VerificationFailed when the chain does not hold; a torn last line is no entry."""
    log = check(dossier)
    _require_whole(log)
    try:
        return tuple(_ENTRY.validate_python(line.entry) for line in log.lines)
    except ValidationError as error:
        raise VerificationFailed("custody_damaged", number=0) from error


def check(dossier: Dossier) -> Log:
    """The log with everything that is wrong with it; a damaged log is a result here, not an error."""
    return parse_log(_bytes_of(dossier.custody_log) or b"")


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

    def entry(self, number: int, previous: str) -> CustodyEntry:
        entry = CustodyEntry(
            schema=LOG_SCHEMA,
            number=number,
            previous=previous,
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


def _require_whole(log: Log) -> None:
    """Raise VerificationFailed when a finished line is damaged; an unfinished last one is what a crash leaves."""
    for finding in log.findings:
        if finding.kind != "line_unfinished":
            raise VerificationFailed("custody_damaged", number=finding.number)


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
