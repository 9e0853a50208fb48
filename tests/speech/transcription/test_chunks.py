import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.recording.speech_audio import SpeechAudio
from pipeline.speech.model import Span
from pipeline.speech.transcription.chunks import CHUNK_MS, Chunk, pack

MINUTES_MS = 180_000
QUIET_AT_MS = 25_000


@pytest.fixture(scope="module")
def audio(tmp_path_factory: pytest.TempPathFactory) -> SpeechAudio:
    """Three minutes of noise with one quiet place."""
    samples = np.random.default_rng(1).normal(0, 3000, MINUTES_MS * 16).astype("<i2")
    samples[QUIET_AT_MS * 16 - 1600 : QUIET_AT_MS * 16 + 1600] //= 100
    path = tmp_path_factory.mktemp("audio") / "speech.pcm"
    path.write_bytes(samples.tobytes())
    return SpeechAudio(path)


def packed(audio: SpeechAudio, *stretches: tuple[int, int, str]) -> list[Chunk]:
    return list(pack([(Span(start, end), language) for start, end, language in stretches], audio))


def test_speech_close_together_is_heard_with_its_pauses(audio: SpeechAudio) -> None:
    assert packed(audio, (0, 5000, "nl"), (5500, 9000, "nl")) == [Chunk("nl", (Span(0, 9000),))]


def test_of_a_long_pause_little_is_kept(audio: SpeechAudio) -> None:
    (chunk,) = packed(audio, (0, 5000, "nl"), (20_000, 25_000, "nl"))
    assert chunk.pieces == (Span(0, 5300), Span(19_700, 25_000))


def test_a_chunk_keeps_one_language(audio: SpeechAudio) -> None:
    assert [chunk.language for chunk in packed(audio, (0, 5000, "nl"), (5500, 9000, "en"), (9100, 9900, "nl"))] == ["nl", "en", "nl"]


def test_long_speech_is_cut_where_it_is_quietest(audio: SpeechAudio) -> None:
    first, second = packed(audio, (0, 40_000, "nl"))
    assert abs(first.pieces[0].end_ms - QUIET_AT_MS) <= 100
    assert second.pieces == (Span(first.pieces[0].end_ms, 40_000),)


def test_a_moment_in_a_chunk_is_found_again_in_the_recording(audio: SpeechAudio) -> None:
    chunk = Chunk("nl", (Span(1000, 3000), Span(10_000, 12_000)))
    assert chunk.span_in_recording(500, 900) == Span(1500, 1900)
    assert chunk.span_in_recording(2500, 2900) == Span(10_500, 10_900)
    assert chunk.span_in_recording(1900, 2300) == Span(10_000, 10_300)
    assert chunk.span_in_recording(3900, 9000) == Span(11_900, 12_000)
    assert len(chunk.read(audio)) == chunk.length_ms * 16


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(100, 50_000)), min_size=1, max_size=6))
def test_all_speech_is_heard_once_in_chunks_that_fit(audio: SpeechAudio, lengths: list[tuple[int, int]]) -> None:
    stretches: list[tuple[int, int, str]] = []
    at = 0
    for pause, length in lengths:
        if at + pause + length <= MINUTES_MS:
            stretches.append((at + pause, at + pause + length, "nl"))
            at += pause + length + 1
    chunks = packed(audio, *stretches)
    assert all(chunk.length_ms <= CHUNK_MS for chunk in chunks)
    times_heard = np.zeros(MINUTES_MS, int)
    for chunk in chunks:
        for piece in chunk.pieces:
            times_heard[piece.start_ms : piece.end_ms] += 1
    assert times_heard.max(initial=0) <= 1
    assert all(times_heard[start:end].all() for start, end, _ in stretches)
