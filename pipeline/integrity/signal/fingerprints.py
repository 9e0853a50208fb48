"""A short code for the sound around every moment, by which the same sound is found again hours later.

The code holds the signs of how the loudness of sixteen bands moves through a third of a second (their lowest
two-dimensional cosine terms, after the fingerprints of Haitsma and Kalker 2002). Signs change slowly with the place and
little with a codec, so that a copy has nearly the same codes at a constant distance, and other speech has not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

Samples = NDArray[np.float32]
Codes = NDArray[np.uint64]
Indices = NDArray[np.int64]

RATE = 8000
HOP = 64
_WINDOW = 512
_BANDS = 16
_LOWEST_HZ, _HIGHEST_HZ, _NARROWEST_HZ = 180, 3500, 32
_PATCH = 32
# Cosine terms over time (none is constant, so that the sound's colour does not count) and over the bands.
_TIME_TERMS, _BAND_TERMS = range(1, 9), range(8)
# How long a code looks, in samples.
REACH = (_PATCH - 1) * HOP + _WINDOW
# Power in a band below which there is nothing to tell sounds by (the rounding of 16-bit samples lies at about 1e-7).
_FLOOR = 1e-7
_LEAST_ABOVE_FLOOR = 3.0

_TABLES = 20
# One bit more for every doubling of the recording, so that chance finds grow with its length and not with its square.
_TABLE_BITS, _BITS_ENOUGH_FOR, _MOST_TABLE_BITS = 18, 112_500, 26
_MOST_DIFFERENT_BITS = 18
# Entries with one key that lie further apart in the table are not compared: so common a sound tells nothing.
_NEIGHBOURS = 12
# Codes a frame or two apart are still much alike; a distance is known to that much.
_LAG_CELL = 4
_TIME_CELL = 24
_LEAST_VOTES = 3
# A repeat goes on while this many codes in a row differ no more on average (other speech: 32 of 64).
_RUN = 20
_MOST_ON_AVERAGE = 17.0
_MOST_CELLS = 200_000
# Pairs that are held at once (32 MB, and as much again while they are sorted), and the frames that are left out or kept together.
_MOST_PAIRS = 4_000_000
_STRETCH = 8 * _TIME_CELL
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Repeat:
    """Codes of frames `start` to `end` (HOP samples each) come again `lag` frames later; `best` is the frame where they are most alike.

    `apart`: how many of 64 bits differ there on average, lower is more alike.
    """

    start: int
    end: int
    lag: int
    best: int
    apart: float


@dataclass(frozen=True, slots=True, order=True)
class _Seed:
    """A place where the codes of two frames, `lag` apart, are alike on average; `apart`: bits that differ."""

    lag: int
    best: int
    apart: float


@dataclass(slots=True)
class Fingerprints:
    """The codes of a recording at RATE Hz, taken block by block; one each HOP samples."""

    _samples: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    _terms: Samples = field(default_factory=lambda: np.zeros((0, len(_BAND_TERMS)), np.float32))
    _codes: list[Codes] = field(default_factory=list)

    def take(self, samples: Samples) -> None:
        """The next samples."""
        self._samples = np.concatenate([self._samples, samples])
        if self._samples.size < _WINDOW:
            return
        frames = np.lib.stride_tricks.sliding_window_view(self._samples, _WINDOW)[::HOP]
        self._samples = self._samples[frames.shape[0] * HOP :]
        power = np.square(np.abs(rfft(frames * _SHAPE, axis=1))) @ _FILTERS
        self._terms = np.concatenate([self._terms, np.log(power + _FLOOR) @ _OVER_BANDS.T])
        if self._terms.shape[0] < _PATCH:
            return
        patches = np.lib.stride_tricks.sliding_window_view(self._terms, _PATCH, axis=0)
        self._terms = self._terms[patches.shape[0] :]
        signs = np.einsum("fbt,ct->fbc", patches, _OVER_TIME, optimize=True).reshape(patches.shape[0], -1) > 0
        codes = signs @ _BIT_VALUES
        # The first band term is the sum over the bands.
        codes[patches[:, 0].mean(axis=1) < _BANDS * (np.log(_FLOOR) + _LEAST_ABOVE_FLOOR)] = 0
        self._codes.append(codes)

    def codes(self) -> Codes:
        """All codes so far; 0 where there is nothing to tell a sound by."""
        return np.concatenate([np.zeros(0, np.uint64), *self._codes])


def repeats(codes: Codes, least_lag: int) -> list[Repeat]:
    """Places at least `least_lag` frames apart with much the same codes, the most alike first."""
    heard = np.flatnonzero(codes)
    firsts, lags = _cells(*_pairs(codes, heard, least_lag))
    seeds: list[_Seed] = []
    for at in range(0, firsts.size, _AT_ONCE):
        seeds += _alike(codes, firsts[at : at + _AT_ONCE], lags[at : at + _AT_ONCE])
    return sorted(_merged(_all_grown(codes, seeds)), key=lambda repeat: (repeat.apart, repeat.start, repeat.lag))


def _pairs(codes: Codes, heard: Indices, least_lag: int) -> tuple[Indices, Indices]:
    """The earlier frame and the distance of every two frames with one key in some table and few different bits."""
    pairs = _Pairs()
    for mask in _masks(heard.size):
        keys = codes[heard] & mask
        order = np.argsort(keys, kind="stable")
        keys, frames = keys[order], heard[order]
        for step in range(1, _NEIGHBOURS + 1):
            lags = frames[step:] - frames[:-step]
            near = np.flatnonzero((keys[step:] == keys[:-step]) & (lags >= least_lag))
            firsts, lags = frames[near], lags[near]
            alike = np.bitwise_count(codes[firsts] ^ codes[firsts + lags]) <= _MOST_DIFFERENT_BITS
            pairs.add(firsts[alike], lags[alike])
    return pairs.all()


@dataclass(slots=True)
class _Pairs:
    """Pairs of frames, each once, in bounded memory.

    A recording that repeats itself for hours has more than fit. Then only one stretch in two, in four and so on keeps its
    pairs: a copy as long as that still has thousands, and the pairs of one place stay together.
    """

    _found: list[Indices] = field(default_factory=list)
    _size: int = 0
    _one_in: int = 1

    def add(self, firsts: Indices, lags: Indices) -> None:
        """Take the pairs of frames `firsts` and `firsts + lags`."""
        self._found.append(self._kept(firsts << 32 | lags))
        self._size += self._found[-1].size
        while self._size > _MOST_PAIRS:
            self._found = [self._kept(self._once())]
            if self._found[0].size > _MOST_PAIRS // 2:
                self._one_in *= 2
                self._found = [self._kept(self._found[0])]
            self._size = self._found[0].size

    def all(self) -> tuple[Indices, Indices]:
        """The earlier frames and the distances, in order."""
        both = self._once()
        return both >> 32, both & 0xFFFFFFFF

    def _once(self) -> Indices:
        return np.unique(np.concatenate([np.zeros(0, np.int64), *self._found]))

    def _kept(self, both: Indices) -> Indices:
        return both if self._one_in == 1 else both[(both >> 32) // _STRETCH % self._one_in == 0]


def _cells(firsts: Indices, lags: Indices) -> tuple[Indices, Indices]:
    """One pair for each short time and distance at which there are several."""
    chosen = [np.zeros(0, np.int64)]
    for shift in (0, 1):
        # Two sets of cells, moved by half, so that no cluster lies across a border of both.
        times = (firsts + shift * _TIME_CELL // 2) // _TIME_CELL
        cells = times << 32 | (lags + shift * _LAG_CELL // 2) // _LAG_CELL
        _, first, counts = np.unique(cells, return_index=True, return_counts=True)
        often = np.flatnonzero(counts >= _LEAST_VOTES)
        chosen.append(first[often[np.argsort(-counts[often], kind="stable")][:_MOST_CELLS]])
    indices = np.unique(np.concatenate(chosen))
    return firsts[indices], lags[indices]


def _alike(codes: Codes, firsts: Indices, lags: Indices) -> list[_Seed]:
    """Of each pair the distance, to the frame, at which the codes around it are most alike; those that are alike enough."""
    around = np.arange(-_TIME_CELL - _RUN, _TIME_CELL + _RUN + 1)
    best = np.full(firsts.size, 64.0)
    where, lag_of = np.zeros(firsts.size, np.int64), lags.copy()
    for change in range(-_LAG_CELL // 2, _LAG_CELL // 2 + 1):
        here = (firsts[:, None] + around).clip(0, codes.size - 1)
        there = (firsts[:, None] + lags[:, None] + change + around).clip(0, codes.size - 1)
        means = _running_mean(np.bitwise_count(codes[here] ^ codes[there]))
        at = means.argmin(axis=1)
        least = means[np.arange(firsts.size), at]
        better = least < best
        best[better], where[better], lag_of[better] = least[better], (firsts + around[0] + at)[better], (lags + change)[better]
    return [_Seed(int(lag_of[each]), int(where[each]), float(best[each])) for each in np.flatnonzero(best <= _MOST_ON_AVERAGE).tolist()]


def _all_grown(codes: Codes, seeds: list[_Seed]) -> list[Repeat]:
    """Each seed grown, but those that lie in what grew from another at their distance: a long copy has thousands."""
    found: list[Repeat] = []
    for seed in sorted(seeds):
        last = found[-1] if found else None
        if last and last.lag == seed.lag and last.start <= seed.best <= last.end - _RUN:
            if seed.apart < last.apart:
                found[-1] = replace(last, best=seed.best, apart=seed.apart)
        else:
            found.append(_grown(codes, seed.best, seed.lag, seed.apart))
    return found


def _grown(codes: Codes, best: int, lag: int, apart: float) -> Repeat:
    """As long as the codes stay alike on both sides."""
    reach, whole = _TIME_CELL * 8, False
    while not whole:
        first, last = max(0, best - reach), min(codes.size - lag, best + _RUN + reach)
        means = _running_mean(np.bitwise_count(codes[first:last] ^ codes[first + lag : last + lag])[None])[0]
        unlike = np.flatnonzero(means > _MOST_ON_AVERAGE)
        before, after = unlike[unlike < best - first], unlike[unlike > best - first]
        whole = bool((before.size or first == 0) and (after.size or last == codes.size - lag))
        reach *= 2
    start = first + (int(before[-1]) + 1 if before.size else 0)
    end = first + (int(after[0]) if after.size else means.size) + _RUN
    return Repeat(start, end, lag, best, apart)


def _running_mean(different: NDArray[np.uint8]) -> NDArray[np.float64]:
    sums = np.cumsum(np.pad(different.astype(np.float64), ((0, 0), (1, 0))), axis=1)
    return (sums[:, _RUN:] - sums[:, :-_RUN]) / _RUN


def _merged(found: list[Repeat]) -> Iterator[Repeat]:
    """Overlapping finds at much the same distance are one, with the best of them speaking for it."""
    last: Repeat | None = None
    for repeat in sorted(found, key=lambda each: (each.lag // _LAG_CELL, each.start)):
        if last and abs(repeat.lag - last.lag) <= _LAG_CELL and repeat.start <= last.end:
            speaks = min(last, repeat, key=lambda each: each.apart)
            last = Repeat(min(last.start, repeat.start), max(last.end, repeat.end), speaks.lag, speaks.best, speaks.apart)
            continue
        if last:
            yield last
        last = repeat
    if last:
        yield last


def _filters() -> Samples:
    """Triangles that grow with frequency, [bins, bands]."""
    hertz = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    edges = np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, _BANDS + 1)
    centres, widths = (edges[1:] + edges[:-1]) / 2, np.maximum(np.diff(edges), _NARROWEST_HZ)
    return np.maximum(0, 1 - np.abs(hertz[:, None] - centres) / widths).astype(np.float32)


def _cosines(terms: range, size: int) -> Samples:
    at = np.arange(size) + 0.5
    cosines: Samples = np.cos(np.pi * at * np.array(terms)[:, None] / size).astype(np.float32)
    return cosines


def _masks(frames: int) -> Iterator[np.uint64]:
    """Bits that each table looks at: the same on every machine, slower terms (which codecs harm least) more often."""
    more = max(0, round(np.log2(max(frames, 1) / _BITS_ENOUGH_FOR)))
    bits = [(band, time) for band in _BAND_TERMS for time in _TIME_TERMS]
    steady = np.array([max(0.0, 1 - (band + time) / 10) for band, time in bits])
    chance = np.random.Generator(np.random.PCG64(0))
    for _ in range(_TABLES):
        chosen = chance.choice(len(bits), min(_TABLE_BITS + more, _MOST_TABLE_BITS), replace=False, p=steady / steady.sum())
        yield np.bitwise_or.reduce(_BIT_VALUES[chosen])


_SHAPE: Samples = np.hanning(_WINDOW).astype(np.float32)
_FILTERS = _filters()
_OVER_BANDS = _cosines(_BAND_TERMS, _BANDS)
_OVER_TIME = _cosines(_TIME_TERMS, _PATCH)
_BIT_VALUES: Codes = np.uint64(1) << np.arange(len(_BAND_TERMS) * len(_TIME_TERMS), dtype=np.uint64)
