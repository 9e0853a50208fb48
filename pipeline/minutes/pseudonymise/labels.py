"""Labels that stand for people and things: one label for one thing over a whole document."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from pipeline.minutes.pseudonymise.lexicon import lexicon
from pipeline.minutes.pseudonymise.model import Kind, PersonalItem
from pipeline.minutes.pseudonymise.passage import Passage, fold
from pipeline.texts import Language, texts

_NUMBER = "{number}"
_SOUNDS = (
    ("ij", "y"),
    ("sch", "s"),
    ("sh", "s"),
    ("ch", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("ou", "u"),
    ("oe", "u"),
    ("ck", "k"),
    ("q", "k"),
    ("c", "k"),
)
# A slip of one letter is forgiven in names from this length on.
_FORGIVING_LENGTH = 6


@cache
def label_pattern() -> re.Pattern[str]:
    """What our labels look like, in every language."""
    templates = {texts(language).raw(f"pseudonymise.label.{kind}") for language in Language for kind in Kind}
    return re.compile("|".join(re.escape(template).replace(re.escape(_NUMBER), r"\d{1,9}") for template in sorted(templates, reverse=True)))


class Pseudonyms:
    """Gives each person and thing its label, in order of first appearance.

    People are linked by their names: `mevrouw El Amrani`, `Fatima el amrani` and `Fatima` are one person as long as only
    one person fits. Where two could be meant, the name gets a label of its own: to join two people would put words or
    deeds on the wrong one. `existing`: text whose labels are not given out again.
    """

    def __init__(self, language: Language, existing: str = "") -> None:
        self._say = texts(language)
        self._given: dict[Kind, int] = dict.fromkeys(Kind, 0)
        self._labels: dict[tuple[Kind, str], str] = {}
        self._people: list[_Person] = []
        self._by_key: dict[str, set[int]] = {}
        self._reserve(existing)

    def know(self, names: Iterable[str]) -> None:
        """People whose full names are known beforehand."""
        for name in names:
            self._person(name)

    def label(self, item: PersonalItem) -> str:
        """The label of an item; the same for every mention of the same thing."""
        if item.kind is Kind.PERSON:
            return self._person(item.value)
        value = item.value if item.kind in (Kind.DATE, Kind.BIRTH_DATE) else re.sub(r"\s+", " ", fold(item.value))
        return self._labels.get((item.kind, value)) or self._new(item.kind, value)

    def _person(self, name: str) -> str:
        words = _name_words(name)
        whole = " ".join(words)
        known = self._labels.get((Kind.PERSON, whole))
        if known:
            return known
        candidates = self._candidates(words)
        if len(candidates) == 1:
            person = self._people[candidates[0]]
            if len(person.words) < len(words):
                # "Fatima" turned out to be Fatima El Amrani; a third name is held against all of it.
                person.words = words
            self._index(candidates[0], words)
            # Not kept under `whole`: who "Fatima" is may become doubtful later, never wrong.
            return person.label
        label = self._new(Kind.PERSON, whole)
        self._people.append(_Person(words, label))
        self._index(len(self._people) - 1, words)
        return label

    def _candidates(self, words: tuple[str, ...]) -> list[int]:
        found: set[int] = set()
        for word in words:
            for key in _keys(word):
                found |= self._by_key.get(key, set())
        return sorted(number for number in found if _may_be_one(words, self._people[number].words))

    def _index(self, number: int, words: tuple[str, ...]) -> None:
        for word in words:
            for key in _keys(word):
                self._by_key.setdefault(key, set()).add(number)

    def _new(self, kind: Kind, value: str) -> str:
        self._given[kind] += 1
        label = self._say(f"pseudonymise.label.{kind}", number=self._given[kind])
        self._labels[kind, value] = label
        return label

    def _reserve(self, text: str) -> None:
        for kind in Kind:
            before, _, after = self._say.raw(f"pseudonymise.label.{kind}").partition(_NUMBER)
            numbers = re.findall(re.escape(before) + r"(\d{1,9})" + re.escape(after), text)
            self._given[kind] = max((int(number) for number in numbers), default=0)


class _Person:
    __slots__ = ("label", "words")

    def __init__(self, words: tuple[str, ...], label: str) -> None:
        self.words = words
        self.label = label


def _name_words(name: str) -> tuple[str, ...]:
    """The words of a name that tell people apart: without particles and titles, hyphens opened."""
    names = lexicon()
    words = tuple(part for token in Passage(name).tokens for part in token.folded.split("-"))
    telling = tuple(word for word in words if word and word not in names.particles and word not in names.titles)
    return telling or words or (fold(name),)


def _may_be_one(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether every word of the shorter name has its own counterpart in the longer one, and not by initials alone."""
    shorter, longer = sorted((some, others), key=len)
    left = list(longer)
    full = False
    for word in sorted(shorter, key=len, reverse=True):
        match = next((other for other in left if _same_word(word, other)), None)
        if match is None:
            return False
        left.remove(match)
        full = full or min(len(word), len(match)) > 1
    return full


def _same_word(word: str, other: str) -> bool:
    if word == other:
        return True
    if 1 in (len(word), len(other)):
        return word[0] == other[0]
    names = lexicon()
    if word in names.first_names and other in names.first_names and _sound(word) != _sound(other):
        return False
    return not set(_keys(word)).isdisjoint(_keys(other))


def _keys(word: str) -> Iterator[str]:
    """What words that may be one name share: how it sounds, or with one letter left out."""
    sound = _sound(word)
    yield sound
    if len(word) >= _FORGIVING_LENGTH:
        for index in range(1, len(sound[:40])):
            yield sound[:index] + sound[index + 1 :]


def _sound(word: str) -> str:
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    return re.sub(r"(.)\1+", r"\1", word.replace("z", "s").replace("ie", "i"))
