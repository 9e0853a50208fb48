"""Which voices are the same person's: agglomerative clustering of embeddings, in two levels when there are many.

Groups are compared by the cosine between the sums of their embeddings, each weighed by how long the speaker was heard
alone, so that a group's noise averages out as it grows and short, unsure pieces weigh little. What noise alone explains is
taken off the distance: two large groups must be nearer to be one person than two short ones.

How many people there are follows from the distance at which merging stops. A number that is known moves that stop, within
limits: a voice is split off only where the recording shows one, and only when that makes the number fit. So knowing the
number corrects the estimate, and never makes the recording say what it does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from pipeline.speech.diarisation.embedding import Voice
from pipeline.speech.diarisation.segmentation import STEP_MS, WINDOW_MS

Vectors = NDArray[np.float32]
Seconds = NDArray[np.float64]
Labels = NDArray[np.intp]

_SAME_PERSON = 0.25
"""Merging stops where the nearest two groups are further apart than this cosine distance, beyond what noise explains."""

_NOISE = 0.15
"""The cosine distance to expect from noise alone after one second of speech; it falls with the root of the time."""

_SURELY_SAME = 0.15
"""With a known number of speakers groups nearer than this, beyond noise, are still not split."""

_RELIABLE_SECONDS = 1.0
"""Shorter pieces are given to the nearest voice, but do not say what voices there are."""

_LEAST_SHARE, _LEAST_SECONDS, _ENOUGH_SECONDS = 0.02, 0.35, 2.0
"""A voice counts as a person's from this share of what was heard, within these bounds."""

_SHORTEST_SECONDS = 0.005

_LEVEL_SIZE = 2500
"""Groups that are compared with each other at once: the matrix of distances takes 25 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerBounds:
    """How many people are said to speak."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class _Merge:
    distance: float
    kept: int
    gone: int


class _Groups:
    """Embeddings that belong together: their weighted sums (n, 192) and how many seconds of the recording they stand for."""

    __slots__ = ("seconds", "sums")

    def __init__(self, sums: Vectors, seconds: Seconds) -> None:
        self.sums = sums
        self.seconds = seconds

    def __len__(self) -> int:
        return len(self.seconds)

    def merged(self, merges: Sequence[_Merge]) -> "_Groups":
        """The groups after these merges."""
        numbers = np.arange(len(self))
        for merge in reversed(merges):
            # Later merges first: by the time a group is seen, the one it went into already has its last number.
            numbers[merge.gone] = numbers[merge.kept]
        numbers = np.unique(numbers, return_inverse=True)[1]
        sums = np.zeros((numbers.max() + 1, self.sums.shape[1]), np.float32)
        np.add.at(sums, numbers, self.sums)
        return _Groups(sums, np.bincount(numbers, self.seconds).astype(np.float64))


def told_apart(voices: Sequence[Voice], bounds: SpeakerBounds) -> Labels:
    """A speaker number, from 0, for each voice, in order of window. Voices of one window are different people's."""
    if not voices:
        return np.empty(0, np.intp)
    vectors = _unit(np.stack([voice.vector for voice in voices]))
    seconds = np.array([voice.seconds for voice in voices])
    reliable = seconds >= min(_RELIABLE_SECONDS, float(seconds.max()) / 2)
    people = _people(vectors[reliable], seconds[reliable], bounds)
    return _assigned(vectors @ people.T, np.array([voice.window for voice in voices]))


def _people(vectors: Vectors, seconds: Seconds, bounds: SpeakerBounds) -> Vectors:
    """The voice (a unit vector) of each person that the embeddings show."""
    # Windows overlap, so every moment is heard in several of them.
    seconds = np.maximum(seconds * STEP_MS / WINDOW_MS, _SHORTEST_SECONDS)
    needed = min(_ENOUGH_SECONDS, max(_LEAST_SECONDS, _LEAST_SHARE * float(seconds.sum())))
    groups = _condensed(_Groups(vectors * seconds[:, np.newaxis].astype(np.float32), seconds))
    merges = _merges(groups)
    people = groups.merged(merges[: _stop(merges, groups.seconds, needed, bounds.least)])
    counted = people.seconds >= min(needed, people.seconds.max())
    return _unit(_fewer(_Groups(people.sums[counted], people.seconds[counted]), bounds.most).sums)


