"""Which differences stand on paper: those that may matter; a document of a thousand pages is read by nobody.

What is left out is told, with where it can be found: the page and comparison.json hold everything.
"""

from collections.abc import Iterator, Sequence

from pipeline.comparison.model import DifferenceClass
from pipeline.comparison.reading import ComparisonReading
from pipeline.comparison.reading.model import DifferenceReading

MOST = 1_000


def shown_differences(reading: ComparisonReading) -> list[DifferenceReading]:
    """The differences without fillers, in their order, up to `MOST`."""
    return [difference for difference in reading.differences if difference.kind is not DifferenceClass.FILLER][:MOST]


def told_of_the_rest(reading: ComparisonReading, shown: Sequence[DifferenceReading]) -> Iterator[str]:
    """What to say of the differences that are not in the document."""
    if not reading.differences:
        yield reading.say("comparison.part.no_differences")
    elif left := len(reading.differences) - len(shown):
        yield reading.say("comparison.part.rest", count=left)
