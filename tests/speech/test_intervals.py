from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.speech.intervals import intersect, subtract, union
from pipeline.speech.model import Span

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 15)).map(lambda pair: Span(pair[0], pair[0] + pair[1])), max_size=8)


def points(found: list[Span]) -> set[int]:
    return {point for span in found for point in range(span.start_ms, span.end_ms)}


def apart(found: list[Span]) -> bool:
    return all(one.end_ms < next_.start_ms for one, next_ in pairwise(found)) and all(span.start_ms < span.end_ms for span in found)


@given(spans, spans)
def test_they_do_what_sets_of_points_do(some: list[Span], others: list[Span]) -> None:
    assert points(union(some)) == points(some)
    assert points(subtract(some, others)) == points(some) - points(others)
    assert points(intersect(some, others)) == points(some) & points(others)


@given(spans, spans)
def test_results_are_in_order_and_do_not_touch(some: list[Span], others: list[Span]) -> None:
    assert apart(union(some))
    assert apart(subtract(some, others))
