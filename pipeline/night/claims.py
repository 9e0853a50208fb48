"""Claims: who works on a recording, so that each is worked on by one and none is lost when that one dies.

A file is taken by renaming it into a claim's folder `<id>.<turn>`, made beforehand with its owner's name in it. Whoever takes
a claim over renames that folder to the next turn. So the folder's name is a fencing token: a former owner that wakes up finds
its folder gone, and can commit nothing. Committing is a rename too, to `done` or `quarantine`: it happens once.

An owner on this machine is alive or not; the kernel knows. Of an owner elsewhere only the heartbeat tells, which others
watch by their own steady clock: clocks that differ or jump do not matter.
"""

import contextlib
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline import documents
from pipeline.errors import WederhoorError
from pipeline.night.owner import Owner, is_gone
from pipeline.night.spool import Spool

CLAIM_SCHEMA = "wederhoor.claim/1"
PROGRESS_SCHEMA = "wederhoor.progress/1"
ORIGINAL = "original"
_CLAIM, _BEAT, _PROGRESS = "claim.json", "beat", "progress.json"
_BEATS_PER_LEASE = 6


class ClaimLost(Exception):
    """Another owner took the claim over; what this one did counts for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRecord:
    """The document claim.json. `dropped`: where the file was dropped (Spool.written); `owner` null when it is free to take.

    `attempts`: how many nights began with it; `taken_at`: by the owner's clock, only to be read.
    """

    schema: str
    id: str
    dropped: str
    owner: Owner | None
    taken_at: str
    attempts: int
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The document progress.json: how far the work is; `share` in 0-1 of this stage."""

    schema: str
    stage: str
    share: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim at one turn; `folder` is valid only as long as nobody took it over."""

    spool: Spool
    folder: Path
    record: ClaimRecord

    @property
    def id(self) -> str:
        """The opaque id: it says nothing of the file."""
        return self.record.id

    @property
    def turn(self) -> int:
        """How often this claim has changed hands, from 1."""
        return turn_of(self.folder)

    @property
    def original_folder(self) -> Path:
        """The folder with the file as it was dropped."""
        return self.folder / ORIGINAL

    def original(self) -> Path | None:
        """The file as it was dropped, under its own name; null when it was never taken."""
        try:
            return next(self.original_folder.iterdir(), None)
        except FileNotFoundError:
            return None

    def require_held(self) -> None:
        """Raise ClaimLost when somebody took the claim over."""
        if not self.folder.is_dir():
            raise ClaimLost

    def tell_progress(self, stage: str, share: float) -> None:
        """Write how far the work is. Raises ClaimLost."""
        told = Progress(schema=PROGRESS_SCHEMA, stage=stage, share=round(share, 3))
        self.write(_PROGRESS, told)

    def write(self, name: str, document: object) -> None:
        """Write a document in the claim's folder. Raises ClaimLost."""
        try:
            documents.write_atomically(self.folder / name, documents.encode(document))
        except FileNotFoundError as error:
            raise ClaimLost from error

    def move_to(self, target: Path) -> None:
        """End the claim: its folder gets this name, in one step and only once. Raises ClaimLost."""
        target.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            self.folder.rename(target)
        except FileNotFoundError as error:
            raise ClaimLost from error
        documents.fsync_folder(target.parent)

    def set_free(self) -> None:
        """Let go of it, so that whoever comes first takes it up. Raises ClaimLost."""
        self.write(_CLAIM, replace(self.record, owner=None))


def turn_of(folder: Path) -> int:
    """The turn in the name of a claim's folder."""
    return int(folder.name.rpartition(".")[2])


def take_file(spool: Spool, path: Path, owner: Owner, *, now: str, attempts: int = 1, urgent: bool = False) -> Claim | None:
    """Claim a dropped file; null when somebody else was first. `path`: in the drop folder, or an earlier quarantine's."""
    identifier = secrets.token_hex(8)
    record = ClaimRecord(
        schema=CLAIM_SCHEMA,
        id=identifier,
        dropped=spool.written(path),
        owner=owner,
        taken_at=now,
        attempts=attempts,
        urgent=urgent,
    )
    staging, folder = spool.claims / f".new-{identifier}", spool.claims / f"{identifier}.1"
    # Not with parents: where a share is gone nothing may be made in its place.
    staging.mkdir(mode=0o700)
    (staging / ORIGINAL).mkdir(mode=0o700)
    documents.write_atomically(staging / _CLAIM, documents.encode(record))
    (staging / _BEAT).touch(mode=0o600)
    staging.rename(folder)
    target = folder / ORIGINAL / path.name
    try:
        path.rename(target)
    except FileNotFoundError:
        # A share may have done it and lost the answer.
        if not os.path.lexists(target):
            shutil.rmtree(folder, ignore_errors=True)
            return None
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    documents.fsync_folder(target.parent)
    documents.fsync_folder(path.parent)
    documents.fsync_folder(spool.claims)
    return Claim(spool, folder, record)


