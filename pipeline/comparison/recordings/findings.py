"""From pieces of B that follow A to what only one of the two holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.comparison.model import RecordingFinding, RecordingFindingKind
from pipeline.comparison.recordings.features import HOP_MS
from pipeline.comparison.recordings.junctions import Edge, Junction, Model, Pair
from pipeline.comparison.recordings.likelihood import Line
from pipeline.comparison.recordings.repeats import with_repeats

Kind = RecordingFindingKind

# Less than this is how two recorders differ, not two recordings.
LEAST_MS = 50
_LEAST_REPEATED_MS = 300
_LEAST_NOT_COMPARABLE_MS = 500
# "Differs" is said only of sound that is loud enough to tell: so many nats against, over so much sound in both.
_AGAINST = -1.0
_LEAST_DIFFERENT_MS = 3_000
_SMOOTH = 7


@dataclass(frozen=True, slots=True)
class Piece:
    """B follows `line` of A from `start` to `end`."""

    line: Line
    start: Edge
    end: Edge

    @property
    def a(self) -> tuple[float, float]:
        """The same stretch on A's clock."""
        return self.line.to_a(self.start.at), self.line.to_a(self.end.at)


def findings(pair: Pair, pieces: Sequence[Piece], junctions: Sequence[Junction]) -> list[RecordingFinding]:
    """Everything the pieces leave over in A or in B, or use twice. `junctions` lie between the pieces."""
    first, last = pieces[0], pieces[-1]
    found = [*_outer(pair, first, (0.0, first.start.at), (0.0, first.a[0]), pieces[1:])]
    for before, after, between in zip(pieces, pieces[1:], junctions, strict=False):
        others = [piece for piece in pieces if piece is not before and piece is not after]
        found += _between(before, after, between, others)
    found += _outer(pair, last, (last.end.at, pair.b.duration_ms), (last.a[1], pair.a.duration_ms), pieces[:-1])
    return sorted(with_repeats(pair, _once(found)), key=lambda finding: (finding.b, finding.a))


def _between(before: Piece, after: Piece, between: Junction, others: Sequence[Piece]) -> Iterator[RecordingFinding]:
    leave, enter = before.end, after.start
    extra_b = enter.at - leave.at
    step = after.line.offset_ms - before.line.offset_ms
    extra_a = extra_b + step
    a = (before.line.to_a(leave.earliest), after.line.to_a(enter.latest))
    b = (leave.earliest, enter.latest)
    if between.model is not Model.FREE and step >= LEAST_MS:
        yield from _skipped(a, b, step, (before.line.to_a(leave.at), after.line.to_a(enter.at)), others)
    elif between.model is Model.INSERT and -step >= LEAST_MS:
        yield _finding(Kind.ONLY_IN_B, (before.line.to_a(leave.earliest), before.line.to_a(leave.latest)), b, extra_b)
    elif between.model is Model.JUMP and -step >= LEAST_MS:
        yield from _repeated(before, after, others)
    elif between.model is Model.FREE and extra_a < LEAST_MS:
        yield _finding(Kind.ONLY_IN_B, tuple(sorted(a)), b, extra_b)
        if -extra_a >= _LEAST_REPEATED_MS:
            yield from _repeated(before, after, others)
    elif between.model is Model.FREE and _clearly(between.against, min(extra_a, extra_b)):
        yield _finding(Kind.ONLY_IN_B, a, b, extra_b)
        yield from _skipped(a, b, extra_a, (before.line.to_a(leave.at), after.line.to_a(enter.at)), others)
    elif between.model is Model.FREE:
        yield from _unclear(a, b, extra_a, extra_b)


def _unclear(a: tuple[float, float], b: tuple[float, float], length_a: float, length_b: float) -> Iterator[RecordingFinding]:
    """What cannot be compared, and how much longer it lasts in one of the two: that much is certain."""
    if min(length_a, length_b) >= _LEAST_NOT_COMPARABLE_MS:
        yield _finding(Kind.NOT_COMPARABLE, a, b, min(length_a, length_b))
    if abs(length_a - length_b) >= LEAST_MS:
        yield _finding(Kind.ONLY_IN_A if length_a > length_b else Kind.ONLY_IN_B, a, b, abs(length_a - length_b))


