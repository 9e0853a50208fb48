"""What to take next: urgent first, then the earliest deadline, then the oldest; what killed its last owner comes last."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from pathlib import Path

from pipeline.errors import InputRefused
from pipeline.night.claims import Claim, Watch, claims_in, take_file, take_over
from pipeline.night.inbox import Drop, Settling, agreement_beside, deadline_of, dropped_files
from pipeline.night.owner import Owner, this_process
from pipeline.night.runs import in_utc
from pipeline.night.spool import Spool
from pipeline.night.window import Window
from pipeline.recording.agreement import read_agreement
from pipeline.settings import Night

_LOOK_AGAIN_SECONDS = 30.0
# What this process works on, whichever queue took it: a claim of ours that is not in it was left lying.
_at_work: set[str] = set()
_at_work_lock = threading.Lock()


class Empty(Enum):
    """Why there is nothing to take: nothing at all, or something that may be ready in a moment."""

    NOTHING = auto()
    NOT_YET = auto()


@dataclass(order=True, slots=True)
class _Waiting:
    order: tuple[int, date, int, str]
    item: Drop | Claim = field(compare=False)


class Queue:
    """The recordings that wait in some drop folders, for one process; what it takes is claimed against all others."""

    def __init__(self, spools: Sequence[Spool], night: Night, window: Window, *, urgent_only: bool, now: Callable[[], datetime]) -> None:
        self._spools, self._night, self._window = spools, night, window
        self._urgent_only, self._now = urgent_only, now
        self._owner: Owner = this_process()
        self._watch, self._settling = Watch(night.lease_seconds), Settling(night.settle_seconds)
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._looked_at = -_LOOK_AGAIN_SECONDS
        self._tried: set[str] = set()
        self._blocked: set[Path] = set()

    def take(self) -> Claim | Empty:
        """Claim the next recording. Raises OSError when a drop folder is gone."""
        with self._lock:
            pending = False
            while True:
                if not self._waiting or time.monotonic() - self._looked_at > _LOOK_AGAIN_SECONDS:
                    pending = self._look()
                    if not self._waiting:
                        return Empty.NOT_YET if pending else Empty.NOTHING
                claim = self._claimed(self._waiting.pop().item)
                if claim is not None:
                    self._tried.add(claim.id)
                    return claim

    def let_go(self, claim: Claim) -> None:
        """The work on a claim ended, one way or another."""
        with _at_work_lock:
            _at_work.discard(claim.id)

    def try_again(self, claim: Claim) -> None:
        """The work on a claim stopped because a share was gone: it may be taken again in this run."""
        with self._lock:
            self._tried.discard(claim.id)

    def _look(self) -> bool:
        """Fill the list, best last; tells whether something is there that may be taken in a moment."""
        self._looked_at, pending = time.monotonic(), False
        found: list[_Waiting] = []
        for spool in self._spools:
            for claim in claims_in(spool, spool.claims):
                if claim.id in self._tried or claim.folder in self._blocked or (self._urgent_only and not claim.record.urgent):
                    continue
                ours = claim.record.owner == self._owner
                free = claim.id not in _at_work if ours else self._watch.is_free(claim)
                pending |= free is None
                if free:
                    found.append(_Waiting(_order_of(claim), claim))
            now_ns = spool.now_ns()
            for drop in dropped_files(spool):
                if drop.path in self._blocked or (self._urgent_only and not drop.urgent):
                    continue
                if self._settling.is_whole(drop, now_ns):
                    urgent, deadline, age, name = drop.order
                    found.append(_Waiting((int(urgent), deadline, age, name), drop))
                else:
                    pending = True
        self._waiting = sorted(found, reverse=True)
        return pending

    def _claimed(self, item: Drop | Claim) -> Claim | None:
        now = self._now()
        # Under one lock for the whole process: between taking and noting it nobody here may look.
        with _at_work_lock:
            try:
                claim = self._taken(item, now)
            except OSError:
                if not item.spool.root.is_dir():
                    raise
                # A file of which the folder does not let go: it stays where it is, and the report counts it as waiting.
                self._blocked.add(item.path if isinstance(item, Drop) else item.folder)
                return None
            if claim is not None:
                _at_work.add(claim.id)
            return claim

    def _taken(self, item: Drop | Claim, now: datetime) -> Claim | None:
        if isinstance(item, Drop):
            return take_file(item.spool, item.path, self._owner, now=in_utc(now), urgent=item.urgent)
        if item.id in _at_work:
            return None
        same_night = self._window.night_of(datetime.fromisoformat(item.record.taken_at)) == self._window.night_of(now)
        return take_over(item, self._owner, now=in_utc(now), attempts=item.record.attempts + (not same_night))


def _order_of(claim: Claim) -> tuple[int, date, int, str]:
    """Where a claim that is taken up again stands: handed over, in its turn; when its owner died at it, after everything else."""
    died = claim.record.owner is not None
    original = claim.original()
    age = original.lstat().st_mtime_ns if original else 0
    return 2 if died else int(not claim.record.urgent), _deadline(claim) or date.max, age, claim.record.dropped


def _deadline(claim: Claim) -> date | None:
    kept: Path | None = claim.folder / "agreement.toml"
    if kept is None or not kept.exists():
        kept = agreement_beside(claim.spool, claim.spool.place(claim.record.dropped))
    try:
        return deadline_of(read_agreement(kept)) if kept else None
    except InputRefused:
        return None
