"""What lies in a drop folder: recordings, the agreements beside them, and files that are still being written.

Nothing is opened that is not a plain file, no link is followed, and what a name says is never used as a path. A file counts as
whole when nobody has it open for writing (as far as this machine can tell) and it did not change for a while.
"""

import contextlib
import fcntl
import os
import re
import signal
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path

from pipeline.errors import InputRefused
from pipeline.night.spool import SPOOL, URGENT, Kind, Spool
from pipeline.recording.agreement import Agreement, Moment, read_agreement

AGREEMENT_NAMES = ("agreement.toml", "afspraak.toml")
RECORDINGS = "opnamen"
WHY = "WAAROM.txt"
_DEPTH = 5
_MOST_FILES = 200_000
_MOST_READ = 20_000
# What systems and programs leave beside people's files, and names of files that are still under way.
_NOT_DROPPED = re.compile(
    r"(\..*|~.*|.*~|desktop\.ini|thumbs\.db|.*\.(part|partial|filepart|crdownload|download|tmp|swp))", re.IGNORECASE | re.DOTALL
)
_SOUND_PER_SECOND = {
    ".amr": 1_600,
    ".3gp": 1_600,
    ".opus": 3_000,
    ".ogg": 3_000,
    ".oga": 3_000,
    ".wav": 16_000,
    ".aif": 16_000,
    ".flac": 12_000,
}
_COMPRESSED_PER_SECOND = 6_000


