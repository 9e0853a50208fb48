"""What a comparison found, as points that a party can respond to in the page of the minutes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline import documents
from pipeline.comparison.compare import Comparison
from pipeline.comparison.model import Difference, DifferenceClass, RecordingFinding
from pipeline.minutes.clock import clock, clock_span
from pipeline.minutes.safe_text import safe_text
from pipeline.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferencePoint:
    """One difference. `id`: as a response names it; `number`: as the comparison's own page shows it; `a`, `b`: both sides in words."""

    id: str
    number: int
    label: str
    a: str
    b: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPoints:
    """The points of one comparison. `a` and `b`: what was compared; `sha256`: of comparison.json."""

    a: str
    b: str
    sha256: str
    points: tuple[DifferencePoint, ...]


def read_points(comparison_json: Path, say: Texts) -> ComparisonPoints:
    """The points of this comparison; stop words and spelling are left out. Raises InputRefused when it is no comparison."""
    data = documents.read_bytes(comparison_json)
    comparison, sha256 = documents.decode(Comparison, data), hashlib.sha256(data).hexdigest()
    return ComparisonPoints(
        a=safe_text(comparison.a.name),
        b=safe_text(comparison.b.name),
        sha256=sha256,
        points=(*_recordings(comparison, sha256, say), *_minutes(comparison, sha256, say), *_report(comparison, sha256, say)),
    )


def _recordings(comparison: Comparison, sha256: str, say: Texts) -> Iterator[DifferencePoint]:
    found: tuple[RecordingFinding, ...] = comparison.recordings.findings if comparison.recordings else ()
    for index, finding in enumerate(found):
        yield DifferencePoint(
            id=f"{sha256}/recordings/{index}",
            number=index + 1,
            label=say(f"page.difference.{finding.kind}"),
            a=clock_span(*finding.a),
            b=clock_span(*finding.b),
        )


def _minutes(comparison: Comparison, sha256: str, say: Texts) -> Iterator[DifferencePoint]:
    found: tuple[Difference, ...] = comparison.minutes.differences if comparison.minutes else ()
    for index, difference in enumerate(found):
        if difference.kind is DifferenceClass.FILLER:
            continue
        yield DifferencePoint(
            id=f"{sha256}/minutes/{index}",
            number=index + 1,
            label=say(f"comparison.class.{difference.kind}"),
            a=f"{clock(difference.a.start_ms)} {safe_text(difference.a.text) or say('page.difference.nothing')}",
            b=f"{clock(difference.b.start_ms)} {safe_text(difference.b.text) or say('page.difference.nothing')}",
        )


def _report(comparison: Comparison, sha256: str, say: Texts) -> Iterator[DifferencePoint]:
    for index, statement in enumerate(comparison.report.statements if comparison.report else ()):
        passage = statement.passages[0] if statement.passages else None
        yield DifferencePoint(
            id=f"{sha256}/report/{index}",
            number=index + 1,
            label=say(f"comparison.page.outcome.{statement.outcome}"),
            a=safe_text(statement.text),
            b=f"{clock(passage.start_ms)} {safe_text(passage.text)}" if passage else say("page.difference.nothing"),
        )
