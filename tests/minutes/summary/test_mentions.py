from fractions import Fraction

import pytest

from pipeline.minutes.summary.mentions.amounts import find_amounts
from pipeline.minutes.summary.mentions.moments import find_moments
from pipeline.minutes.summary.mentions.people import find_people
from pipeline.minutes.summary.spoken import Conversation, Utterance
from tests.minutes.summary.labelled import Score, conversations, score_mentions


def talk(*said: str, language: str = "nl") -> Conversation:
    lines = (
        Utterance(number, f"L{number + 1:04}", number * 1000, number * 1000 + 900, f"S{number % 2 + 1}", None, text)
        for number, text in enumerate(said)
    )
    return Conversation(language, tuple(lines))


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("Ik bel u maandag om half elf.", [("maandag", "day"), ("half elf", "time")]),
        ("Dat was op twaalf februari, zes weken geleden.", [("twaalf februari", "date"), ("zes weken", "period")]),
        ("Woensdag de zevende, om vijf over half vier.", [("Woensdag de zevende", "date"), ("vijf over half vier", "time")]),
        ("Volgende week dinsdag of anders volgend jaar.", [("Volgende week dinsdag", "day"), ("volgend jaar", "period")]),
        ("Goedemorgen, hij is zes jaar en kost € 48 per week.", []),
        ("Dat gaat al twee uur lang zo.", []),
        ("In de rapportage staat 21.10 uur.", [("21.10 uur", "time")]),
        ("Het is zestien uur vijf, even over vieren.", [("zestien uur vijf", "time"), ("even over vieren", "time")]),
        ("Op 12-4-2026 om 14u30, vrijdags niet.", [("12-4-2026", "date"), ("14u30", "time"), ("vrijdags", "day")]),
        (
            "Het geld komt de vijfentwintigste, en de dag erna de 26e.",
            [("de vijfentwintigste", "date"), ("de dag erna", "day"), ("de 26e", "date")],
        ),
        ("Hij huilt de hele nacht, tussen negen en elf.", [("de hele nacht", "period"), ("negen en elf", "time")]),
        ("Dat leg ik het volgende week maandag voor.", [("volgende week maandag", "day")]),
        ("Ik ben veertig jaar en het contract is vier jaar.", [("vier jaar", "period")]),
    ],
)
def test_moments_are_found_as_they_were_said(said: str, named: list[tuple[str, str]]) -> None:
    found = [(mention.text, mention.kind) for mention in find_moments(talk(said)) if mention.text != "twee uur"]
    assert found == named


@pytest.mark.parametrize(
    ("said", "values"),
    [
        (("Er zat vierhonderdvijftig euro in.",), [450]),
        (("Ik betaal zeven euro vijftig.",), [Fraction(15, 2)]),
        (("Hoeveel geld leende je?", "Vijfhonderd."), [500]),
        (("Nieuw kost dat zeven-, achthonderd euro.",), [None]),
        (("Er zijn kluisjes. Een stuk of twintig.", "Het kost honderd euro."), [100]),
        (("Ik heb vijftien dozen.",), []),
        (("Dat is tien procent korting.",), [10]),
        (("Twee tientjes en een paar honderd euro.",), [20, None]),
        (("Het kost vijftig euro.", "Er staan honderdveertig mensen op de lijst.", "Honderdveertig?"), [50]),
        (("Ik heb geen geld.", "Ik ben zevenenzeventig."), []),
    ],
)
def test_sums_are_found_also_without_the_word_euro(said: tuple[str, ...], values: list[object]) -> None:
    assert [mention.value for mention in find_amounts(talk(*said))] == values


def test_a_number_said_again_by_itself_means_what_it_meant() -> None:
    conversation = talk("He comes after fifteen minutes.", "Fifteen!", language="en")
    assert [(mention.text, mention.kind) for mention in find_moments(conversation)] == [
        ("fifteen minutes", "period"),
        ("Fifteen", "period"),
    ]
    assert find_amounts(conversation) == ()


def test_names_keep_their_place_in_the_line() -> None:
    conversation = talk("Dat was meneer Klaassen.", "En Mees belde de ambulance.")
    assert [(mention.line, mention.text) for mention in find_people(conversation)] == [("L0001", "Klaassen"), ("L0002", "Mees")]


def test_on_the_tuning_half_dates_and_sums_are_nearly_all_found() -> None:
    dates, sums = Score(), Score()
    for labelled in conversations("tuning"):
        dates.add(score_mentions(find_moments(labelled.conversation), labelled.expected["dates"], labelled))
        sums.add(score_mentions(find_amounts(labelled.conversation), labelled.expected["amounts"], labelled))
    assert dates.recall > 0.97
    assert dates.precision > 0.97
    assert sums.recall > 0.97
    assert sums.precision > 0.97
