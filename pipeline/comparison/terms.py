"""What a text is about, as terms, and how near two terms are: the same, of one meaning, parts of a compound, spelt alike."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from rapidfuzz.distance import Indel

from pipeline.language.compounds import parts
from pipeline.language.lexicon import Lexicon
from pipeline.language.plain import plain
from pipeline.language.register import ABOUT, EMPTY, GROUPS, ONLY, PROMISING, SAYING
from pipeline.language.spelling import lemma
from pipeline.language.units import Kind, Unit

# Tuned on the spent sets of tests/data/report_statements.
_SAME_MEANING = 0.85
_COMPOUND = 0.65
_SAME_STEM = 0.5
_SAME_UNIT = 0.5
_SAME_MONTH = 0.8
_ANY_NUMBER = 0.15
_SPELT_ALIKE = 0.8


def content(found: Iterable[Unit], lexicon: Lexicon, idle: frozenset[str] | None = None) -> list[str]:
    """What a text is about: quantities by their value, words by their dictionary form; without words that say nothing.

    `idle`: what says nothing, beside fillers, denials, and how sure or how much; by default with the verbs of saying.
    """
    idle = (_idle_words(lexicon.code) if idle is None else idle) | lexicon.common | ABOUT[lexicon.code] | ONLY[lexicon.code]
    terms = [
        unit.key if unit.meaning is not None or unit.kind is Kind.NAME else lemma(unit.key, lexicon.code)
        for unit in found
        if unit.kind not in (Kind.FILLER, Kind.NEGATION) and unit.key not in idle and not (unit.kind is Kind.MODALITY and " " in unit.key)
    ]
    return [term for term in terms if term not in idle]


def likeness(term: str, known: str, lexicon: Lexicon) -> float:
    """How near two terms are, 0-1."""
    if term == known:
        return 1.0
    if term[0] in "#@" or known[0] in "#@":
        return _SAME_MONTH if _month(term, lexicon) == _month(known, lexicon) is not None else _like_quantities(term, known)
    if concepts(term, lexicon) & concepts(known, lexicon):
        return _SAME_MEANING
    short, long = sorted((term, known), key=len)
    if len(short) < 4:
        return 0.0
    spelt = Indel.normalized_similarity(short, long)
    if spelt >= _SPELT_ALIKE:
        return 0.9 * spelt
    if long.startswith(short) or long.endswith(short) or short in parts(long, lexicon.code):
        return _COMPOUND
    shared = next((at for at, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    return _SAME_STEM if shared >= 5 and shared >= 0.6 * len(short) else 0.0


def _like_quantities(term: str, known: str) -> float:
    """Another amount of the same unit, another date or another clock time is what a statement may have wrong."""
    sort = _quantity_sort(term)
    if sort is None or sort != _quantity_sort(known):
        return 0.0
    return _ANY_NUMBER if sort == "#" else _SAME_UNIT


def _month(term: str, lexicon: Lexicon) -> int | None:
    """The month of a date as a term is written (@2026-10-8), or a month by its name."""
    if term[0] != "@":
        return lexicon.dates.months.get(term)
    return int(term.split("-")[1] or 0) or None if "-" in term else None


def _quantity_sort(term: str) -> str | None:
    if term[0] == "#":
        return "#" + term.lstrip("#0123456789/")
    if term[0] == "@":
        return "@date" if "-" in term else "@clock"
    return None


def grams(term: str, lexicon: Lexicon) -> set[str]:
    """What two terms must share one of to be worth comparing: three letters, or the sort of quantity."""
    sort = _quantity_sort(term)
    if month := _month(term, lexicon):
        return {"@date", f"@{month}"}
    return {sort} if sort else {term[at : at + 3] for at in range(max(1, len(term) - 2))}


def concepts(term: str, lexicon: Lexicon) -> frozenset[str]:
    """The groups of words of one meaning a word belongs to."""
    return _groups_of(lexicon.code).get(term, frozenset())


@cache
def _groups_of(code: str) -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = defaultdict(set)
    for number, group in enumerate(GROUPS[code]):
        for word in group:
            for form in (plain(word), lemma(plain(word), code)):
                table[form].add(str(number))
    return {form: frozenset(names) for form, names in table.items()}


@cache
def _idle_words(code: str) -> frozenset[str]:
    """Words that say nothing of what a text is about, as they are written and in their dictionary form."""
    listed = EMPTY[code] | SAYING[code]
    # To promise is an act of its own.
    return listed | {form for word in listed if (form := lemma(word, code)) not in PROMISING[code]}
