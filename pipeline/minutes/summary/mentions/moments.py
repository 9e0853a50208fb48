"""Every moment a line names: a date, a day, a clock time, or a period. Written as spoken, without "om", "binnen", "uiterlijk"."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.language.lexicon import words
from pipeline.minutes.summary.mentions.calendar import CALENDARS, Calendar
from pipeline.minutes.summary.mentions.row import Mention, Row
from pipeline.minutes.summary.spoken import Conversation, Utterance

DATE, DAY, TIME, PERIOD = "date", "day", "time", "period"
_LAST_DAY = 31
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


def find_moments(conversation: Conversation) -> tuple[Mention, ...]:
    """Every mention of a moment, in order."""
    found: list[Mention] = []
    for utterance in conversation.utterances:
        mentions = moments_in(utterance, conversation.language)
        found += sorted((*mentions, *_echoes(utterance, mentions, found, conversation)), key=lambda mention: mention.start)
    return tuple(found)


def _echoes(utterance: Utterance, own: Sequence[Mention], before: Sequence[Mention], conversation: Conversation) -> Iterator[Mention]:
    """A number said again by itself means what it meant: after fifteen minutes – fifteen!"""
    row = Row(utterance, conversation.language)
    near = {line.id for line in conversation.around(utterance, _ECHOED_WITHIN, 0)}
    known = [mention for mention in (*before, *own) if mention.line in near and mention.kind in (TIME, PERIOD)]
    for at, word in enumerate(row.words):
        if any(mention.start <= word.start < mention.end for mention in own) or not row.is_bare_number(at):
            continue
        meant = next((one for one in reversed(known) if word.plain in one.text.casefold().split()), None)
        if meant is not None and (meant.line != utterance.id or meant.start < word.start):
            yield row.mention(at, at, meant.kind)


@lru_cache(maxsize=20_000)
def moments_in(utterance: Utterance, language: str) -> tuple[Mention, ...]:
    """The moments of one line, in order, without overlap. Many rules ask for them, so a line is read once."""
    reader = _Reader(Row(utterance, language), CALENDARS[language], language)
    mentions: list[Mention] = []
    at = 0
    while at < len(utterance.words):
        found = reader.at(at)
        if found is None:
            at += 1
            continue
        length, kind = found
        mentions.append(reader.row.mention(at, at + length - 1, kind))
        at += length
    return tuple(mentions)


_Found = tuple[int, str] | None


class _Reader:
    """What begins at a place of a row; each reading gives how many words it takes and its kind."""

    def __init__(self, row: Row, calendar: Calendar, language: str) -> None:
        self.row = row
        self.words = calendar
        self.language = language

    def at(self, at: int) -> _Found:
        readings = (
            self._date,
            self._written_date,
            self._end_of,
            self._day,
            self._other_day,
            self._clock,
            self._loose_clock,
            self._near_period,
            self._length,
            self._whole_length,
            self._month,
            self._season,
            self._year,
        )
        for reading in readings:
            if found := reading(at):
                return found
        return None

    # Dates and days ---------------------------------------------------------------------------------------------------

    def _date(self, at: int) -> _Found:
        """Zaterdag tien oktober, de tiende, the eighth of July, July 31."""
        row, start = self.row, at
        at += self._weekday(at)
        after_weekday = at > start
        if (after_weekday and row.breaks(at - 1)) or (row[at] == "the" and row[at + 1] in self.words.days):
            return None
        ranked = row[at] in self.words.articles
        day_at = at + ranked
        if self.language == "en" and self._is_month(day_at) and not row.breaks(day_at) and self._day_number(day_at + 1):
            return self._with_year(day_at + 2) - start, DATE
        length = self._day_number(day_at)
        if not length:
            return None
        after = day_at + length
        step = 1 if row[after] in ("of", "van") and self._is_month(after + 1) else 0
        if not row.breaks(after - 1) and self._is_month(after + step):
            first = start if after_weekday or (ranked and self.language == "en") else day_at
            # "De tiende maart": the article is no part of the date in Dutch, but a mention has one beginning.
            return (self._with_year(after + step + 1) - start, DATE) if first == start else None
        number = row.number(day_at)
        if ranked and number and number.ordinal and self._is_ranked_day(start, day_at, after, after_weekday):
            return after - start, DATE
        return None

    def _day_number(self, at: int) -> int:
        """How many words the number of a day takes, 0 when there is none."""
        number = self.row.number(at)
        one = self.row[at] in ("een", "één") and self._is_month(at + 1)
        if one:
            return 1
        whole = number is not None and number.value.denominator == 1 and 1 <= number.value <= _LAST_DAY
        return number.length if number is not None and whole and number.length == 1 else 0

    def _is_ranked_day(self, start: int, day_at: int, after: int, after_weekday: bool) -> bool:
        """De tiende as a day: nothing that can be ranked follows, and the words before are those of a date."""
        if after_weekday:
            return True
        follows, before = self.row[after], self.row[start - 1]
        ended = self.row.breaks(after - 1)
        dated = before in self.words.before_date or start == 0 or (ended and self._value(day_at) > _OFTEN_RANKED)
        if follows in self.words.not_ranked or not dated:
            return False
        return (ended or follows in _AFTER_DAY) and (self._value(day_at) > _OFTEN_RANKED or before in _BEFORE_ANY_DAY)

    def _value(self, at: int) -> int:
        number = self.row.number(at)
        return int(number.value) if number else 0

    def _is_month(self, at: int) -> bool:
        word = self.row[at]
        if word not in self.words.months:
            return False
        return word not in self.words.month_needs_capital or self.row.words[at].capital

    def _with_year(self, at: int) -> int:
        """Where the date ends, its year included."""
        return at + self._year_length(at) if at < len(self.row) and not self.row.breaks(at - 1) else at

    def _year_length(self, at: int) -> int:
        number = self.row.number(at)
        if number is None or number.ordinal or number.value.denominator > 1 or not _FIRST_YEAR <= number.value <= _LAST_YEAR:
            return 0
        return number.length

    def _weekday(self, at: int) -> int:
        """How many words a weekday takes at `at`: one, with the part of the day in English two, else 0."""
        word = self.row[at]
        if word in self.words.weekdays:
            part = self.language == "en" and self.row[at + 1] in self.words.parts and not self.row.breaks(at)
            return 1 + part
        if word.endswith("s") and word.removesuffix("s") in self.words.weekdays:
            return 1
        return int(any(word.removesuffix("s") == day + part for day in self.words.weekdays for part in self.words.parts))

    def _day(self, at: int) -> _Found:
        """Vrijdag, volgende week dinsdag, elke maandag, een zaterdag, vanavond, tomorrow morning."""
        row, words = self.row, self.words
        if row[at] in words.days and not self._is_good_morning(at):
            step = 1
            if row[at + 1] in ("over", "in") and (later := self._length(at + 2)) and not row.breaks(at):
                return 2 + later[0], DAY
            if row[at] in ("morgen", "gisteren", "tomorrow", "yesterday") and row[at + 1] in words.parts and not row.breaks(at):
                step = 2
            return step, DAY
        if length := self._weekday(at):
            return length, DAY
        if self.language == "en" and row[at] in ("this", "last") and row[at + 1] in words.parts and not row.breaks(at):
            return 2, DAY
        near = 1 if row[at] in words.near or row[at] in words.one else 0
        if near and (length := self._weekday(at + near)) and not row.breaks(at):
            return near + length, DAY
        if near and row[at + 1] in ("week", "weekend") and not row.breaks(at) and not row.breaks(at + 1):
            if length := self._weekday(at + 2):
                return 2 + length, DAY
            if row[at + 2] in ("op", "on") and (length := self._weekday(at + 3)):
                return 3 + length, DAY
        return None

    def _written_date(self, at: int) -> _Found:
        """12-4-2026, 1/6: a day and a month in figures, with or without the year."""
        first, second = self._figures(at), self._figures(at + 1)
        if not first or not second or not (1 <= first <= _LAST_DAY and 1 <= second <= _MONTHS) or self._between(at) not in ("-", "/"):
            return None
        year = self._figures(at + 2)
        with_year = year is not None and self._between(at + 1) == self._between(at)
        return (3 if with_year else 2), DATE

    def _figures(self, at: int) -> int | None:
        word = self.row[at]
        return int(word) if word.isdigit() and len(word) <= 4 else None

    def _between(self, at: int) -> str:
        if at + 1 >= len(self.row):
            return ""
        return self.row.utterance.text[self.row.words[at].end : self.row.words[at + 1].start]

    def _other_day(self, at: int) -> _Found:
        """De dag erna, the next day, the day after tomorrow, vandaag over een week: a day told by another one."""
        row, start = self.row, at
        at += row[at] in self.words.articles or row[at] in self.words.one
        if row[at] in ("volgende", "next", "following", "previous") and row[at + 1] in _PART_OR_DAY:
            return at + 2 - start, DAY
        if row[at] in _PART_OR_DAY:
            if row[at + 1] in ("after", "before") and row[at + 2] in self.words.days:
                return at + 3 - start, DAY
            if row[at + 1] in _RELATIVE:
                return at + 2 - start, DAY
        return None

    def _is_good_morning(self, at: int) -> bool:
        return self.row[at] == "morgen" and (self.row[at - 1] in ("goede", "goeie") or self.row[at - 1] == "'s")

    def _end_of(self, at: int) -> _Found:
        """Het einde van de maand, eind deze week, the end of the month."""
        row, start = self.row, at
        at += row[at] in self.words.articles
        if row[at] in ("eerste", "laatste", "first", "last") and row[at + 1] in ("van", "of", "dag", "week", "day"):
            return self._edge_of(at, start)
        if row[at] not in ("einde", "eind", "begin", "end", "beginning", "half", "medio", "halverwege") or (
            row[at] == "half" and not self._is_month(at + 1)
        ):
            return None
        at += 1
        at += row[at] in ("van", "of")
        at += row[at] in self.words.articles or row[at] in self.words.near
        if row[at] in self.words.units or self._is_month(at):
            kind = (
                DAY
                if row[start + (row[start] in self.words.articles)].startswith(("ein", "end")) and row[at] in self.words.units
                else PERIOD
            )
            return at + 1 - start, kind
        return None

    def _edge_of(self, at: int, start: int) -> _Found:
        """De eerste van de maand, de laatste week van juli."""
        row = self.row
        week = row[at + 1] == "week"
        at += 1 + (row[at + 1] in self.words.units)
        if row[at] not in ("van", "of"):
            return None
        at += 1 + (row[at + 1] in self.words.articles or row[at + 1] in self.words.near)
        if row[at] in self.words.units or self._is_month(at):
            return at + 1 - start, PERIOD if week else DAY
        return None

    # Clock times ------------------------------------------------------------------------------------------------------

    def _clock(self, at: int) -> _Found:
        row = self.row
        if length := self._digital(at) or self._spoken_clock(at) or self._hour_and_minutes(at):
            length += row[at + length] in self.words.hours and not row.breaks(at + length - 1)
            return length, TIME
        return self._whole_hour(at)

    def _hour_and_minutes(self, at: int) -> int:
        """Zestien uur vijf, 14u30, two ten."""
        row = self.row
        if not self._whole_number(at, 24):
            return 0
        if self.language == "en":
            number = row.number(at + 1)
            minutes = number is not None and number.length == 1 and not row.breaks(at) and 10 <= number.value <= 59
            announced = row[at - 1] in self.words.clock_before or row[at - 1] in ("to", "between", "and") or at == 0 or row.breaks(at - 1)
            priced = row[at + 2] in ("per", "a", "each") or row[at - 2] in ("hundred", "thousand")
            return (
                2
                if minutes and announced and not priced and self._hour(at) and row[at + 2] not in _COUNTED and row.number(at) is not None
                else 0
            )
        if row[at - 1] == "om" and self._whole_number(at + 1, 59) and not row.breaks(at):
            return 2 if row[at + 2] not in _COUNTED else 0  # "om zestien achtendertig"
        if row[at + 1] not in self.words.hours or row.breaks(at) or row.breaks(at + 1):
            return 0
        return 3 if self._whole_number(at + 2, 59) and row[at + 3] not in _COUNTED else 0

    def _whole_number(self, at: int, most: int) -> bool:
        number = self.row.number(at)
        return number is not None and not number.ordinal and number.length == 1 and number.value.denominator == 1 and number.value <= most

    def _loose_clock(self, at: int) -> _Found:
        """Even over tien, kort na drieën, tussen negen en elf, van negen tot vijf, tot twee."""
        row, start = self.row, at
        if row[at] in _ABOUT and row[at + 1] in _AROUND:
            at += 2
            ended = row.breaks(at) or row[at + 1] in _AFTER_DAY or row[at + 1] in self.words.hours
            return (at + 1 + (row[at + 1] in self.words.hours) - start, TIME) if self._hour(at) and ended and row.number(at) else None
        if row[at - 1] in ("tussen", "between", "van", "from") and self._hour(at) and row[at + 1] in ("en", "and", "tot", "to"):
            ended = row.breaks(at + 2) or row[at + 3] in _AFTER_DAY or row[at + 3] in self.words.hours
            counted = row[at + 3] in _COUNTED and row[at + 3] not in self.words.hours
            if self._hour(at + 2) and row.number(at) and ended and not counted:
                return 3 + (row[at + 3] in self.words.hours), TIME
        until = row[at - 1] in ("tot", "until", "till") and row[at - 2] not in ("van", "een")
        until = until or row.run(at - 2, 2) in _THAN or (self.language == "en" and row[at - 1] in self.words.clock_before)
        if (until or row[at - 1] == "klokslag") and self._hour(at) and row.number(at) and row.breaks(at):
            return 1, TIME
        # "Na achten", "tegen zessen": the hour with the ending that only hours have.
        inflected = row[at].endswith("en") and row[at] in _INFLECTED_HOURS
        return (1, TIME) if inflected and row[at - 1] in ("na", "voor", "tegen", "rond", "bij", "omstreeks", "tot") else None

    def _digital(self, at: int) -> int:
        word, row_after = self.row[at], self.row[at + 1]
        if word in _FIXED_TIMES or any(word == "half" + hour for hour in _HOURS):
            return 1
        if self.language == "en" and word.isdigit() and int(word) <= 12 and row_after in ("am", "pm"):
            return 2
        hours, colon, minutes = word.partition(":")
        if not colon:
            hours, colon, minutes = word.partition(".")
            announced = self.row[at + 1] in self.words.hours or self.row[at - 1] in self.words.clock_before
            if not colon or not announced:
                return 0
        return int(hours.isdigit() and minutes.isdigit() and len(minutes) == 2 and int(hours) < 25 and int(minutes) < 60)

    def _spoken_clock(self, at: int) -> int:
        """Half elf, kwart over negen, vijf over half vier, ten past two, half past five."""
        row, words = self.row, self.words
        if row[at] in words.half and row[at] == "half":
            if self.language == "nl":
                return 2 if self._hour(at + 1) and row[at + 2] not in _COUNTED else 0
            if row[at + 1] in words.directions and self._hour(at + 2):
                return 3
            return 2 if self._hour(at + 1) else 0
        if self.language == "en" and self._hour(at) and row[at + 1] in _QUARTERS and not row.breaks(at):
            return 2
        if row.run(at, 3) == ("een", "uur", "of") and row[at - 1] in words.clock_before and self._hour(at + 3):
            return 4
        if row[at] in words.one and row[at + 1] in words.quarter and row[at + 2] in words.directions:
            return 1 + self._spoken_clock(at + 1)
        minutes = 1 if row[at] in words.quarter else self._minutes(at)
        if not minutes:
            return 0
        at_direction = at + minutes
        at_direction += row[at_direction] in ("minuten", "minutes")
        if row[at_direction] not in words.directions or row.breaks(at_direction - 1):
            return 0
        hour_at = at_direction + 1
        half = int(row[hour_at] == "half" and self.language == "nl")
        if self._hour(hour_at + half) and not row.breaks(at_direction):
            # "Twee voor drie euro" and "tien over twee dagen" are no times.
            last = hour_at + half
            return last + 1 - at if row.breaks(last) or row[last + 1] not in _COUNTED or row[last + 1] in words.hours else 0
        # "Vijf over": the hour was said before.
        ended = row.breaks(at_direction) or row[hour_at] in ("en", "and")
        return hour_at - at if ended and row[at - 1] in ("om", "at", "tot") and row[at_direction] in ("over", "past", "voor") else 0

    def _minutes(self, at: int) -> int:
        number = self.row.number(at)
        small = number is not None and not number.ordinal and number.value.denominator == 1 and 1 <= number.value <= 29
        return number.length if number is not None and small and number.length <= 2 else 0

    def _hour(self, at: int) -> bool:
        number = self.row.number(at)
        if number is None:
            return self.row[at] in ("een", "één", "one")
        return not number.ordinal and number.value.denominator == 1 and 1 <= number.value <= 12 and number.length == 1

    def _whole_hour(self, at: int) -> _Found:
        """Twee uur as a time; with a word that says so it is a length. Om zes, at six."""
        row, words = self.row, self.words
        number = row.number(at)
        one = row[at] in ("één", "een", "one") and row[at + 1] in words.hours and row[at - 1] in words.clock_before
        whole = (
            number is not None and not number.ordinal and number.value.denominator == 1 and number.length == 1 and 0 <= number.value <= 24
        )
        if not whole and not one:
            return None
        if row[at + 1] in words.hours and not row.breaks(at):
            if self.language == "en":
                return 2, TIME
            before, after = row[at - 1], row[at + 2]
            lasts = (before in words.lasting_before and before not in words.clock_before) or after in words.lasting_after
            in_a = after in ("in", "aan") and row[at + 3] in ("een", "één", "de") and row[at + 4] in ("stuk", "week")
            return None if (lasts or in_a) and not row.breaks(at + 1) and before not in words.clock_before else (2, TIME)
        strict = row[at - 1] in ("om", "at") and row[at + 1] not in _COUNTED and row[at + 1] not in words.months
        ended = row.breaks(at) or row[at + 1] in _AFTER_DAY
        return (1, TIME) if strict and ended and number is not None and number.value <= 24 else None

    # Periods ----------------------------------------------------------------------------------------------------------

    def _near_period(self, at: int) -> _Found:
        """Vorige week, de afgelopen maand, volgend jaar, de week erna."""
        row, words, start = self.row, self.words, at
        if row[at] in words.articles and self._day(at + 1):
            return None
        at += row[at] in words.articles
        if row[at] in words.near and row[at] not in _EACH and not row.breaks(at):
            more = self._count(at + 1)
            unit = at + 1 + more
            if row[unit] in words.units or row[unit] in words.seasons or self._is_month(unit):
                if (
                    row[unit] in ("keer", "dag", "dagen", "day", "days", "nacht", "uur")
                    and not more
                    and row[at] not in ("vorige", "volgende", "last")
                ):
                    return None
                return unit + 1 - start, PERIOD
            return None
        if at > start and row[at] in words.units and row[at + 1] in ("erna", "daarna", "ervoor", "daarvoor", "after", "before"):
            return at + 2 - start, PERIOD
        if row[start] in ("het", "dit", "the") and row[start + 1] in ("weekend", "weekeinde"):
            return 2, PERIOD
        return None

    def _count(self, at: int) -> int:
        number = self.row.number(at)
        return number.length if number is not None and not number.ordinal else 0

    def _length(self, at: int) -> _Found:
        """Zes weken, een half jaar, anderhalf uur, een paar dagen, a month, half an hour."""
        row, words, start = self.row, self.words, at
        at = self._past_count(at)
        if at == start and row[at] not in ("halfjaar", "kwartier", "halfuur", "halfuurtje", "kwartiertje", "fortnight"):
            return None
        if at < len(row) and row[at] in ("hele", "volle", "goede", "goeie", "whole", "full", "more", "keer", "working", "volledige"):
            at += row[at] != "keer"
        if row[at] not in words.units or (at > start and row.breaks(at - 1) and not self._is_joined(at)):
            return None
        counted_one = at == start + 1 and row[start] in ("een", "a", "an")
        if counted_one and (row[at] in ("dag", "nacht", "jaar", "weekend", "day") and row[start - 1] in ("op", "zo", "such")):
            return None
        if row[at + 1] in words.age or self._is_rate(start, at) or self._is_age(start, at):
            return None
        end = at + 1
        if row[end] in ("en", "and") and row[end + 1] in ("een", "a") and row[end + 2] in ("half", "halve"):
            end += 3
        if row[end] == "of" and self._count(end + 1) and row[end + 2] not in words.units and not row.breaks(at):
            end += 1 + self._count(end + 1)  # een week of zes
        return end - start, PERIOD

    def _whole_length(self, at: int) -> _Found:
        """De hele nacht, het hele jaar; nog weken, na maanden."""
        row = self.row
        article = int(row[at] in self.words.articles)
        if row[at + article] in ("hele", "heel", "ganse", "whole") and row[at + article + 1] in self.words.units:
            return article + 2, PERIOD
        if row[at] in _MANY and row[at - 1] in _BEFORE_MANY and not row.breaks(at - 1):
            return 1, PERIOD
        return None

    def _past_count(self, at: int) -> int:
        """Where the count before a unit ends; `at` when there is none."""
        row, words = self.row, self.words
        if row[at] in words.half:
            return at + 1 + (row[at + 1] in ("a", "an"))
        if count := self._count(at):
            at += count
            if row[at] in ("à", "a", "of", "tot", "or", "to") and self._count(at + 1) and self.language == "nl":
                at += 1 + self._count(at + 1)
            if row[at] in ("en", "and") and row[at + 1] in ("een", "a") and row[at + 2] in ("half", "halve"):
                at += 3
            return at
        if row[at] in words.one:
            if row[at + 1] in words.half or row[at + 1] in words.vague:
                return at + 2 + (row[at + 2] == "of")
            return at + 1
        if row[at] in words.vague and self.language == "nl" and row[at + 1] in words.units:
            return at + 1
        return at

    def _is_joined(self, at: int) -> bool:
        return self.row.words[at - 1].text.endswith("-")

    def _is_rate(self, start: int, unit: int) -> bool:
        """Per week, in de maand, twee keer in de week: how often, not how long."""
        before = self.row[start - 1]
        if self.row[start] in ("a", "an") and (before[:1] in "€$£0123456789" or before in _COUNTED):
            return bool(before)
        return before in self.words.rate and before != "a" and unit == start

    def _is_age(self, start: int, unit: int) -> bool:
        """Hij is zes jaar, a child of six years."""
        of_a_child = self.row[start - 1] == "van" and self.row[start - 2] in _CHILD
        lasts = self.row[start - 2] in _LASTING or self.row[unit + 1] in ("geleden", "lang", "long", "ago")
        is_old = self.row[start - 1] in _IS and not lasts
        return self.row[unit] in ("jaar", "years", "jaartje", "months", "maanden") and (of_a_child or is_old)

    def _month(self, at: int) -> _Found:
        """Mei, december en januari, eind oktober."""
        row = self.row
        if not self._is_month(at):
            return None
        if self.language == "en" and row[at] in self.words.month_needs_capital and at == 0 and row[1] not in ("", "and"):
            return None
        end = self._with_year(at + 1)
        if row[end] in ("en", "of", "and", "or") and self._is_month(end + 1) and not row.breaks(end - 1):
            end = self._with_year(end + 2)
        return end - at, PERIOD

    def _season(self, at: int) -> _Found:
        row = self.row
        article = int(row[at] in self.words.articles and row[at + 1] in self.words.seasons)
        if row[at + article] not in self.words.seasons:
            return None
        year = at + article + 1 + (row[at + article + 1] in ("van", "of"))
        return (self._with_year(year) - at if self._year_length(year) else 1 + article), PERIOD

    def _year(self, at: int) -> _Found:
        """In 2024, negentienzeventig; a bare number of hundreds is more often money."""
        if _SPOKEN_YEAR.fullmatch(self.row[at]) and self.row[at + 1] not in _COUNTED:
            return 1, PERIOD
        number = self.row.number(at)
        if number is None or number.ordinal or number.value.denominator > 1:
            return None
        word, before = self.row[at], self.row[at - 1]
        in_range = _FIRST_YEAR <= number.value <= _LAST_YEAR
        said_year = before in ("in", "sinds", "vanaf", "since", "uit", "eind", "begin", "jaar", "from", "zomer", "until", "tot")
        if in_range and said_year and (word.isdigit() or "honderd" not in word) and self.row[at + 1] not in _COUNTED:
            return number.length, PERIOD
        # "In tweeënzestig": the century goes without saying.
        short = _FIRST_SHORT_YEAR <= number.value <= _LAST_SHORT_YEAR and before == "in" and number.length == 1
        alone = self.row.breaks(at) or self.row[at + 1] in _AFTER_DAY or _PARTICIPLE.fullmatch(self.row[at + 1])
        return (1, PERIOD) if short and alone else None


# Below this a rank more often counts turns than days ("de derde").
_OFTEN_RANKED = 3
_MONTHS = 12
_FIRST_SHORT_YEAR, _LAST_SHORT_YEAR = 40, 99
_ECHOED_WITHIN = 3
_BEFORE_ANY_DAY = words("op tot vanaf per on until")
_PART_OR_DAY = words("dag ochtend avond day morning evening")
_RELATIVE = words("erna daarna ervoor daarvoor erop later after before")
_ABOUT = words("even kort iets net vlak ruim klein just shortly")
_AROUND = words("over na voor after past before")
_HOURS = words("een twee drie vier vijf zes zeven acht negen tien elf twaalf")
_INFLECTED_HOURS = words("enen tweeen drieen vieren vijven zessen zevenen achten negenen tienen elven twaalven")
_MANY = words("weken maanden jaren weeks months years")
_THAN = {("later", "dan"), ("eerder", "dan"), ("vroeger", "dan"), ("later", "than"), ("earlier", "than")}
_BEFORE_MANY = words("nog al duurt duurde na is kost for takes took already")
_IS = words("is ben was word wordt werd bent are am")
_LASTING = words("contract termijn looptijd straf wachttijd garantie duur dat het abonnement that it term contract sentence")
_COUNTED = words("""
    euro euro's cent dagen dag weken week maanden maand jaar minuten uur kilo kilometer procent keer man mensen stuks meter graden
    days weeks months years minutes hours euros pounds people times kids kinderen nachten nights kamers bedden
""")
# Negentienzeventig, tweeduizendvierentwintig: the number reader knows the latter only.
_SPOKEN_YEAR = re.compile(r"negentien(?!honderd)\w*(?:tig|tien|een|twee|drie|vier|vijf|zes|zeven|acht|negen)")
_PARTICIPLE = re.compile(r"(af|aan|op|uit|in|om|weg|terug)?ge\w+(d|t|en)")
_CHILD = words("kind zoon zoontje dochter dochtertje jongen meisje man vrouw child boy girl")
_FIXED_TIMES = words("middernacht midnight noon midday")
_QUARTERS = words("fifteen thirty forty-five fortyfive")
_EACH = words("elke iedere elk ieder every each laatste")
_AFTER_DAY = words("""
    en of dus dan is was kan kom komt ga gaat heb heeft in bij met als want maar voor naar om dat die ook niet al pas nog hier daar weer
    wordt and or so then can at with if because but uur
""")
