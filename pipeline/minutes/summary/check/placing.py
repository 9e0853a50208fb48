"""Whether numbers, moments and names stand with what they belong to: the honderd of the risk, not of the jewels.

Two of one kind in a sentence can change places without a word being changed. Each is held against the words just around it,
in the sentence and where it was spoken; where those say nothing, the order in which they were spoken decides.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.language.units import Kind, Unit
from pipeline.minutes.summary.check.clauses import Claim
from pipeline.minutes.summary.check.stems import stem
from pipeline.minutes.summary.content import is_content

_AROUND = 4
_KINDS = (Kind.NUMBER, Kind.TIME, Kind.NAME)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A unit at its place in the text, with the stems of the words around it."""

    unit: Unit
    at: int
    company: frozenset[str]


def exchanged(written: Sequence[Claim], spoken: Sequence[Claim], same: Callable[[Unit, Unit], bool], language: str) -> Iterator[Unit]:
    """The units of a sentence that stand where another one of it was spoken."""
    mine, theirs = _placed(written, language), _placed(spoken, language)
    for one in mine:
        for other in mine:
            if one.at >= other.at or one.unit.kind is not other.unit.kind or same(one.unit, other.unit):
                continue
            said_one = [place for place in theirs if same(one.unit, place.unit)]
            said_other = [place for place in theirs if same(other.unit, place.unit)]
            if not said_one or not said_other:
                continue
            straight = _common(one, said_one) + _common(other, said_other)
            crossed = _common(one, said_other) + _common(other, said_one)
            in_order = any(a.at < b.at for a in said_one for b in said_other)
            if crossed > straight or (crossed == straight and not in_order):
                yield one.unit


def _common(one: _Placed, places: Sequence[_Placed]) -> int:
    return max(len(one.company & place.company) for place in places)


def _placed(claims: Sequence[Claim], language: str) -> list[_Placed]:
    """Every unit of these claims; the words around it are those of its own claim."""
    found: list[_Placed] = []
    start = 0
    for claim in claims:
        first = min((unit.first for unit in claim.units), default=0)
        kinds = [at for at, token in enumerate(claim.tokens) if token.kind in _KINDS]
        for number, unit in enumerate(unit for unit in claim.units if unit.kind in _KINDS):
            at = kinds[min(number, len(kinds) - 1)] if kinds else unit.first - first
            near = claim.tokens[max(0, at - _AROUND) : at + _AROUND + 1]
            company = frozenset(
                stem(token.lemma, language) for token in near if token.kind is Kind.WORD and is_content(token.plain, language)
            )
            found.append(_Placed(unit, start + at, company))
        start += len(claim.tokens)
    return found
