"""How much likelier it is that A and B sound alike at a place because they heard the same: measured on the pair itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, uniform_filter1d
from scipy.optimize import isotonic_regression

from pipeline.comparison.recordings.diagonals import Diagonal
from pipeline.comparison.recordings.features import HOP_MS, Features, Floats

# Frames that share their sound with their neighbours are no new evidence: a run of so many counts once.
_SMOOTH = 7
_BINS = 40
_QUIET, _LOUD = 0.2, 0.5
_LIMIT = 4.0
_PRIOR_COUNT = 200.0
_AROUND_VOTES_MS = 1_000.0
_MOST_FRAMES = 150_000
_SHIFTS_MS = (-41_300.0, -17_700.0, -6_100.0, 5_300.0, 13_900.0, 37_100.0)
_OUTSIDE = -1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A's time as a straight line of B's: a = b + offset_ms + slope * b."""

    offset_ms: float
    slope: float

    def to_a(self, b_ms: float) -> float:
        """A's time at a time of B."""
        return b_ms + self.offset_ms + self.slope * b_ms

    def to_b(self, a_ms: float) -> float:
        """B's time at a time of A."""
        return (a_ms - self.offset_ms) / (1 + self.slope)


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Log likelihood ratio of "the same sound" against "some other sound", in nats per frame of 20 ms.

    `table`: [3, 3, bins] by how loud A and B are and how alike they sound. Where both are quiet nothing can be told and the
    ratio is nought.
    """

    a: Features
    b: Features
    table: NDArray[np.float64]

    def along(self, line: Line, first: int, last: int) -> Floats:
        """The ratio for frames first..last of B when A runs along `line`; below nought where A has no sound to offer."""
        likeness, activity_a, activity_b, inside = _beside(self.a, self.b, line, first, last)
        ratio = self.table[_level(activity_a), _level(activity_b), _bin(likeness)] / _SMOOTH
        return np.where(inside, ratio, _OUTSIDE).astype(np.float32)


def calibrate(a: Features, b: Features, slope: float, diagonals: Sequence[Diagonal]) -> Likelihood:
    """Learn from the strongest diagonals how alike the same sound is in this pair, and other sound by shifting them."""
    shape = (3, 3, _BINS)
    same, other = np.zeros(shape), np.zeros(shape)
    frames = 0
    for diagonal in diagonals:
        first = max(0, int((diagonal.first_ms - _AROUND_VOTES_MS) / HOP_MS))
        last = min(len(b.shape), int((diagonal.last_ms + _AROUND_VOTES_MS) / HOP_MS), first + _MOST_FRAMES)
        _count(a, b, Line(diagonal.offset_ms, slope), first, last, same)
        for shift in _SHIFTS_MS:
            _count(a, b, Line(diagonal.offset_ms + shift, slope), first, last, other)
        frames += last - first
        if frames > _MOST_FRAMES:
            break
    return Likelihood(a, b, _table(same, other / len(_SHIFTS_MS)))


def _count(a: Features, b: Features, line: Line, first: int, last: int, counts: NDArray[np.float64]) -> None:
    likeness, activity_a, activity_b, inside = _beside(a, b, line, first, last)
    level_a, level_b = _level(activity_a), _level(activity_b)
    np.add.at(counts, (level_a[inside], level_b[inside], _bin(likeness)[inside]), 1)


def _table(same: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log ratios that only rise with likeness, drawn to nought where little was counted."""
    table = np.zeros(same.shape)
    for level in np.ndindex(*same.shape[:2]):
        seen = [gaussian_filter1d(counts[level], 1.0, mode="nearest") for counts in (same, other)]
        shares = [counts / max(float(counts.sum()), 1.0) for counts in seen]
        prior = _PRIOR_COUNT / _BINS / max(_PRIOR_COUNT, float(seen[0].sum()))
        ratio = np.log((shares[0] + prior) / (shares[1] + prior))
        table[level] = isotonic_regression(ratio, weights=seen[0] + seen[1] + 1e-3).x
    table[0, 0] = 0
    return np.clip(table, -_LIMIT, _LIMIT)


def _beside(a: Features, b: Features, line: Line, first: int, last: int) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Likeness in -1..1 of B's frames and A's along the line, how active each is, and where A has frames at all."""
    at_b = np.arange(first, last)
    at_a = np.rint((at_b * (1 + line.slope) * HOP_MS + line.offset_ms) / HOP_MS).astype(int)
    inside = (at_a >= 0) & (at_a < len(a.shape))
    at_a = np.clip(at_a, 0, max(0, len(a.shape) - 1))
    x, y = a.shape[at_a], b.shape[first:last]
    return _likeness(x, y, _SMOOTH), a.activity[at_a], b.activity[first:last], inside


def _likeness(x: Floats, y: Floats, smooth: int) -> Floats:
    """Cosine between two runs of cepstra, each frame taken with its neighbours."""
    both = uniform_filter1d(np.einsum("ij,ij->i", x, y), smooth, mode="nearest")
    own = (uniform_filter1d(np.einsum("ij,ij->i", z, z), smooth, mode="nearest") for z in (x, y))
    result: Floats = both / np.sqrt(np.maximum(next(own) * next(own), 1e-6))
    return result


def _level(activity: Floats) -> NDArray[np.int_]:
    return (activity > _QUIET).astype(int) + (activity > _LOUD)


def _bin(likeness: Floats) -> NDArray[np.int_]:
    place: NDArray[np.int_] = np.clip(((likeness + 1) / 2 * _BINS).astype(int), 0, _BINS - 1)
    return place
