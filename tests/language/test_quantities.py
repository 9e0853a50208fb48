import pytest

from pipeline.language import LEXICONS
from pipeline.language.units import Kind, same_moment, units


def kinds_and_keys(said: str, language: str = "nl") -> list[tuple[str, str]]:
    return [(unit.kind.value, unit.key) for unit in units(said.split(), LEXICONS[language])]


def quantity(said: str, language: str = "nl") -> str:
    found = [unit.key for unit in units(said.split(), LEXICONS[language]) if unit.meaning is not None]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vierhonderdvijftig euro", "€ 450"),
        ("zeven euro vijftig", "€ 7,50"),
        ("twaalfhonderd euro", "1.200 euro"),
        ("tweeëntwintig", "22"),
        ("vijftig cent", "€ 0,50"),
        ("anderhalf uur", "90 minuten"),
        ("een half uur", "dertig minuten"),
        ("drie-en-een-half uur", "3,5 uur"),
        ("twee en een half jaar", "30 maanden"),
        ("twee weken", "veertien dagen"),
        ("tien procent", "10%"),
        ("om half elf", "om 10:30 uur"),
        ("om kwart voor elf", "om 10.45 uur"),
        ("tien voor half negen", "8:20"),
        ("tien over half negen", "8:40"),
        ("op de dertiende", "op de 13e"),
        ("twaalf maart tweeduizend vijfentwintig", "12-03-2025"),
        ("drieëntwintig november", "23 nov"),
        ("een miljoen tweehonderdduizend", "1.200.000"),
    ],
)
def test_one_value_said_in_two_ways_is_one_key(one: str, other: str) -> None:
    assert quantity(one) == quantity(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("half an hour", "30 minutes"),
        ("half past ten", "10:30"),
        ("3 pm", "15:00"),
        ("the twenty-third", "the 23rd"),
        ("£1,200.50", "1,200.50 pounds"),
    ],
)
def test_english_values_too(one: str, other: str) -> None:
    assert quantity(one, "en") == quantity(other, "en")


@pytest.mark.parametrize(
    ("one", "other"),
    [("half elf", "half twaalf"), ("kwart voor elf", "kwart over elf"), ("vijftien euro", "vijftig euro"), ("1 december", "11 december")],
)
def test_other_values_are_other_keys(one: str, other: str) -> None:
    assert quantity(one) != quantity(other)


def test_a_rank_before_a_noun_is_no_day_of_the_month() -> None:
    assert quantity("op de eerste verdieping") == quantity("de, de eerste verdieping")
    assert quantity("op de eerste") == quantity("op de eerste heeft hij gebeld") == quantity("op de eerste gebeld")
    assert quantity("op de eerste verdieping") != quantity("op de eerste")
    assert quantity("on the first floor", "en") != quantity("on the first", "en")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("'s avonds om half elf", "om 22:30", True),
        ("om half elf", "om 10:30", True),
        ("om half elf", "om 22:30", False),
        ("om 10:30", "om 22:30", False),
        ("om drie uur", "om 15:00", True),
    ],
)
def test_which_half_of_the_day_is_meant(one: str, other: str, same: bool) -> None:
    a, b = (next(unit for unit in units(said.split(), LEXICONS["nl"]) if unit.meaning is not None) for said in (one, other))
    assert a.key == b.key
    assert same_moment(a, b) is same


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("om tien uur", Kind.TIME),
        ("tien uur gewacht", Kind.NUMBER),
        ("sinds 2024", Kind.TIME),
        ("2024 euro", Kind.NUMBER),
        ("9.30 uur", Kind.TIME),
    ],
)
def test_a_moment_is_told_from_a_length(said: str, kind: Kind) -> None:
    assert next(unit.kind for unit in units(said.split(), LEXICONS["nl"]) if unit.meaning is not None) is kind


@pytest.mark.parametrize(
    "word", ["onmogelijk", "oneens", "ontevreden", "onbetaald", "ongepaste", "incompleet", "inactief", "asociaal", "irrelevant"]
)
def test_a_denying_prefix_is_a_negation_of_its_own(word: str) -> None:
    assert kinds_and_keys(word)[0][0] == "negation"
    assert len(kinds_and_keys(word)) == 2


@pytest.mark.parametrize(
    "word", ["onder", "inkomen", "onderdak", "ontvangen", "ongeveer", "ondanks", "onkosten", "inhoud", "onmiddellijk", "onze"]
)
def test_words_that_only_look_denied_are_not(word: str) -> None:
    assert "negation" not in [kind for kind, _ in kinds_and_keys(word)]


@pytest.mark.parametrize("said", ["can't", "cannot", "didn't", "unable", "disagree", "nobody", "no one"])
def test_english_denials(said: str) -> None:
    assert "negation" in [kind for kind, _ in kinds_and_keys(said, "en")]


@pytest.mark.parametrize(
    "odd", ["", "€", "...", "-", "%", "1" * 500, "9" * 40 + "e", "١٢", "½", "'", "komma", "half", "🙂", "a" * 5000, "1.2.3.4.5"]
)
def test_odd_words_are_read_without_a_crash(odd: str) -> None:
    for language in LEXICONS:
        for said in ([odd], [odd, odd], ["om", odd, "uur"], ["de", odd], [odd, "euro", odd]):
            for unit in units(said, LEXICONS[language]):
                assert 0 <= unit.first < unit.last <= len(said)
