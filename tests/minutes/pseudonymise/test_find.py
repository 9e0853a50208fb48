import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.minutes.pseudonymise import Kind, Known, find_personal_data
from pipeline.minutes.pseudonymise.numbers import passes_eleven_test, passes_mod_97


def found(text: str, known: Known | None = None) -> list[tuple[str, str]]:
    return [(str(item.kind), text[item.start : item.end]) for item in find_personal_data(text, known or Known())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mijn bsn is negen negen negen negen vier nul nul nul nul", [("bsn", "negen negen negen negen vier nul nul nul nul")]),
        ("Uw nummer is 123456782, klopt dat?", [("bsn", "123456782")]),
        ("Ons kenmerk is 123456789.", []),
        ("het is nl 91 abna 0417 1643 00", [("iban", "nl 91 abna 0417 1643 00")]),
        ("NL91ABNA0417164300 is leeg", [("iban", "NL91ABNA0417164300")]),
        ("bel 0031 6 12345678", [("phone", "0031 6 12345678")]),
        (
            "mijn nummer: nul zes dertien vijfenveertig zevenenzestig negenentachtig",
            [("phone", "nul zes dertien vijfenveertig zevenenzestig negenentachtig")],
        ),
        ("bel 112 of 0900-8844", [("phone", "0900-8844")]),
        ("jan punt jansen apenstaartje hotmail punt com", [("email", "jan punt jansen apenstaartje hotmail punt com")]),
    ],
)
def test_numbers_and_addresses_of_mail_are_found_written_and_spoken(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("geboren op de derde van de vijfde negentienhonderd vijfentachtig", ("birth_date", "1985-05-03")),
        ("Dat was op 3-5-1985.", ("date", "1985-05-03")),
        ("Zij werd op drie mei vijfentachtig geboren", ("birth_date", "1985-05-03")),
        ("on March 3rd, 2025", ("date", "2025-03-03")),
    ],
)
def test_notations_of_one_date_have_one_value(text: str, expected: tuple[str, str]) -> None:
    assert [(str(item.kind), item.value) for item in find_personal_data(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "In mei was alles wit, behalve de roos op kamer 12.",
        "De Voorzitter leest artikel 7 voor, om tien over half zeven.",
        "Het kostte 1.234,56 euro bij de HEMA en bij Albert Heijn.",
        "ik moest twee of drie keer bellen en toen was het acht uur",
        "meneer van de receptie zei dat mevrouw boven was",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mevrouw bakker zei dat de bakker dicht was", [("person", "bakker")]),
        ("Dhr. A.B. de Jong-Visser en mw. drs. T. Öztürk kwamen.", [("person", "A.B. de Jong-Visser"), ("person", "T. Öztürk")]),
        ("toen zei fatima tegen mij dat hasan dat had gedaan", [("person", "fatima"), ("person", "hasan")]),
        ("Meneer El Moussaoui was boos.", [("person", "El Moussaoui")]),
        (
            "Zij woont op Laan van Meerdervoort 123, 2517 AA Den Haag.",
            [("address", "Laan van Meerdervoort 123, 2517 AA"), ("place", "Den Haag")],
        ),
        ("Ik zat bij Stichting Moria in Nijmegen.", [("organisation", "Stichting Moria"), ("place", "Nijmegen")]),
    ],
)
def test_names_are_found_in_their_context(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_known_names_are_found_whole_and_in_part_without_a_capital() -> None:
    known = Known(persons=("Xanthe Qwerty",), organisations=("De Zwarte Doos",))
    assert found("toen zei xanthe iets over de zwarte doos en qwerty", known) == [
        ("person", "xanthe"),
        ("organisation", "de zwarte doos"),
        ("person", "qwerty"),
    ]


def test_a_name_found_in_one_line_is_found_in_the_others() -> None:
    assert found("Mevrouw Zqrtx is er.\nik zag zqrtx gisteren") == [("person", "Zqrtx"), ("person", "zqrtx")]


def test_labels_are_left_alone() -> None:
    text = "[persoon 1] woont in [plaats 2], [BSN 3], [birth date 4]"
    assert found(text) == []


@given(st.integers(100_000_000, 999_999_999))
def test_nine_digits_are_a_bsn_when_they_pass_the_check(number: int) -> None:
    digits = str(number)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    expected = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 == 0
    assert passes_eleven_test(digits) is expected
    assert (Kind.BSN in {item.kind for item in find_personal_data(f"x {digits} x")}) is expected


def test_a_changed_digit_fails_the_check_of_an_iban() -> None:
    assert passes_mod_97("NL91ABNA0417164300")
    assert not passes_mod_97("NL91ABNA0417164301")


SAYINGS = (
    "mevrouw El Amrani;Fatima;06 12345678;nul zes;geboren op;3 mei '79;apenstaartje;punt nl;NL;91 ABNA;een;honderd;en;van de"
    ";Kerkstraat;12;1234 AB;in;Stichting;J.;.;,;\n;-;(;[persoon 1];'s;te"
)
PIECES = st.sampled_from(SAYINGS.split(";"))


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join)))
@settings(max_examples=400, deadline=None)
def test_any_text_gives_ordered_items_that_do_not_overlap(text: str) -> None:
    items = find_personal_data(text)
    assert items == find_personal_data(text)
    at = 0
    for item in items:
        assert at <= item.start < item.end <= len(text)
        at = item.end


@pytest.mark.parametrize("piece", ["een ", "1 ", "nl 20 ", "Jan ", "van de ", "A. ", "a@", "06 12 ", "punt ", "1-", "Meneer Zq zegt "])
def test_time_grows_with_the_length_of_the_text_only(piece: str) -> None:
    """A hundred times the text may take some hundred times as long; with the square of it this would never end."""
    started = time.process_time()
    find_personal_data(piece * 20_000)
    assert time.process_time() - started < 30
