from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.recording.decode import decode, decode_mono
from pipeline.recording.listening import peaks, write_listening_copy
from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.texts import Language
from tests.fixtures.audio import Encoding, clicks, encode, peak_ms, tone

RATE = 32000
SOURCES = [
    Encoding(".wav", "pcm_s16le", 44100, channels=2),
    Encoding(".m4a", "aac", 48000),
    Encoding(".mp3", "mp3", 22050),
    Encoding(".ogg", "libopus", 48000),
    Encoding(".3gp", "amr_nb", 8000),
]


@pytest.mark.parametrize("encoding", SOURCES, ids=lambda encoding: encoding.name)
def test_the_copy_keeps_the_clock_of_the_recording_from_start_to_end(encoding: Encoding, tmp_path: Path) -> None:
    made = (0.1, 15.0, 29.9)
    source = encode(tmp_path / f"clip{encoding.suffix}", clicks(encoding.rate, 30, *made, channels=encoding.channels), encoding)
    write_listening_copy(source, tmp_path / "listening.m4a")
    original, copy = (
        np.concatenate([block.samples for block in decode_mono(path, RATE)], axis=1) for path in (source, tmp_path / "listening.m4a")
    )
    for at in made:
        assert peak_ms(copy, RATE, at * 1000, within_ms=90) == pytest.approx(peak_ms(original, RATE, at * 1000, within_ms=90), abs=5)
    # At most the rest of the last frame longer.
    assert 0 <= copy.shape[1] - original.shape[1] < 1024


def test_the_copy_says_that_it_is_not_the_original(tmp_path: Path) -> None:
    source = encode(tmp_path / "clip.wav", tone(16000, 1), Encoding(".wav", "pcm_s16le", 16000))
    for language, title in ((Language.DUTCH, "luisterkopie, niet het origineel"), (Language.ENGLISH, "listening copy, not the original")):
        write_listening_copy(source, tmp_path / "listening.m4a", language)
        with av.open(str(tmp_path / "listening.m4a")) as copy:
            assert copy.metadata["title"] == title
            assert copy.streams.audio[0].codec_context.name == "aac"
            assert copy.streams.audio[0].codec_context.layout.nb_channels == 1


def test_the_index_comes_first_and_the_copy_is_the_same_each_time(tmp_path: Path) -> None:
    source = encode(tmp_path / "clip.wav", tone(16000, 5), Encoding(".wav", "pcm_s16le", 16000))
    for name in ("one.m4a", "two.m4a"):
        write_listening_copy(source, tmp_path / name)
    data = (tmp_path / "one.m4a").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert data == (tmp_path / "two.m4a").read_bytes()


def test_what_is_missing_in_the_recording_is_silence_in_the_copy(tmp_path: Path) -> None:
    starts = iter([*range(0, 16000, 1024), *range(48000, 64000, 1024)])
    source = encode(tmp_path / "hole.mkv", tone(16000, 2), Encoding(".mkv", "pcm_s16le", 16000), starts=starts)
    write_listening_copy(source, tmp_path / "listening.m4a")
    samples = np.concatenate([block.samples for block in decode(tmp_path / "listening.m4a")], axis=1)[0]
    assert samples.size / RATE == pytest.approx(4.0, abs=0.1)
    assert np.abs(samples[round(1.2 * RATE) : round(2.8 * RATE)]).max() < 0.01


def test_peaks_show_where_it_is_loud(tmp_path: Path) -> None:
    samples = np.concatenate([tone(16000, 2) * 0, tone(16000, 2), tone(16000, 2) / 0.3], axis=1)
    source = encode(tmp_path / "steps.wav", samples, Encoding(".wav", "pcm_s16le", 16000))
    write_speech_audio(source, tmp_path / "speech.raw")
    assert peaks(SpeechAudio(tmp_path / "speech.raw"), 3) == [0, 30, 100]


def test_there_are_as_many_peaks_as_asked_also_for_a_very_short_recording(tmp_path: Path) -> None:
    source = encode(tmp_path / "short.wav", tone(16000, 0.05), Encoding(".wav", "pcm_s16le", 16000))
    write_speech_audio(source, tmp_path / "speech.raw")
    assert len(peaks(SpeechAudio(tmp_path / "speech.raw"), 500)) == 500
