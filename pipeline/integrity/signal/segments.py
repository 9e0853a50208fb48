"""Which grid holds when: the likeliest course through the frames of all grids that were found, and where one follows another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.integrity.signal.alignment import Values, near

# Natural logarithms of how much likelier it must be to go to another grid, or to one from none.
_JUMP = 10.0
_ENTER = 6.0
# A stretch on a grid has at least this evidence, or it is chance.
LEAST_EVIDENCE = 14.0
# A frame on its grid may show nothing: short blocks, loud sound that was coded finely.
_SHOWS_NOTHING = 0.1
# Silence that was coded as nothing stands out without end; no frame alone makes a segment.
LARGEST_Z = 4.0
# Where a grid was not looked at, another one held.
_NOT_LOOKED = -0.3
# A place is possible when it is at most this much less likely than the best one (natural logarithm), and more for a faint grid,
# whose frames are not as independent as they are counted.
_SLACK = 10.0
# Part of a window at its ends where what is beyond a join hardly shows.
_TAIL = 0.15


@dataclass(frozen=True, slots=True)
class Frames:
    """Frames on one grid: `starts` (samples, rising) and for each `evidence`, the logarithm of how much likelier the grid makes it.

    `shift`: by how many deviations its frames stand out on average.
    """

    starts: NDArray[np.int64]
    evidence: Values
    shift: float


@dataclass(frozen=True, slots=True)
class Segment:
    """The grid at `offset` holds from the start of its first frame to the end of its last (samples)."""

    offset: int
    start: int
    end: int
    evidence: float


@dataclass(frozen=True, slots=True)
class Jump:
    """Between samples `start` and `end` the grid `before` stops and `after` goes on; `score` of the weaker side."""

    start: int
    end: int
    before: Segment
    after: Segment

    @property
    def score(self) -> float:
        """The evidence of the weaker side."""
        return min(self.before.evidence, self.after.evidence)


def evidence(z: Values, shift: float) -> Values:
    """For frames that stand out by `z` (NaN: silent), when a frame on this grid stands out by `shift` on average."""
    on = np.exp(shift * np.minimum(z, LARGEST_Z) - shift * shift / 2)
    told: Values = np.where(np.isnan(z), 0.0, np.log(_SHOWS_NOTHING + (1 - _SHOWS_NOTHING) * np.nan_to_num(on)))
    return told


def segments(frames: Mapping[int, Frames], hop: int, window: int, begin: int, end: int) -> list[Segment]:
    """The likeliest course from sample `begin` to `end`: stretches on a grid, in their order; what is between them is on none."""
    offsets = list(frames)
    steps = max(0, -(-(end - begin) // hop))
    if not offsets or not steps:
        return []
    gains = np.zeros((steps, len(offsets) + 1))
    for state, offset in enumerate(offsets, 1):
        at = (frames[offset].starts - begin) // hop
        inside = (at >= 0) & (at < steps)
        gains[:, state] = _NOT_LOOKED
        gains[at[inside], state] = frames[offset].evidence[inside]
    return list(_segments(_course(gains), offsets, frames, hop, window, begin))


def jumps(frames: Mapping[int, Frames], hop: int, window: int, found: list[Segment]) -> list[Jump]:
    """Where one grid stops and another goes on, each as exactly as the frames around it tell.

    Grids one sample apart are one: after a change of rate the place of a frame is between two samples.
    """
    sure = [segment for segment in found if segment.evidence >= LEAST_EVIDENCE]
    return [_placed(frames, window, before, after) for before, after in pairwise(sure) if not near(hop, before.offset, after.offset, 1)]


def _course(gains: Values) -> NDArray[np.int64]:
    """The likeliest state of each step (Viterbi); state 0 is no grid."""
    steps, states = gains.shape
    cost = np.full((states, states), _JUMP)
    cost[0, :] = cost[:, 0] = _ENTER
    np.fill_diagonal(cost, 0)
    came = np.zeros((steps, states), np.int16)
    total = gains[0] - np.concatenate([[0.0], np.full(states - 1, _ENTER)])
    for step in range(1, steps):
        options = total - cost
        came[step] = options.argmax(axis=1)
        total = options[np.arange(states), came[step]] + gains[step]
    course = np.zeros(steps, np.int64)
    course[-1] = total.argmax()
    for step in range(steps - 1, 0, -1):
        course[step - 1] = came[step, course[step]]
    return course


def _segments(
    course: NDArray[np.int64], offsets: list[int], frames: Mapping[int, Frames], hop: int, window: int, begin: int
) -> Iterator[Segment]:
    edges = [0, *(np.flatnonzero(np.diff(course)) + 1).tolist(), course.size]
    for first, last in pairwise(edges):
        if not course[first]:
            continue
        offset = offsets[int(course[first]) - 1]
        on = frames[offset]
        inside = (on.starts >= begin + first * hop) & (on.starts < begin + last * hop)
        # The segment begins and ends with frames that speak for it.
        clear = np.flatnonzero(inside & (on.evidence > 0))
        if clear.size:
            held = slice(clear[0], clear[-1] + 1)
            yield Segment(offset, int(on.starts[clear[0]]), int(on.starts[clear[-1]]) + window, float(on.evidence[held].sum()))


def _placed(frames: Mapping[int, Frames], window: int, before: Segment, after: Segment) -> Jump:
    """A place is likely when the frames that end before it fit the one grid, and those that start after it the other."""
    low, high = (before.start + before.end) // 2, (after.start + after.end) // 2
    ends, gain_before = _within(frames[before.offset], window, low, high)
    starts, gain_after = _within(frames[after.offset], 0, low, high)
    places = np.unique(np.concatenate([[low, high], ends, starts]))
    likely = np.concatenate([[0.0], np.cumsum(gain_before)])[np.searchsorted(ends, places, "right")]
    later = np.concatenate([[0.0], np.cumsum(gain_after)])
    likely = likely + later[-1] - later[np.searchsorted(starts, places, "left")]
    slack = _SLACK / (1 + min(frames[before.offset].shift, frames[after.offset].shift))
    possible = places[likely >= likely.max() - slack]
    tail = round(_TAIL * window)
    return Jump(int(possible[0]) - tail, int(possible[-1]) + tail, before, after)


def _within(frames: Frames, shift: int, low: int, high: int) -> tuple[NDArray[np.int64], Values]:
    at = frames.starts + shift
    inside = (at >= low) & (at <= high)
    return at[inside], frames.evidence[inside]
