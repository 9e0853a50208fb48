from pathlib import Path

import numpy as np
import pytest

from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio, write_speech_audio
from tests.fixtures.audio import Encoding, clicks, encode, peak_ms, tone


@pytest.fixture
def audio(tmp_path: Path) -> SpeechAudio:
    path = encode(tmp_path / "clip.wav", clicks(44100, 3.0015, 1.0, 2.5), Encoding(".wav", "pcm_s16le", 44100))
    write_speech_audio(path, tmp_path / "speech.raw")
    return SpeechAudio(tmp_path / "speech.raw")


def test_the_length_is_that_of_the_recording(audio: SpeechAudio) -> None:
    assert audio.duration_ms == 3001


def test_a_stretch_is_read_from_its_own_place(audio: SpeechAudio) -> None:
    stretch = audio.read(2400, 2600)
    assert stretch.dtype == np.float32
    assert stretch.shape == (200 * SAMPLE_RATE // 1000,)
    assert peak_ms(stretch, SAMPLE_RATE, 100, within_ms=99) == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize(("start_ms", "end_ms", "length_ms"), [(-500, 100, 100), (2901, 9000, 100), (5000, 6000, 0), (200, 100, 0)])
def test_outside_the_recording_there_is_nothing(audio: SpeechAudio, start_ms: int, end_ms: int, length_ms: int) -> None:
    assert audio.read(start_ms, end_ms).size // (SAMPLE_RATE // 1000) == length_ms


def test_windows_cover_the_recording(audio: SpeechAudio) -> None:
    windows = list(audio.windows(1000, 1000))
    assert [start for start, _ in windows] == [0, 1000, 2000, 3000]
    assert [samples.size for _, samples in windows[:3]] == [SAMPLE_RATE] * 3


def test_samples_louder_than_full_scale_are_held_at_full_scale(tmp_path: Path) -> None:
    path = encode(tmp_path / "loud.wav", tone(SAMPLE_RATE, 1) * 8, Encoding(".wav", "pcm_f32le", SAMPLE_RATE))
    write_speech_audio(path, tmp_path / "speech.raw")
    samples = SpeechAudio(tmp_path / "speech.raw").read(0, 1000)
    assert samples.min() == -1
    assert samples.max() == pytest.approx(1, abs=1e-4)
