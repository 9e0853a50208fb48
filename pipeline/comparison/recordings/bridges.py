"""Stretches in which the shape of the sound tells nothing, such as soft talk under noise, and the waveforms still do."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.comparison.recordings.echo import HOP_MS, Known, learn
from pipeline.comparison.recordings.junctions import Pair
from pipeline.comparison.recordings.likelihood import Line
from pipeline.comparison.recordings.path import Run

_LEARNED_FROM_MS = 10_000
# In nats: what must speak for a stretch as a whole, and what may speak against it in any one second.
_LEAST_FOR = 12.0
_MOST_AGAINST = 10.0
_SECOND = 1_000 // HOP_MS


def bridged(pair: Pair, runs: Sequence[Run], slope: float) -> list[Run]:
    """Join runs along one line where B's waveform goes on following A's between them."""
    joined: list[Run] = []
    for run in runs:
        before = joined[-1] if joined else None
        if before and before.is_along(run) and _goes_on(pair, before, run, slope):
            joined[-1] = replace(before, end_ms=run.end_ms, evidence=before.evidence + run.evidence)
        else:
            joined.append(run)
    return joined


def _goes_on(pair: Pair, before: Run, after: Run, slope: float) -> bool:
    line = Line(before.offset_ms, slope)
    earlier = Known(line, max(before.start_ms, before.end_ms - _LEARNED_FROM_MS), before.end_ms)
    later = Known(Line(after.offset_ms, slope), after.start_ms, min(after.end_ms, after.start_ms + _LEARNED_FROM_MS))
    echo = learn(pair.a, pair.b, [earlier, later])
    if echo is None:
        return False
    evidence = echo.evidence(line, before.end_ms, after.start_ms)
    seconds = [float(evidence[at : at + _SECOND].sum()) for at in range(0, len(evidence), _SECOND)]
    return sum(seconds) >= _LEAST_FOR and min(seconds) >= -_MOST_AGAINST
