from pathlib import Path

import numpy as np
import pytest

from pipeline.integrity.examine import examine
from pipeline.integrity.model import Conclusion, IntegrityDocument, Level, Stance
from pipeline.integrity.signal.filterbanks import filterbanks
from pipeline.integrity.signal.grid import GridDetector
from pipeline.recording.decode import decode
from pipeline.settings import Settings
from tests.fixtures.audio import Encoding, Samples, encode

WAV = Encoding(".wav", "pcm_s16le", 44100)
MP3 = Encoding(".mp3", "libmp3lame", 44100, bit_rate=128000)
CUT_FROM, CUT_TO = 10 * 44100 + 111, 13 * 44100 + 456


def decoded(path: Path) -> Samples:
    return np.concatenate([block.samples for block in decode(path)], axis=1)


def examined(path: Path) -> IntegrityDocument:
    return examine(path, None, Settings(), detectors=(GridDetector(),))


def without_a_part(samples: Samples) -> Samples:
    return np.concatenate([samples[:, :CUT_FROM], samples[:, CUT_TO:]], axis=1)


@pytest.mark.parametrize("name", ["m4a", "mp3"])
def test_a_cut_saved_as_wav_is_found_and_a_pause_explains_it_as_well(name: str, untouched: dict[str, Path], tmp_path: Path) -> None:
    path = encode(tmp_path / "cut.wav", without_a_part(decoded(untouched[name])), WAV)
    # The sample was AAC before it became an MP3, and that can be seen too.
    (jump,) = (finding for finding in examined(path).findings if finding.level is not Level.HISTORY)
    assert jump.kind == "grid_jump"
    assert jump.start_ms - 30 <= CUT_FROM / 44.1 <= jump.end_ms + 30
    assert jump.hypotheses.benign_interruption is Stance.SUPPORTS
    assert jump.hypotheses.edited is not Stance.SUPPORTS


def test_a_jump_inside_a_file_that_was_saved_in_another_codec_speaks_for_an_edit(untouched: dict[str, Path], tmp_path: Path) -> None:
    path = encode(tmp_path / "cut.mp3", without_a_part(decoded(untouched["m4a"])), MP3)
    (jump,) = (finding for finding in examined(path).findings if finding.kind == "grid_jump")
    assert jump.start_ms - 30 <= CUT_FROM / 44.1 <= jump.end_ms + 30
    assert jump.hypotheses.edited is Stance.SUPPORTS


@pytest.mark.parametrize("encoding", [WAV, MP3])
def test_saving_all_of_it_in_another_form_is_history_and_no_more(encoding: Encoding, untouched: dict[str, Path], tmp_path: Path) -> None:
    path = encode(tmp_path / f"whole{encoding.suffix}", decoded(untouched["m4a"]), encoding)
    document = examined(path)
    assert document.conclusion is Conclusion.NO_INDICATION
    assert [(finding.level, finding.kind) for finding in document.findings] == [(Level.HISTORY, "stored_before")]


@pytest.mark.parametrize("name", ["m4a", "mp3", "opus", "vorbis", "wav"])
def test_a_recording_as_the_encoder_left_it_shows_no_jump(name: str, untouched: dict[str, Path]) -> None:
    assert [finding for finding in examined(untouched[name]).findings if finding.level is not Level.HISTORY] == []


@pytest.mark.parametrize("name", ["vorbis", "wma"])
def test_another_codec_with_changing_frames_saved_as_wav_shows_no_jump(name: str, untouched: dict[str, Path], tmp_path: Path) -> None:
    path = encode(tmp_path / "whole.wav", decoded(untouched[name])[:1], WAV)
    assert [finding for finding in examined(path).findings if finding.level is not Level.HISTORY] == []


@pytest.mark.parametrize("bank", filterbanks(48000), ids=lambda bank: bank.name)
def test_the_coefficients_of_one_frame_are_independent(bank) -> None:  # type: ignore[no-untyped-def]
    overlap = bank.rows @ bank.rows.T - np.eye(len(bank.rows))
    # The hybrid filterbank of MP3 reconstructs only nearly, and neighbours at a band's edge leak.
    assert np.abs(overlap).max() < (0.25 if bank.name == "mp3" else 0.01)
