from pathlib import Path

import numpy as np
import pytest

from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.settings import Settings
from pipeline.shipped import SAMPLE_AUDIO
from pipeline.speech import activity
from pipeline.speech.activity import FRAME_MS, WEIGHTS, find_speech, speech_spans
from pipeline.speech.model import Span
from pipeline.weights import locate
from tests.speech.sounds import SOUNDS


def frames(*runs: tuple[float, int]) -> np.ndarray:
    return np.concatenate([np.full(count, probability, np.float32) for probability, count in runs])


def test_quiet_speech_counts_as_speech() -> None:
    assert speech_spans(frames((0.0, 50), (0.25, 10), (0.4, 10), (0.0, 50)), 120 * FRAME_MS) == (Span(50 * 32 - 200, 70 * 32 + 200),)


def test_what_never_sounds_much_like_speech_is_none() -> None:
    assert speech_spans(frames((0.0, 50), (0.25, 6), (0.0, 50)), 106 * FRAME_MS) == ()


def test_a_short_pause_does_not_end_speech_and_a_long_one_does() -> None:
    short = speech_spans(frames((0.9, 20), (0.0, 12), (0.9, 20), (0.0, 50)), 102 * FRAME_MS)
    long = speech_spans(frames((0.9, 20), (0.0, 40), (0.9, 20), (0.0, 50)), 130 * FRAME_MS)
    assert (len(short), len(long)) == (1, 2)


def test_a_single_frame_is_a_click() -> None:
    assert speech_spans(frames((0.0, 50), (0.9, 1), (0.0, 50)), 101 * FRAME_MS) == ()


def test_spans_stay_inside_the_recording_and_apart() -> None:
    first, second = speech_spans(frames((0.9, 10), (0.0, 13), (0.9, 10)), 33 * FRAME_MS - 7)
    assert (first.start_ms, second.end_ms) == (0, 33 * FRAME_MS - 7)
    assert first.end_ms < second.start_ms


@pytest.mark.models
def test_where_the_recording_is_cut_into_blocks_for_reading_cannot_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = locate(WEIGHTS, Settings())
    write_speech_audio(SAMPLE_AUDIO / "gesprek.m4a", tmp_path / "speech.pcm")
    audio = SpeechAudio(tmp_path / "speech.pcm")
    found = find_speech(audio, weights)
    spoken = sum(span.end_ms - span.start_ms for span in found)
    assert len(found) > 15
    assert 0.75 < spoken / audio.duration_ms < 0.98
    monkeypatch.setattr(activity, "_BLOCK_FRAMES", 301)
    assert find_speech(audio, weights) == found


@pytest.mark.models
@pytest.mark.parametrize("name", SOUNDS)
def test_nobody_speaks_in_silence_noise_hum_music_and_breathing(name: str, tmp_path: Path) -> None:
    (tmp_path / "speech.pcm").write_bytes(SOUNDS[name](30 * 16_000).tobytes())
    assert find_speech(SpeechAudio(tmp_path / "speech.pcm"), locate(WEIGHTS, Settings())) == ()


def test_an_empty_recording_has_no_speech(tmp_path: Path) -> None:
    assert speech_spans(np.zeros(0, np.float32), 0) == ()
