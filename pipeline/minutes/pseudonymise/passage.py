"""A text cut into words, with what the finders ask of a word: its folded form, its capital, what stands before it."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from pipeline.minutes.pseudonymise.model import Kind, PersonalItem

# Combining marks belong to the letter before them; an apostrophe or a hyphen between letters is part of a word.
_WORD = re.compile(r"[^\W_][^\W_\u0300-\u036f]?(?:[^\W_]|[\u0300-\u036f])*(?:['’\-–](?:[^\W\d_]|[\u0300-\u036f])+)*")
_POSSESSIVE = re.compile(r"['’]s$")
_SENTENCE_END = re.compile(r"[.!?…\n]")
_PLAIN = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss", "’": "'", "–": "-"})
_ABBREVIATIONS = frozenset(
    ["dr", "drs", "mr", "mrs", "mw", "dhr", "mevr", "ir", "prof", "ds", "geb", "fam", "nr", "tel", "st", "jl", "jr", "sr", "mej", "ing"]
)


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """A word without capitals and accents: Yıldız and yildiz are the same."""
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_PLAIN))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number at `start` to `end`; `opens`: first of a sentence or line; `cased`: its line uses capitals."""

    start: int
    end: int
    text: str
    folded: str
    capital: bool
    opens: bool
    cased: bool

    @property
    def initial(self) -> bool:
        """A single letter, as in initials."""
        return len(self.folded) == 1 and self.folded.isalpha()


class Passage:
    """A text as tokens, and which of them already belong to an item."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.taken = [False] * len(self.tokens)

    def gap(self, index: int) -> str:
        """What stands between token `index - 1` and token `index`."""
        if index <= 0 or index >= len(self.tokens):
            return "\n"
        return self.text[self.tokens[index - 1].end : self.tokens[index].start]

    def near(self, index: int) -> bool:
        """Whether token `index` follows the one before it with only a space in between."""
        return 0 < index < len(self.tokens) and self.gap(index) in (" ", "\u00a0", "  ")

    def folded(self, index: int) -> str:
        """The folded form of token `index`, empty outside the text."""
        return self.tokens[index].folded if 0 <= index < len(self.tokens) else ""

    def free(self, first: int, last: int) -> bool:
        """Whether no token from `first` up to and including `last` belongs to an item."""
        return not any(self.taken[first : last + 1])

    def item(self, first: int, last: int, kind: Kind, value: str | None = None) -> PersonalItem:
        """The item from token `first` up to and including token `last`, which become taken."""
        for index in range(first, last + 1):
            self.taken[index] = True
        start, end = self.tokens[first].start, self.tokens[last].end
        return PersonalItem(start, end, kind, self.text[start:end] if value is None else value)

    def take(self, start: int, end: int) -> None:
        """Mark the tokens in `text[start:end]` as taken."""
        for index in range(self.index_at(start), len(self.tokens)):
            if self.tokens[index].start >= end:
                break
            self.taken[index] = True

    def index_at(self, position: int) -> int:
        """The first token that ends after `position`."""
        low, high = 0, len(self.tokens)
        while low < high:
            middle = (low + high) // 2
            if self.tokens[middle].end <= position:
                low = middle + 1
            else:
                high = middle
        return low


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    line_end, cased, previous_end, previous = -1, False, 0, ""
    for match in _WORD.finditer(text):
        start, word = match.start(), _POSSESSIVE.sub("", match.group())
        if start > line_end:
            line_start = text.rfind("\n", 0, start) + 1
            line_end = text.find("\n", start)
            line_end = len(text) if line_end < 0 else line_end
            # "Ik ben fatima": a capital at the start says nothing of the rest, but a full stop does.
            line = text[line_start:line_end]
            cased = any(letter.isupper() for letter in line)
        before = text[previous_end:start]
        ended = bool(_SENTENCE_END.search(before)) and not (before.startswith(".") and (len(previous) == 1 or previous in _ABBREVIATIONS))
        folded = fold(word)
        tokens.append(Token(start, start + len(word), word, folded, word[0].isupper(), not tokens or ended, cased))
        previous_end, previous = start + len(word), folded
    return tokens
