"""The likeliest way through B: at each moment along one diagonal, or along none (Viterbi, 1967)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.comparison.recordings.diagonals import Diagonal
from pipeline.comparison.recordings.features import HOP_MS, Floats
from pipeline.comparison.recordings.likelihood import Likelihood, Line

_STEP = 2
_STEP_MS = HOP_MS * _STEP
_CHUNK = 500
# A diagonal is tried this far beyond its votes; more diagonals than this at one place are not told apart anyway.
_REACH_MS = 30_000.0
_MOST_AT_ONCE = 16
# In nats: what must speak for leaving a diagonal.
_LEAVE = 9.0
_JUMP = 16.0
_NOWHERE = -1
# Offsets this near are one; recorders waver by as much.
_ONE_LINE_MS = 20.0

# Numbers of diagonals, and the evidence for each of them at each step.
_Chunk = tuple[NDArray[np.int_], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Run:
    """B from `start_ms` to `end_ms` follows the diagonal with this offset; `evidence` in nats speaks for it."""

    offset_ms: float
    start_ms: float
    end_ms: float
    evidence: float

    def is_along(self, other: "Run") -> bool:
        """Whether both follow one line."""
        return abs(self.offset_ms - other.offset_ms) < _ONE_LINE_MS


def follow(likelihood: Likelihood, slope: float, diagonals: Sequence[Diagonal]) -> list[Run]:
    """The runs of B along diagonals, in order; what lies between them is along none."""
    steps = len(likelihood.b.shape) // _STEP
    chunks = list(_chunks(likelihood, slope, diagonals, steps))
    chosen = _viterbi(chunks, len(diagonals), steps)
    edges = [0, *(np.flatnonzero(np.diff(chosen)) + 1).tolist(), steps] if steps else []
    runs = []
    for start, end in pairwise(edges):
        if chosen[start] != _NOWHERE:
            offset = diagonals[chosen[start]].offset_ms
            evidence = float(likelihood.along(Line(offset, slope), start * _STEP, end * _STEP).sum())
            runs.append(Run(offset, start * _STEP_MS, end * _STEP_MS, evidence))
    return runs


def _chunks(likelihood: Likelihood, slope: float, diagonals: Sequence[Diagonal], steps: int) -> Iterator[_Chunk]:
    """For each twenty seconds of B: which diagonals may hold, and their evidence [steps, diagonals]."""
    first, last = (np.array([getattr(diagonal, side) for diagonal in diagonals]) for side in ("first_ms", "last_ms"))
    for start in range(0, steps, _CHUNK):
        end = min(start + _CHUNK, steps)
        near = np.flatnonzero((first - _REACH_MS < end * _STEP_MS) & (last + _REACH_MS > start * _STEP_MS))[:_MOST_AT_ONCE]
        evidence = np.zeros((end - start, len(near)))
        for column, at in enumerate(near):
            frames: Floats = likelihood.along(Line(diagonals[at].offset_ms, slope), start * _STEP, end * _STEP)
            evidence[:, column] = frames.reshape(-1, _STEP).sum(axis=1)
        yield near, evidence


def _viterbi(chunks: Sequence[_Chunk], count: int, steps: int) -> NDArray[np.int_]:
    """The number of the diagonal at each step, or -1. States of a chunk: its diagonals, and last of all none."""
    best = np.full(count + 1, -np.inf)
    best[:] = 0.0
    came_from: list[NDArray[np.int32]] = []
    for near, evidence in chunks:
        states = np.append(near, count)
        score = best[states]
        outside = int(best.argmax())
        back = np.empty((len(evidence), len(states)), np.int32)
        for step, gain in enumerate(evidence):
            nowhere = score[-1]
            top = int(score.argmax())
            rival, origin = (score[top] - _JUMP, states[top]) if step else (best[outside] - _JUMP, outside)
            source = states.copy()
            entered = max(rival, nowhere - _LEAVE)
            origin = origin if rival >= nowhere - _LEAVE else count
            source[score < entered] = origin
            left, from_top = (score[top], states[top]) if step else (best[outside], outside)
            score = np.maximum(score, entered)
            if left - _LEAVE > nowhere:
                score[-1], source[-1] = left - _LEAVE, from_top
            else:
                score[-1], source[-1] = nowhere, count
            score[:-1] += gain
            back[step] = source
        came_from.append(back)
        best = np.full(count + 1, -np.inf)
        best[states] = score
    return _traced(chunks, came_from, int(best.argmax()), count, steps)


def _traced(
    chunks: Sequence[_Chunk],
    came_from: Sequence[NDArray[np.int32]],
    state: int,
    count: int,
    steps: int,
) -> NDArray[np.int_]:
    chosen = np.empty(steps, int)
    at = steps
    for (near, _), back in zip(reversed(chunks), reversed(came_from), strict=True):
        column_of = {int(one): column for column, one in enumerate(np.append(near, count))}
        for step in range(len(back) - 1, -1, -1):
            at -= 1
            chosen[at] = _NOWHERE if state == count else state
            state = int(back[step, column_of[state]])
    return chosen