def _stop(merges: Sequence[_Merge], seconds: Seconds, needed: float, least: int) -> int:
    """After how many merges the groups are people, at least `least` of them where the recording shows so many."""
    counts = _counts(merges, seconds, needed)
    # Merging can bring two groups nearer to a third than they were to each other; what counts is the furthest so far.
    reached = np.maximum.accumulate([-np.inf, *(merge.distance for merge in merges)])
    natural = int(np.searchsorted(reached, _SAME_PERSON, side="right")) - 1
    earliest = int(np.searchsorted(reached, _SURELY_SAME, side="right")) - 1
    return next((stop for stop in range(natural, earliest - 1, -1) if counts[stop] >= least), natural)


def _fewer(people: _Groups, most: int) -> _Groups:
    """At most `most` people. The two that are least surely different become one: their distance in units of its noise."""
    while len(people) > most:
        units = _unit(people.sums)
        noise = _NOISE**2 / people.seconds
        sureness = (1 - units @ units.T) / np.sqrt(noise[:, np.newaxis] + noise)
        np.fill_diagonal(sureness, np.inf)
        kept, gone = np.unravel_index(sureness.argmin(), sureness.shape)
        people = people.merged([_Merge(float(sureness[kept, gone]), int(kept), int(gone))])
    return people


def _counts(merges: Sequence[_Merge], seconds: Seconds, needed: float) -> list[int]:
    """How many groups are large enough to be a person, after each number of merges; at least one."""
    seconds = seconds.copy()
    count = int((seconds >= needed).sum())
    counts = [max(1, count)]
    for merge in merges:
        before = int(seconds[merge.kept] >= needed) + int(seconds[merge.gone] >= needed)
        seconds[merge.kept] += seconds[merge.gone]
        count += int(seconds[merge.kept] >= needed) - before
        counts.append(max(1, count))
    return counts


def _condensed(groups: _Groups) -> _Groups:
    """At most _LEVEL_SIZE groups: consecutive pieces of the recording, each with its nearest voices already merged."""
    if len(groups) <= _LEVEL_SIZE:
        return groups
    count = -(-len(groups) // _LEVEL_SIZE)
    pieces = [
        _Groups(sums, seconds)
        for sums, seconds in zip(np.array_split(groups.sums, count), np.array_split(groups.seconds, count), strict=True)
    ]
    condensed = [piece.merged(_merges(piece)[: max(0, len(piece) - _LEVEL_SIZE // count)]) for piece in pieces]
    return _Groups(np.concatenate([each.sums for each in condensed]), np.concatenate([each.seconds for each in condensed]))


def _merges(groups: _Groups) -> list[_Merge]:
    """Merge the nearest two groups until one is left. O(n²) memory, about O(n²) time: each group remembers its nearest."""
    size = len(groups)
    sums, seconds, units = groups.sums.copy(), groups.seconds.copy(), _unit(groups.sums)
    noise = (_NOISE**2 / seconds).astype(np.float32)
    distances = 1 - units @ units.T - np.sqrt(noise[:, np.newaxis] + noise)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argmin(axis=1)
    nearest_distance = distances[np.arange(size), nearest]
    alive = np.ones(size, np.bool_)
    merges = []
    for _ in range(size - 1):
        kept = int(nearest_distance.argmin())
        gone = int(nearest[kept])
        merges.append(_Merge(float(nearest_distance[kept]), kept, gone))
        alive[gone] = False
        sums[kept] += sums[gone]
        seconds[kept] += seconds[gone]
        units[kept], noise[kept] = _unit(sums[kept]), _NOISE**2 / seconds[kept]
        row = np.where(alive, 1 - units @ units[kept] - np.sqrt(noise + noise[kept]), np.float32(np.inf))
        row[kept] = np.inf
        distances[kept] = distances[:, kept] = row
        distances[gone] = distances[:, gone] = nearest_distance[gone] = np.inf
        stale = np.union1d(np.flatnonzero(alive & ((nearest == kept) | (nearest == gone))), [kept])
        nearest[stale] = distances[stale].argmin(axis=1)
        nearest_distance[stale] = distances[stale, nearest[stale]]
        nearer = row < nearest_distance
        nearest[nearer], nearest_distance[nearer] = kept, row[nearer]
    return merges


def _assigned(likeness: NDArray[np.float32], windows: NDArray[np.intp]) -> Labels:
    """The most alike person for each voice; within a window different people while there are enough of them."""
    labels: Labels = likeness.argmax(axis=1)
    for in_window in np.split(np.arange(len(windows)), np.flatnonzero(np.diff(windows)) + 1):
        if 1 < len(in_window) <= likeness.shape[1]:
            rows, people = linear_sum_assignment(-likeness[in_window])
            labels[in_window[rows]] = people
    return labels


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: Vectors = vectors / np.maximum(lengths, np.float32(1e-9))
    return result
