"""What is known of words: names of people from many countries, Dutch towns, and which words are ordinary Dutch.

Names of people and towns come from Faker (MIT), a package of name lists per country that is meant for test data and holds
what we need without a model; Dutch words from simplemma (MIT). `lexicon.toml` adds what they lack.
"""

import importlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

import simplemma

from pipeline.minutes.pseudonymise.dutch_numbers import number_words, ordinal_words
from pipeline.minutes.pseudonymise.passage import fold

# The countries whose people live here in numbers and whose lists are in Latin script.
_CONTRACTED = re.compile(r"'(?:m|ll|ve|re|d|t)$")
_LOCALES = [
    "nl_NL",
    "nl_BE",
    "tr_TR",
    "sv_SE",
    "fr_DZ",
    "en_PK",
    "sw",
    "de_DE",
    "de_CH",
    "pl_PL",
    "ro_RO",
    "en_KE",
    "en_NG",
    "ha_NG",
    "yo_NG",
    "tw_GH",
    "hr_HR",
    "sk_SK",
    "hu_HU",
    "pt_BR",
    "pt_PT",
    "es_ES",
    "es_CO",
    "it_IT",
    "fr_FR",
    "en_GB",
    "en_IN",
    "id_ID",
    "az_AZ",
]
_FIRST = ("first_names", "first_names_male", "first_names_female")
_LAST = ("last_names", "last_names_male", "last_names_female")


class Lexicon:
    """Sets of folded words; each is read once per process."""

    def __init__(self) -> None:
        own = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))

        def words(key: str) -> frozenset[str]:
            return frozenset(fold(word) for word in own[key].split())

        self.never = words("never_names") | frozenset(number_words()) | frozenset(ordinal_words())
        self.particles = words("particles")
        self.titles = words("titles")
        self.roles = words("roles")
        self.speech_verbs = words("speech_verbs")
        self.plain_first_names = words("plain_first_names")
        self.first_names = (words("first_names") | self.plain_first_names | frozenset(_faker_names(_FIRST))) - self.never
        self.surnames = (words("surnames") | frozenset(_faker_names(_LAST))) - self.never - self.particles
        self.surname_ends = tuple(words("surname_ends"))
        self.plain_places = words("plain_places")
        self.not_a_place = words("not_a_place")
        self.not_a_person = _by_first_word(own["not_a_person"].split(";"))
        self.organisation_heads = words("organisation_heads")
        self.streets = tuple(words("streets"))
        self.weak_streets = tuple(words("weak_streets"))
        self.not_a_street = words("not_a_street")
        self.street_openers = words("street_openers")
        # Unions that are asked of every word.
        self.no_unknown_place = self.never | self.not_a_place | self.first_names | self.titles
        self.no_street_word = self.never | self.titles
        self.no_organisation_word = self.never - self.particles
        self.places = _by_first_word([*own["places"].split(";"), *_faker_towns()])

    def common(self, folded: str) -> bool:
        """Whether this is an ordinary Dutch word, whatever else it may be."""
        return folded not in self.plain_first_names and (folded in self.never or _dutch(folded) or _CONTRACTED.search(folded) is not None)

    def ordinary(self, folded: str) -> bool:
        """Whether this is a Dutch word or made of two."""
        return self.common(folded) or _compound(folded)

    def surname_like(self, folded: str) -> bool:
        """Whether a word nobody listed has the build of a surname."""
        return len(folded) > 5 and folded.endswith(self.surname_ends)

    def town(self, folded: str) -> bool:
        """Whether this one word is a town by itself."""
        return (folded,) in self.places.get(folded, ())


@cache
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    return Lexicon()


@lru_cache(maxsize=65536)
def _dutch(folded: str) -> bool:
    return simplemma.is_known(folded, lang="nl")


@lru_cache(maxsize=65536)
def _compound(folded: str) -> bool:
    if len(folded) < 7 or len(folded) > 40 or not folded.isalpha():
        return False
    for cut in range(3, len(folded) - 3):
        # A long known end is enough: of burgerservicenummer the first part is itself composed.
        if len(folded) - cut >= 6 and cut >= 4 and _dutch(folded[cut:]):
            return True
        if (_dutch(folded[cut:]) or _compound(folded[cut:])) and any(
            _dutch(folded[:cut].removesuffix(joint)) for joint in ("", "s") if cut - len(joint) >= 3
        ):
            return True
    return False


def _faker_names(attributes: Iterable[str]) -> Iterator[str]:
    for locale in _LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in attributes:
            for name in getattr(provider, attribute, ()):
                # Of "van den Berg" the last word; particles are found by rule.
                word = fold(str(name)).split()[-1]
                if len(word) > 2:
                    yield word


def _faker_towns() -> Iterator[str]:
    provider = importlib.import_module("faker.providers.address.nl_NL").Provider
    yield from provider.cities


def _by_first_word(places: Iterable[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for place in places:
        words = tuple(fold(place.strip()).removeprefix("'").split())
        if words:
            found.setdefault(words[0], set()).add(words)
    return {first: tuple(sorted(names, key=lambda name: (-len(name), name))) for first, names in found.items()}
