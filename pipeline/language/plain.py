"""From words as written to atoms in plain form: lower case, no accents, no punctuation at the ends, short forms written out."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.language.lexicon import Lexicon

_LETTERS = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "ı": "i", "ø": "o", "ß": "ss", "æ": "ae", "đ": "d", "ł": "l", "‑": "-", "–": "-"}
)
_EDGES = '".,;:!?…“”„()[]{}<>«»—*_~|-'
# A short form may begin with an apostrophe; any other apostrophe at the start is a quotation mark.
_SHORT = re.compile(r"'(s|t|k|n|m|r|em|til|cause|tis|twas)$")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_PAUSE = re.compile(r"[,;:.!?…–-][\"'”’)\]]*$")
_AMOUNT = re.compile(r"^([€$£])(\d.*)$")
_ORDINAL = re.compile(r"^\d+(e|de|ste|st|nd|rd|th)$")
_WITH_UNIT = re.compile(r"^(\d[\d.,:]*?)(%|[a-z][a-z.]*)$")
_CLOCK_WITH_U = re.compile(r"^(\d{1,2})u(\d{2})$")
MAX_WORD_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Atom:
    """A plain word. `source` is the index of the written word it comes from.

    `starts`: a sentence starts with it; `apart`: a comma or the like stands before or after it.
    """

    plain: str
    source: int
    capital: bool
    starts: bool
    apart: bool = False


@lru_cache(maxsize=200_000)
def plain(written: str) -> str:
    """The plain form of a written word; empty when nothing but punctuation is left."""
    text = unicodedata.normalize("NFKD", written[:MAX_WORD_CHARACTERS].translate(_LETTERS))
    text = "".join(character for character in text if not unicodedata.combining(character)).lower().strip(_EDGES)
    text = text.rstrip("'").rstrip(_EDGES)
    if text.startswith("'") and not _SHORT.match(text):
        text = text.lstrip("'")
    return text.strip(_EDGES) if text not in ("&", "+") else text


def _parts(written: str, lexicon: Lexicon) -> tuple[str, ...]:
    word = plain(written)
    if not word:
        return ()
    if amount := _AMOUNT.match(word):
        return (*_numeric(amount[2]), amount[1])
    parts = _numeric(word)
    if len(parts) > 1:
        return parts
    if _is_written_apart(word, lexicon):
        return tuple(word.split("-"))
    if expanded := lexicon.expansions.get(word):
        return expanded
    return (lexicon.variants.get(word, word),)


def _is_written_apart(word: str, lexicon: Lexicon) -> bool:
    """Drie-en-een-half: a number and a fraction, tied by hyphens."""
    pieces = word.split("-")
    return len(pieces) > 2 and pieces[-1] in lexicon.numbers.special and not lexicon.numbers.joints.isdisjoint(pieces)


def _numeric(word: str) -> tuple[str, ...]:
    if clock := _CLOCK_WITH_U.match(word):
        return (f"{clock[1]}:{clock[2]}", "uur")
    if not _ORDINAL.match(word) and (unit := _WITH_UNIT.match(word)):
        return (unit[1].rstrip(".,:"), unit[2])
    return (word,)


def atoms(written: Sequence[str], lexicon: Lexicon) -> list[Atom]:
    """The atoms of one utterance. Amounts are turned round (€ 5 is 5 €), so that both ways of writing are one."""
    found: list[Atom] = []
    starts = True
    for source, word in enumerate(written):
        apart = starts or bool(_PAUSE.search(word)) or (source > 0 and bool(_PAUSE.search(written[source - 1])))
        capital = next((character.isupper() for character in word if character.isalpha()), False)
        for part in _parts(word, lexicon):
            if found and found[-1].plain in lexicon.numbers.currencies and not found[-1].plain.isalpha() and part[0].isdigit():
                symbol = found.pop()
                found += [Atom(part, source, capital, starts, apart), symbol]
            else:
                found.append(Atom(part, source, capital, starts, apart))
            capital = starts = False
        if _SENTENCE_END.search(word):
            starts = True
    return found
