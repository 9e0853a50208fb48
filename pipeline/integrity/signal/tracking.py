"""Following the grids of one filterbank through one channel, block by block, and searching for a new one where all are lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.integrity.signal.alignment import Baseline, Fit, Samples, Values, frame_scores, search
from pipeline.integrity.signal.filterbanks import Filterbank
from pipeline.integrity.signal.screening import Candidate
from pipeline.integrity.signal.segments import LARGEST_Z, Frames, Jump, Segment, evidence, jumps, segments

# Samples are handled in chunks, with some seconds before them at hand: a grid found late is followed from where it began.
_CHUNK_SECONDS = 4
_HELD_SECONDS = 12
# A new grid stands out at least this far among all places.
_LEAST_Z = 6.0
# A grid whose frames stand out far is missed, and searched for anew, after a second; a faint one after more.
_PLAIN_SHIFT = 1.0
_LEAST_LOST_SECONDS = {True: 1.0, False: 3.0}
_SHIFTS = (0.3, 3.0)
# The frames of the file itself are where they belong when together they stand out this far.
_OWN_Z = 3.0
# Grids that are looked at everywhere; the others only where these are lost.
_ACTIVE = 2


@dataclass(slots=True)
class _Grid:
    """Frames that were looked at: their starts and how far they stood out; `shift`: how far they do on average."""

    shift: float
    starts: list[NDArray[np.int64]] = field(default_factory=list)
    z: list[Values] = field(default_factory=list)

    def frames(self, since: int = 0) -> Frames:
        """All that were looked at, from `since` on."""
        starts, z = self.in_order()
        late = starts >= since
        return Frames(starts[late], evidence(z[late], self.shift), self.shift)

    def learn(self, held: list[Segment]) -> None:
        """How far frames stand out where this grid holds."""
        starts, z = self.in_order()
        inside = np.zeros(starts.size, dtype=bool)
        for segment in held:
            inside |= (starts >= segment.start) & (starts < segment.end)
        told = z[inside & ~np.isnan(z)]
        if told.size:
            self.shift = float(np.clip(np.mean(np.minimum(told, LARGEST_Z)), *_SHIFTS))

    def in_order(self) -> tuple[NDArray[np.int64], Values]:
        """Starts of the frames, rising, and how far each stands out."""
        starts, first = np.unique(np.concatenate([np.zeros(0, np.int64), *self.starts]), return_index=True)
        return starts, np.concatenate([np.zeros(0), *self.z])[first]


class Tracker:
    """Follows one candidate. `seconds`: how many seconds of sound may be searched for new grids, which bounds the time."""

    def __init__(self, candidate: Candidate, rate: int, seconds: float) -> None:
        self.bank: Filterbank = candidate.bank
        self.own = candidate.own
        self._baseline: Baseline = candidate.baseline
        self._rate = rate
        self._searches = seconds * rate
        self._grids: dict[int, _Grid] = {}
        self._active: list[int] = []
        self._held: Samples = np.zeros(0, np.float32)
        self._held_start = 0
        self._done = 1
        self._own_frames = _Grid(_SHIFTS[1])
        self._plain = False
        for fit in candidate.fits:
            self._known(fit)

    def take(self, samples: Samples) -> None:
        """The next block."""
        self._held = np.concatenate([self._held, samples])
        if self._held_start + self._held.size - self._done >= _CHUNK_SECONDS * self._rate:
            self._advance()

    def finish(self) -> None:
        """No more blocks follow."""
        self._advance()

    def segments(self) -> list[Segment]:
        """Where which grid holds, by time. How far each stands out is learnt from a first course through the frames."""
        end = self._done + self.bank.hop
        first = segments(self._frames(), self.bank.hop, self.bank.window, 0, end)
        for offset, grid in self._grids.items():
            grid.learn([segment for segment in first if segment.offset == offset])
        return segments(self._frames(), self.bank.hop, self.bank.window, 0, end)

    def jumps(self, found: list[Segment]) -> list[Jump]:
        """Where one grid stops and another goes on."""
        return jumps(self._frames(), self.bank.hop, self.bank.window, found)

    def own_holds(self, begin: int, end: int) -> bool:
        """Whether the frames of the file itself are where they belong, between these samples."""
        starts, z = self._own_frames.in_order()
        inside = (starts >= begin) & (starts + self.bank.window <= end) & ~np.isnan(z)
        return bool(z[inside].sum() > _OWN_Z * max(1, int(inside.sum())) ** 0.5)

    def _frames(self) -> Mapping[int, Frames]:
        return {offset: grid.frames() for offset, grid in self._grids.items() if grid.starts}

    def _advance(self) -> None:
        until = self._held_start + self._held.size - self.bank.window - 1
        if until <= self._done:
            return
        if self.own is not None:
            self._look(self._own_frames, self.own, self._done, until)
        for offset in self._active[:_ACTIVE]:
            self._look(self._grids[offset], offset, self._done, until)
        self._done = until
        for begin, end in self._lost(until):
            self._search(begin, end)
        keep_from = max(self._held_start, self._held_start + self._held.size - _HELD_SECONDS * self._rate)
        self._held = self._held[keep_from - self._held_start :]
        self._held_start = keep_from

    def _look(self, grid: _Grid, offset: int, begin: int, until: int) -> None:
        begin = max(begin, self._held_start + 1)
        starts = np.arange(begin + (offset - begin) % self.bank.hop, until, self.bank.hop)
        if starts.size:
            grid.starts.append(starts)
            grid.z.append(self._baseline.z(frame_scores(self.bank, self._held, starts - self._held_start)))

    def _lost(self, until: int) -> list[tuple[int, int]]:
        """Stretches at hand that are long enough and on none of the grids; sound is searched again with what follows it."""
        held = {offset: grid.frames(self._held_start) for offset, grid in self._grids.items() if grid.starts}
        found = segments(held, self.bank.hop, self.bank.window, self._held_start, until)
        self._activate([segment.offset for segment in found[::-1]])
        edges = [self._held_start, *(edge for segment in found for edge in (segment.start, segment.end)), until + self.bank.window]
        least = _LEAST_LOST_SECONDS[self._plain] * self._rate
        return [(begin, end) for begin, end in zip(edges[::2], edges[1::2], strict=True) if end - begin >= least]

    def _search(self, begin: int, end: int) -> None:
        if self._searches <= 0:
            return
        self._searches -= end - begin
        samples = self._held[begin - self._held_start : end - self._held_start]
        for fit in search(self.bank, samples, begin, self.own)[:2]:
            if fit.z >= _LEAST_Z:
                offset = self._known(fit)
                self._look(self._grids[offset], offset, self._held_start + 1, self._done)
                self._activate([offset])

    def _known(self, fit: Fit) -> int:
        """The offset of a grid that is followed from now on."""
        shift = float(np.clip(fit.shift, *_SHIFTS))
        self._plain |= shift >= _PLAIN_SHIFT
        self._grids.setdefault(fit.offset, _Grid(shift))
        self._activate([fit.offset])
        return fit.offset

    def _activate(self, offsets: list[int]) -> None:
        self._active = list(dict.fromkeys([*offsets, *self._active]))
