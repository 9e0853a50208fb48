"""Dates with at least a day and a month, and which of them are somebody's birth date."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.minutes.pseudonymise.dutch_numbers import ordinal, spoken_number
from pipeline.minutes.pseudonymise.model import Kind, PersonalItem
from pipeline.minutes.pseudonymise.passage import Passage

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "januari jan january",
            "februari feb febr february",
            "maart mrt march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "augustus aug august",
            "september sept sep",
            "oktober okt october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
_NUMERIC = re.compile(
    r"(?<![\w./-])(?:(?P<d>\d{1,2})(?P<s>[ \u00a0]?[-./][ \u00a0]?)(?P<m>\d{1,2})(?P=s)(?P<y>\d{4}|['’]?\d{2})"
    r"|(?P<y2>(?:19|20)\d{2})(?P<s2>[-./])(?P<m2>\d{1,2})(?P=s2)(?P<d2>\d{1,2}))(?![\w]|[-./]\d)"
)
_SHORT = re.compile(r"(?<![\w./-])(?P<d>\d{1,2})[-/](?P<m>\d{1,2})(?![\w]|[-./,]\d)")
_BORN = frozenset(["geboren", "geb", "geboortedatum", "geboortedag", "geboorte", "born", "jarig", "geboortejaar", "verjaardag", "verjaart"])
_DATED = frozenset(["op", "van", "datum", "dd", "sinds", "vanaf", "tot", "per"])
_MAX_BIRTH_WORDS = 6


def find_dates(passage: Passage) -> Iterator[PersonalItem]:
    """Dates in figures, then dates in words."""
    items = [*_numeric(passage)]
    index = 0
    while index < len(passage.tokens):
        found = None if passage.taken[index] else _in_words(passage, index) or _spoken_triple(passage, index)
        if found and passage.free(index, found[0]):
            last, value = found
            items.append(passage.item(index, last, Kind.DATE, value))
            index = last
        index += 1
    yield from items


def mark_birth_dates(passage: Passage, items: Sequence[PersonalItem]) -> list[PersonalItem]:
    """The items, in order, with the dates that are a birth date as such: said to be one, or right behind a name."""
    ordered = sorted(items)
    birth_values = {
        item.value
        for before, item in zip([None, *ordered], ordered, strict=False)
        if item.kind is Kind.DATE and (_said_to_be_birth(passage, item, before) or _behind_name(passage, item, before))
    }
    full = {value for value in birth_values if not value.startswith("-")}
    marked = []
    for before, item in zip([None, *ordered], ordered, strict=False):
        if item.kind is Kind.DATE and (item.value in full or _said_to_be_birth(passage, item, before)):
            item = replace(item, kind=Kind.BIRTH_DATE)
        marked.append(item)
    return marked


def _numeric(passage: Passage) -> Iterator[PersonalItem]:
    for match in _NUMERIC.finditer(passage.text):
        day, month, year = match["d"] or match["d2"], match["m"] or match["m2"], match["y"] or match["y2"]
        if _possible(int(day), int(month)) or _possible(int(month), int(day)):
            yield _figures(passage, match, _value(_year(year), int(month), int(day)))
    for match in _SHORT.finditer(passage.text):
        index = passage.index_at(match.start())
        if _possible(int(match["d"]), int(match["m"])) and passage.folded(index - 1) in _DATED and not passage.taken[index]:
            yield _figures(passage, match, _value(None, int(match["m"]), int(match["d"])))


def _figures(passage: Passage, match: re.Match[str], value: str) -> PersonalItem:
    passage.take(match.start(), match.end())
    return PersonalItem(match.start(), match.end(), Kind.DATE, value)


def _in_words(passage: Passage, index: int) -> tuple[int, str] | None:
    """`14 februari 2025`, `de eerste van de negende vierentachtig`, `February 14th, 2025`."""
    if _month(passage, index) and passage.tokens[index].folded != "mei" and (day := _english_day(passage, index + 1)):
        return _with_year(passage, index + 1, _MONTHS[passage.folded(index)], day, comma=True)
    day_used = _day(passage, index)
    if day_used is None:
        return None
    day, used = day_used
    at = index + used
    for skipped in (0, 1, 2):
        gap_words = [passage.folded(at + back) for back in range(skipped)]
        if any(word not in ("van", "de", "of", "the") for word in gap_words):
            return None
        if not _close(passage, at + skipped):
            return None
        if _month(passage, at + skipped):
            one = (
                passage.folded(index) == "een" and passage.text[passage.tokens[index].start : passage.tokens[index].end].casefold() == "een"
            )
            if one and passage.folded(index - 1) not in ("op", "van", "sinds", "tot", "vanaf"):
                return None
            return _with_year(passage, at + skipped, _MONTHS[passage.folded(at + skipped)], day)
        month = ordinal(passage.folded(at + skipped)) if skipped or ordinal(passage.folded(index)) else None
        if month and month <= 12 and skipped == 2 and (ordinal(passage.folded(index)) or _near_birth(passage, index)):
            return _with_year(passage, at + skipped, month, day)
        if month and month <= 12 and skipped == 0 and _near_birth(passage, index):
            return _with_year(passage, at, month, day)
    return None


def _with_year(passage: Passage, last: int, month: int, day: int, comma: bool = False) -> tuple[int, str]:
    """The end of the date and its value; a year behind the month belongs to it."""
    at = last + 1
    if at < len(passage.tokens) and passage.gap(at).strip(" \u00a0.'’" + ("," if comma else "")) == "" and "\n" not in passage.gap(at):
        text = passage.folded(at)
        apostrophe = "'" in passage.gap(at) or "’" in passage.gap(at)
        if re.fullmatch(r"(?:1[89]|20)\d{2}", text) or (re.fullmatch(r"\d{2}", text) and (apostrophe or _near_birth(passage, at))):
            return at, _value(_year(text), month, day)
        if year := _spoken_year(passage, at):
            return at + year[1] - 1, _value(year[0], month, day)
    return last, _value(None, month, day)


def _spoken_year(passage: Passage, at: int) -> tuple[int, int] | None:
    """`vierentachtig`, `negentien vierentachtig`, `negentienhonderd vierentachtig`, `tweeduizend vijfentwintig`."""
    spoken = spoken_number(passage, at)
    if spoken is None:
        return None
    value, used = spoken
    if value in (19, 20):
        rest = spoken_number(passage, at + used, up_to=99)
        if rest and passage.near(at + used) and rest[0] >= 10:
            return value * 100 + rest[0], used + rest[1]
    if value >= 1800:
        return value, used
    # A number under 32 behind a date is more often a time or a count.
    return (_century(value), used) if 32 <= value <= 99 else None


def _spoken_triple(passage: Passage, index: int) -> tuple[int, str] | None:
    """`zeventien vier achtenvijftig` or `17 4 58`: only where birth was spoken of, or with the century."""
    day = _day(passage, index)
    if day is None or not _close(passage, index + day[1]):
        return None
    month = _number(passage, index + day[1], 12)
    if month is None or not _possible(day[0], month[0]):
        return None
    at = index + day[1] + month[1]
    if not _close(passage, at):
        return None
    year = _spoken_year(passage, at)
    if year is None and re.fullmatch(r"(?:19|20)?\d{2}", passage.folded(at)):
        year = _year(passage.folded(at)), 1
    if year is None and _near_birth(passage, index) and (small := spoken_number(passage, at, up_to=31)):
        year = 2000 + small[0], small[1]
    goes_on = _close(passage, at + year[1]) and _number(passage, at + year[1], 99) if year else None
    if year is None or goes_on or not (_near_birth(passage, index) or passage.folded(index - 1) in _BORN | {"op", "datum"}):
        return None
    return at + year[1] - 1, _value(year[0], month[0], day[0])


def _day(passage: Passage, index: int) -> tuple[int, int] | None:
    folded = passage.folded(index)
    if (named := ordinal(folded)) is not None:
        return (named, 1) if 1 <= named <= 31 else None
    return _number(passage, index, 31)


def _number(passage: Passage, index: int, up_to: int) -> tuple[int, int] | None:
    folded = passage.folded(index)
    if folded.isdecimal() and len(folded) <= 2:
        return (int(folded), 1) if 1 <= int(folded) <= up_to else None
    spoken = spoken_number(passage, index, up_to=up_to)
    return spoken if spoken and spoken[0] >= 1 else None


def _english_day(passage: Passage, index: int) -> int | None:
    folded = passage.folded(index)
    if not passage.near(index) or not re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", folded):
        return None
    # "In mei 25 mensen" is no date; in English a comma and a year, or the ending, make it one.
    ended = not folded.isdecimal() or (
        passage.gap(index + 1).startswith(",") and re.fullmatch(r"(?:19|20)\d{2}", passage.folded(index + 1))
    )
    return int(re.sub(r"\D", "", folded)) if ended and 1 <= int(re.sub(r"\D", "", folded)) <= 31 else None


def _month(passage: Passage, index: int) -> bool:
    return passage.folded(index) in _MONTHS


def _close(passage: Passage, index: int) -> bool:
    return (
        0 < index < len(passage.tokens)
        and passage.gap(index).strip(" \u00a0-./") == ""
        and "\n" not in passage.gap(index)
        and len(passage.gap(index)) <= 3
    )


def _near_birth(passage: Passage, index: int) -> bool:
    return any(passage.folded(index - back) in _BORN for back in range(1, _MAX_BIRTH_WORDS + 1))


def _said_to_be_birth(passage: Passage, item: PersonalItem, before: PersonalItem | None) -> bool:
    first, last = passage.index_at(item.start), passage.index_at(item.end - 1)
    # "op 7 maart 2025 is Jayden, geboren 7 maart 2014": what was said before another date belongs to that one.
    barrier = passage.index_at(before.end - 1) if before and before.kind is Kind.DATE else -1
    if any(passage.folded(index) in _BORN for index in range(max(barrier + 1, first - _MAX_BIRTH_WORDS), first)):
        return True
    after = [passage.folded(last + ahead) for ahead in (1, 2, 3)]
    if after[0] in _BORN or (after[0] in ("is", "ben", "zijn", "werd", "ter") and after[1] in _BORN):
        return True
    if item.value.startswith("-"):
        return False
    return (
        [passage.folded(first - back) for back in (2, 1)] in (["ben", "van"], ["is", "van"])
        and int(item.value[:4]) < 2020
        and passage.folded(first - 3) in ("ik", "hij", "zij", "ze")
    )


def _behind_name(passage: Passage, item: PersonalItem, before: PersonalItem | None) -> bool:
    if before is None or before.kind is not Kind.PERSON or item.value.startswith("-"):
        return False
    between = passage.text[before.end : item.start]
    return bool(re.fullmatch(r"\s?[,;(]\s?\(?", between))


def _possible(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12


def _year(text: str) -> int:
    digits = text.strip("'’")
    return int(digits) if len(digits) == 4 else _century(int(digits))


def _century(two_digits: int) -> int:
    return (2000 if two_digits <= 31 else 1900) + two_digits


def _value(year: int | None, month: int, day: int) -> str:
    return f"{year or '-'}-{month:02}-{day:02}"
