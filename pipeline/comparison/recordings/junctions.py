"""Where exactly B leaves one line of A and takes up the next."""

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from pipeline.comparison.recordings.features import HOP_MS
from pipeline.comparison.recordings.likelihood import Likelihood, Line
from pipeline.recording.speech_audio import SpeechAudio

_MARGIN_MS = 1_500
_LONGEST_SILENCE_MS = 60_000
_LONGEST_TWICE_MS = 10_000
# In nats: places this little worse than the best may be the true one too.
_AS_GOOD = 5.0
# In nats: what must speak for a stretch of B of a length of its own, and for one that B has twice.
_FREE = 12.0
_REPEATED = 8.0


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
    """B follows the first line until `leave` and the second from `enter`.

    `against` in nats: what speaks against the one sound going on where neither line was followed; nought unless FREE.
    """

    model: Model
    leave: Edge
    enter: Edge
    against: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Both recordings and what was learned of how alike they sound."""

    a: SpeechAudio
    b: SpeechAudio
    likelihood: Likelihood

    def evidence(self, line: Line, start_ms: int, end_ms: int) -> NDArray[np.float32]:
        """Log likelihood ratio per 20 ms of B along a line, in nats; nought where both are quiet. Times are whole frames."""
        return self.likelihood.along(line, start_ms // HOP_MS, end_ms // HOP_MS)


def junction(pair: Pair, before: Line, after: Line, leave_ms: float, enter_ms: float, first_ms: float, last_ms: float) -> Junction:
    """Place the change of line near [leave_ms, enter_ms], within [first_ms, last_ms] of B."""
    # What A has twice in a row fits either line for as long as it lasts.
    margin = _MARGIN_MS + min(abs(after.offset_ms - before.offset_ms), _LONGEST_TWICE_MS)
    start, end = _frames(max(first_ms, leave_ms - margin), min(last_ms, enter_ms + margin))
    until = np.concatenate([[0.0], np.cumsum(pair.evidence(before, start, end))])
    since = _from_here_on(pair.evidence(after, start, end))
    step_back = max(0, round((before.offset_ms - after.offset_ms) / HOP_MS))
    jump = until + since
    insert = until[: max(0, len(until) - step_back)] + since[step_back:] if step_back else jump[:0]
    best_since = np.maximum.accumulate(since[::-1])[::-1]
    free = until + best_since
    rigid = max(float(jump.max()), float(insert.max(initial=-np.inf)))
    if rigid < float(free.max()) - _FREE:
        at = int(free.argmax())
        left, right = _edge(until[: at + 1], start), _edge(since[at:], start + at * HOP_MS)
        return Junction(Model.FREE, left, right, float(free.max()) - rigid)
    if insert.size and insert.max() + _REPEATED >= jump.max():
        leave = _edge(insert, start)
        length = (before.offset_ms - after.offset_ms) / (1 + after.slope)
        return Junction(Model.INSERT, leave, Edge(leave.at + length, leave.earliest + length, leave.latest + length), 0.0)
    edge = _edge(jump, start)
    return Junction(Model.JUMP, edge, edge, 0.0)


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
    start, end = _frames(max(first_ms, near_ms - margin_ms), min(last_ms, near_ms + margin_ms))
    return _edge(np.concatenate([[0.0], np.cumsum(pair.evidence(line, start, end))]), start) if end > start else _at(near_ms)


def entering(pair: Pair, line: Line, near_ms: float, first_ms: float, last_ms: float, margin_ms: float = _MARGIN_MS) -> Edge:
    """Where B starts following a line, near a moment and within [first_ms, last_ms]."""
    start, end = _frames(max(first_ms, near_ms - margin_ms), min(last_ms, near_ms + margin_ms))
    return _edge(_from_here_on(pair.evidence(line, start, end)), start) if end > start else _at(near_ms)


def _frames(start_ms: float, end_ms: float) -> tuple[int, int]:
    """Both moments, at the frame that begins there or before."""
    return int(start_ms // HOP_MS) * HOP_MS, int(end_ms // HOP_MS) * HOP_MS


def _at(moment_ms: float) -> Edge:
    return Edge(moment_ms, moment_ms, moment_ms)


def _from_here_on(evidence: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.concatenate([np.cumsum(evidence[::-1], dtype=np.float64)[::-1], [0.0]])


def _edge(score: NDArray[np.float64], start_ms: int) -> Edge:
    """The best place and how far it may be moved at no real loss; of equally good places, the middle one."""
    best = int(score.argmax())
    worse = np.flatnonzero(score < score[best] - _AS_GOOD)
    left = int(worse[worse < best].max(initial=-1)) + 1
    right = int(worse[worse > best].min(initial=len(score))) - 1
    equal = np.flatnonzero(score[left : right + 1] >= score[best] - 1e-9) + left
    middle = int(equal[len(equal) // 2])
    return Edge(start_ms + middle * HOP_MS, start_ms + left * HOP_MS, start_ms + right * HOP_MS)
