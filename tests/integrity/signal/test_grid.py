"""Recordings of known history through real encoders: what is claimed, where, and what it speaks for."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.integrity.examine import examine
from pipeline.integrity.model import Conclusion, Finding, IntegrityDocument, Level, Stance
from pipeline.integrity.signal.grid import GridDetector
from pipeline.recording.decode import decode
from pipeline.settings import Settings
from pipeline.shipped import SAMPLE_AUDIO
from tests.fixtures.audio import Encoding, Samples, encode
from tests.integrity.builders import speech

SECONDS = 11
RATE = 44100
ENCODINGS = {
    "wav": Encoding(".wav", "pcm_s16le", RATE),
    "wav 48 kHz": Encoding(".wav", "pcm_s16le", 48000),
    "aac": Encoding(".m4a", "aac", RATE, bit_rate=64000),
    "fine aac": Encoding(".m4a", "aac", RATE, bit_rate=128000),
    "mp3": Encoding(".mp3", "libmp3lame", RATE, bit_rate=64000),
    "fine mp3": Encoding(".mp3", "libmp3lame", RATE, bit_rate=128000),
    "wma": Encoding(".wma", "wmav2", RATE, bit_rate=64000),
    "vorbis": Encoding(".ogg", "vorbis", RATE, 2),
    "celt": Encoding(".ogg", "libopus", 48000, bit_rate=64000, options={"application": "lowdelay"}),
}


def decoded(path: Path) -> Samples:
    return np.concatenate([block.samples for block in decode(path)], axis=1)[:1]


def saved(folder: Path, samples: Samples, name: str) -> Path:
    encoding = ENCODINGS[name]
    return encode(folder / f"{name.replace(' ', '-')}{encoding.suffix}", np.repeat(samples, encoding.channels, axis=0), encoding)


def sample(rate: int = RATE) -> Samples:
    """Speech that shows no earlier codec: the grid of the sample's own outlives a change of rate, but not one of tempo."""
    low = speech(SAMPLE_AUDIO / "gesprek.m4a", 16000, SECONDS)[0]
    at = np.arange(round(SECONDS * rate)) * 16000 / rate * 0.9713
    return np.interp(at, np.arange(low.size), low).astype(np.float32)[None]


def without_a_part(samples: Samples, rate: int = RATE) -> tuple[Samples, float]:
    """A second and a bit are gone; and where, in milliseconds."""
    at = 5 * rate + 111
    return np.concatenate([samples[:, :at], samples[:, at + rate + 345 :]], axis=1), at * 1000 / rate


def examined(path: Path) -> IntegrityDocument:
    return examine(path, None, Settings(), detectors=(GridDetector(),))


def jumps(document: IntegrityDocument) -> list[Finding]:
    return [finding for finding in document.findings if finding.level is not Level.HISTORY]


@pytest.mark.parametrize(("first", "name"), [("aac", "AAC"), ("mp3", "MP3"), ("wma", "WMA"), ("celt", "Opus")])
def test_a_cut_saved_as_wav_is_found_and_a_pause_explains_it_as_well(first: str, name: str, tmp_path: Path) -> None:
    rate = ENCODINGS[first].rate
    shortened, at_ms = without_a_part(decoded(saved(tmp_path, sample(rate), first)), rate)
    document = examined(saved(tmp_path, shortened, "wav" if rate == RATE else "wav 48 kHz"))
    (jump,) = jumps(document)
    assert jump.start_ms - 40 <= at_ms <= jump.end_ms + 40
    assert jump.end_ms - jump.start_ms < 400
    assert jump.hypotheses.benign_interruption is Stance.SUPPORTS
    assert jump.hypotheses.edited is not Stance.SUPPORTS
    assert [finding.evidence["codec"] for finding in document.findings if finding.level is Level.HISTORY] == [name]


@pytest.mark.parametrize(("first", "last"), [("aac", "fine mp3"), ("aac", "fine aac"), ("mp3", "fine mp3")])
def test_a_jump_inside_a_file_that_was_saved_again_speaks_for_an_edit(first: str, last: str, tmp_path: Path) -> None:
    shortened, at_ms = without_a_part(decoded(saved(tmp_path, sample(), first))[:, 777:])
    (jump,) = jumps(examined(saved(tmp_path, shortened, last)))
    assert jump.start_ms - 40 <= at_ms <= jump.end_ms + 40
    assert jump.hypotheses.edited is Stance.SUPPORTS


@pytest.mark.parametrize(("first", "last"), [("mp3", "fine mp3"), ("aac", "fine mp3"), ("vorbis", "wav")])
def test_a_pause_in_the_recorder_is_no_jump_after_saving_again(first: str, last: str, tmp_path: Path) -> None:
    shortened, _ = without_a_part(sample())
    document = examined(saved(tmp_path, decoded(saved(tmp_path, shortened, first))[:, 777:], last))
    assert jumps(document) == []
    assert document.conclusion is not Conclusion.INDICATION


@pytest.mark.parametrize("name", ["wav", "aac", "mp3"])
def test_a_recording_as_the_encoder_left_it_says_nothing(name: str, tmp_path: Path) -> None:
    document = examined(saved(tmp_path, sample(), name))
    assert document.findings == ()
    assert document.conclusion is Conclusion.NOT_TESTABLE


def test_frames_of_the_file_itself_that_move_speak_for_no_edit(tmp_path: Path) -> None:
    """Twice the clock goes on by itself, as when recording was resumed or packets were lost."""
    encoding = ENCODINGS["aac"]
    frames = -(-SECONDS * RATE // 1024)
    starts = (1024 * number + 5000 * (number > frames // 3) + 7000 * (number > 2 * frames // 3) for number in range(frames + 1))
    path = encode(tmp_path / "resumed.m4a", sample(), encoding, starts=starts)
    assert all(finding.hypotheses.edited is not Stance.SUPPORTS for finding in jumps(examined(path)))


def test_a_channel_that_was_cut_by_itself_is_named(tmp_path: Path) -> None:
    whole = decoded(saved(tmp_path, sample(), "aac"))
    shortened, at_ms = without_a_part(whole)
    both = np.concatenate([whole[:, : shortened.shape[1]], shortened])
    (jump,) = jumps(examined(encode(tmp_path / "stereo.wav", both, Encoding(".wav", "pcm_s16le", RATE, 2))))
    assert jump.channel == 1
    assert jump.start_ms - 40 <= at_ms <= jump.end_ms + 40
