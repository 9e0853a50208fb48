"""Where in A each few seconds of B might be: windows of B correlated with all of A."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from pipeline.comparison.recordings.features import HOP_MS, Features, Floats

# Two frames are taken together: 40 ms is fine enough to find a place, and half the work.
_STEP = 2
STEP_MS = HOP_MS * _STEP
_WINDOW = 4_000 // STEP_MS
_WINDOW_HOP = 2_000 // STEP_MS
_BLOCK = 8192
_BATCH_VALUES = 6_000_000
# A window with less sound than this says nothing about its place.
_LEAST_ACTIVITY = 0.15
_PLACES_PER_WINDOW = 3
_LEAST_SCORE = 4.5


@dataclass(frozen=True, slots=True)
class Votes:
    """Possible places: `b_ms` the middle of a window of B, `offset_ms` A's time minus B's, `score` its peak in standard
    deviations above chance. Arrays of one length, in order of B."""

    b_ms: NDArray[np.float64]
    offset_ms: NDArray[np.float64]
    score: NDArray[np.float64]


def search(a: Features, b: Features) -> Votes:
    """Up to three places in A for each window of 4 s of B (every 2 s) that holds sound."""
    found = list(_found(_searchable(a), _searchable(b)))
    columns = np.concatenate(found, axis=1) if found else np.zeros((3, 0))
    order = np.argsort(columns[0], kind="stable")
    return Votes(*columns[:, order])


def _searchable(heard: Features) -> Floats:
    """Frames of about equal length, weighed by how much is heard: [frames, 12]."""
    count = len(heard.shape) // _STEP * _STEP
    norm = np.linalg.norm(heard.shape[:count], axis=1, keepdims=True)
    weight = np.clip(heard.activity[:count, None] * 2, 0, 1)
    even: Floats = (heard.shape[:count] / (norm + 2) * weight).reshape(-1, _STEP, heard.shape.shape[1]).mean(axis=1)
    return even


def _found(a: Floats, b: Floats) -> Iterator[NDArray[np.float64]]:
    """Columns of (b_ms, offset_ms, score)."""
    if not len(a) or not len(b):
        return
    length = min(_WINDOW, len(b))
    size = next_fast_len(min(_BLOCK, len(a) + 2 * length), real=True)
    valid = size - length + 1
    # A is given silence of nearly a window at both ends, so that a window that reaches over them is found too.
    padded = np.pad(a, ((length // 2, length // 2 + size), (0, 0)))
    starts_a = range(0, len(a), valid)
    spectra_a = np.stack([rfft(padded[start : start + size], axis=0) for start in starts_a], axis=2)
    starts_b = np.array([start for start in range(0, len(b) - length + 1, _WINDOW_HOP) if _is_active(b[start : start + length])], int)
    batch = max(1, _BATCH_VALUES // (size * len(starts_a)))
    for at in range(0, len(starts_b), batch):
        starts = starts_b[at : at + batch]
        windows = np.stack([b[start : start + length] for start in starts])
        spectra_b = np.moveaxis(np.conj(rfft(windows, size, axis=1)), 1, 0)
        match = irfft(np.moveaxis(spectra_b @ spectra_a, 0, 2), size, axis=2)[:, :, :valid]
        yield from _peaks(match, starts, np.asarray(starts_a) - length // 2, length)


def _is_active(window: Floats) -> bool:
    return float(np.abs(window).sum(axis=1).mean()) > _LEAST_ACTIVITY


def _peaks(match: Floats, starts_b: NDArray[np.int_], starts_a: NDArray[np.int_], length: int) -> Iterator[NDArray[np.float64]]:
    """The best place in each block of A, and of those the best three."""
    sample = match[:, :, ::7]
    mean, spread = sample.mean(axis=(1, 2)), sample.std(axis=(1, 2)) + 1e-9
    at = match.argmax(axis=2)
    height = np.take_along_axis(match, at[:, :, None], axis=2)[:, :, 0]
    score = (height - mean[:, None]) / spread[:, None]
    for rank in range(min(_PLACES_PER_WINDOW, score.shape[1])):
        block = np.argpartition(-score, rank, axis=1)[:, rank]
        rows = np.arange(len(block))
        keep = score[rows, block] > _LEAST_SCORE
        rows, block = rows[keep], block[keep]
        lag = at[rows, block]
        place = starts_a[block] + lag + _between(match, rows, block, lag)
        b_ms = (starts_b[rows] + length / 2) * STEP_MS
        yield np.stack([b_ms, (place - starts_b[rows]) * STEP_MS, score[rows, block]]).astype(np.float64)


def _between(match: Floats, rows: NDArray[np.int_], block: NDArray[np.int_], lag: NDArray[np.int_]) -> NDArray[np.float64]:
    """The top of a parabola through the peak and its neighbours, in steps from the peak."""
    last = match.shape[2] - 1
    left, top, right = (match[rows, block, np.clip(lag + side, 0, last)].astype(np.float64) for side in (-1, 0, 1))
    bend = left - 2 * top + right
    inner = (lag > 0) & (lag < last) & (bend < 0)
    return np.where(inner, 0.5 * (left - right) / np.where(bend < 0, bend, -1), 0.0)
