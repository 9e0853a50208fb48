"""What one word, or a run of number words, is worth: 450, vierhonderdvijftig, anderhalf, twee en een half, zevenentwintigste."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from text_to_num import text2num

from pipeline.language.lexicon import Lexicon
from pipeline.language.plain import Atom

_GROUPED = {"nl": re.compile(r"\d{1,3}(\.\d{3})+(,\d{1,2})?$"), "en": re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,2})?$")}
_THOUSANDS = {"nl": ".", "en": ","}
_DIGITS = re.compile(r"\d{1,15}([.,]\d{1,4})?$")
_ORDINAL_DIGITS = re.compile(r"(\d{1,4})(e|de|ste|st|nd|rd|th)$")
# Every word text2num could read holds one of these; asking it about each word of a conversation would cost seconds.
_NUMBER_LIKE = {
    "nl": re.compile(
        r"(twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertig|twintig|honderd|duizend|miljoen|miljard|tig|dertien)"
    ),
    "en": re.compile(
        r"(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|teen|twenty|thirty|forty|fifty|hundred|thousand|million)"
    ),
}
_LONGEST_NUMBER = 7


@dataclass(frozen=True, slots=True)
class Number:
    """A value, how many atoms it took, and whether it ranks (derde) instead of counting (drie)."""

    value: Fraction
    length: int
    ordinal: bool = False


def read_number(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> Number | None:
    """The number that begins at `at`, the longest reading first. A lone een, a or an is no number here."""
    first = _word_value(atoms[at].plain, lexicon)
    if first is None or first.ordinal:
        return first
    number = _run(atoms, at, lexicon) or first
    return _with_fraction(atoms, at, number, lexicon)


def _run(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> Number | None:
    """A number written in several words, such as een miljoen tweehonderdduizend or four hundred and fifty."""
    end = at + 1
    while end < len(atoms) and end - at < _LONGEST_NUMBER and _continues(atoms[end].plain, lexicon):
        end += 1
    while end - at > 1:
        said = [atom.plain for atom in atoms[at:end]]
        value = _text_value(" ".join(said), lexicon.code)
        if value is None and lexicon.code == "nl" and said[0].endswith(("honderd", "duizend")):
            value = _text_value("".join(said), lexicon.code)  # "tweeduizend vijfentachtig"
        if value is not None:
            return Number(value, end - at)
        end -= 1
    return None


def _continues(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.numbers.joints or (not word[0].isdigit() and bool(_NUMBER_LIKE[lexicon.code].search(word)))


def _with_fraction(atoms: Sequence[Atom], at: int, number: Number, lexicon: Lexicon) -> Number:
    """Add "en een half" or "komma vijf" when it follows."""
    rest = at + number.length
    if number.value.denominator == 1:
        for phrase in lexicon.numbers.and_a_half:
            if _stands_at(atoms, rest, phrase):
                return Number(number.value + Fraction(1, 2), number.length + len(phrase))
    if rest + 1 < len(atoms) and atoms[rest].plain in lexicon.numbers.decimal_words:
        decimals = _word_value(atoms[rest + 1].plain, lexicon)
        if decimals and not decimals.ordinal and decimals.value.denominator == 1:
            digits = str(decimals.value)
            return Number(number.value + decimals.value / 10 ** len(digits), number.length + 2)
    return number


def _stands_at(atoms: Sequence[Atom], at: int, phrase: Sequence[str]) -> bool:
    return len(atoms) - at >= len(phrase) and all(atoms[at + step].plain == word for step, word in enumerate(phrase))


def _word_value(word: str, lexicon: Lexicon) -> Number | None:
    if word in lexicon.numbers.one and not word.isdigit():
        return None
    if special := lexicon.numbers.special.get(word):
        return Number(Fraction(special), 1)
    if rank := lexicon.numbers.ordinals.get(word):
        return Number(Fraction(rank), 1, ordinal=True)
    if word[0].isdigit():
        return _digits_value(word, lexicon.code)
    if not _NUMBER_LIKE[lexicon.code].search(word):
        return None
    value = _text_value(word, lexicon.code)
    if value is not None:
        return Number(value, 1)
    return _half_value(word, lexicon.code) or _ordinal_value(word, lexicon)


def _digits_value(word: str, code: str) -> Number | None:
    if ordinal := _ORDINAL_DIGITS.match(word):
        return Number(Fraction(int(ordinal[1])), 1, ordinal=True)
    if _GROUPED[code].match(word):
        word = word.replace(_THOUSANDS[code], "")
    return Number(Fraction(word.replace(",", ".")), 1) if _DIGITS.match(word) else None


def _half_value(word: str, code: str) -> Number | None:
    """Tweeenhalf, drieeneenhalve."""
    half = re.fullmatch(r"(.+?)en(een)?hal(f|ve)", word) if code == "nl" else None
    value = _text_value(half[1], code) if half else None
    return None if value is None else Number(value + Fraction(1, 2), 1)


def _ordinal_value(word: str, lexicon: Lexicon) -> Number | None:
    """Vierde, zevenentwintigste, twenty-third."""
    for irregular, rank in lexicon.numbers.ordinals.items():
        if word.endswith(irregular) and word != irregular:
            tens = _text_value(word.removesuffix(irregular).removesuffix("-").removesuffix("en"), lexicon.code)
            if tens is not None:
                return Number(tens + rank, 1, ordinal=True)
    for ending in lexicon.numbers.ordinal_endings:
        if word.endswith(ending):
            value = _text_value(word.removesuffix(ending), lexicon.code)
            if value is not None:
                return Number(value, 1, ordinal=True)
    return None


@lru_cache(maxsize=20_000)
def _text_value(words: str, code: str) -> Fraction | None:
    if code == "nl":
        words = words.replace("tweeen", "tweeën")  # text2num reads drieentwintig without its diaeresis, but not this one
    try:
        return Fraction(text2num(words, code))
    except ValueError:
        return None
