from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.minutes.compose import MAX_LINE_MS, MAX_LINE_WORDS, compose
from pipeline.minutes.model import AgreementReference, LineFlag, Minutes
from pipeline.minutes.reading import read_minutes
from pipeline.recording.agreement import parse_agreement
from pipeline.recording.rules import Circumstances, check_rules
from pipeline.speech.model import CoverageKind, CoverageSpan, WordFlag
from pipeline.texts import Language
from tests.minutes import conversations as talk


def lines_of(*segments: talk.Segment, **speech: object) -> list[tuple[str, str | None, str]]:
    record = talk.speech(*segments, duration_ms=600_000, **speech)  # type: ignore[arg-type]
    return [(line.id, line.speaker, line.text) for line in talk.minutes(record=record).lines]


def test_a_line_has_one_speaker() -> None:
    one, two = talk.segment(0, 2_000, "S1", "Goedemiddag."), talk.segment(2_100, 4_000, "S2", "Dag.")
    assert lines_of(one, two) == [("L0001", "S1", "Goedemiddag."), ("L0002", "S2", "Dag.")]


def test_speaker_change_within_a_segment_breaks_the_line() -> None:
    both = replace(talk.segment(0, 1, "S1", ""), words=(*talk.words(0, 900, "S1", "Ja."), *talk.words(900, 2_000, "S2", "Nee.")))
    assert lines_of(both) == [("L0001", "S1", "Ja."), ("L0002", "S2", "Nee.")]


def test_a_long_pause_breaks_the_line() -> None:
    said = [talk.segment(0, 2_000, "S1", "ik weet het"), talk.segment(5_000, 6_000, "S1", "niet meer")]
    assert [text for _, _, text in lines_of(*said)] == ["ik weet het", "niet meer"]


def test_a_line_ends_with_its_sentence_once_it_is_long_enough() -> None:
    said = talk.segment(
        0, 24_000, "S1", "Een twee drie vier vijf zes zeven acht negen tien elf twaalf. Dertien veertien. Vijftien zestien."
    )
    assert [text for _, _, text in lines_of(said)] == [
        "Een twee drie vier vijf zes zeven acht negen tien elf twaalf.",
        "Dertien veertien. Vijftien zestien.",
    ]


@pytest.mark.parametrize(("count", "length_ms"), [(61, 20_000), (600, 590_000), (300, 60_000), (5, 500_000)])
def test_no_line_is_too_long_and_no_word_is_lost(count: int, length_ms: int) -> None:
    record = talk.speech(talk.segment(0, length_ms, "S1", " ".join(f"w{n}" for n in range(count))), duration_ms=600_000)
    lines = talk.minutes(record=record).lines
    assert " ".join(line.text for line in lines).split() == [f"w{n}" for n in range(count)]
    for line in lines:
        assert len(line.words) <= MAX_LINE_WORDS
        assert line.end_ms - line.start_ms <= MAX_LINE_MS or len(line.words) == 1


def test_speech_without_words_is_a_visible_line_and_breaks_the_line_around_it() -> None:
    unheard = (CoverageSpan(start_ms=2_000, end_ms=2_700, kind=CoverageKind.UNTRANSCRIBED_SPEECH),)
    said = [talk.segment(0, 2_000, "S1", "ik zei"), talk.segment(2_700, 3_500, "S1", "tegen hem")]
    assert lines_of(*said, unheard=unheard) == [
        ("L0001", "S1", "ik zei"),
        ("L0002", None, "[niet te verstaan 00:00:02–00:00:03]"),
        ("L0003", "S1", "tegen hem"),
    ]


def test_close_stretches_without_words_are_one_remark() -> None:
    kind = CoverageKind.UNTRANSCRIBED_SPEECH
    unheard = (CoverageSpan(start_ms=1_000, end_ms=2_000, kind=kind), CoverageSpan(start_ms=2_300, end_ms=3_000, kind=kind))
    assert [text for _, _, text in lines_of(unheard=unheard)] == ["[niet te verstaan 00:00:01–00:00:03]"]