@dataclass(frozen=True, slots=True)
class Signature:
    """What changes when somebody writes to a file. Times in nanoseconds by the file system's clock."""

    inode: int
    size: int
    modified_ns: int
    changed_ns: int

    @classmethod
    def of(cls, path: Path) -> "Signature":
        """The signature of what lies here, a link itself included."""
        status = path.lstat()
        return cls(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    @property
    def quiet_since_ns(self) -> int:
        """When it was last written to, moved or otherwise changed."""
        return max(self.modified_ns, self.changed_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A file that was dropped. `deadline`: the first day something is due by its agreement, null when there is none."""

    spool: Spool
    path: Path
    signature: Signature
    urgent: bool
    deadline: date | None

    @property
    def audio_seconds(self) -> float:
        """About how long it is, judged by its size: enough to plan a night, no more."""
        return self.signature.size / _SOUND_PER_SECOND.get(self.path.suffix.lower(), _COMPRESSED_PER_SECOND)

    @property
    def order(self) -> tuple[bool, date, int, str]:
        """Urgent first, then the earliest deadline, then the oldest."""
        return not self.urgent, self.deadline or date.max, self.signature.modified_ns, self.spool.written(self.path)


def dropped_files(spool: Spool) -> Iterator[Drop]:
    """Every file in the drop folder that is, or may be meant as, a recording. Raises OSError when the folder is gone."""
    for path in files_in(spool):
        if not is_agreement(path) and not path.name.startswith(WHY.removesuffix(".txt")):
            with contextlib.suppress(FileNotFoundError):
                yield drop_of(spool, path)


def files_in(spool: Spool) -> Iterator[Path]:
    """Every file that people left where recordings are dropped. Raises OSError when the folder is gone."""
    folders = (spool.top,) if spool.kind is Kind.INBOX else tuple(_recording_folders(spool.top))
    return islice((path for folder in folders for path in _files_under(folder, _DEPTH)), _MOST_FILES)


def is_agreement(path: Path) -> bool:
    """Whether this file is meant as an agreement."""
    return path.suffix.lower() == ".toml"


def agreement_beside(spool: Spool, path: Path) -> Path | None:
    """The agreement of a recording dropped here: with the same stem, else the one of its folder; null when there is none.

    The top of an inbox holds everybody's files, so that no agreement there speaks for all of them.
    """
    candidates = list(own_agreements(path))
    folder = path.parent
    if folder != spool.top:
        candidates += [folder / name for name in AGREEMENT_NAMES]
    if spool.kind is Kind.CASES and folder.name == RECORDINGS:
        candidates += [folder.parent / name for name in AGREEMENT_NAMES]
    return next((candidate for candidate in candidates if candidate != path and _is_plain(candidate)), None)


def own_agreements(path: Path) -> tuple[Path, Path]:
    """What the own agreement of a recording dropped here may be called."""
    return path.with_suffix(".toml"), path.with_name(f"{path.name}.toml")


def is_own(agreement: Path, path: Path) -> bool:
    """Whether this agreement belongs to this one recording and not to all of its folder."""
    return agreement.name in {own.name for own in own_agreements(path)} and agreement.name not in AGREEMENT_NAMES


def deadline_of(agreement: Agreement) -> date | None:
    """The first day something is due: a copy that was asked for and not given, or the parties' reactions."""
    days = [_day(copy.due) for copy in agreement.copies if copy.delivered_at is None]
    days.append(agreement.procedure.respond_before)
    return min((day for day in days if day is not None), default=None)


def deadline_in(agreement: Path) -> date | None:
    """The deadline in an agreement's file; null when it has none, cannot be read, or is gone."""
    try:
        return _read_deadline(agreement, Signature.of(agreement))
    except FileNotFoundError:
        return None


@dataclass(slots=True)
class Settling:
    """Tells which files lie still: unchanged for `seconds`, by the file system's clock or by our own steady one."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Path, tuple[Signature, float]] = field(default_factory=dict)

    def is_quiet(self, drop: Drop, now_ns: int) -> bool:
        """Whether a file did not change for long enough. `now_ns`: now, by the clock that dates the file (Spool.now_ns)."""
        if now_ns - drop.signature.quiet_since_ns >= self.seconds * 1e9:
            return True
        # A file from the future, or a clock that was set back: watch it ourselves.
        seen = self._seen.get(drop.path)
        if seen is None or seen[0] != drop.signature:
            self._seen[drop.path] = (drop.signature, self.clock())
            return self.seconds == 0
        return self.clock() - seen[1] >= self.seconds


def is_open_for_writing(path: Path) -> bool:
    """Whether a program on this machine has the file open for writing; false where the file system cannot tell."""
    if not _is_plain(path):
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # A read lease is granted only when nobody has the file open for writing (fcntl(2), F_SETLEASE). Who opens it just
        # then makes the kernel signal us; the usual signal would end this process, this one is ignored.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def drop_of(spool: Spool, path: Path) -> Drop:
    """What was dropped here. Raises FileNotFoundError."""
    urgent = spool.kind is Kind.INBOX and URGENT in path.relative_to(spool.top).parts[:-1]
    return Drop(spool=spool, path=path, signature=Signature.of(path), urgent=urgent, deadline=_deadline_beside(spool, path))


def _deadline_beside(spool: Spool, path: Path) -> date | None:
    agreement = agreement_beside(spool, path)
    return deadline_in(agreement) if agreement else None


@lru_cache(maxsize=_MOST_READ)
def _read_deadline(agreement: Path, signature: Signature) -> date | None:
    """The deadline in a file; with its signature, so that one that was changed is read again and others only once."""
    del signature
    try:
        return deadline_of(read_agreement(agreement))
    except InputRefused:
        return None


def _recording_folders(top: Path) -> Iterator[Path]:
    with os.scandir(top) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            folder = Path(entry.path, RECORDINGS)
            if entry.name != SPOOL and entry.is_dir(follow_symlinks=False) and not folder.is_symlink() and folder.is_dir():
                yield folder


def _files_under(folder: Path, depth: int) -> Iterator[Path]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if _NOT_DROPPED.fullmatch(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth > 0:
                with contextlib.suppress(FileNotFoundError, PermissionError):
                    yield from _files_under(Path(entry.path), depth - 1)
        else:
            yield Path(entry.path)


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _day(moment: Moment | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment
