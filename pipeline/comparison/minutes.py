"""Two minutes or transcripts of one conversation: how much is the same, and every difference by class."""

from pipeline.comparison.differences import differences
from pipeline.comparison.language import LEXICONS
from pipeline.comparison.language.lexicon import Lexicon
from pipeline.comparison.model import MinutesComparison
from pipeline.comparison.transcripts import Transcript
from pipeline.comparison.voices import pair_voices, same_voice
from pipeline.comparison.words import Account, TimeMap, align
from pipeline.errors import InputRefused


def compare_minutes(a: Transcript, b: Transcript, *, time_map: TimeMap | None = None) -> MinutesComparison:
    """Compare two accounts. `time_map` gives A's time in ms for a time of B, where a recording alignment knows it.

    Raises InputRefused: comparison_languages_differ, comparison_language_unknown.
    """
    lexicon = shared_lexicon(a.language, b.language)
    of_a, of_b = Account(a, lexicon), Account(b, lexicon)
    steps = align(of_a, of_b, time_map)
    pairs = pair_voices(of_a, of_b, steps)
    found = differences(of_a, of_b, steps, same_voice(pairs))
    return MinutesComparison(
        language=lexicon.code,
        words_a=len(of_a.units),
        words_b=len(of_b.units),
        words_same=sum(step.equal for step in steps),
        identical=not found,
        speakers=pairs,
        differences=tuple(found),
    )


def shared_lexicon(a: str | None, b: str | None) -> Lexicon:
    """The word lists of the language both are in."""
    if a is None or b is None:
        raise InputRefused("comparison_language_unknown")
    if a != b:
        raise InputRefused("comparison_languages_differ", a=a, b=b)
    return LEXICONS[a]
