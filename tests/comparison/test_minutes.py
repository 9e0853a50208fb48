import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import documents
from pipeline.comparison.minutes import compare_minutes
from pipeline.comparison.model import DifferenceClass, MinutesComparison
from pipeline.comparison.transcripts import Transcript, Voice
from pipeline.errors import InputRefused
from tests.comparison.accounts import CONFIDENCE, CONVERSATION, MS_PER_WORD, account


def found(a: Transcript, b: Transcript) -> list[tuple[str, str, str]]:
    return [(difference.kind.value, difference.a.text, difference.b.text) for difference in compare_minutes(a, b).differences]


def changed(number: int, old: str, new: str) -> Transcript:
    lines = [(speaker, said.replace(old, new) if at == number else said) for at, (speaker, said) in enumerate(CONVERSATION)]
    return account(*lines)


def test_an_account_beside_itself_is_identical() -> None:
    result = compare_minutes(account(*CONVERSATION), account(*CONVERSATION))
    assert result.identical
    assert result.differences == ()
    assert result.words_same == result.words_a == result.words_b


def test_capitals_and_marks_are_no_difference() -> None:
    plain = account(*((speaker, said.lower().replace(",", "").replace(".", "")) for speaker, said in CONVERSATION))
    assert compare_minutes(account(*CONVERSATION), plain).identical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ik heb d'r toen niks van gezegd.", "Ik heb er toen niks van gezegd."),
        ("Zij had d'r sleutel vergeten.", "Zij had haar sleutel vergeten."),
        ("Ik zat op de, de eerste verdieping.", "Ik zat op de eerste verdieping."),
        ("Ik moest drie-en-een-half uur wachten.", "Ik moest 3,5 uur wachten."),
        ("Zij zei dat de brief was verstuurd.", "Zij zei dat de brief verstuurd was."),
        ("Daar gaat nog huur vanaf.", "Daar gaat huur vanaf."),
        ("Hij kwam 's avonds om kwart over tien.", "Hij kwam om 22.15 uur."),
        ("Dat was in sept", "Dat was in september"),
        ("Dat hep ik gezegd.", "Dat heb ik gezegd."),
    ],
)
def test_another_way_to_write_what_was_heard_is_harmless(one: str, other: str) -> None:
    assert {kind for kind, _, _ in found(account(("S1", one)), account(("S1", other)))} <= {DifferenceClass.FILLER}


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Hij is nog niet geweest.", "Hij is niet geweest.", DifferenceClass.WORDING),
        ("Toen heeft hij haar geslagen.", "Toen heeft zij hem geslagen.", DifferenceClass.WORDING),
        ("Dat was voor de verhuizing.", "Dat was na de verhuizing.", DifferenceClass.TIME),
        ("U kunt reageren tot en met vrijdag.", "U kunt reageren tot vrijdag.", DifferenceClass.TIME),
        ("Hij kwam om half elf 's avonds.", "Hij kwam om 10:30 's ochtends.", DifferenceClass.TIME),
    ],
)
def test_a_small_word_that_changes_what_is_said_is_raised(one: str, other: str, kind: DifferenceClass) -> None:
    assert kind in {of for of, _, _ in found(account(("S1", one)), account(("S1", other)))}


def test_what_changes_most_comes_first() -> None:
    b = account(
        ("S1", "Goedemiddag, eh, fijn dat u er bent. Wat is er gebeurd?"),
        ("S2", "Ik kwam op donderdag negen oktober om kwart voor elf bij de nachtopvang en de deur was open."),
        ("S2", "Ik heb tien keer gebeld maar niemand deed open."),
        ("S1", "In het logboek staat een telefoontje. Wij kunnen dat niet toezeggen."),
        *CONVERSATION[4:],
    )
    assert [kind for kind, _, _ in found(account(*CONVERSATION), b)] == ["negation", "number", "time", "wording", "filler"]


def test_places_and_confidence_of_both_sides() -> None:
    (difference,) = compare_minutes(account(*CONVERSATION), changed(3, "geen", "een")).differences
    assert (difference.a.line, difference.a.text, difference.b.text) == ("L0004", "geen", "een")
    assert difference.a.end_ms - difference.a.start_ms == MS_PER_WORD
    assert difference.a.confidence == difference.b.confidence == CONFIDENCE


def test_a_word_that_one_side_lacks_has_a_place_on_both() -> None:
    (difference,) = compare_minutes(account(*CONVERSATION), changed(3, "niet ", "")).differences
    assert (difference.kind, difference.a.text, difference.b.text) == (DifferenceClass.NEGATION, "niet", "")
    assert difference.b.line == "L0004"
    assert difference.b.start_ms == difference.b.end_ms > 0
    assert difference.b.confidence is None


def test_a_left_out_passage_is_one_difference() -> None:
    without = account(*CONVERSATION[:4], *CONVERSATION[5:])
    assert found(account(*CONVERSATION), without) == [("wording", CONVERSATION[4][1], "")]


def test_speakers_without_a_name_are_paired_by_their_words() -> None:
    swapped = account(*(({"S1": "S2", "S2": "S1"}[speaker], said) for speaker, said in CONVERSATION))
    result = compare_minutes(account(*CONVERSATION), swapped)
    assert result.identical
    assert {(pair.a, pair.b, pair.by) for pair in result.speakers} == {("S1", "S2", "words"), ("S2", "S1", "words")}


