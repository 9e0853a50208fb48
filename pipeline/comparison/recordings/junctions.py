"""Where exactly B leaves one line of A and takes up the next."""

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from pipeline.comparison.recordings.features import HOP_MS, local_shape
from pipeline.comparison.recordings.likelihood import QUIET, Likelihood, Line, likeness
from pipeline.recording.speech_audio import SpeechAudio

_HOP_MS = 10
_SMOOTH = 7
_LIMIT = 4.0
_MARGIN_MS = 1_500
# Longer stretches without a line are two separate edges.
_LONGEST_MS = 150_000
_LONGEST_SILENCE_MS = 60_000
_LONGEST_TWICE_MS = 10_000
# In nats: places this little worse than the best may be the true one too.
_AS_GOOD = 3.0
# In nats: what must speak for a stretch of B of a length of its own, and for one that B has twice.
_FREE = 8.0
_REPEATED = 8.0
_ABSENT = -0.5


class Model(Enum):
    """How B goes from one line to the next: at once, past a stretch as long as A's step back, or past any stretch."""

    JUMP = auto()
    INSERT = auto()
    FREE = auto()


@dataclass(frozen=True, slots=True)
class Edge:
    """A moment of B in ms, and between which moments it may lie."""

    at: float
    earliest: float
    latest: float


@dataclass(frozen=True, slots=True)
class Junction:
    """B follows the first line until `leave` and the second from `enter`."""

    model: Model
    leave: Edge
    enter: Edge


@dataclass(frozen=True, slots=True)
class Pair:
    """Both recordings and what was learned of how alike they sound."""

    a: SpeechAudio
    b: SpeechAudio
    likelihood: Likelihood

    def evidence(self, line: Line, start_ms: int, end_ms: int) -> NDArray[np.float64]:
        """Log likelihood ratio per 10 ms of B along a line, in nats; nought where both are quiet."""
        first_a = line.to_a(start_ms)
        x = local_shape(self.a, round(first_a), round(first_a) + end_ms - start_ms, _HOP_MS)
        y = local_shape(self.b, start_ms, end_ms, _HOP_MS)
        like = self.likelihood
        ratio = (like.same - like.other) / like.spread**2 * (likeness(x, y, _SMOOTH) - (like.same + like.other) / 2)
        at_b = start_ms + np.arange(len(y), dtype=np.float64) * _HOP_MS
        at_a = first_a + np.arange(len(y), dtype=np.float64) * _HOP_MS
        heard = np.maximum(_activity(like.a.activity, at_a), _activity(like.b.activity, at_b)) > QUIET
        there = (at_a >= 0) & (at_a < len(like.a.activity) * HOP_MS)
        result: NDArray[np.float64] = np.where(there, np.where(heard, np.clip(ratio, -_LIMIT, _LIMIT) / _SMOOTH, 0), _ABSENT)
        return result


def junction(pair: Pair, before: Line, after: Line, leave_ms: float, enter_ms: float, first_ms: float, last_ms: float) -> Junction:
    """Place the change of line near [leave_ms, enter_ms], within [first_ms, last_ms] of B."""
    # What A has twice in a row fits either line for as long as it lasts.
    margin = _MARGIN_MS + min(abs(after.offset_ms - before.offset_ms), _LONGEST_TWICE_MS)
    start = max(round(first_ms), round(leave_ms - margin))
    end = min(round(last_ms), round(enter_ms + margin))
    end -= (end - start) % _HOP_MS
    if end - start > _LONGEST_MS:
        return Junction(
            Model.FREE,
            leaving(pair, before, leave_ms, first_ms, enter_ms),
            entering(pair, after, enter_ms, leave_ms, last_ms),
        )
    until = np.concatenate([[0.0], np.cumsum(pair.evidence(before, start, end))])
    since = _from_here_on(pair.evidence(after, start, end))
    step_back = round((before.offset_ms - after.offset_ms) / _HOP_MS)
    jump = until + since
    if step_back > 0:
        insert = until[: max(0, len(until) - step_back)] + since[step_back:]
        if insert.size and insert.max() + _REPEATED >= jump.max() and insert.max() >= _free(until, since) - _FREE:
            leave = _edge(insert, start)
            length = before.offset_ms - after.offset_ms
            return Junction(Model.INSERT, leave, Edge(leave.at + length, leave.earliest + length, leave.latest + length))
    if jump.max() >= _free(until, since) - _FREE:
        edge = _edge(jump, start)
        return Junction(Model.JUMP, edge, edge)
    best_since = np.maximum.accumulate(since[::-1])[::-1]
    at = int((until + best_since).argmax())
    return Junction(Model.FREE, _edge(until[: at + 1], start), _edge(since[at:], start + at * _HOP_MS))


