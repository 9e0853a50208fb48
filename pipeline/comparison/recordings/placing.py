"""The place of a change of line, from the waveforms: to the hundredth of a second where there is sound, not beyond in silence."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.comparison.recordings.echo import HOP_MS, Echo, Known, learn
from pipeline.comparison.recordings.features import HOP_MS as SHAPE_HOP_MS
from pipeline.comparison.recordings.junctions import Edge, Junction, Model, Pair
from pipeline.comparison.recordings.likelihood import Line

_LEARNED_FROM_MS = 8_000
_MARGIN_MS = 300
_PER_SHAPE = SHAPE_HOP_MS // HOP_MS
# In nats: places this little worse than the best may be the true one too.
_AS_GOOD = 8.0


def placed(pair: Pair, before: Line, after: Line, found: Junction, first_ms: float, last_ms: float) -> Junction:
    """The junction with its place made finer, within [first_ms, last_ms] of B. A junction of two free ends is left as it is."""
    if found.model is Model.FREE:
        return found
    length = found.enter.at - found.leave.at
    start = round(max(first_ms, found.leave.earliest - _MARGIN_MS))
    end = round(min(last_ms - length, found.leave.latest + _MARGIN_MS))
    earlier = Known(before, max(first_ms, start - _LEARNED_FROM_MS), start)
    later = Known(after, end + length, min(last_ms, end + length + _LEARNED_FROM_MS))
    echo = learn(pair.a, pair.b, [earlier, later])
    if echo is None or end <= start:
        return found
    until = np.cumsum(_evidence(pair, echo, before, start, end))
    since = np.cumsum(_evidence(pair, echo, after, start + length, end + length)[::-1])[::-1]
    score = np.append(0.0, until) + np.append(since, 0.0)
    leave = _edge(score, start)
    return replace(found, leave=leave, enter=Edge(leave.at + length, leave.earliest + length, leave.latest + length))


def _evidence(pair: Pair, echo: Echo, line: Line, start_ms: float, end_ms: float) -> NDArray[np.float64]:
    """What the waveforms say, and the shape of the sound besides, per 10 ms."""
    waveforms = echo.evidence(line, start_ms, end_ms)
    first = int(start_ms) // SHAPE_HOP_MS
    shapes = pair.likelihood.along(line, first, first + len(waveforms) // _PER_SHAPE + 2)
    at = (int(start_ms) + HOP_MS / 2 + HOP_MS * np.arange(len(waveforms))) // SHAPE_HOP_MS - first
    both: NDArray[np.float64] = waveforms + shapes[at.astype(int)] / _PER_SHAPE
    return both


def _edge(score: NDArray[np.float64], start_ms: int) -> Edge:
    """The place that is as likely too early as too late, and the outermost places that may be the true one."""
    as_good = np.flatnonzero(score >= score.max() - _AS_GOOD)
    chance = np.cumsum(np.exp(score - score.max()))
    at = int(np.searchsorted(chance, chance[-1] / 2))
    return Edge(start_ms + at * HOP_MS, start_ms + int(as_good[0]) * HOP_MS, start_ms + int(as_good[-1]) * HOP_MS)
