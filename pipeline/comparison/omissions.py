"""What a report leaves out: the passages of the conversation that no statement touches, the heaviest first.

Weight is what a passage holds: its rare words, and more for amounts, moments, denials and promises. Long passages hold
more. It says nothing of whether a passage should have been in the report.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from pipeline.comparison.model import Omission, Passage
from pipeline.comparison.passages import Match, PassageIndex
from pipeline.language.units import Kind

# Longer stretches are cut, so that each can be read and listened to on its own.
LONGEST_OMISSION = 4
# A line with less than this says nothing of its own: yes, go on, a greeting.
LIGHTEST_LINE = 2.2
# In words that are said in one line only.
_EXTRA = {Kind.NUMBER: 0.75, Kind.TIME: 0.5, Kind.NEGATION: 0.5, Kind.MODALITY: 0.25, Kind.NAME: 0.25}

MakePassage = Callable[[int, int, float], Passage]


def omissions(index: PassageIndex, touched: Sequence[Match], passage: MakePassage) -> list[Omission]:
    """The untouched passages, heaviest first."""
    covered = {line for match in touched for line in match.carrying}
    weights = _line_weights(index)
    found = [
        Omission(passage=passage(first, last, 0.0), weight=round(sum(weights[first : last + 1]), 1))
        for first, last in _stretches([weight >= LIGHTEST_LINE and line not in covered for line, weight in enumerate(weights)])
    ]
    return sorted(found, key=lambda omission: (-omission.weight, omission.passage.start_ms))


def _line_weights(index: PassageIndex) -> list[float]:
    count = len(index.terms)
    known = Counter(term for terms in index.terms for term in set(terms))
    once = max(math.log((1 + count) / 2), 1e-9)
    return [
        sum(math.log((1 + count) / (1 + known[term])) / once for term in set(terms))
        + sum(_EXTRA.get(unit.kind, 0.0) for unit in found if not unit.weak)
        for terms, found in zip(index.terms, index.units, strict=True)
    ]


def _stretches(left_out: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Runs of left-out lines, [first, last], at most LONGEST_OMISSION long."""
    start: int | None = None
    for at, out in enumerate([*left_out, False]):
        if start is not None and (not out or at - start == LONGEST_OMISSION):
            yield start, at - 1
            start = None
        if out and start is None:
            start = at
