from pathlib import Path

import numpy as np
import pytest

from pipeline.integrity.examine import examine
from pipeline.integrity.model import Conclusion, Finding, IntegrityDocument, Level, Stance
from pipeline.integrity.signal.silence import SilenceDetector
from pipeline.settings import Settings
from pipeline.shipped import SAMPLE_AUDIO
from tests.fixtures.audio import Encoding, Samples, encode
from tests.integrity.builders import cut_keeping_times, speech, stream_copy

WAV = Encoding(".wav", "pcm_s16le", 44100)
M4A = Encoding(".m4a", "aac", 44100, bit_rate=64000)
MP3 = Encoding(".mp3", "libmp3lame", 44100, bit_rate=64000)


def spoken(encoding: Encoding, seconds: float = 12) -> Samples:
    return speech(SAMPLE_AUDIO / "gesprek.m4a", encoding.rate, seconds, encoding.channels)


def examined(path: Path) -> IntegrityDocument:
    return examine(path, None, Settings(), detectors=(SilenceDetector(),))


def silences(path: Path) -> list[Finding]:
    return [finding for finding in examined(path).findings if finding.kind == "digital_silence"]


def blank(samples: Samples, rate: int, *places_ms: tuple[int, int]) -> Samples:
    silenced = samples.copy()
    for start, end in places_ms:
        silenced[:, start * rate // 1000 : end * rate // 1000] = 0
    return silenced


@pytest.mark.parametrize(("encoding", "slack_ms"), [(WAV, 1), (M4A, 50), (MP3, 50)])
def test_a_blanked_stretch_is_found_where_it_is(encoding: Encoding, slack_ms: int, tmp_path: Path) -> None:
    path = encode(tmp_path / f"blanked{encoding.suffix}", blank(spoken(encoding), encoding.rate, (5000, 5600)), encoding)
    (found,) = silences(path)
    assert abs(found.start_ms - 5000) <= slack_ms
    assert abs(found.end_ms - 5600) <= slack_ms
    assert found.level is Level.DISCONTINUITY
    assert found.hypotheses.benign_interruption is Stance.SUPPORTS
    assert found.hypotheses.edited is not Stance.SUPPORTS


@pytest.mark.parametrize("name", ["m4a", "mp3", "opus", "wav", "amr"])
def test_speech_that_nobody_touched_is_never_that_silent(name: str, untouched: dict[str, Path]) -> None:
    assert silences(untouched[name]) == []


def test_a_silence_over_two_blocks_is_one(tmp_path: Path) -> None:
    path = encode(tmp_path / "long.wav", blank(spoken(WAV), WAV.rate, (4500, 7300)), WAV)
    assert [(found.start_ms, found.end_ms) for found in silences(path)] == [(4500, 7300)]


def test_one_silent_channel_is_named(tmp_path: Path) -> None:
    stereo = Encoding(".wav", "pcm_s16le", 44100, 2)
    samples = spoken(stereo)
    samples[1] = blank(samples[1:], stereo.rate, (5000, 5500))
    (found,) = silences(encode(tmp_path / "stereo.wav", samples, stereo))
    assert found.channel == 1


def test_silence_at_the_ends_is_no_finding(tmp_path: Path) -> None:
    path = encode(tmp_path / "ends.wav", blank(spoken(WAV), WAV.rate, (0, 900), (11_000, 12_000)), WAV)
    assert silences(path) == []


def test_a_recording_that_often_falls_silent_by_itself_cannot_be_tested(tmp_path: Path) -> None:
    gated = blank(spoken(WAV), WAV.rate, *((start, start + 300) for start in range(1000, 11_000, 1000)))
    document = examined(encode(tmp_path / "gated.wav", gated, WAV))
    assert document.conclusion is Conclusion.NOT_TESTABLE
    assert [finding.kind for finding in document.findings] == ["often_silent"]


def test_a_very_clean_recorder_that_rounds_its_noise_to_nothing_is_no_finding(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    faint = (chance.normal(0, 2e-6, (1, 12 * WAV.rate))).astype(np.float32)
    talking = np.zeros_like(faint)
    for second in (2, 5, 8):
        talking[:, second * WAV.rate : (second + 1) * WAV.rate] = 0.1
    faint += talking * chance.normal(0, 1, faint.shape).astype(np.float32)
    assert silences(encode(tmp_path / "clean.wav", faint, WAV)) == []


def test_what_the_decoder_fills_in_is_left_to_the_structure_of_the_file(untouched: dict[str, Path], tmp_path: Path) -> None:
    cut = stream_copy(untouched["m4a"], tmp_path / "cut.m4a", cut_keeping_times(400, 50))
    assert silences(cut) == []