def test_another_language_is_named_and_not_written_out() -> None:
    unheard = (CoverageSpan(start_ms=723_000, end_ms=760_000, kind=CoverageKind.OTHER_LANGUAGE),)
    assert [text for _, _, text in lines_of(unheard=unheard)] == ["[andere taal 00:12:03–00:12:40, niet uitgeschreven]"]


@pytest.mark.parametrize(
    ("flag", "shown", "text"),
    [
        (WordFlag.OUTSIDE_SPEECH, LineFlag.NOT_SPEECH, "[mogelijk geen spraak: bedankt voor het kijken]"),
        (WordFlag.LOOP, LineFlag.LOOP, "[mogelijk herhaling van de computer: bedankt voor het kijken]"),
        (WordFlag.STOCK_PHRASE, LineFlag.STOCK_PHRASE, "[mogelijk niet gezegd, vaste zin van de computer: bedankt voor het kijken]"),
    ],
)
def test_words_that_may_not_be_speech_stand_marked_in_a_line_of_their_own(flag: WordFlag, shown: LineFlag, text: str) -> None:
    invented = talk.flagged(talk.segment(1_000, 2_000, "S1", "bedankt voor het kijken"), flag)
    record = talk.speech(talk.segment(0, 1_000, "S1", "goed dan"), invented, duration_ms=9_000)
    plain, marked = talk.minutes(record=record).lines
    assert plain.text == "goed dan"
    assert (marked.text, marked.flags) == (text, (shown,))


def test_uncertain_and_overlapped_words_flag_their_line() -> None:
    line = talk.minutes(record=talk.speech(talk.segment(0, 2_000, "S1", "ik *heb* _niets_"), duration_ms=9_000)).lines[0]
    assert line.flags == (LineFlag.UNCERTAIN, LineFlag.OVERLAP)


def test_a_damaged_end_is_a_visible_line() -> None:
    last = talk.minutes(damaged=True, claimed_ms=200_000).lines[-1]
    assert last.text == "[de opname is beschadigd: 00:02:15 tot 00:03:20 is niet te lezen]"
    assert (last.start_ms, last.end_ms, last.flags) == (talk.OPVANG_MS, 200_000, (LineFlag.DAMAGED,))
    assert talk.minutes(damaged=True).lines[-1].text == "[de opname is beschadigd; hier of eerder kan geluid ontbreken]"


def test_lines_stand_in_order_of_time_and_are_numbered() -> None:
    lines = talk.minutes().lines
    assert [line.id for line in lines] == [f"L{number:04}" for number in range(1, len(lines) + 1)]
    assert [line.start_ms for line in lines] == sorted(line.start_ms for line in lines)


def test_the_same_speech_gives_the_same_minutes() -> None:
    assert talk.minutes().sha256 == talk.minutes().sha256


Spoken = tuple[str | None, int, int, str, tuple[WordFlag, ...]]
SPEAKERS = st.sampled_from(["S1", "S2", None])
PAUSES = st.integers(min_value=-300, max_value=4_000)
LENGTHS = st.integers(min_value=0, max_value=30_000)
TEXTS = st.sampled_from(["ja", "nee.", "goed,", "*twijfel*", "_samen_"])
FLAGS = st.sampled_from([(), (), (), (WordFlag.LOOP,), (WordFlag.OUTSIDE_SPEECH, WordFlag.UNCERTAIN)])


@given(st.lists(st.tuples(SPEAKERS, PAUSES, LENGTHS, TEXTS, FLAGS), max_size=150))
def test_whatever_the_engine_gives_no_word_is_lost_moved_or_given_to_another(
    said: list[Spoken],
) -> None:
    at, spoken = 0, []
    for number, (speaker, pause, length, text, flags) in enumerate(said):
        at += pause
        spoken.append(talk.Word(start_ms=at, end_ms=at + length, text=f"{text}{number}", confidence=0.9, speaker=speaker, flags=flags))
        at += length
    segment = replace(talk.segment(0, 1, "S1", ""), words=tuple(spoken))
    lines = talk.minutes(record=talk.speech(segment, duration_ms=600_000)).lines
    assert sorted((word for line in lines for word in line.words), key=spoken.index) == spoken
    assert all(line.words == tuple(sorted(line.words, key=spoken.index)) for line in lines)
    assert len({line.id for line in lines}) == len(lines)
    for line in lines:
        assert {word.speaker for word in line.words} == {line.speaker}
        assert len(line.words) == 1 or (line.end_ms - line.start_ms <= MAX_LINE_MS and len(line.words) <= MAX_LINE_WORDS)


