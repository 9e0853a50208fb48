"""Numbers, amounts, durations, clock times and dates in running text, read so that two ways of saying one value are one key."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.language.lexicon import Lexicon
from pipeline.language.numerals import Number, read_number
from pipeline.language.plain import Atom
from pipeline.language.spelling import lemma

_HOURS_MINUTES = re.compile(r"([01]?\d|2[0-4])([:.])([0-5]\d)$")
_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{4}|\d{2}))?$")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})$")
_HALF_DAY = 720
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock time. `minutes` of the day; not `certain`: on a dial of twelve hours, so it may be twelve hours later."""

    minutes: int
    certain: bool


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it was said."""

    year: int | None
    month: int | None
    day: int


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, in a dimension (eur, s, d, m ...) or plain (empty). `ordinal`: a rank."""

    value: Fraction
    dimension: str = ""
    ordinal: bool = False


Meaning = Clock | Date | Amount


@dataclass(frozen=True, slots=True)
class Quantity:
    """What begins at some atom: its meaning, the key under which equal values meet, and how many atoms it takes."""

    meaning: Meaning
    length: int
    year: bool = False

    @property
    def is_time(self) -> bool:
        """Whether it is a moment instead of a number."""
        return self.year or not isinstance(self.meaning, Amount)

    @property
    def key(self) -> str:
        """Equal for equal values; clock times meet on the dial of twelve hours and are told apart later."""
        match self.meaning:
            case Clock(minutes, _):
                return f"@{minutes % _HALF_DAY}"
            case Date(year, month, day):
                return f"@{year or ''}-{month or ''}-{day}"
            case Amount(value, dimension, ordinal):
                return f"#{value}{dimension}{'e' if ordinal else ''}"