def claims_in(spool: Spool, folder: Path) -> Iterator[Claim]:
    """Every claim in `spool.claims` or `spool.quarantine`; one that vanishes while looking is left out."""
    for path in spool.entries(folder):
        with contextlib.suppress(OSError, ValueError, WederhoorError):
            turn_of(path)
            yield Claim(spool, path, documents.read(ClaimRecord, path / _CLAIM))


def progress_of(claim: Claim) -> Progress | None:
    """How far the owner says it is; null when it did not say."""
    try:
        return documents.read(Progress, claim.folder / _PROGRESS)
    except (OSError, WederhoorError):
        return None


@dataclass(slots=True)
class Watch:
    """Watches the heartbeats of claims held elsewhere, by this process's steady clock."""

    lease_seconds: float
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Path, tuple[int, float]] = field(default_factory=dict)
    _beating: set[Path] = field(default_factory=set)

    def is_free(self, claim: Claim) -> bool | None:
        """Whether the claim may be taken over; null when that is not known yet: look again within a lease."""
        owner = claim.record.owner
        if owner is None:
            return True
        gone = is_gone(owner)
        if gone is not None:
            return gone
        beat, now = _beat(claim), self.clock()
        before = self._seen.get(claim.folder)
        if before is None or before[0] != beat:
            self._seen[claim.folder] = (beat, now)
            if before is not None:
                self._beating.add(claim.folder)
            return False if claim.folder in self._beating else None
        if now - before[1] >= self.lease_seconds:
            return True
        return False if claim.folder in self._beating else None


def take_over(claim: Claim, owner: Owner, *, now: str, attempts: int | None = None) -> Claim | None:
    """Take a free claim, or one out of quarantine; null when somebody else was first."""
    folder = claim.spool.claims / f"{claim.id}.{claim.turn + 1}"
    record = replace(claim.record, owner=owner, taken_at=now, attempts=attempts or claim.record.attempts)
    taken = Claim(claim.spool, folder, record)
    try:
        claim.folder.rename(folder)
        taken.write(_CLAIM, record)
        (folder / _BEAT).touch(mode=0o600)
    except (FileNotFoundError, ClaimLost):
        return None
    return taken


@contextmanager
def kept_alive(claim: Claim, lease_seconds: float) -> Iterator[threading.Event]:
    """Beat while the work goes on; yields an event that is set when the claim turns out to be lost."""
    done, lost = threading.Event(), threading.Event()

    def beat() -> None:
        while not done.wait(lease_seconds / _BEATS_PER_LEASE):
            try:
                os.utime(claim.folder / _BEAT)
            except FileNotFoundError:
                # A share that is gone looks like this too; the next beat or the commit tells.
                if claim.folder.parent.is_dir():
                    lost.set()
                    return
            except OSError:
                continue

    heart = threading.Thread(target=beat, name=f"beat-{claim.id}", daemon=True)
    heart.start()
    try:
        yield lost
    finally:
        done.set()
        heart.join()


def _beat(claim: Claim) -> int:
    """When the last beat was. Opened first: a share answers from its memory otherwise."""
    try:
        descriptor = os.open(claim.folder / _BEAT, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return 0
    try:
        return os.fstat(descriptor).st_mtime_ns
    finally:
        os.close(descriptor)


def sweep(spool: Spool) -> None:
    """Remove what processes that were killed left half made: folders that never became a claim."""
    for staging in spool.claims.glob(".new-*"):
        with contextlib.suppress(OSError, WederhoorError):
            owner = documents.read(ClaimRecord, staging / _CLAIM).owner if (staging / _CLAIM).exists() else None
            if owner is not None and is_gone(owner):
                shutil.rmtree(staging, ignore_errors=True)
