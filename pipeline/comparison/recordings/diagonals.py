"""From votes to candidate alignments: stretches of B whose windows agree on one offset and one drift."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.comparison.recordings.search import Votes

# Votes of one place agree within this; two places that a cut of 100 ms sets apart do not.
_AGREE_MS = 30.0
_NEARBY_MS = 12_000.0
_NEARBY_VOTES = 18
_MODE_MS = 22.0
_LEAST_VOTES = 2
_LEAST_TOTAL_SCORE = 13.0
_PAIR_MS = 80_000.0
LARGEST_DRIFT = 400e-6


@dataclass(frozen=True, slots=True)
class Diagonal:
    """A's time is B's time plus `offset_ms` plus drift times B's time, for votes between `first_ms` and `last_ms` of B."""

    offset_ms: float
    first_ms: float
    last_ms: float
    votes: int
    score: float


def candidates(votes: Votes) -> tuple[float, list[Diagonal]]:
    """The drift (A's time gained per unit of B's) as far as votes tell, and the diagonals, strongest first."""
    label = _groups(votes)
    b_ms, offset, score = (column[label >= 0] for column in (votes.b_ms, votes.offset_ms, votes.score))
    group = label[label >= 0]
    slope = _slope(b_ms, offset, group)
    level = offset - slope * b_ms
    found = [diagonal for one in np.unique(group) for diagonal in _modes(b_ms[group == one], level[group == one], score[group == one])]
    return slope, sorted(found, key=lambda diagonal: -diagonal.score)


def _groups(votes: Votes) -> NDArray[np.int_]:
    """A number for each vote that agrees with enough others near it in B; -1 for the others."""
    count = len(votes.b_ms)
    pairs: list[NDArray[np.int_]] = []
    for step in range(1, min(_NEARBY_VOTES, count)):
        near = votes.b_ms[step:] - votes.b_ms[:-step]
        apart = np.abs(votes.offset_ms[step:] - votes.offset_ms[:-step])
        first = np.flatnonzero((near > 0) & (near <= _NEARBY_MS) & (apart <= _AGREE_MS))
        pairs.append(np.stack([first, first + step]))
    links = np.concatenate(pairs, axis=1) if pairs else np.zeros((2, 0), int)
    graph = coo_array((np.ones(links.shape[1]), (links[0], links[1])), shape=(count, count))
    label = np.asarray(connected_components(graph, directed=False)[1], int) if count else np.zeros(0, int)
    size = np.bincount(label, minlength=1)
    total = np.bincount(label, weights=votes.score, minlength=1)
    enough = (size >= _LEAST_VOTES) & (total >= _LEAST_TOTAL_SCORE)
    return np.where(enough[label], label, -1)


def _slope(b_ms: NDArray[np.float64], offset: NDArray[np.float64], group: NDArray[np.int_]) -> float:
    """Median slope of votes far apart in one group, then least squares over all that follow it."""
    slopes: list[NDArray[np.float64]] = []
    for one in np.unique(group):
        x, y = b_ms[group == one], offset[group == one]
        span = x[-1] - x[0]
        if span >= _PAIR_MS / 4:
            later = np.searchsorted(x, x + min(_PAIR_MS, span / 2))
            pairs = np.flatnonzero(later < len(x))
            slopes.append((y[later[pairs]] - y[pairs]) / (x[later[pairs]] - x[pairs]))
    if not slopes:
        return 0.0
    slope = float(np.median(np.concatenate(slopes)))
    for tolerance in (_MODE_MS, _MODE_MS / 2):
        numerator = denominator = 0.0
        for one in np.unique(group):
            x, y = b_ms[group == one], offset[group == one]
            level = y - slope * x
            straight = np.abs(level - np.median(level)) <= tolerance
            if straight.sum() > _LEAST_VOTES:
                x, y = x[straight] - x[straight].mean(), y[straight] - y[straight].mean()
                numerator, denominator = numerator + float(x @ y), denominator + float(x @ x)
        slope = numerator / denominator if denominator else slope
    return float(np.clip(slope, -LARGEST_DRIFT, LARGEST_DRIFT))


def _modes(b_ms: NDArray[np.float64], level: NDArray[np.float64], score: NDArray[np.float64]) -> Iterator[Diagonal]:
    """The offsets most votes of a group share: windows over a small cut lie between two and link them into one group."""
    while len(level) >= _LEAST_VOTES:
        order = np.sort(level)
        inside = np.searchsorted(order, order + _MODE_MS, side="right") - np.arange(len(order))
        start = int(inside.argmax())
        offset = float(np.median(order[start : start + inside[start]]))
        mine = np.abs(level - offset) <= _MODE_MS
        if mine.sum() < _LEAST_VOTES or score[mine].sum() < _LEAST_TOTAL_SCORE:
            return
        yield Diagonal(offset, float(b_ms[mine].min()), float(b_ms[mine].max()), int(mine.sum()), float(score[mine].sum()))
        b_ms, level, score = b_ms[~mine], level[~mine], score[~mine]