def test_the_same_words_under_another_speaker() -> None:
    b = account(*CONVERSATION[:6], ("S1", CONVERSATION[6][1]))
    assert found(account(*CONVERSATION), b) == [("speaker", CONVERSATION[6][1], CONVERSATION[6][1])]


def test_named_speakers_are_never_paired_with_another_name() -> None:
    a = account(("x", "Dat was mijn fout en dat spijt me."), voices=(Voice("x", "mevrouw Kuipers"),))
    b = account(("y", "Dat was mijn fout en dat spijt me."), voices=(Voice("y", "Karim Haddou"),))
    assert [kind for kind, _, _ in found(a, b)] == ["speaker"]


def test_one_name_under_two_labels_is_one_speaker() -> None:
    a = account(("S1", "Dat was mijn fout."), voices=(Voice("S1", "Mevrouw Kuipers"),))
    b = account(("S7", "Dat was mijn fout."), voices=(Voice("S7", "mevrouw kuipers"),))
    assert compare_minutes(a, b).identical


def test_people_who_talk_at_once_may_stand_in_either_order() -> None:
    a = account(
        *CONVERSATION[:3],
        ("S2", "Dat klopt dus echt helemaal niet."),
        ("S1", "Laat mij nou even uitpraten alstublieft."),
        *CONVERSATION[3:],
    )
    b = account(
        *CONVERSATION[:3],
        ("S1", "Laat mij nou even uitpraten alstublieft."),
        ("S2", "Dat klopt dus echt helemaal niet."),
        *CONVERSATION[3:],
    )
    assert compare_minutes(a, b).identical


def test_words_far_apart_on_one_clock_are_not_the_same() -> None:
    a = account(("S1", "Dat heb ik toen gezegd."))
    b = account(("S1", "Dat heb ik toen gezegd."), start_ms=600_000)
    assert compare_minutes(a, b, time_map=lambda ms: ms - 600_000).identical
    assert not compare_minutes(a, b, time_map=lambda ms: ms).identical


def test_two_conversations_that_share_no_passages_are_not_listed_word_by_word() -> None:
    other = account(
        *(("S1", f"Wij hebben op {day} samen boodschappen gedaan en daarna soep gekookt voor alle kinderen uit de straat.") for day in
          ("maandag", "dinsdag", "woensdag", "vrijdag", "zaterdag"))
    )  # fmt: skip
    result = compare_minutes(account(*CONVERSATION), other)
    assert not result.comparable
    assert not result.identical
    assert result.differences == ()


def test_two_languages_are_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        compare_minutes(account(("S1", "Ik was er niet.")), account(("S1", "I was not there."), language="en"))
    assert refused.value.text_key == "comparison_languages_differ"


def test_another_language_is_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        compare_minutes(account(("S1", "Wo bin ich"), language=None), account(("S1", "Ik was er niet.")))
    assert refused.value.text_key == "comparison_language_unknown"


def test_the_document_writes_the_class_under_its_own_name() -> None:
    result = compare_minutes(account(*CONVERSATION), changed(3, "geen", "een"))
    written = documents.encode(result)
    assert json.loads(written)["differences"][0]["class"] == "negation"
    assert documents.decode(MinutesComparison, written) == result


WORDS = [
    "ik",
    "u",
    "hij",
    "zij",
    "was",
    "waren",
    "heb",
    "had",
    "geld",
    "deur",
    "kamer",
    "sleutel",
    "gezien",
    "gezegd",
    "gebeld",
    "om",
    "bij",
    "de",
    "het",
    "een",
    "nooit",
    "geen",
    "onmogelijk",
    "eh",
    "ja",
    "tien",
    "uur",
    "maandag",
]
said = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14)


@settings(deadline=None, max_examples=200)
@given(said, st.data())
def test_a_denial_that_is_added_is_never_spelling(words: list[str], data: st.DataObject) -> None:
    denial = data.draw(st.sampled_from(["niet", "geen", "nooit", "niemand", "zonder", "onmogelijk"]))
    at = data.draw(st.integers(0, len(words)))
    if denial in words[max(0, at - 2) : at + 2]:
        return  # said twice in a row is a stutter
    b = [*words[:at], denial, *words[at:]]
    kinds = [kind for kind, _, _ in found(account(("S1", " ".join(words))), account(("S1", " ".join(b))))]
    assert set(kinds) - {"filler"}


@settings(deadline=None, max_examples=200)
@given(st.lists(said, min_size=1, max_size=4), st.lists(said, min_size=1, max_size=4))
def test_every_word_is_the_same_or_in_a_difference(a: list[list[str]], b: list[list[str]]) -> None:
    one, other = (account(*(("S1", " ".join(words)) for words in lines)) for lines in (a, b))
    result = compare_minutes(one, other)
    for difference in result.differences:
        assert difference.a.text or difference.b.text
        assert 0 <= difference.a.start_ms <= difference.a.end_ms
    if not result.differences:
        assert [word for words in a for word in words] == [word for words in b for word in words]


def test_an_account_without_any_readable_word_is_refused() -> None:
    empty = Transcript("nl", (), account(("S1", "… -- !")).utterances)
    with pytest.raises(InputRefused) as refused:
        compare_minutes(empty, account(*CONVERSATION))
    assert refused.value.text_key == "transcript_empty"
