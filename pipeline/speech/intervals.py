"""Set arithmetic on stretches of time. Results are in time order and do not touch each other."""

from collections.abc import Iterable, Sequence

from pipeline.speech.model import Span


def union(spans: Iterable[Span]) -> list[Span]:
    """Everything that lies in at least one of the spans; empty spans count for nothing."""
    joined: list[Span] = []
    for span in sorted(span for span in spans if span.start_ms < span.end_ms):
        if joined and span.start_ms <= joined[-1].end_ms:
            joined[-1] = Span(joined[-1].start_ms, max(joined[-1].end_ms, span.end_ms))
        else:
            joined.append(span)
    return joined


def subtract(spans: Iterable[Span], removed: Iterable[Span]) -> list[Span]:
    """Everything in `spans` that is not in `removed`."""
    left: list[Span] = []
    holes = union(removed)
    first = 0
    for span in union(spans):
        start = span.start_ms
        while first < len(holes) and holes[first].end_ms <= start:
            first += 1
        for hole in _from(holes, first):
            if hole.start_ms >= span.end_ms:
                break
            if start < hole.start_ms:
                left.append(Span(start, hole.start_ms))
            start = max(start, hole.end_ms)
        if start < span.end_ms:
            left.append(Span(start, span.end_ms))
    return left


def intersect(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Everything that is in both."""
    spans = union(spans)
    return subtract(spans, subtract(spans, others))


def _from(items: Sequence[Span], first: int) -> Iterable[Span]:
    return (items[index] for index in range(first, len(items)))
