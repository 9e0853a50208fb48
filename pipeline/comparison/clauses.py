"""Clauses: what is denied is denied in a clause, not in a line of minutes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.comparison.passages import PassageIndex
from pipeline.language.lexicon import Lexicon
from pipeline.language.register import DENIAL, REFERRING
from pipeline.language.units import Kind, Unit, units

_BOUNDARY = re.compile(r"(?<=[.!?…;:])\s+|,?\s+(?=(?:maar|doch|terwijl|but|while)\s)", re.IGNORECASE)


_SAME_ACT = 0.8


@dataclass(frozen=True, slots=True)
class Clause:
    """What a clause is about, and whether it denies."""

    units: tuple[Unit, ...]
    terms: tuple[str, ...]
    denies: bool


class Clauses:
    """The clauses of a conversation's lines, ready to stand beside those of a statement."""

    def __init__(self, lines: Sequence[str], index: PassageIndex) -> None:
        self._index = index
        self._lexicon: Lexicon = index.lexicon
        self._lines = lines
        self._by_line: dict[int, tuple[Clause, ...]] = {}

    def at(self, line: int) -> tuple[Clause, ...]:
        """The clauses of a line of the conversation."""
        if line not in self._by_line:
            self._by_line[line] = self.of(self._lines[line])
        return self._by_line[line]

    def of(self, text: str) -> tuple[Clause, ...]:
        """The clauses of a sentence or a line."""
        return tuple(self._clause(units(part.split(), self._lexicon)) for part in _BOUNDARY.split(text))

    def _clause(self, said: Sequence[Unit]) -> Clause:
        return Clause(tuple(said), tuple(self._index.predicate_terms(said)), denies(said, self._lexicon))

    def share(self, clause: Clause, other: Clause) -> float:
        """The share of what a clause is about that another is about too, 0-1."""
        return self._index.share(clause.terms, other.terms)

    def same_act(self, clause: Clause, other: Clause) -> bool:
        """Whether something is done in one clause that is done in the other: a verb of one meaning."""
        return any(self._index.share([verb], other.terms) >= _SAME_ACT for verb in clause.terms if verb.endswith("en"))

    def says_no(self, line: int) -> bool:
        """Whether a line begins with no."""
        said = self._index.units[line]
        return bool(said) and said[0].sense == "no"

    def rejects(self, line: int) -> bool:
        """Whether a line turns down what was said before it: no; not thrown; that is not so."""
        return self.says_no(line) or any(
            sentence and sentence[0].key in REFERRING[self._lexicon.code] and denies(sentence, self._lexicon)
            for sentence in (units(part.split(), self._lexicon) for part in _BOUNDARY.split(self._lines[line]))
        )


def denies(said: Sequence[Unit], lexicon: Lexicon) -> bool:
    """Whether a clause denies: that he does not say that it did not happen denies nothing."""
    denied = False
    in_part = False
    for unit in said:
        if unit.key in _THAT:
            denied, in_part = denied ^ in_part, False
        in_part |= (unit.kind is Kind.NEGATION and unit.sense != "no") or unit.key in DENIAL[lexicon.code]
    return denied ^ in_part


_THAT = frozenset(("dat", "that"))