def test_nothing_said_gives_minutes_without_lines() -> None:
    empty = talk.minutes(record=talk.speech(duration_ms=5_000))
    assert (empty.lines, empty.speakers) == ((), ())


def roles(record: talk.SpeechRecord, agreement: AgreementReference | None = None) -> list[str | None]:
    made: Minutes = compose(record, talk.recording(), agreement or talk.agreement(), report_language=Language.DUTCH, created_at=talk.AT)
    assert not any(speaker.confirmed for speaker in made.speakers)
    return [speaker.role for speaker in made.speakers]


def test_a_role_is_presumed_of_two_voices_with_the_words_it_rests_on() -> None:
    assert roles(talk.opvang_speech()) == ["staff", "client"]
    assert "ons dossier" in talk.minutes().speakers[0].presumed_from


def test_without_ground_no_role_is_presumed() -> None:
    record = talk.speech(talk.segment(0, 2_000, "S1", "Goedemiddag."), talk.segment(2_000, 4_000, "S2", "Dag."), duration_ms=9_000)
    assert roles(record) == [None, None]


def test_one_voice_with_ground_and_one_without_gets_no_role() -> None:
    staff = talk.segment(0, 9_000, "S1", "U krijgt een kopie uit ons dossier.")
    record = talk.speech(staff, talk.segment(9_000, 12_000, "S2", "Goed."), duration_ms=20_000)
    assert roles(record) == [None, None]


def test_with_a_third_voice_no_role_is_presumed() -> None:
    spoken = talk.opvang_speech()
    third = talk.segment(130_000, 131_000, "S3", "Dag.")
    assert roles(talk.speech(*spoken.segments, third, duration_ms=talk.OPVANG_MS)) == [None, None, None]


def test_with_a_third_party_in_the_agreement_no_role_is_presumed() -> None:
    with_interpreter = (*talk.agreement().parties, talk.Party(id="tolk", role=talk.Role.INTERPRETER, name=None))
    assert roles(talk.opvang_speech(), replace(talk.agreement(), parties=with_interpreter)) == [None, None]


def test_without_agreement_the_voices_still_speak_for_themselves() -> None:
    assert roles(talk.opvang_speech(), AgreementReference(sha256=None, missing_because="spoed")) == ["staff", "client"]


def test_the_head_tells_how_each_rule_stands_beside_the_agreement() -> None:
    toml = b"[announcement]\nby = 'client'\nwhen = 'before'\n[privacy]\npurpose = 'teruglezen'\n"
    agreed = parse_agreement(toml)
    rules = check_rules(agreed, Circumstances(today=date(2026, 3, 4)))
    made = compose(
        talk.opvang_speech(), talk.recording(), AgreementReference.of(agreed, rules), report_language=Language.DUTCH, created_at=talk.AT
    )
    (told,) = [fact.sentences for fact in read_minutes(made).facts if fact.key == "rules"]
    assert told[0] == "Volgens de afspraak gevolgd: regel 3 (opname vooraf melden)."
    assert len(told) == len(rules.rules)
    (copies,) = [line for line in told if line.startswith("Regel 4")]
    assert copies == "Regel 4: kopie op verzoek – niet bekend. In de afspraak staat niet of iemand om een kopie heeft gevraagd."
    (privacy,) = [line for line in told if line.startswith("Privacy")]
    assert "staat waarvoor de opname is" not in privacy


def test_moments_are_told_on_the_clock_of_the_country() -> None:
    (told,) = [
        fact.sentences for fact in read_minutes(talk.minutes(claimed_start="2026-07-03T12:00:00+00:00")).facts if fact.key == "recording"
    ]
    assert "Volgens het bestand opgenomen op 3 juli 2026, 14.00 uur." in told[1]
