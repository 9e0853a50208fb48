"""What A has twice and B once looks like something B lacks: listen for it elsewhere in B."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from pipeline.comparison.model import RecordingFinding, RecordingFindingKind
from pipeline.comparison.recordings.features import HOP_MS, Features
from pipeline.comparison.recordings.junctions import Pair
from pipeline.comparison.recordings.likelihood import Line
from pipeline.comparison.recordings.search import search

_SHORTEST_MS = 3_000
_LONGEST_MS = 600_000
_PLACES = 3
# In nats per second, in each half: what must speak for a repeat.
_LEAST_PER_SECOND = 8.0


def with_repeats(pair: Pair, found: Iterable[RecordingFinding]) -> Iterator[RecordingFinding]:
    """The findings, those only in A named `repeated_in_a` where B has the same sound elsewhere; `b` is then that place."""
    for finding in found:
        is_tried = finding.kind is RecordingFindingKind.ONLY_IN_A and _SHORTEST_MS <= finding.length_ms <= _LONGEST_MS
        place = _elsewhere(pair, finding.a[0], finding.length_ms) if is_tried else None
        yield replace(finding, kind=RecordingFindingKind.REPEATED_IN_A, b=place) if place else finding


def _elsewhere(pair: Pair, start_ms: int, length_ms: int) -> tuple[int, int] | None:
    frames = slice(start_ms // HOP_MS, (start_ms + length_ms) // HOP_MS)
    heard = pair.likelihood.a
    votes = search(pair.likelihood.b, Features(heard.shape[frames], heard.activity[frames]))
    for at in np.argsort(-votes.score)[:_PLACES]:
        first = max(0, round(votes.offset_ms[at]))
        last = min(pair.b.duration_ms, first + length_ms)
        halves = np.array_split(pair.evidence(Line(start_ms - first, 0.0), first, max(first, last)), 2)
        if all(float(half.sum()) >= _LEAST_PER_SECOND * length_ms / 2000 for half in halves):
            return first, last
    return None
