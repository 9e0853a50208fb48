from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import documents
from pipeline.comparison import transcripts
from pipeline.comparison.minutes import compare_minutes
from pipeline.comparison.transcripts import language_of, of_minutes, of_subtitles, read_transcript
from pipeline.errors import InputRefused
from pipeline.minutes.model import Line
from pipeline.minutes.reading import read_minutes
from pipeline.minutes.writers import subrip, webvtt
from tests.minutes.conversations import OPVANG, minutes

VTT = """WEBVTT

1
00:00:01.000 --> 00:00:03.000
<v Mevrouw Kuipers>Dat was <b>onze</b> fout &amp; die spijt ons.

2
00:05.000 --> 00:07.000
<v Karim>Let op: ik was er niet.
"""
SRT = (
    "1\r\n00:00:01,000 --> 00:00:03,000\r\nKarim: Ik was er niet.\r\n\r\n"
    "2\r\n00:00:04,000 --> 00:00:05,500\r\nKarim: Let op: dat klopt.\r\n"
)


def refusal(data: bytes) -> str:
    with pytest.raises(InputRefused) as refused:
        of_subtitles(data)
    return refused.value.text_key


def test_minutes_give_what_was_said_and_not_our_remarks() -> None:
    transcript = of_minutes(minutes())
    said = " ".join(utterance.text for utterance in transcript.utterances)
    assert said == " ".join(line.replace("*", "").replace("_", "") for *_, line in OPVANG)
    assert transcript.language == "nl"
    assert [word.confidence for utterance in transcript.utterances for word in utterance.words if word.text == "geen"] == [0.31]


def test_minutes_come_back_from_their_own_subtitles() -> None:
    reading = read_minutes(minutes())
    for subtitles in (webvtt.render(reading), subrip.render(reading)):
        again = of_subtitles(subtitles)
        result = compare_minutes(of_minutes(minutes()), again)
        assert result.identical


def test_a_corrected_line_keeps_the_times_of_its_words_but_no_confidence() -> None:
    original = minutes()
    line = original.lines[0]
    corrected = replace(line, text=line.text.replace("Fijn", "Prettig"))
    utterance = of_minutes(replace(original, lines=(corrected, *original.lines[1:]))).utterances[0]
    assert (utterance.words[1].text, utterance.words[1].confidence) == ("Prettig", None)
    assert utterance.words[1].start_ms == line.words[1].start_ms
    assert utterance.words[2].confidence == line.words[2].confidence


def test_a_line_written_anew_spreads_its_words_over_its_time() -> None:
    original = minutes()
    line: Line = replace(original.lines[0], text="Iets heel anders dan eerst.")
    words = of_minutes(replace(original, lines=(line, *original.lines[1:]))).utterances[0].words
    assert [word.text for word in words] == line.text.split()
    assert (words[0].start_ms, words[-1].end_ms) == (line.start_ms, line.end_ms)


def test_webvtt_voices_entities_and_tags() -> None:
    first, second = of_subtitles(VTT.encode()).utterances
    assert (first.speaker, first.text, first.start_ms, first.end_ms) == (
        "Mevrouw Kuipers",
        "Dat was onze fout & die spijt ons.",
        1000,
        3000,
    )
    assert (second.speaker, second.text, second.start_ms) == ("Karim", "Let op: ik was er niet.", 5000)


def test_subrip_names_before_the_text() -> None:
    transcript = of_subtitles(SRT.encode())
    assert [(u.speaker, u.text) for u in transcript.utterances] == [("Karim", "Ik was er niet."), ("Karim", "Let op: dat klopt.")]
    assert transcript.voices[0].name == "Karim"


def test_a_numbered_speaker_has_no_name() -> None:
    transcript = of_subtitles(SRT.replace("Karim", "Spreker 1").encode())
    assert (transcript.voices[0].label, transcript.voices[0].name) == ("Spreker 1", None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert of_subtitles(SRT.replace("niet", "één").encode(encoding)).utterances[0].text == "Ik was er één."


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"WEBVTT\n\n", b"gewoon tekst\n\nzonder tijden", b"\xff\xfe\0", b"%PDF-1.7\n\0\0"])
def test_what_is_no_subtitle_file_is_refused(data: bytes) -> None:
    assert refusal(data) == "subtitles_invalid"


def test_subtitles_without_words_are_refused() -> None:
    assert refusal(b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Karim>\n") == "transcript_empty"


def test_too_many_words_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcripts, "MAX_WORDS", 5)
    assert refusal(SRT.encode()) == "transcript_too_long"


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.srt"
    path.write_text(SRT)
    monkeypatch.setattr(transcripts, "MAX_SUBTITLE_BYTES", 10)
    with pytest.raises(InputRefused) as refused:
        read_transcript(path)
    assert refused.value.text_key == "subtitles_too_large"


def test_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "minutes.json").write_bytes(documents.encode(minutes()))
    (tmp_path / "a.vtt").write_text(VTT)
    assert read_transcript(tmp_path / "minutes.json") == of_minutes(minutes())
    assert len(read_transcript(tmp_path / "a.vtt").utterances) == 2


def test_endless_opening_signs_take_no_time() -> None:
    hostile = "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<v " * 50_000 + "<" * 50_000 + "{\\" * 50_000 + "ja\n"
    assert of_subtitles(hostile.encode()).utterances


@given(st.binary(max_size=300) | st.text(alphabet="0:1,.->\n <v>A", max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        transcript = of_subtitles(data)
    except InputRefused:
        return
    assert all(utterance.start_ms < utterance.end_ms for utterance in transcript.utterances)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ik heb dat toen niet gezegd tegen de begeleider en ook niet tegen de portier van het huis", "nl"),
        ("I did not say that to the worker at the time and I did not say it to anyone else", "en"),
        ("Ich habe das damals nicht gesagt und auch niemand sonst hat etwas davon gewusst oder gehört bis heute", None),
    ],
)
def test_the_language_is_told_from_the_words(text: str, language: str | None) -> None:
    assert language_of(text.split()) == language
