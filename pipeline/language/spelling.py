"""Whether two different spellings are one sound or one form: what a typist varies and a listener cannot hear."""

import re
from functools import lru_cache

import simplemma
from rapidfuzz.distance import DamerauLevenshtein

from pipeline.language.lexicon import Lexicon

_SHORTEST_TYPO = 5
_LONG_WORD = 9

# One sound, several spellings; applied in this order.
_SOUNDS = {
    "nl": [
        (r"eij|eiy|ey|ay(?=[^aeiou]|$)", "ei"), (r"ij", "ei"), (r"ouw|auw|au", "ou"), (r"sch$", "s"), (r"sch", "sg"), (r"ch", "g"),
        (r"ck", "k"), (r"ks|x", "ks"), (r"c(?=[eiy])", "s"), (r"c", "k"), (r"qu", "kw"), (r"ph", "f"), (r"th", "t"), (r"gh", "g"),
        (r"(?<=[aeiou])h(?![aeiou])", ""),
        (r"^y(?=[aeou])", "j"), (r"y", "i"), (r"dt$|d$|tt$", "t"), (r"(?<=[aeiou])b$", "p"), (r"isch", "is"), (r"(?<=[aeiou])z$", "s"),
    ],
    "en": [
        (r"is(e|ed|es|ing|ation|er)$", r"iz\1"), (r"our", "or"), (r"ll", "l"), (r"tre$", "ter"), (r"ph", "f"), (r"ck", "k"),
        (r"c(?=[eiy])", "s"), (r"c", "k"), (r"(?<=[aeiou])h(?![aeiou])", ""), (r"y$|ie$", "i"),
    ],
}  # fmt: skip
_COMPILED = {code: [(re.compile(pattern), sound) for pattern, sound in rules] for code, rules in _SOUNDS.items()}
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1")
_NAME_VOWELS = [(re.compile(pattern), sound) for pattern, sound in ((r"ou|oe|oo|uu", "u"), (r"ie|ee(?=[^u])", "i"), (r"aa", "a"))]


@lru_cache(maxsize=200_000)
def key(plain: str) -> str:
    """The plain form without hyphens, apostrophes and dots: intake-gesprek and intakegesprek are one key."""
    return plain if plain.isalnum() else "".join(character for character in plain if character.isalnum()) or plain


@lru_cache(maxsize=200_000)
def is_word(word: str, code: str) -> bool:
    """Whether the vocabulary knows this word."""
    return simplemma.is_known(word, lang=code)


@lru_cache(maxsize=200_000)
def lemma(word: str, code: str) -> str:
    """The dictionary form of a word, or the word itself."""
    return simplemma.lemmatize(word, lang=code).lower().replace("_", "")


@lru_cache(maxsize=200_000)
def sound(word: str, code: str) -> str:
    """How a word sounds, roughly. Homophones meet; length of vowels (bomen, bommen) stays heard."""
    for pattern, replacement in _COMPILED[code]:
        word = pattern.sub(replacement, word)
    return word


@lru_cache(maxsize=200_000)
def name_sound(word: str, code: str) -> str:
    """How a name sounds: names have no fixed spelling, so doubled letters and foreign vowels count for little."""
    heard = _DOUBLED.sub(r"\1", sound(word, code))
    for pattern, replacement in _NAME_VOWELS:
        heard = pattern.sub(replacement, heard)
    return heard


def same_name(a: str, b: str, code: str) -> bool:
    """Janssen and Jansen; not Mulder and Mulders."""
    return a == b or name_sound(a, code) == name_sound(b, code)


def same_word(a: str, b: str, lexicon: Lexicon) -> bool:
    """Whether two plain words are one word, written or inflected in two ways that carry no meaning."""
    if a == b or sound(a, lexicon.code) == sound(b, lexicon.code) or frozenset((a, b)) in lexicon.interchangeable:
        return True
    return _agrees(a, b, lexicon) or _is_slip(a, b, lexicon.code)


def _agrees(a: str, b: str, lexicon: Lexicon) -> bool:
    """Waren and was; word and wordt; klein and kleine."""
    if any(a in forms and b in forms for forms in lexicon.agreement):
        return True
    short, long = sorted((a, b), key=len)
    if lexicon.code != "nl" or len(short) < 3:
        return False
    if long in (f"{short}t", f"{short}e", f"{short}{short[-1]}e", f"{_open(short)}e"):
        return len(short) > 3 and (lemma(a, "nl") == lemma(b, "nl") or not is_word(short, "nl"))
    return long == f"{short}n" and short.endswith(("de", "te")) and lemma(a, "nl") == lemma(b, "nl")


def _open(word: str) -> str:
    """The stem before an ending: groot becomes grot(e), lief becomes liev(e)."""
    stem = re.sub(r"([aeou])\1(?=[^aeiou]$)", r"\1", word)
    return stem[:-1] + {"f": "v", "s": "z"}.get(stem[-1], stem[-1])


def _is_slip(a: str, b: str, code: str) -> bool:
    """A slip of the pen: one of the two is no word, and a doubled or exchanged letter explains it."""
    if min(len(a), len(b)) < _SHORTEST_TYPO or a[0] != b[0]:
        return False
    both_words = is_word(a, code) and is_word(b, code)
    if _DOUBLED.sub(r"\1", a) == _DOUBLED.sub(r"\1", b):
        # Bomen and bommen are two words; of long ones the vocabulary lists common misspellings too.
        return not both_words or min(len(a), len(b)) >= _LONG_WORD
    return not both_words and DamerauLevenshtein.distance(a, b) == 1
