"""Following the grid of an earlier codec through one channel: where it holds, and where it goes on at another place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.integrity.signal.alignment import REACH, Fit, Samples, frame_fits, same, search
from pipeline.integrity.signal.filterbanks import Filterbank

LEAST_Z = 9.0
# A frame is on a grid when its dip stands out this far; a stretch when its frames together do.
_FRAME_Z = 3.0
_STRETCH_Z = 10.0
_STRETCH_FRAMES = 4
_SECOND_Z = 6.0
# Grids that are followed at once; one that was left long ago is searched for anew.
_FOLLOWED = 3
# Two grids that hold together for longer are two histories of the same sound, not a jump.
_MOST_SHARED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A grid holds in frames that start at `starts` (samples, rising), with these deviations `z`."""

    offset: int
    starts: NDArray[np.int64]
    z: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Jump:
    """Between samples `start` and `end` one grid stops and another goes on; `score` of the weaker side."""

    start: int
    end: int
    before: int
    after: int
    score: float


@dataclass(slots=True)
class Tracker:
    """Follows the grids of one bank through one channel, block by block.

    `own`: offset of the file's own frames, which is no trace of anything earlier; `searches`: how often a new grid may
    still be searched for, which bounds the time.
    """

    bank: Filterbank
    rate: int
    own: int | None
    searches: int
    _grids: list[int] = field(default_factory=list)
    _events: dict[int, list[tuple[NDArray[np.int64], NDArray[np.float64]]]] = field(default_factory=dict)
    _before: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    _held: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    _held_start: int = 0
    _done: int = REACH
    _spread: float = 0.2

    def take(self, samples: Samples) -> None:
        """The next block."""
        # One second of what was done already stays, so that a grid found late is followed from where it began.
        keep_from = max(self._held_start, self._done - self.rate - REACH)
        self._held = np.concatenate([self._held[keep_from - self._held_start :], samples])
        self._held_start = keep_from
        until = self._held_start + self._held.size - self.bank.window - REACH
        if until <= self._done:
            return
        begun, self._done = self._done, until
        strength = max([self._follow(grid, begun, until) for grid in self._grids[:_FOLLOWED]], default=0.0)
        if strength < _SECOND_Z and self.searches > 0 and self._look_for_another():
            self._follow(self._grids[0], max(self._held_start + REACH, begun - self.rate), until)

    def stretches(self) -> list[Stretch]:
        """Where which grid holds, by time."""
        found = [stretch for offset in self._events for stretch in self._stretches(offset)]
        return sorted(found, key=lambda stretch: int(stretch.starts[0]))

    def _look_for_another(self) -> bool:
        self.searches -= 1
        fits = search(self.bank, self._held, self._held_start, LEAST_Z)
        if self.own is not None:
            fits = older(self.bank, fits, self.own)
        if not fits:
            return False
        known = next((grid for grid in self._events if same(self.bank, Fit(grid, np.inf), fits[0])), fits[0].offset)
        if known in self._grids[:_FOLLOWED]:
            return False
        self._grids = [known, *(grid for grid in self._grids if grid != known)]
        return True

    def _follow(self, grid: int, begin: int, until: int) -> float:
        """Note the frames that are on this grid; how clear it is over all of them."""
        starts = np.arange(begin + (grid - begin) % self.bank.hop, until, self.bank.hop)
        if not starts.size:
            return 0.0
        depth, beside = frame_fits(self.bank, self._held, starts - self._held_start)
        heard = beside != 0
        if not heard.any():
            # Silence fits every grid: nothing new to look for.
            return np.inf
        self._spread += 0.1 * (1.4826 * float(np.median(np.abs(beside[heard]))) - self._spread)
        z = depth / max(self._spread, 0.05)
        on = z >= _FRAME_Z
        self._events.setdefault(grid, []).append((starts[on], z[on]))
        return float(np.minimum(z[heard], 3 * _FRAME_Z).sum() / np.sqrt(heard.sum()))

    def _stretches(self, offset: int) -> Iterator[Stretch]:
        noted = self._events[offset]
        starts, first = np.unique(np.concatenate([each for each, _ in noted]), return_index=True)
        z = np.concatenate([each for _, each in noted])[first]
        for part in np.split(np.arange(starts.size), np.flatnonzero(np.diff(starts) > self.rate) + 1):
            if part.size >= _STRETCH_FRAMES and z[part].sum() / np.sqrt(part.size) >= _STRETCH_Z:
                yield Stretch(offset, starts[part], z[part])


def older(bank: Filterbank, fits: list[Fit], own: int) -> list[Fit]:
    """The grids beside the file's own, which fine encoding leaves fainter than that of a coarser codec before it."""
    return [fit for fit in fits if not _near(bank, fit.offset, own, 2)]


def jumps(bank: Filterbank, rate: int, stretches: list[Stretch]) -> list[Jump]:
    """Where one grid stops and another goes on."""
    found = []
    for before, after in pairwise(stretches):
        shared = int(before.starts[-1]) - int(after.starts[0])
        if before.offset == after.offset or shared > _MOST_SHARED_SECONDS * rate or after.starts[-1] <= before.starts[-1]:
            continue
        found.append(_jump(bank, before, after))
    return found


def _jump(bank: Filterbank, before: Stretch, after: Stretch) -> Jump:
    """Single frames fit by chance: the jump lies where most of the evidence is on the right side of it."""
    times = np.unique(np.concatenate([before.starts, after.starts]))
    earlier = np.concatenate([[0.0], np.cumsum(before.z)])[np.searchsorted(before.starts, times)]
    later = after.z.sum() - np.concatenate([[0.0], np.cumsum(after.z)])[np.searchsorted(after.starts, times)]
    at = times[np.argmax(earlier + later)]
    last = int(before.starts[before.starts < at][-1]) + bank.window
    first = int(after.starts[after.starts >= at][0])
    score = min(float(side.z.sum() / np.sqrt(side.z.size)) for side in (before, after))
    return Jump(min(last, first), max(last, first), before.offset, after.offset, score)


def _near(bank: Filterbank, one: int, other: int, within: int) -> bool:
    apart = (one - other) % bank.hop
    return min(apart, bank.hop - apart) <= within
