"""A line's words as a row to read along: the word at a place, and the number that begins there."""

from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.language import LEXICONS
from pipeline.language.numerals import Number, read_number
from pipeline.language.plain import Atom
from pipeline.minutes.summary.spoken import Said, Utterance

_ONE = frozenset({"one", "a", "een"})
_SAYS_NO_MORE = frozenset({"is", "was", "alweer", "al", "maar", "pas", "nog", "already", "dus", "toch"})
_LEAST_CENTS, _CENTS = 5, 100
_HUNDREDS = frozenset({"hundred", "thousand", "honderd", "duizend"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a line: `text` stands at [start, end) of it. `value` in euros for money, null where it is open."""

    line: str
    start: int
    end: int
    text: str
    kind: str
    value: Fraction | None = None


class Row:
    """The words of one line. Places outside it are empty words."""

    def __init__(self, utterance: Utterance, language: str) -> None:
        self.utterance = utterance
        self.words: tuple[Said, ...] = utterance.words
        self._lexicon = LEXICONS[language]
        # A hyphen joins number words in English; in Dutch it cuts one short ("zeven-, achthonderd").
        forms = [word.plain if language == "en" else word.plain.replace("-", "") for word in self.words]
        self._atoms = [Atom(form, at, word.capital, starts=at == 0) for at, (form, word) in enumerate(zip(forms, self.words, strict=True))]

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, at: int) -> str:
        return self.words[at].plain if 0 <= at < len(self.words) else ""

    def run(self, at: int, length: int) -> tuple[str, ...]:
        """The words from `at` on, as many as `length`."""
        return tuple(self[at + step] for step in range(length))

    def breaks(self, at: int) -> bool:
        """Whether a sign of punctuation or the end stands between the word at `at` and the next one."""
        if at + 1 >= len(self.words):
            return True
        between = self.utterance.text[self.words[at].end : self.words[at + 1].start]
        return any(sign in between for sign in ".,;:!?…–")

    def ends_sentence(self, at: int) -> bool:
        """Whether a sentence ends after the word at `at`."""
        if at + 1 >= len(self.words):
            return True
        between = self.utterance.text[self.words[at].end : self.words[at + 1].start]
        return any(sign in between for sign in ".!?…")

    def number(self, at: int) -> Number | None:
        """The number that begins at `at`; a run never goes on past punctuation."""
        if not 0 <= at < len(self.words):
            return None
        end = at
        while not self.breaks(end) and end - at < 7:
            end += 1
        number = read_number(self._atoms[at : end + 1], 0, self._lexicon)
        if number is None and self[at] in _ONE and self[at + 1] in _HUNDREDS and end > at:
            number = read_number(self._atoms[at + 1 : end + 1], 0, self._lexicon)
            return replace(number, length=number.length + 1) if number else None
        return number

    def is_bare_number(self, at: int) -> bool:
        """Whether one number begins a sentence here with nothing counted after it: "Fifteen!", "Six is too late"."""
        number = self.number(at)
        if number is None or number.ordinal or number.length != 1 or (at > 0 and not self.breaks(at - 1)):
            return False
        return self.breaks(at) or self[at + 1] in _SAYS_NO_MORE

    def is_price(self, at: int) -> bool:
        """Whether two numbers stand together as a price: twaalf vijftig, honderdzestig vijfenzeventig, eleven forty."""
        whole = self.number(at)
        if whole is None and self[at] in ("een", "one"):
            whole = Number(Fraction(1), 1)
        if whole is None or whole.ordinal or whole.value.denominator > 1:
            return False
        cents = self.number(at + whole.length)
        together = cents is not None and not self.breaks(at + whole.length - 1) and not cents.ordinal and cents.length == 1
        return together and cents is not None and cents.value.denominator == 1 and _LEAST_CENTS <= cents.value < _CENTS

    def mention(self, first: int, last: int, kind: str, value: Fraction | None = None) -> Mention:
        """The words [first, last], both included, as a mention."""
        start, end = self.words[first].start, self.words[last].end
        return Mention(self.utterance.id, start, end, self.utterance.text[start:end], kind, value)
