import pytest

from pipeline.language.compounds import parts


@pytest.mark.parametrize(
    ("compound", "of"),
    [
        ("ziekenhuisbrief", ("ziekenhuis", "brief")),
        ("kluisnummers", ("kluis", "nummer")),
        ("voortgangsgesprek", ("voortgang", "gesprek")),
        ("directieoverleg", ("directie", "overleg")),
    ],
)
def test_a_compound_is_its_two_words(compound: str, of: tuple[str, ...]) -> None:
    assert parts(compound, "nl") == of


@pytest.mark.parametrize("word", ["onderzoek", "verblijf", "kluis", "x", "", "zes-", "aanvraag"])
def test_a_word_with_a_prefix_or_of_one_part_is_none(word: str) -> None:
    assert parts(word, "nl") == ()


def test_english_words_are_left_whole() -> None:
    assert parts("caseworker", "en") == ()
