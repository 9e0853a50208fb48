"""What the comparison and the summary know of Dutch and English: word lists, numbers, times, sounds. Rules only, no models."""

from pipeline.language import dutch, english
from pipeline.language.lexicon import Lexicon

LEXICONS: dict[str, Lexicon] = {lexicon.code: lexicon for lexicon in (dutch.LEXICON, english.LEXICON)}
