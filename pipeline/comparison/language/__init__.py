"""What the comparison knows of Dutch and English: word lists, numbers, times, sounds. Rules only, no models."""

from pipeline.comparison.language import dutch, english
from pipeline.comparison.language.lexicon import Lexicon

LEXICONS: dict[str, Lexicon] = {lexicon.code: lexicon for lexicon in (dutch.LEXICON, english.LEXICON)}
