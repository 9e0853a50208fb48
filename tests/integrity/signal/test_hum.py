from pathlib import Path

import numpy as np
import pytest

from pipeline.integrity.examine import examine
from pipeline.integrity.model import IntegrityDocument, Level, Stance
from pipeline.integrity.signal.hum import HumDetector
from pipeline.recording.decode import decode_mono
from pipeline.settings import Settings
from tests.fixtures.audio import Encoding, Samples, encode

RATE = 16000
WAV = Encoding(".wav", "pcm_s16le", RATE)
AAC = Encoding(".m4a", "aac", RATE, bit_rate=32000)
AT = 14 * RATE


def examined(path: Path) -> IntegrityDocument:
    return examine(path, None, Settings(), detectors=(HumDetector(),))


@pytest.fixture(scope="module")
def talk(untouched: dict[str, Path]) -> Samples:
    return np.concatenate([block.samples for block in decode_mono(untouched["wav"], RATE)], axis=1)


def humming(talk: Samples, hertz: float = 50.01) -> Samples:
    """The mains are never at exactly fifty."""
    angle = 2 * np.pi * hertz * np.arange(talk.shape[1]) / RATE
    return (talk + 0.02 * (np.sin(angle) + 0.5 * np.sin(2 * angle + 1))).astype(np.float32)


def without(sound: Samples, seconds: float) -> Samples:
    return np.concatenate([sound[:, :AT], sound[:, AT + round(seconds * RATE) :]], axis=1)


@pytest.mark.parametrize("saved", [WAV, AAC], ids=["wav", "aac"])
def test_a_cut_makes_the_hum_jump(saved: Encoding, talk: Samples, tmp_path: Path) -> None:
    document = examined(encode(tmp_path / f"cut{saved.suffix}", without(humming(talk), 1.0045), saved))
    (finding,) = document.findings
    assert (finding.level, finding.kind) == (Level.DISCONTINUITY, "hum_jump")
    assert finding.start_ms < AT / RATE * 1000 < finding.end_ms
    assert finding.evidence["degrees"] == pytest.approx(0.0045 * 50 * 360 + 3.6, abs=6)
    assert finding.hypotheses.benign_interruption is Stance.SUPPORTS


def test_hum_that_runs_on_gives_nothing(talk: Samples, tmp_path: Path) -> None:
    document = examined(encode(tmp_path / "whole.wav", humming(talk), WAV))
    assert document.findings == ()
    assert document.tests[-1].applicable


def test_whole_periods_that_are_gone_cannot_be_seen(talk: Samples, tmp_path: Path) -> None:
    assert examined(encode(tmp_path / "periods.wav", without(humming(talk, 50.0), 1.0), WAV)).findings == ()


def test_without_hum_it_cannot_be_tested(talk: Samples, tmp_path: Path) -> None:
    document = examined(encode(tmp_path / "talk.wav", talk, WAV))
    assert (document.findings, document.tests[-1].reason) == ((), "no_hum")


def test_nine_seconds_are_too_short(talk: Samples, tmp_path: Path) -> None:
    document = examined(encode(tmp_path / "short.wav", humming(talk)[:, : 9 * RATE], WAV))
    assert document.tests[-1].reason == "too_short_for_hum"


def test_sixty_hertz_is_followed_too(talk: Samples, tmp_path: Path) -> None:
    document = examined(encode(tmp_path / "america.wav", without(humming(talk, 59.99), 1.0042), WAV))
    assert [finding.evidence["hertz"] for finding in document.findings] == [60]
