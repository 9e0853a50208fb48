"""From atoms to units: what two accounts are compared by. A number, a date, a denial or a word is one unit each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.language.lexicon import Lexicon, Phrase
from pipeline.language.plain import Atom, atoms
from pipeline.language.quantities import Amount, Clock, Date, Meaning, read_quantity
from pipeline.language.spelling import is_word, key

_LONGEST_PHRASE = 6
_SHORTEST_ROOT = 3


class Kind(StrEnum):
    """What a unit is, as far as the words alone tell."""

    NEGATION = "negation"
    NUMBER = "number"
    TIME = "time"
    NAME = "name"
    MODALITY = "modality"
    FILLER = "filler"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing said. `first` and `last` (exclusive) are indices of the written words it comes from.

    `key` is equal for what counts as the same; `sense` tells what a negation denies or which idea a modal form belongs to;
    `day_parts`: the parts of the day named in the utterance, for a clock time that may be twelve hours later.
    """

    key: str
    kind: Kind
    first: int
    last: int
    sense: str = ""
    meaning: Meaning | None = None
    capital: bool = False
    weak: bool = False
    day_parts: tuple[tuple[int, int], ...] = ()


def units(written: Sequence[str], lexicon: Lexicon, names: frozenset[str] = frozenset()) -> list[Unit]:
    """The units of one utterance, in order. `names`: keys known to be names, from the speakers or the rest of the account."""
    found: list[Unit] = []
    said = atoms(written, lexicon)
    parts = tuple({lexicon.clock.parts[atom.plain] for atom in said if atom.plain in lexicon.clock.parts})
    at = 0
    while at < len(said):
        length = _read(said, at, lexicon, names, parts, found)
        at += length
    return found


def _read(
    said: Sequence[Atom],
    at: int,
    lexicon: Lexicon,
    names: frozenset[str],
    parts: tuple[tuple[int, int], ...],
    found: list[Unit],
) -> int:
    """Add the unit or units at `at` to `found`; how many atoms they took."""
    atom = said[at]
    if phrase := _phrase(said, at, lexicon):
        kind, sense, length = phrase
        last = said[at + length - 1].source + 1
        found.append(Unit(" ".join(word.plain for word in said[at : at + length]), kind, atom.source, last, sense))
        return length
    if quantity := read_quantity(said, at, lexicon):
        kind = Kind.TIME if quantity.is_time else Kind.NUMBER
        last = max(word.source for word in said[at : at + quantity.length]) + 1
        first = min(word.source for word in said[at : at + quantity.length])
        found.append(Unit(quantity.key, kind, first, last, meaning=quantity.meaning, day_parts=parts))
        return quantity.length
    found += _single(said, at, lexicon, names)
    return 1


def _phrase(said: Sequence[Atom], at: int, lexicon: Lexicon) -> tuple[Kind, str, int] | None:
    """The longest phrase with a meaning of its own that begins here."""
    starts = _phrase_starts(lexicon)
    if said[at].plain not in starts:
        return None
    for length in range(min(_LONGEST_PHRASE, len(said) - at), 1, -1):
        phrase: Phrase = tuple(word.plain for word in said[at : at + length])
        if phrase in lexicon.negation_phrases:
            return Kind.NEGATION, lexicon.negation_phrases[phrase], length
        if phrase in lexicon.modality_phrases:
            return Kind.MODALITY, lexicon.modality_phrases[phrase], length
        if phrase in lexicon.dates.phrases:
            return Kind.TIME, "", length
        if phrase in lexicon.filler_phrases:
            return Kind.FILLER, "", length
    return None


_STARTS: dict[str, frozenset[str]] = {}


def _phrase_starts(lexicon: Lexicon) -> frozenset[str]:
    if lexicon.code not in _STARTS:
        listed = [*lexicon.negation_phrases, *lexicon.modality_phrases, *lexicon.dates.phrases, *lexicon.filler_phrases]
        _STARTS[lexicon.code] = frozenset(phrase[0] for phrase in listed)
    return _STARTS[lexicon.code]


def _single(said: Sequence[Atom], at: int, lexicon: Lexicon, names: frozenset[str]) -> list[Unit]:
    atom = said[at]
    word, first, last = atom.plain, atom.source, atom.source + 1
    if sense := lexicon.negations.get(word):
        return [Unit(key(word), Kind.NEGATION, first, last, sense)]
    if root := _denied(word, lexicon):
        prefix = word.removesuffix(root)
        return [Unit(f"{prefix}-", Kind.NEGATION, first, last, "not"), Unit(key(root), Kind.WORD, first, last)]
    if measure := lexicon.numbers.measures.get(word):
        return [Unit(measure, Kind.NUMBER, first, last)]
    if word in lexicon.numbers.vague:
        return [Unit(key(word), Kind.NUMBER, first, last)]
    if _is_time(said, at, lexicon):
        return [Unit(key(word), Kind.TIME, first, last)]
    if _is_name(said, at, lexicon, names):
        return [Unit(key(word), Kind.NAME, first, last, capital=True)]
    if word in lexicon.fillers or (atom.apart and word in lexicon.fillers_apart):
        return [Unit(key(word), Kind.FILLER, first, last)]
    if idea := lexicon.modality.get(word):
        return [Unit(key(word), Kind.MODALITY, first, last, idea, weak=word in lexicon.weak_modality)]
    return [Unit(key(word), Kind.WORD, first, last, capital=atom.capital)]


