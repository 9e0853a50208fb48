"""Dutch compounds taken apart: a report writes ziekenhuisbrief where somebody said the letter of the hospital."""

from functools import lru_cache

from pipeline.language.lexicon import words
from pipeline.language.spelling import is_word, lemma

_SHORTEST_PART = 4
# What may stand between the parts of a compound: gezondheid-s-zorg, ziek-en-huis.
_LINKS = ("", "s", "e", "en", "-")
# These make another word of what follows them, not a compound of two things.
_PREFIXES = words("""
    aan achter afge bere binnen boven buiten door onder over tegen terug vooruit voort voor weer zonder ander heden hier daar waar
    naar tussen samen mede neder
""")


@lru_cache(maxsize=50_000)
def parts(word: str, code: str) -> tuple[str, ...]:
    """The two words a compound is made of, in their dictionary form; empty when it is none, or not a Dutch one.

    The longest last part that the vocabulary knows is taken: kluisnummers is kluis and nummer.
    """
    if code != "nl" or (not word.isalpha() and "-" not in word):
        return ()
    for start in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        last = word[start:]
        if not is_word(last, code):
            continue
        for link in _LINKS:
            first = word[:start].removesuffix(link)
            if word[:start].endswith(link) and len(first) >= _SHORTEST_PART and first not in _PREFIXES and is_word(first, code):
                return (lemma(first, code), lemma(last, code))
    return ()