def ending(pair: Pair, line: Line, near_ms: float, first_ms: float, last_ms: float) -> Edge:
    """Where B stops following its last line; silence up to the end of B is taken as followed."""
    end = max(near_ms, min(last_ms, near_ms + _LONGEST_SILENCE_MS, line.to_b(pair.a.duration_ms)))
    return _at(leaving(pair, line, (near_ms + end) / 2, first_ms, end, (end - near_ms) / 2 + _MARGIN_MS).latest)


def beginning(pair: Pair, line: Line, near_ms: float, last_ms: float) -> Edge:
    """Where B starts following its first line; silence from the start of B on is taken as followed."""
    start = min(near_ms, max(0.0, near_ms - _LONGEST_SILENCE_MS, line.to_b(0)))
    return _at(entering(pair, line, (near_ms + start) / 2, start, last_ms, (near_ms - start) / 2 + _MARGIN_MS).earliest)


def leaving(pair: Pair, line: Line, near_ms: float, first_ms: float, last_ms: float, margin_ms: float = _MARGIN_MS) -> Edge:
    """Where B stops following a line, near a moment and within [first_ms, last_ms]."""
    start = max(round(first_ms), round(near_ms - margin_ms))
    end = min(round(last_ms), round(near_ms + margin_ms))
    return _edge(np.concatenate([[0.0], np.cumsum(pair.evidence(line, start, end))]), start) if end - start >= _HOP_MS else _at(near_ms)


def entering(pair: Pair, line: Line, near_ms: float, first_ms: float, last_ms: float, margin_ms: float = _MARGIN_MS) -> Edge:
    """Where B starts following a line, near a moment and within [first_ms, last_ms]."""
    start = max(round(first_ms), round(near_ms - margin_ms))
    end = min(round(last_ms), round(near_ms + margin_ms))
    return _edge(_from_here_on(pair.evidence(line, start, end)), start) if end - start >= _HOP_MS else _at(near_ms)


def _at(moment_ms: float) -> Edge:
    return Edge(moment_ms, moment_ms, moment_ms)


def _free(until: NDArray[np.float64], since: NDArray[np.float64]) -> float:
    return float((until + np.maximum.accumulate(since[::-1])[::-1]).max())


def _from_here_on(evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([np.cumsum(evidence[::-1])[::-1], [0.0]])


def _edge(score: NDArray[np.float64], start_ms: int) -> Edge:
    """The best place and how far it may be moved at no real loss; of equally good places, the middle one."""
    best = int(score.argmax())
    worse = np.flatnonzero(score < score[best] - _AS_GOOD)
    left = int(worse[worse < best].max(initial=-1)) + 1
    right = int(worse[worse > best].min(initial=len(score))) - 1
    equal = np.flatnonzero(score[left : right + 1] >= score[best] - 1e-9) + left
    middle = int(equal[len(equal) // 2])
    return Edge(start_ms + middle * _HOP_MS, start_ms + left * _HOP_MS, start_ms + right * _HOP_MS)


def _activity(activity: NDArray[np.float32], at_ms: NDArray[np.float64]) -> NDArray[np.float32]:
    if not len(activity):
        return np.zeros(len(at_ms), np.float32)
    heard: NDArray[np.float32] = activity[np.clip((at_ms / HOP_MS).astype(int), 0, len(activity) - 1)]
    return heard
