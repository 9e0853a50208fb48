"""Denials that the lines hold and a sentence may not lose or add: "zonder nummer niet", "dat kan ik niet", "zo niet, dan belt hij".

A denial without words of its own denies what was said just before it; a sentence that tells the one and not the other turns
it round. One that is said twice in a line counts once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.language.units import Kind
from pipeline.minutes.summary.check.clauses import Claim
from pipeline.minutes.summary.check.stems import is_said, stem
from pipeline.minutes.summary.content import is_content

# With so few words that say something a denial leans on what stands beside it.
_LEANS = 1
_REFUSALS = (" laat maar ", " hoeft niet ", " never mind ", " no need ", " dank je feestelijk ")
_NOT_LEANING = frozenset({("niet", "meer"), ("not", "more"), ("waarom", "niet"), ("why", "not"), ("niks",), ("niets",), ("nothing",)})
# "Ik kan niet beloven dat …": what is denied follows.
_GOVERNED = frozenset({"dat", "of", "om", "wat", "hoe", "waar", "wie", "welke", "that", "whether", "if", "what", "how", "who", "where"})
_ONLY_OPENS = frozenset({"nee", "neen", "no", "nope", "nou", "ja", "eh", "oh", "o"})


@dataclass(frozen=True, slots=True)
class Denied:
    """What the lines deny: at least `least` denials belong in a sentence that tells this much, at most `most` can."""

    least: int
    most: int


def denied_in(spoken: Sequence[Claim], written: Sequence[Claim], language: str) -> Denied:
    """The denials of these spoken claims that belong in a sentence of these written ones."""
    told = frozenset().union(*(_own(claim, language) for claim in written))
    least = most = 0
    for _, line in groupby(spoken, key=lambda claim: claim.line):
        claims = list(line)
        found = list(_of_line(claims, language))
        kept = {own: count for own, count in found if own and _is_told(own, told)}
        # What a bare denial denies cannot be told for certain, so that a sentence has to hold it whatever it is about.
        bare = any(not own for own, _ in found)
        least += sum(kept.values()) or int(bare)
        most += sum(count for own, count in found if own) + int(bare)
    return Denied(least, most)


def _of_line(claims: Sequence[Claim], language: str) -> Iterator[tuple[frozenset[str], int]]:
    """Each denial of a line: the stems of what it denies, none where it leans, and how many words deny."""
    joined = f" {' '.join(word for claim in claims for word in claim.plain)} "
    if any(phrase in joined for phrase in _REFUSALS):
        yield frozenset(), 1
    for at, claim in enumerate(claims):
        closes = claim.plain in (("nee",), ("no",)) and at > 0 and claims[at - 1].sentence == claim.sentence
        if closes:
            yield frozenset(), 1
        elif claim.denials and claim.plain not in _NOT_LEANING and not set(claim.plain) <= _ONLY_OPENS:
            following = claims[at + 1] if at + 1 < len(claims) and claims[at + 1].sentence == claim.sentence else None
            governs = following is not None and following.plain[0] in _GOVERNED
            yield _own(claim, language) or (_own(following, language) if following and governs else frozenset()), claim.denials


def _own(claim: Claim, language: str) -> frozenset[str]:
    said = frozenset(stem(form, language) for form in claim.content if is_content(form, language))
    return said | frozenset(unit.key for unit in claim.of(Kind.NUMBER, Kind.TIME, Kind.NAME) if unit.meaning is not None)


def _is_told(own: frozenset[str], told: frozenset[str]) -> bool:
    shared = {form for form in own if is_said(form, told)}
    return bool(shared) and (len(own) <= _LEANS or len(shared) == len(own))