def read_quantity(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> Quantity | None:
    """The quantity that begins at `at`, or None. Moments are tried before numbers: a date begins with a number."""
    for read in (_read_clock, _read_date, _read_duration_of_one, _read_amount):
        if quantity := read(atoms, at, lexicon):
            return quantity
    return None


def _word(atoms: Sequence[Atom], at: int) -> str:
    return atoms[at].plain if 0 <= at < len(atoms) else ""


# Clock times ---------------------------------------------------------------------------------------------------------


def _read_clock(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> Quantity | None:
    clock, word = lexicon.clock, atoms[at].plain
    if word in clock.fixed:
        return Quantity(Clock(clock.fixed[word], True), 1)
    if hours_minutes := _HOURS_MINUTES.match(word):
        return _digital(atoms, at, hours_minutes, lexicon)
    for read in (_half_hour, _before_or_past, _whole_hour):
        if found := read(atoms, at, lexicon):
            return _with_suffixes(atoms, at, *found, lexicon)
    return None


def _digital(atoms: Sequence[Atom], at: int, match: re.Match[str], lexicon: Lexicon) -> Quantity | None:
    """22:30 is a time; 9.30 only beside a word that says so."""
    last = at + 2 if _HOURS_MINUTES.match(_word(atoms, at + 2)) else at  # 21.02 en 22.04 uur
    spoken = _word(atoms, last + 1) in lexicon.clock.hour or _word(atoms, last + 1) in lexicon.clock.afternoon
    if match[2] == "." and not spoken and _word(atoms, at - 1) not in lexicon.clock.at:
        return None
    minutes = int(match[1]) % 24 * 60 + int(match[3])
    return _with_suffixes(atoms, at, minutes, 1, True, lexicon)


def _half_hour(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> tuple[int, int, bool] | None:
    """Half elf."""
    if atoms[at].plain not in lexicon.clock.half:
        return None
    hour = _hour(atoms, at + 1, lexicon)
    if hour is None or (_is_unit(_word(atoms, at + 2), lexicon) and _word(atoms, at + 2) not in lexicon.clock.hour):
        return None
    return (hour * 60 + lexicon.clock.half_of) % _HALF_DAY, 2, False


def _before_or_past(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> tuple[int, int, bool] | None:
    """Kwart voor elf, tien over half negen, half past ten, ten to five."""
    clock = lexicon.clock
    minutes = 15 if atoms[at].plain in clock.quarter else 30 if atoms[at].plain in clock.half and clock.half_of > 0 else None
    used = 1
    if minutes is None:
        number = read_number(atoms, at, lexicon)
        if number is None or number.ordinal or number.value.denominator > 1 or not 1 <= number.value <= 29 or number.length > 2:
            return None
        minutes, used = int(number.value), number.length
        if lexicon.numbers.durations.get(_word(atoms, at + used)) == ("s", 60):
            used += 1
    direction = _word(atoms, at + used)
    if direction not in clock.before and direction not in clock.past:
        return None
    base = _half_hour(atoms, at + used + 1, lexicon) if at + used + 1 < len(atoms) else None
    if base is None:
        hour = _hour(atoms, at + used + 1, lexicon)
        # "Tien over twee dagen" and "twee voor drie euro" are no times.
        if hour is None or (_is_unit(_word(atoms, at + used + 2), lexicon) and _word(atoms, at + used + 2) not in clock.hour):
            return None
        base = (hour * 60, 1, False)
    sign = -1 if direction in clock.before else 1
    return (base[0] + sign * minutes) % _HALF_DAY, used + 1 + base[1], False


def _whole_hour(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> tuple[int, int, bool] | None:
    """Tien uur after om, tot and the like or before a part of the day; elsewhere tien uur is a duration. Three pm, ten o'clock."""
    hour, after = _hour(atoms, at, lexicon, to=24), _word(atoms, at + 1)
    if hour is None:
        return None
    if after in lexicon.clock.afternoon:
        return hour * 60, 1, False
    announced = _word(atoms, at - 1) in lexicon.clock.at
    if after in lexicon.clock.hour:
        part_follows = any(_word(atoms, at + step) in lexicon.clock.parts for step in (2, 3))
        if announced or part_follows or lexicon.numbers.durations.get(after) is None:
            return hour % 24 * 60, 1, hour > 12
        return None
    strict = _word(atoms, at - 1) in ("om", "at") and not _is_unit(after, lexicon) and after not in lexicon.dates.months
    return (hour % 24 * 60, 1, hour > 12) if strict else None


def _with_suffixes(atoms: Sequence[Atom], at: int, minutes: int, length: int, certain: bool, lexicon: Lexicon) -> Quantity:
    """Take in uur, am and pm; am and pm settle which half of the day it is."""
    if _word(atoms, at + length) in lexicon.clock.hour:
        length += 1
    afternoon = lexicon.clock.afternoon.get(_word(atoms, at + length))
    if afternoon is not None:
        return Quantity(Clock(minutes % _HALF_DAY + (_HALF_DAY if afternoon else 0), True), length + 1)
    return Quantity(Clock(minutes, certain), length)


def _hour(atoms: Sequence[Atom], at: int, lexicon: Lexicon, to: int = 12) -> int | None:
    if at >= len(atoms):
        return None
    if atoms[at].plain in lexicon.numbers.one and to == 12:
        return 1
    number = read_number(atoms, at, lexicon)
    if number is None or number.ordinal or number.length > 1 or number.value.denominator > 1 or not 1 <= number.value <= to:
        return None
    return int(number.value)


# Dates ---------------------------------------------------------------------------------------------------------------


def _read_date(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> Quantity | None:
    word = atoms[at].plain
    if iso := _ISO_DATE.match(word):
        return Quantity(Date(int(iso[1]), int(iso[2]), int(iso[3])), 1)
    if (written := _DATE.match(word)) and 1 <= int(written[1]) <= 31 and 1 <= int(written[2]) <= 12 and _is_date(written):
        year = written[3]
        return Quantity(Date((int(year) + (2000 if len(year) == 2 else 0)) if year else None, int(written[2]), int(written[1])), 1)
    if word in lexicon.dates.months and (day := _day(atoms, at + 1, lexicon)) and lexicon.code == "en":
        return _with_year(atoms, at, lexicon.dates.months[word], day, 2, lexicon)
    day = _day(atoms, at, lexicon)
    if day is None:
        return None
    step = 2 if _word(atoms, at + 1) == "of" else 1
    if month := lexicon.dates.months.get(_word(atoms, at + step)):
        return _with_year(atoms, at, month, day, step + 1, lexicon)
    number = read_number(atoms, at, lexicon)
    if number and number.ordinal and _is_ranked_day(atoms, at, lexicon):
        return Quantity(Date(None, None, day), 1)
    return None


def _is_date(written: re.Match[str]) -> bool:
    """12-3 and 12/3 are dates; 12.30 is not, 12.03.2026 is."""
    return "." not in written[0] or written[3] is not None


def _with_year(atoms: Sequence[Atom], at: int, month: int, day: int, length: int, lexicon: Lexicon) -> Quantity:
    number = read_number(atoms, at + length, lexicon) if at + length < len(atoms) else None
    if number is None or not _can_be_year(atoms, at + length, number, lexicon):
        return Quantity(Date(None, month, day), length)
    return Quantity(Date(int(number.value), month, day), length + number.length)


def _day(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> int | None:
    if at >= len(atoms):
        return None
    if atoms[at].plain in lexicon.numbers.one and _word(atoms, at + 1) in lexicon.dates.months:
        return 1
    number = read_number(atoms, at, lexicon)
    valid = number is not None and number.length == 1 and number.value.denominator == 1 and 1 <= number.value <= 31
    return int(number.value) if number is not None and valid else None


def _is_ranked_day(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> bool:
    """Op de dertiende, vrijdag de 27e; not the third time, and not op de eerste verdieping."""
    if _word(atoms, at - 1) not in ("de", "the") or _word(atoms, at + 1) in ("keer", "time"):
        return False
    before = _word(atoms, at - 2)
    if any(before.startswith(day) for day in lexicon.dates.weekdays):
        return True
    return before in lexicon.dates.before_day and not _is_what_is_ranked(atoms, at + 1, lexicon)


def _is_what_is_ranked(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> bool:
    """Whether a noun stands here, as far as can be told: no end, no word without content, no verb."""
    if at >= len(atoms) or atoms[at].starts:
        return False
    word = atoms[at].plain
    is_empty = word in lexicon.common or word in lexicon.ties or word in lexicon.fillers or word in lexicon.negations
    return not (is_empty or word in lexicon.modality or lemma(word, lexicon.code).endswith("en") or word.endswith("ed"))


# Numbers, amounts, durations -----------------------------------------------------------------------------------------


def _read_duration_of_one(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> Quantity | None:
    """Een uur, een half uur, een kwartier, an hour and a half, half an hour: the article counts as one, a half as a half."""
    numbers, start = lexicon.numbers, at
    value = Fraction(1)
    if atoms[at].plain in numbers.special and Fraction(numbers.special[atoms[at].plain]) < 1 and _word(atoms, at + 1) in numbers.one:
        value, at = Fraction(numbers.special[atoms[at].plain]), at + 1
    if atoms[at].plain in numbers.one:
        at += 1
        special = numbers.special.get(_word(atoms, at))
        if special and Fraction(special) < 2:
            value, at = value * Fraction(special), at + 1
    unit = numbers.durations.get(_word(atoms, at))
    alone = at == start
    if unit is None or (alone and unit not in (("s", 900), ("s", 1800))):
        return None
    at += 1
    for phrase in numbers.and_a_half:
        if not alone and value == 1 and tuple(_word(atoms, at + step) for step in range(len(phrase))) == phrase:
            value, at = Fraction(3, 2), at + len(phrase)
            break
    return Quantity(Amount(value * unit[1], unit[0]), at - start)


def _read_amount(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> Quantity | None:
    number = _article_and_fraction(atoms, at, lexicon) or read_number(atoms, at, lexicon)
    if number is None:
        return None
    if number.ordinal:
        return Quantity(Amount(number.value, "", ordinal=True), number.length)
    unit = _word(atoms, at + number.length)
    if currency := lexicon.numbers.currencies.get(unit):
        return _money(atoms, at, number, currency, lexicon)
    if unit in lexicon.numbers.cents:
        return Quantity(Amount(number.value / 100, "eur"), number.length + 1)
    if duration := lexicon.numbers.durations.get(unit):
        return Quantity(Amount(number.value * duration[1], duration[0]), number.length + 1)
    if _is_year(atoms, at, number, lexicon):
        return Quantity(Amount(number.value), number.length, year=True)
    return Quantity(Amount(number.value), number.length)


def _article_and_fraction(atoms: Sequence[Atom], at: int, lexicon: Lexicon) -> Number | None:
    """Een half, een kwart: the article belongs to the fraction; also een honderd, a hundred."""
    if atoms[at].plain not in lexicon.numbers.one or atoms[at].plain.isdigit() or at + 1 >= len(atoms):
        return None
    number = read_number(atoms, at + 1, lexicon)
    if number is None or number.ordinal or not (number.value < 1 or number.value in (100, 1000, 1_000_000)):
        return None
    return Number(number.value, number.length + 1)


def _money(atoms: Sequence[Atom], at: int, number: Number, currency: str, lexicon: Lexicon) -> Quantity:
    """Zeven euro vijftig is 7.50, unless what follows counts something else."""
    end = at + number.length + 1
    cents = read_number(atoms, end, lexicon) if end < len(atoms) and number.value.denominator == 1 else None
    follows = _word(atoms, end + cents.length) if cents else ""
    if cents and not cents.ordinal and cents.value.denominator == 1 and cents.value < 100 and not _is_unit(follows, lexicon):
        return Quantity(Amount(number.value + cents.value / 100, currency), number.length + 1 + cents.length)
    return Quantity(Amount(number.value, currency), number.length + 1)


def _is_unit(word: str, lexicon: Lexicon) -> bool:
    numbers = lexicon.numbers
    return word in numbers.durations or word in numbers.measures or word in numbers.currencies or word in numbers.cents


def _is_year(atoms: Sequence[Atom], at: int, number: Number, lexicon: Lexicon) -> bool:
    before = _word(atoms, at - 1)
    return _can_be_year(atoms, at, number, lexicon) and (before in lexicon.dates.before_year or before in lexicon.dates.months)


def _can_be_year(atoms: Sequence[Atom], at: int, number: Number, lexicon: Lexicon) -> bool:
    in_range = number.value.denominator == 1 and not number.ordinal and _FIRST_YEAR <= number.value <= _LAST_YEAR
    return in_range and not _is_unit(_word(atoms, at + number.length), lexicon)
