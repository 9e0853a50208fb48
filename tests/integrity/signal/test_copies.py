from pathlib import Path

import numpy as np
import pytest

from pipeline.integrity.examine import examine
from pipeline.integrity.model import Conclusion, IntegrityDocument, Level, Stance
from pipeline.integrity.signal.copies import CopyDetector
from pipeline.recording.decode import decode_mono
from pipeline.settings import Settings
from tests.fixtures.audio import Encoding, Samples, encode

RATE = 16000
WAV = Encoding(".wav", "pcm_s16le", RATE)
SAVED = {
    "wav": WAV,
    "opus": Encoding(".ogg", "libopus", RATE, bit_rate=16000),
    "mp3": Encoding(".mp3", "libmp3lame", RATE, bit_rate=32000),
}
LENGTH = 12000
FROM, TO = 6 * RATE + 37, 21 * RATE + 11


def examined(path: Path) -> IntegrityDocument:
    return examine(path, None, Settings(), detectors=(CopyDetector(),))


@pytest.fixture(scope="module")
def talk(untouched: dict[str, Path]) -> Samples:
    return np.concatenate([block.samples for block in decode_mono(untouched["wav"], RATE)], axis=1)


def with_a_copy(talk: Samples) -> Samples:
    return np.concatenate([talk[:, :TO], talk[:, FROM : FROM + LENGTH], talk[:, TO:]], axis=1)


@pytest.mark.parametrize("name", list(SAVED))
def test_a_copied_stretch_is_found_at_both_places(name: str, talk: Samples, tmp_path: Path) -> None:
    document = examined(encode(tmp_path / f"copy{SAVED[name].suffix}", with_a_copy(talk), SAVED[name]))
    (finding,) = document.findings
    assert (finding.level, finding.kind) == (Level.SOURCE_ANOMALY, "copied_stretch")
    assert finding.start_ms == pytest.approx(TO * 1000 / RATE, abs=120)
    assert finding.evidence["also_ms"] == pytest.approx(FROM * 1000 / RATE, abs=120)
    assert finding.end_ms - finding.start_ms == pytest.approx(LENGTH * 1000 / RATE, abs=240)
    assert finding.hypotheses.edited is Stance.SUPPORTS
    assert "00:00:06" in finding.text.nl
    assert document.conclusion is Conclusion.INDICATION


def test_talk_without_a_copy_repeats_nothing(talk: Samples, tmp_path: Path) -> None:
    document = examined(encode(tmp_path / "talk.wav", talk, WAV))
    assert document.findings == ()
    # Without any other test a cut would have stayed unseen.
    assert document.conclusion is Conclusion.NOT_TESTABLE


def test_the_same_beep_and_tune_twice_are_no_copy(talk: Samples, tmp_path: Path) -> None:
    time = np.arange(round(1.2 * RATE)) / RATE
    beep = np.sin(2 * np.pi * 1000 * time) * (time % 0.5 < 0.25)
    notes = (523, 659, 784, 1046, 880, 698)
    tune = sum(
        (time >= at * 0.18) * np.exp(-(time - at * 0.18) / 0.25) * np.sin(2 * np.pi * hertz * time) for at, hertz in enumerate(notes)
    )
    sound = talk.copy()
    for wave, places in ((beep, (3, 12)), (tune, (7, 18))):
        for place in places:
            there = slice(place * RATE, place * RATE + time.size)
            sound[:, there] = 0.1 * sound[:, there] + 0.2 * wave / np.abs(wave).max()
    assert examined(encode(tmp_path / "tones.wav", sound, WAV)).findings == ()


def test_a_message_that_is_played_over_and_over_is_told_once(talk: Samples, tmp_path: Path) -> None:
    message = talk[:, FROM : FROM + LENGTH]
    parts = [part for number in range(10) for part in (talk[:, number * 2 * RATE : (number * 2 + 2) * RATE], message)]
    document = examined(encode(tmp_path / "menu.wav", np.concatenate(parts, axis=1), WAV))
    assert [(finding.level, finding.kind) for finding in document.findings] == [(Level.HISTORY, "often_repeated")]
    assert document.tests[-1].reason == "repeats_by_itself"


def test_silence_cannot_be_compared(tmp_path: Path) -> None:
    document = examined(encode(tmp_path / "quiet.wav", np.zeros((1, 5 * RATE), np.float32), WAV))
    assert document.tests[-1].reason == "too_quiet"


def test_noise_of_a_few_steps_is_no_copy_of_other_such_noise(tmp_path: Path) -> None:
    chance = np.random.Generator(np.random.PCG64(1))
    pattern = np.tile(np.round(chance.standard_normal((1, 4000))), 20) / 32768
    assert examined(encode(tmp_path / "idle.wav", pattern.astype(np.float32), WAV)).findings == ()