def _denied(word: str, lexicon: Lexicon) -> str | None:
    """What is left of onmogelijk or incompleet; None for onder, inkomen and other words that only look that way."""
    if root := lexicon.negated.get(word):
        return root
    prefix = lexicon.negating_prefix
    root = word.removeprefix(prefix)
    if root == word or len(root) < _SHORTEST_ROOT or word in lexicon.never_negated or not root.isalpha():
        return None
    # "Onder" before another word (onderdeel, underline) or "ont-" (ontvangen) is no denial; ontevreden and onterecht are.
    if any(word.startswith(other) and len(word) > len(other) for other in ("onder", "under", "uni")):
        return None
    return root if is_word(root, lexicon.code) else None


def _is_time(said: Sequence[Atom], at: int, lexicon: Lexicon) -> bool:
    dates, word = lexicon.dates, said[at].plain
    if word in dates.words or any(word.startswith(day) for day in dates.weekdays) or word in lexicon.clock.parts:
        return True
    following = said[at + 1].plain if at + 1 < len(said) else ""
    if word in dates.months:
        # "May I" and "march on" are no months; after a preposition or a near word they are.
        before = said[at - 1].plain if at else ""
        return lexicon.code == "nl" or (said[at].capital and not said[at].starts) or before in dates.before_year
    if word in dates.near:
        return following in dates.words or following in dates.months or following in dates.weekdays
    if word in dates.prepositions and following:
        return _is_moment(said, at + 1, lexicon)
    return word == "'s" and following in dates.words


def _is_moment(said: Sequence[Atom], at: int, lexicon: Lexicon) -> bool:
    """Whether a moment stands here, so that the voor or na before it is about time."""
    at += said[at].plain in ("de", "het", "the") and at + 1 < len(said)
    word = said[at].plain
    if (
        word in lexicon.dates.months
        or word in lexicon.dates.weekdays
        or (word in lexicon.dates.words and word not in lexicon.numbers.durations)
    ):
        return True
    if word in lexicon.dates.near and at + 1 < len(said):
        return said[at + 1].plain in lexicon.dates.words
    quantity = read_quantity(said, at, lexicon)
    return quantity is not None and quantity.is_time


def _is_name(said: Sequence[Atom], at: int, lexicon: Lexicon, names: frozenset[str]) -> bool:
    atom, word = said[at], said[at].plain
    if word in lexicon.names.never or (atom.starts and (word in lexicon.fillers or word in lexicon.fillers_apart)):
        return False
    before = said[at - 1].plain if at else ""
    if key(word) in names and atom.capital:
        return True
    if before in lexicon.names.titles and word not in lexicon.common and word not in lexicon.modality:
        return atom.capital or not is_word(word, lexicon.code)
    if not atom.capital or not word[0].isalpha():
        return False
    if not atom.starts:
        return True
    follows_name = at + 1 < len(said) and said[at + 1].capital and not said[at + 1].starts and said[at + 1].plain not in lexicon.names.never
    known = word in lexicon.names.known or not is_word(word, lexicon.code)
    return known or (follows_name and word not in lexicon.common and word not in lexicon.names.titles and word not in lexicon.modality)


def same_moment(a: Unit, b: Unit) -> bool:
    """Whether two units with one key can mean one thing: half elf and 22:30 do in the evening, 10:30 and 22:30 do not."""
    if not isinstance(a.meaning, Clock) or not isinstance(b.meaning, Clock):
        return True
    return bool(_minutes(a, b) & _minutes(b, a))


_DAYTIME = range(7 * 60, 19 * 60)


def _minutes(unit: Unit, other: Unit) -> frozenset[int]:
    """The minutes of the day a clock time can mean, given what both accounts say of the part of the day."""
    clock = unit.meaning
    assert isinstance(clock, Clock)
    if clock.certain:
        # 10:30 in the evening is on the dial as well, whatever a digital clock shows.
        later = clock.minutes + 720
        is_later = (
            clock.minutes < 720 and unit.day_parts and not _in_parts(clock.minutes, unit.day_parts) and _in_parts(later, unit.day_parts)
        )
        return frozenset({later if is_later else clock.minutes})
    candidates = (clock.minutes % 720, clock.minutes % 720 + 720)
    parts = unit.day_parts or other.day_parts
    if not parts:
        # Without a part of the day: the hour as named, or the one in daytime; an evening has to be said.
        other_certain = isinstance(other.meaning, Clock) and other.meaning.certain
        plausible = {minute for minute in candidates if minute in _DAYTIME} if other_certain else set(candidates)
        return frozenset(plausible | {candidates[0]})
    in_parts = {minute for minute in candidates if _in_parts(minute, parts)}
    return frozenset(in_parts or candidates)


def _in_parts(minute: int, parts: tuple[tuple[int, int], ...]) -> bool:
    """Whether a minute of the day lies in one of these parts of it, in hours, which may run past midnight."""
    return any(start * 60 <= minute < end * 60 or start * 60 <= minute + 1440 < end * 60 for start, end in parts)


def is_same_date(a: Meaning | None, b: Meaning | None) -> bool:
    """Whether two dates agree as far as both say: 12 maart and 12 maart 2026."""
    if not isinstance(a, Date) or not isinstance(b, Date):
        return False
    return a.day == b.day and all(x == y or x is None or y is None for x, y in ((a.month, b.month), (a.year, b.year)))


def is_same_number(a: Meaning | None, b: Meaning | None) -> bool:
    """Whether two amounts agree in number while only one names its unit: 18 and 18 jaar."""
    if not isinstance(a, Amount) or not isinstance(b, Amount) or a.ordinal != b.ordinal:
        return False
    scales = {"": (1,), "s": (1, 60, 3600, 900), "d": (1, 7), "m": (1, 12)}
    if bool(a.dimension) == bool(b.dimension):
        return a == b
    bare, full = (a, b) if not a.dimension else (b, a)
    return any(bare.value * scale == full.value for scale in scales.get(full.dimension, (1,)))
