"""A small comparison, as it lies on disk."""

from pipeline.comparison.compare import Comparison, Reference
from pipeline.comparison.model import Difference, DifferenceClass, MinutesComparison, Side
from pipeline.texts import Language


def comparison_of(minutes_sha256: str) -> Comparison:
    """These minutes beside other ones: a negation, a stop word and a number differ."""
    differences = (
        Difference(kind=DifferenceClass.NEGATION, a=_side("geen <b>brief</b>"), b=_side("")),
        Difference(kind=DifferenceClass.FILLER, a=_side("eh"), b=_side("")),
        Difference(kind=DifferenceClass.NUMBER, a=_side("450"), b=_side("540")),
    )
    words = MinutesComparison(
        language="nl",
        comparable=True,
        words_a=9,
        words_b=9,
        words_same=7,
        identical=False,
        speakers=(),
        differences=differences,
        rows=(),
    )
    return Comparison(
        schema="wederhoor/comparison/1",
        report_language=Language.DUTCH,
        a=_reference(minutes_sha256),
        b=_reference("2" * 64),
        recordings=None,
        minutes=words,
        report=None,
        not_compared=(),
    )


def _side(text: str) -> Side:
    return Side(line="L0008", word=0, start_ms=36_000, end_ms=37_000, speaker=None, text=text, confidence=None)


def _reference(minutes_sha256: str) -> Reference:
    return Reference(
        name="a.vtt",
        recording_sha256=None,
        duration_ms=None,
        minutes_sha256=minutes_sha256,
        report_sha256=None,
        integrity_sha256=None,
    )
