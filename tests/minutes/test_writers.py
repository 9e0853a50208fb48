"""What is written is read back with small readers of each format's own rules; hostile text stays data in all of them."""

import csv
import html
import io
import re
import unicodedata
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.minutes.model import Minutes
from pipeline.minutes.reading import Reading, read_minutes
from pipeline.minutes.writers import TRANSCRIPTS
from pipeline.texts import Language
from tests.minutes import conversations as talk

RENDER = {writer.file_name: writer.render for writer in TRANSCRIPTS}
OVERRIDES = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
FORMULA_SIGNS = "=+-@＝＋－＠"

anything = st.one_of(st.sampled_from(talk.HOSTILE), st.text(max_size=60))
hostile_texts = st.lists(anything, min_size=1, max_size=4)
# No example is timed: on a busy machine a slow one says nothing.
unhurried = settings(deadline=None)


def reading_of(said: list[str], name: str = "opname.m4a") -> Reading:
    """Each text is one word of a line of its own, so that nothing is split before it reaches a writer."""
    lines = [talk.segment(n * 9_000, n * 9_000 + 5_000, f"S{n % 3 + 1}", "x") for n in range(len(said))]
    lines = [replace(line, words=(replace(line.words[0], text=text),)) for line, text in zip(lines, said, strict=True)]
    minutes: Minutes = talk.minutes(record=talk.speech(*lines, duration_ms=len(said) * 9_000), name=name)
    return read_minutes(minutes)


def read_clock(text: str) -> int:
    hours, minutes, seconds, milliseconds = map(int, re.split("[:.,]", text))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds


def as_lines(reading: Reading) -> list[tuple[int, int, str, str]]:
    return [(line.start_ms, line.end_ms, line.speaker, line.text) for line in reading.lines]


def read_vtt(data: bytes) -> list[tuple[int, int, str, str]]:
    blocks = data.decode().removesuffix("\n").split("\n\n")
    assert blocks[0] == "WEBVTT"
    assert blocks[1].startswith("NOTE\n")
    lines = []
    for block in blocks[3:]:
        identifier, times, payload = block.split("\n")
        assert re.fullmatch(r"L\d{4,}", identifier)
        start, end = times.split(" --> ")
        voice = re.fullmatch(r"<v ([^<>]*)>([^<>]*)", payload)
        assert voice
        lines.append((read_clock(start), read_clock(end), html.unescape(voice[1]), html.unescape(voice[2])))
    return lines


def read_srt(data: bytes) -> list[tuple[int, int, str]]:
    lines = []
    blocks = data.decode().removesuffix("\r\n").split("\r\n\r\n")
    for number, block in enumerate(blocks, start=1):
        identifier, times, *rows = block.split("\r\n")
        assert identifier == str(number)
        start, end = times.split(" --> ")
        assert not re.search(r"<[a-zA-Z/]|\{\\|-->", "".join(rows))
        lines.append((read_clock(start), read_clock(end), re.sub("([<{]|--)\u2060", r"\1", "\n".join(rows))))
    return lines[1:]


def read_csv(data: bytes) -> list[tuple[int, int, str, str]]:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))
    restored = [[re.sub(r"""(^|[,;\t|])([\s"]*)'('*[=+\-@＝＋－＠])""", r"\1\2\3", cell) for cell in row] for row in rows[1:]]
    return [(int(row[3]), int(row[4]), row[6], row[9]) for row in restored]


def test_every_format_holds_the_same_lines_and_times() -> None:
    reading = read_minutes(talk.minutes())
    lines = as_lines(reading)
    assert read_vtt(RENDER["transcript.vtt"](reading)) == lines
    assert read_srt(RENDER["transcript.srt"](reading)) == [(start, end, f"{who}: {text}") for start, end, who, text in lines]
    assert read_csv(RENDER["transcript.csv"](reading)) == lines
    plain = RENDER["transcript.txt"](reading).decode()
    assert all(f"{line.id}  {line.speaker}\n  {line.text}\n" in plain for line in reading.lines)


def test_rttm_is_read_by_others_tools(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyannote.database.util import load_rttm
    reading = read_minutes(talk.minutes())
    path = tmp_path / "speakers.rttm"
    path.write_bytes(RENDER["speakers.rttm"](reading))
    (annotation,) = load_rttm(path).values()
    read = [(round(s.start * 1000), round(s.end * 1000), label) for s, _, label in annotation.itertracks(yield_label=True)]
    assert sorted(read) == sorted((line.start_ms, line.end_ms, line.speaker_id) for line in reading.lines if line.speaker_id)


@pytest.mark.parametrize("name", sorted(RENDER))
@pytest.mark.parametrize("language", list(Language))
def test_every_document_says_what_it_is(name: str, language: Language) -> None:
    minutes = talk.minutes(language)
    text = RENDER[name](read_minutes(minutes)).decode().replace("\u00a0", " ")
    assert minutes.recording.sha256 in text
    assert minutes.sha256 in text
    assert read_minutes(minutes).say("minutes.unread") in text


@unhurried
@given(hostile_texts, anything)
def test_hostile_text_comes_through_every_writer_whole(said: list[str], name: str) -> None:
    reading = reading_of(said, name)
    lines = as_lines(reading)
    assert read_vtt(RENDER["transcript.vtt"](reading)) == lines
    assert read_srt(RENDER["transcript.srt"](reading)) == [(start, end, f"{who}: {text}") for start, end, who, text in lines]
    assert read_csv(RENDER["transcript.csv"](reading)) == lines
    rttm = [row for row in RENDER["speakers.rttm"](reading).decode().splitlines() if not row.startswith(";;")]
    assert all(len(row.split()) == 10 for row in rttm)


@unhurried
@given(hostile_texts)
def test_no_document_holds_a_character_that_steers(said: list[str]) -> None:
    reading = reading_of(said)
    for name, render in RENDER.items():
        text = "".join(re.split("\r?\n", render(reading).decode("utf-8-sig")))
        steering = [c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in OVERRIDES]
        assert steering == [], name


@unhurried
@given(hostile_texts, st.sampled_from([";", ",", "\t", "|"]))
def test_no_spreadsheet_sees_a_formula_whatever_it_takes_for_a_separator(said: list[str], separator: str) -> None:
    data = RENDER["transcript.csv"](reading_of(said)).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(data, newline=""), delimiter=separator):
        assert not [cell for cell in row if cell.strip().strip('"').strip().startswith(tuple(FORMULA_SIGNS))]


def test_what_a_person_sees_of_hostile_text() -> None:
    (line,) = reading_of(["\u202egnaw\u202c\nbel\x07"]).lines
    assert line.text == "\ufffdgnaw\ufffd bel\ufffd"


def test_letters_of_every_script_and_joined_emoji_stay() -> None:
    said = "مرحبا שלום 你好 👩\u200d👩\u200d👧 é e\u0301 \u200f!"
    (line,) = reading_of([said]).lines
    assert line.text == said


def test_an_uncertain_word_reads_the_same_everywhere() -> None:
    for name, render in RENDER.items():
        if name != "speakers.rttm":
            text = re.sub("[\u2060']", "", render(read_minutes(talk.minutes())).decode())
            assert "Ik kreeg [onzeker: geen (of: een)] brief vooraf." in text, name


def test_an_unconfirmed_speaker_is_presumed_in_every_format() -> None:
    for name, render in RENDER.items():
        assert "Spreker 1 (vermoedelijk medewerker)" in render(read_minutes(talk.minutes())).decode().replace("\u00a0", " "), name
