"""Ids for everything a party can point at. An id follows from what it names: the same comparison gives the same ids.

A response is bound to the SHA-256 of comparison.json and to an id in it; made anew with other rules, what stayed the same
keeps its id.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from pipeline.comparison.model import (
    Difference,
    MinutesComparison,
    Omission,
    RecordingComparison,
    RecordingFinding,
    ReportComparison,
    Side,
    Statement,
)
from pipeline.documents import sha256_plain

_LENGTH = 8

Named = TypeVar("Named", RecordingFinding, Difference, Statement, Omission)


def identified_recordings(found: RecordingComparison) -> RecordingComparison:
    """The same with an id (r-...) for every finding."""
    return replace(found, findings=tuple(_named("r", found.findings, lambda finding: (finding.kind, finding.a, finding.b))))


def identified_minutes(found: MinutesComparison) -> MinutesComparison:
    """The same with an id (d-...) for every difference."""
    return replace(found, differences=tuple(_named("d", found.differences, _difference)))


def identified_report(found: ReportComparison) -> ReportComparison:
    """The same with an id for every statement (s-...) and for every passage that was left out (o-...)."""
    return replace(
        found,
        statements=tuple(_named("s", found.statements, lambda statement: (statement.text,))),
        omitted=tuple(_named("o", found.omitted, lambda omission: (omission.passage.lines, omission.passage.text))),
    )


def _difference(difference: Difference) -> tuple[object, ...]:
    return (difference.kind, *_place(difference.a), *_place(difference.b))


def _place(side: Side) -> tuple[object, ...]:
    return side.line, side.word, side.text


def _named(letter: str, found: Iterable[Named], content: Callable[[Named], tuple[object, ...]]) -> Iterator[Named]:
    """Each with its id; of two that are alike (a sentence that was written twice) the second is told apart."""
    seen: Counter[str] = Counter()
    for one in found:
        digest = sha256_plain(content(one))
        seen[digest] += 1
        if seen[digest] > 1:
            digest = sha256_plain([digest, seen[digest]])
        yield replace(one, id=f"{letter}-{digest[:_LENGTH]}")
