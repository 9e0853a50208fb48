"""Two minutes or transcripts of one conversation: how much is the same, and every difference by class."""

from pipeline.comparison.differences import differences
from pipeline.comparison.model import MinutesComparison
from pipeline.comparison.rows import rows
from pipeline.comparison.transcripts import Transcript
from pipeline.comparison.voices import pair_voices, same_voice
from pipeline.comparison.words import Account, TimeMap, match, pair, share_in_runs
from pipeline.errors import InputRefused
from pipeline.language import LEXICONS
from pipeline.language.lexicon import Lexicon

# Below this share of words in common runs, two texts are not two accounts of one conversation in its own words. Measured:
# unrelated Dutch conversations about shelters share at most 0.02; one with four words of ten changed at random shares 0.4.
_COMPARABLE_SHARE = 0.1
_ENOUGH_UNITS = 60


def compare_minutes(a: Transcript, b: Transcript, *, time_map: TimeMap | None = None) -> MinutesComparison:
    """Compare two accounts. `time_map` gives A's time in ms for a time of B, where a recording alignment knows it.

    Raises InputRefused: comparison_languages_differ, comparison_language_unknown, transcript_empty.
    """
    lexicon = shared_lexicon(a.language, b.language)
    of_a, of_b = Account(a, lexicon), Account(b, lexicon)
    if not of_a.units or not of_b.units:
        raise InputRefused("transcript_empty")
    matched = match(of_a, of_b, time_map)
    if min(len(of_a.units), len(of_b.units)) >= _ENOUGH_UNITS and share_in_runs(of_a, of_b, matched) < _COMPARABLE_SHARE:
        return _not_comparable(of_a, of_b)
    steps = pair(of_a, of_b, matched, time_map)
    pairs = pair_voices(of_a, of_b, steps)
    found = differences(of_a, of_b, steps, same_voice(pairs))
    return MinutesComparison(
        language=lexicon.code,
        comparable=True,
        words_a=len(of_a.units),
        words_b=len(of_b.units),
        words_same=sum(step.equal for step in steps),
        identical=not found,
        speakers=pairs,
        differences=tuple(found),
        rows=tuple(rows(of_a, of_b, steps)),
    )


def _not_comparable(a: Account, b: Account) -> MinutesComparison:
    return MinutesComparison(
        language=a.lexicon.code,
        comparable=False,
        words_a=len(a.units),
        words_b=len(b.units),
        words_same=0,
        identical=False,
        speakers=(),
        differences=(),
        rows=(),
    )


def shared_lexicon(a: str | None, b: str | None) -> Lexicon:
    """The word lists of the language both are in."""
    if a is None or b is None:
        raise InputRefused("comparison_language_unknown")
    if a != b:
        raise InputRefused("comparison_languages_differ")
    return LEXICONS[a]
