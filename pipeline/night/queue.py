"""What to take next: urgent first, then the earliest deadline, then the oldest; what killed its last owner comes last."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from itertools import chain
from pathlib import Path

from pipeline.night.claims import Claim, Watch, claims_in, take_file, take_over
from pipeline.night.inbox import Drop, Settling, Signature, agreement_beside, deadline_in, dropped_files, is_open_for_writing
from pipeline.night.late import late_agreements
from pipeline.night.owner import Owner, this_process
from pipeline.night.pace import Pace
from pipeline.night.runs import in_utc
from pipeline.night.spool import Spool
from pipeline.night.window import Window
from pipeline.settings import Night

# Something urgent may have come while we worked; but looking at ten thousand files takes seconds.
_LOOK_AGAIN_SECONDS, _LOOK_AGAIN_SHARE = 30.0, 0.01
# Where nothing is left that we know of, somebody waits for what we see.
_LOOK_WHEN_IDLE_SHARE = 0.1
# What this process works on, whichever queue took it: a claim of ours that is not in it was left lying.
_at_work: set[str] = set()
_at_work_lock = threading.Lock()


class Empty(Enum):
    """Why there is nothing to take: nothing at all, something that may be ready in a moment, or it is too soon to look again."""

    NOTHING = auto()
    NOT_YET = auto()
    TOO_SOON = auto()


_Order = tuple[int, date, int, str]


@dataclass(order=True, slots=True)
class _Waiting:
    order: _Order
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
        self._look_again = Pace(_LOOK_AGAIN_SHARE, _LOOK_AGAIN_SECONDS)
        self._look_when_idle = Pace(_LOOK_WHEN_IDLE_SHARE)
        self._pending = False
        self._tried: set[str] = set()
        self._blocked: set[Path] = set()

    def take(self) -> Claim | Empty:
        """Claim the next recording. Raises OSError when a drop folder is gone."""
        with self._lock:
            looked = self._look_again.is_due() or (not self._waiting and self._look_when_idle.is_due())
            if looked:
                self._look()
            while self._waiting:
                claim = self._claimed(self._waiting.pop().item)
                if claim is not None:
                    self._tried.add(claim.id)
                    return claim
            if not looked:
                return Empty.TOO_SOON
            return Empty.NOT_YET if self._pending else Empty.NOTHING

    def let_go(self, claim: Claim) -> None:
        """The work on a claim ended, one way or another."""
        with _at_work_lock:
            _at_work.discard(claim.id)

    def try_again(self, claim: Claim) -> None:
        """The work on a claim stopped because a share was gone: it may be taken again in this run."""
        with self._lock:
            self._tried.discard(claim.id)

    def _look(self) -> None:
        """Fill the list, best last; notes whether something is there that may be taken in a moment."""
        with self._look_again.timed(), self._look_when_idle.timed():
            self._pending = False
            self._waiting = sorted((_Waiting(*found) for spool in self._spools for found in self._free_in(spool)), reverse=True)

    def _free_in(self, spool: Spool) -> Iterator[tuple[_Order, Drop | Claim]]:
        for claim in claims_in(spool, spool.claims):
            if claim.id in self._tried or claim.folder in self._blocked or (self._urgent_only and not claim.record.urgent):
                continue
            ours = claim.record.owner == self._owner
            free = claim.id not in _at_work if ours else self._watch.is_free(claim)
            self._pending |= free is None
            if free:
                yield _order_of(claim), claim
        now_ns = spool.now_ns()
        for drop in chain(dropped_files(spool), late_agreements(spool, now_ns)):
            if drop.path in self._blocked or (self._urgent_only and not drop.urgent):
                continue
            if self._settling.is_quiet(drop, now_ns):
                urgent, deadline, age, name = drop.order
                yield (int(urgent), deadline, age, name), drop
            else:
                self._pending = True

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
            if not self._is_still_there(item):
                return None
            return take_file(item.spool, item.path, self._owner, now=in_utc(now), urgent=item.urgent)
        if item.id in _at_work:
            return None
        same_night = self._window.night_of(datetime.fromisoformat(item.record.taken_at)) == self._window.night_of(now)
        return take_over(item, self._owner, now=in_utc(now), attempts=item.record.attempts + (not same_night))

    def _is_still_there(self, drop: Drop) -> bool:
        """Whether a file is as we saw it: others take from the same list, and somebody may be writing to it again."""
        try:
            changed = Signature.of(drop.path) != drop.signature
        except FileNotFoundError:
            if not drop.spool.root.is_dir():
                raise
            return False
        if changed or is_open_for_writing(drop.path):
            self._pending = True
            return False
        return True


def _order_of(claim: Claim) -> _Order:
    """Where a claim that is taken up again stands: handed over, in its turn; when its owner died at it, after everything else."""
    died = claim.record.owner is not None
    original = claim.original()
    age = original.lstat().st_mtime_ns if original else 0
    return 2 if died else int(not claim.record.urgent), _deadline(claim) or date.max, age, claim.record.dropped


def _deadline(claim: Claim) -> date | None:
    kept: Path | None = claim.folder / "agreement.toml"
    if kept is None or not kept.exists():
        kept = agreement_beside(claim.spool, claim.spool.place(claim.record.dropped))
    return deadline_in(kept) if kept else None