def _skipped(
    a: tuple[float, float], b: tuple[float, float], length: float, exact: tuple[float, float], others: Sequence[Piece]
) -> Iterator[RecordingFinding]:
    """What B passes over of A, unless B has it elsewhere."""
    left = _without(exact, [piece.a for piece in others])
    if left == [exact]:
        yield _finding(Kind.ONLY_IN_A, a, b, length)
        return
    for start, end in left:
        if end - start >= LEAST_MS:
            yield _finding(Kind.ONLY_IN_A, (start, end), b, end - start)


def _repeated(before: Piece, after: Piece, others: Sequence[Piece]) -> Iterator[RecordingFinding]:
    """What B goes back to in A, as far as B had it already."""
    fresh = _without(after.a, [before.a, *(piece.a for piece in others if piece.start.at < after.start.at)])
    length = after.a[1] - after.a[0] - sum(end - start for start, end in fresh)
    if length >= _LEAST_REPEATED_MS:
        a = (after.line.to_a(after.start.earliest), after.line.to_a(after.start.latest) + length)
        yield _finding(Kind.REPEATED_IN_B, a, (after.start.earliest, after.start.latest + length), length)


def _outer(pair: Pair, at: Piece, b: tuple[float, float], a: tuple[float, float], others: Sequence[Piece]) -> Iterator[RecordingFinding]:
    """Before the first or after the last piece."""
    is_head = b[0] == 0
    edge_a, edge_b = (a[1], b[1]) if is_head else (a[0], b[0])
    length_a, length_b = max(0.0, a[1] - a[0]), max(0.0, b[1] - b[0])
    common = min(length_a, length_b)
    beside = (edge_b - common, edge_b) if is_head else (edge_b, edge_b + common)
    if _differs(pair, at.line, *beside):
        common, outer_a, outer_b = 0.0, edge_a, edge_b
    elif is_head:
        outer_a, outer_b = 0.0, 0.0
    else:
        outer_a, outer_b = a[1], b[1]
    if common >= _LEAST_NOT_COMPARABLE_MS:
        yield _finding(Kind.NOT_COMPARABLE, (at.line.to_a(beside[0]), at.line.to_a(beside[1])), beside, common)
    rest_a = (a[0], a[1] - common) if is_head else (a[0] + common, a[1])
    rest_b = (b[0], b[1] - common) if is_head else (b[0] + common, b[1])
    if length_a - common >= LEAST_MS:
        yield from _skipped(rest_a, (outer_b, outer_b), length_a - common, rest_a, others)
    if length_b - common >= LEAST_MS:
        yield _finding(Kind.ONLY_IN_B, (outer_a, outer_a), rest_b, length_b - common)


def _clearly(against: float, length_ms: float) -> bool:
    """Whether so much evidence against one sound in so long a stretch lets us say that it is another."""
    return length_ms >= _LEAST_DIFFERENT_MS and against * _SMOOTH * HOP_MS / length_ms >= -_AGAINST


def _differs(pair: Pair, line: Line, start_ms: float, end_ms: float) -> bool:
    """Whether B clearly holds other sound than A does on this line."""
    first, last = max(0, int(start_ms / HOP_MS)), min(len(pair.likelihood.b.activity), int(end_ms / HOP_MS))
    along = pair.likelihood.along(line, first, last)
    return _clearly(-float(along.sum()), (last - first) * HOP_MS)


def _without(stretch: tuple[float, float], taken: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """What is left of a stretch. Overlap of less than `LEAST_MS` is how exact edges are, and does not count."""
    left = [stretch]
    for start, end in taken:
        left = [
            part
            for low, high in left
            for part in ([(low, high)] if min(high, end) - max(low, start) < LEAST_MS else [(low, start), (end, high)])
            if part[1] > part[0]
        ]
    return left


def _once(found: Sequence[RecordingFinding]) -> Iterator[RecordingFinding]:
    """Where pieces stand in another order, a part of A may be passed over more than once."""
    for at, finding in enumerate(found):
        earlier = (other.a for other in found[:at] if other.kind is Kind.ONLY_IN_A)
        if finding.kind is not Kind.ONLY_IN_A or not any(start <= finding.a[0] and finding.a[1] <= end for start, end in earlier):
            yield finding


def _finding(kind: Kind, a: tuple[float, ...], b: tuple[float, ...], length: float) -> RecordingFinding:
    return RecordingFinding(
        kind=kind,
        a=(max(0, round(a[0])), max(0, round(a[-1]))),
        b=(max(0, round(b[0])), max(0, round(b[-1]))),
        length_ms=round(length),
    )
