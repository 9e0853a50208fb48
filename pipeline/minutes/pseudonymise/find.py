"""Everything personal in a text, found by rules: what is surest first, and no word in two items."""

import re
from collections.abc import Iterable, Iterator

from pipeline.minutes.pseudonymise.addresses import find_addresses
from pipeline.minutes.pseudonymise.dates import find_dates, mark_birth_dates
from pipeline.minutes.pseudonymise.emails import find_emails
from pipeline.minutes.pseudonymise.labels import label_pattern
from pipeline.minutes.pseudonymise.lexicon import lexicon
from pipeline.minutes.pseudonymise.model import Kind, Known, PersonalItem
from pipeline.minutes.pseudonymise.numbers import find_numbers
from pipeline.minutes.pseudonymise.organisations import find_organisations
from pipeline.minutes.pseudonymise.passage import Passage
from pipeline.minutes.pseudonymise.persons import find_introduced_persons, find_other_persons
from pipeline.minutes.pseudonymise.places import find_places

NOTHING_KNOWN = Known()
_WITHIN = re.compile(r"[ \u00a0.,&'’()/–-]{1,4}")
_REPEATED = {Kind.PERSON, Kind.ORGANISATION, Kind.PLACE, Kind.ADDRESS, Kind.BSN, Kind.IBAN, Kind.PHONE, Kind.EMAIL}


def find_personal_data(text: str, known: Known = NOTHING_KNOWN) -> tuple[PersonalItem, ...]:
    """The personal items in `text`, in order, without overlap. Lines are read apart from each other, but a name found in
    one line is found in the others too.

    Labels that stand in the text already (`[persoon 1]`) are left alone. Time grows with the length of the text only.
    """
    passage = Passage(text)
    for label in label_pattern().finditer(text):
        passage.take(label.start(), label.end())
    _leave_brands(passage)
    items: list[PersonalItem] = []
    for finder in (find_emails, find_dates, find_numbers, find_addresses):
        items += finder(passage)
    items += _named(passage, known)
    for finder in (find_organisations, find_introduced_persons, find_places, find_other_persons):
        items += finder(passage)
    items += _again(passage, items)
    return tuple(mark_birth_dates(passage, items))


def _leave_brands(passage: Passage) -> None:
    for index, token in enumerate(passage.tokens):
        for name in lexicon().not_a_person.get(token.folded, ()):
            if tuple(passage.folded(at) for at in range(index, index + len(name))) == name:
                passage.take(token.start, passage.tokens[index + len(name) - 1].end)


def _named(passage: Passage, known: Known) -> Iterator[PersonalItem]:
    """The names from the agreement, and each part of a person's name that is no ordinary word."""
    wanted: dict[tuple[str, ...], tuple[Kind, bool]] = {}
    for kind, names in ((Kind.ORGANISATION, known.organisations), (Kind.PLACE, known.places), (Kind.PERSON, known.persons)):
        for name in names:
            words = tuple(token.folded for token in Passage(name).tokens)
            if words and not all(word in lexicon().titles for word in words):
                wanted.setdefault(words, (kind, len(words) == 1 and lexicon().common(words[0])))
            if kind is Kind.PERSON:
                _add_parts(wanted, words)
    yield from _occurrences(passage, wanted)


def _again(passage: Passage, items: Iterable[PersonalItem]) -> list[PersonalItem]:
    """What was found once is found wherever it stands; an ordinary word only with its capital."""
    wanted: dict[tuple[str, ...], tuple[Kind, bool]] = {}
    for item in items:
        if item.kind not in _REPEATED:
            continue
        words = tuple(token.folded for token in Passage(passage.text[item.start : item.end]).tokens)
        if words:
            wanted.setdefault(words, (item.kind, all(lexicon().common(word) or word in lexicon().particles for word in words)))
        if item.kind is Kind.PERSON:
            _add_parts(wanted, words)
    return list(_occurrences(passage, wanted))


def _add_parts(wanted: dict[tuple[str, ...], tuple[Kind, bool]], words: tuple[str, ...]) -> None:
    names = lexicon()
    for word in words:
        if len(word) > 2 and word not in names.particles and word not in names.never and word not in names.titles:
            wanted.setdefault((word,), (Kind.PERSON, names.common(word)))
    for cut in range(1, len(words)):
        # "Fatima El Amrani" is also "El Amrani".
        if words[cut] in names.particles:
            wanted.setdefault(words[cut:], (Kind.PERSON, all(names.common(word) or word in names.particles for word in words[cut:])))
            break


def _occurrences(passage: Passage, wanted: dict[tuple[str, ...], tuple[Kind, bool]]) -> Iterator[PersonalItem]:
    lengths: dict[str, set[int]] = {}
    for words in wanted:
        lengths.setdefault(words[0], set()).add(len(words))
    longest_first = {first: sorted(found, reverse=True) for first, found in lengths.items()}
    index = 0
    while index < len(passage.tokens):
        for length in longest_first.get(passage.folded(index), ()):
            words = tuple(passage.folded(at) for at in range(index, index + length))
            if words in wanted and _stands_free(passage, index, index + length - 1, ordinary=wanted[words][1]):
                yield passage.item(index, index + length - 1, wanted[words][0])
                index += length - 1
                break
        index += 1


def _stands_free(passage: Passage, first: int, last: int, *, ordinary: bool) -> bool:
    if last >= len(passage.tokens) or not passage.free(first, last):
        return False
    if any(not _WITHIN.fullmatch(passage.gap(at)) for at in range(first + 1, last + 1)):
        return False
    token = passage.tokens[last]
    return not ordinary or (token.capital and not token.opens)
