"""The shape of a language's word lists. Words stand in their plain form: lower case, no accents, no punctuation at the ends."""

from collections.abc import Mapping
from dataclasses import dataclass

Phrase = tuple[str, ...]


def words(text: str) -> frozenset[str]:
    """A list of words, separated by white space."""
    return frozenset(text.split())


def phrases(text: str) -> frozenset[Phrase]:
    """A list of phrases, separated by semicolons."""
    return frozenset(tuple(phrase.split()) for phrase in text.split(";") if phrase.strip())


def groups(text: str) -> dict[str, str]:
    """Forms and what they stand for: entries `name: form form`, separated by semicolons."""
    entries = (entry.partition(":") for entry in text.split(";") if entry.strip())
    return {form: name.strip() for name, _, forms in entries for form in forms.split()}


def phrase_groups(text: str) -> dict[Phrase, str]:
    """Phrases and what they stand for: entries `name: word word | word word`, separated by semicolons."""
    entries = (entry.partition(":") for entry in text.split(";") if entry.strip())
    return {tuple(phrase.split()): name.strip() for name, _, listed in entries for phrase in listed.split("|")}


def sets(text: str) -> tuple[frozenset[str], ...]:
    """Sets of words, separated by semicolons."""
    return tuple(words(entry) for entry in text.split(";") if entry.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWords:
    """How a language tells the time. `half_of`: half elf is 10:30 (minus 30), half ten is 10:30 too (plus 30).

    `at` come before a clock time; `suffixes` after it (am, pm: hours to add); `parts` are the hours from-to of a part of the
    day, which settle whether half elf is 10:30 or 22:30.
    """

    half: frozenset[str]
    half_of: int
    quarter: frozenset[str]
    before: frozenset[str]
    past: frozenset[str]
    hour: frozenset[str]
    at: frozenset[str]
    afternoon: Mapping[str, bool]
    parts: Mapping[str, tuple[int, int]]
    fixed: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWords:
    """How a language writes numbers, amounts and durations beyond what text2num reads.

    `special` maps words to a fraction; `vague` are quantities without a value; `durations` map a unit to its dimension and
    its size in that dimension (s seconds, d days, m months); `measures` map a unit to its symbol.
    """

    special: Mapping[str, str]
    vague: frozenset[str]
    ordinals: Mapping[str, int]
    ordinal_endings: tuple[str, ...]
    one: frozenset[str]
    and_a_half: frozenset[Phrase]
    joints: frozenset[str]
    decimal_words: frozenset[str]
    currencies: Mapping[str, str]
    cents: frozenset[str]
    durations: Mapping[str, tuple[str, int]]
    measures: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWords:
    """Words of the calendar. `near` (volgende, deze) point in time only before one of the other words."""

    months: Mapping[str, int]
    weekdays: frozenset[str]
    words: frozenset[str]
    phrases: Mapping[Phrase, str]
    near: frozenset[str]
    prepositions: frozenset[str]
    before_year: frozenset[str]
    before_day: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameWords:
    """What helps to see a name: `titles` come before one, `ties` stand inside one, `never` only look like one."""

    titles: frozenset[str]
    known: frozenset[str]
    ties: frozenset[str]
    never: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What one language's rules need.

    `variants` and `expansions` turn a spoken or short form into the full one; `interchangeable` are words people mix up
    without meaning anything by it. `negations` map a word to what it denies, so that two words of one sense (niet, geen)
    can be told from two senses (niemand, nooit); `negated` lists words in which in-, il-, dis- denies, with what is left.
    `modality` maps a form to its verb or idea; `weak_modality` are forms that are often something else and count only
    against another of these. `fillers_apart` are fillers only where a comma or a full stop sets them off (goed, zeg). `ties`
    only hold a sentence together and go with the difference beside them, `empty` ones mean nothing even alone; `agreement`
    are forms that change with their subject alone. `common` tells the language of a text.
    """

    code: str
    variants: Mapping[str, str]
    expansions: Mapping[str, Phrase]
    interchangeable: tuple[frozenset[str], ...]
    negations: Mapping[str, str]
    negation_phrases: Mapping[Phrase, str]
    negating_prefix: str
    negated: Mapping[str, str]
    never_negated: frozenset[str]
    answers: frozenset[str]
    fillers: frozenset[str]
    fillers_apart: frozenset[str]
    filler_phrases: frozenset[Phrase]
    hesitations: frozenset[str]
    repairs: frozenset[str]
    modality: Mapping[str, str]
    modality_phrases: Mapping[Phrase, str]
    weak_modality: frozenset[str]
    ties: frozenset[str]
    empty: frozenset[str]
    articles: frozenset[str]
    agreement: tuple[frozenset[str], ...]
    numbers: NumberWords
    clock: ClockWords
    dates: DateWords
    names: NameWords
    common: frozenset[str]
