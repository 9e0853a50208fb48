"""Which lines of two accounts stand beside each other, so that both can be read as one conversation in two columns."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.comparison.model import Row
from pipeline.comparison.words import Account, Step

# Lines that overlap one another all the way down would become one endless row.
_LONGEST_ROW = 8

Link = tuple[int, int]


def rows(a: Account, b: Account, steps: Sequence[Step]) -> Iterator[Row]:
    """Every line of A and of B once, in order: beside the line that shares most of its words, or alone."""
    at_a = at_b = 0
    for of_a, of_b in _blocks(_in_order(_links(a, b, steps))):
        yield from _alone(a, b, range(at_a, of_a.start), range(at_b, of_b.start))
        yield _row(a, b, of_a, of_b)
        at_a, at_b = of_a.stop, of_b.stop
    yield from _alone(a, b, range(at_a, len(a.utterances)), range(at_b, len(b.utterances)))


def _links(a: Account, b: Account, steps: Sequence[Step]) -> Counter[Link]:
    """Lines that share words, with how many: for each line the one line it shares most with."""
    shared = Counter((a.owners[step.a_start], b.owners[step.b_start]) for step in steps if step.is_pair)
    best_a: dict[int, Link] = {}
    best_b: dict[int, Link] = {}
    for link in sorted(shared):
        for best, line in ((best_a, link[0]), (best_b, link[1])):
            if line not in best or shared[link] > shared[best[line]]:
                best[line] = link
    return Counter({link: shared[link] for link in {*best_a.values(), *best_b.values()}})


def _in_order(links: Counter[Link]) -> list[Link]:
    """The links without those that cross heavier ones: two columns can only be read downwards."""
    kept: list[Link] = []
    for link in sorted(links):
        crossed = [other for other in kept[-2 * _LONGEST_ROW :] if other[1] > link[1]]
        if sum(links[other] for other in crossed) < links[link]:
            kept = [other for other in kept if other not in crossed]
        elif crossed:
            continue
        if not kept or kept[-1][1] <= link[1]:
            kept.append(link)
    return kept


def _blocks(links: Iterable[Link]) -> Iterator[tuple[range, range]]:
    """Runs of links that share a line, as the lines [start, stop) of A and of B."""
    of_a, of_b = range(0), range(0)
    for line_a, line_b in links:
        joins = line_a < of_a.stop or line_b < of_b.stop
        longer_a, longer_b = range(of_a.start, line_a + 1), range(of_b.start, line_b + 1)
        if joins and max(len(longer_a), len(longer_b)) <= _LONGEST_ROW:
            of_a, of_b = longer_a, longer_b
            continue
        if of_a or of_b:
            yield of_a, of_b
        # A row that is full leaves what it would share to the next line.
        of_a, of_b = range(max(line_a, of_a.stop), line_a + 1), range(max(line_b, of_b.stop), line_b + 1)
    if of_a or of_b:
        yield of_a, of_b


def _alone(a: Account, b: Account, of_a: range, of_b: range) -> Iterator[Row]:
    yield from (_row(a, b, range(line, line + 1), range(0)) for line in of_a)
    yield from (_row(a, b, range(0), range(line, line + 1)) for line in of_b)


def _row(a: Account, b: Account, of_a: range, of_b: range) -> Row:
    return Row(a=tuple(a.utterances[line].line for line in of_a), b=tuple(b.utterances[line].line for line in of_b))
