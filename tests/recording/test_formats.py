"""Properties that hold for every format, rate and number of channels."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.recording.decode import decode
from pipeline.recording.probe import inspect
from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.settings import Recordings
from tests.fixtures.audio import LAYOUTS, Encoding, encode, tone

ANY_RATE = (8000, 11025, 16000, 22050, 32000, 44100, 48000, 88200, 96000)
AAC_RATES = tuple(rate for rate in ANY_RATE if rate <= 96000)
MP3_RATES = tuple(rate for rate in ANY_RATE if rate <= 48000)
OPUS_RATES = (8000, 16000, 48000)
ANY_CHANNELS = tuple(LAYOUTS)

# Suffix, codec, container when the suffix does not tell, rates, channels.
FORMATS = [
    (".wav", "pcm_s16le", None, ANY_RATE, ANY_CHANNELS),
    (".wav", "pcm_u8", None, ANY_RATE, ANY_CHANNELS),
    (".wav", "pcm_s24le", None, ANY_RATE, ANY_CHANNELS),
    (".wav", "pcm_f32le", None, ANY_RATE, ANY_CHANNELS),
    (".wav", "pcm_alaw", None, (8000,), (1, 2)),
    (".flac", "flac", None, ANY_RATE, ANY_CHANNELS),
    (".aiff", "pcm_s16be", None, ANY_RATE, (1, 2)),
    (".m4a", "aac", None, AAC_RATES, (1, 2, 6, 8)),
    (".mp4", "aac", None, AAC_RATES, (1, 2, 6)),
    (".mov", "pcm_s16le", None, ANY_RATE, (1, 2)),
    (".m4a", "alac", None, ANY_RATE, (1, 2)),
    (".aac", "aac", "adts", AAC_RATES, (1, 2)),
    (".mp3", "mp3", None, MP3_RATES, (1, 2)),
    (".ogg", "libopus", None, OPUS_RATES, (1, 2)),
    (".webm", "libopus", None, OPUS_RATES, (1, 2)),
    (".ogg", "vorbis", None, (44100, 48000), (2,)),
    (".wma", "wmav2", "asf", (16000, 22050, 44100, 48000), (1, 2)),
    (".mkv", "flac", None, ANY_RATE, ANY_CHANNELS),
    (".mkv", "mp3", None, MP3_RATES, (1, 2)),
    (".avi", "mp3", None, MP3_RATES, (1, 2)),
    (".amr", "amr_nb", None, (8000,), (1,)),
    (".3gp", "amr_nb", None, (8000,), (1,)),
]


@st.composite
def encodings(draw: st.DrawFn) -> Encoding:
    suffix, codec, container, rates, channels = draw(st.sampled_from(FORMATS))
    bit_rate = 64_000 if codec.startswith("wma") else None
    return Encoding(suffix, codec, draw(st.sampled_from(rates)), draw(st.sampled_from(channels)), container=container, bit_rate=bit_rate)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(encoding=encodings(), seconds=st.floats(min_value=0.3, max_value=4))
def test_inspection_decode_and_speech_audio_agree_on_every_recording(encoding: Encoding, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = encode(Path(folder) / f"clip{encoding.suffix}", tone(encoding.rate, seconds, channels=encoding.channels), encoding)
        before = path.read_bytes()
        described = inspect(path, Recordings()).format
        blocks = list(decode(path))
        write_speech_audio(path, Path(folder) / "speech.raw")
        speech = SpeechAudio(Path(folder) / "speech.raw")
        speech_ms = speech.duration_ms
        samples = speech.read(0, speech_ms)
        assert path.read_bytes() == before

    assert described.damage is None
    assert described.channels == encoding.channels
    assert described.sample_rate == (48000 if encoding.codec == "libopus" else encoding.rate)
    # Where the container does not tell, the encoder's start and the rest of its last frame count; WMA loses a frame.
    assert abs(described.duration_ms - seconds * 1000) < 100 + 2 * 1024 / encoding.rate * 1000
    assert speech_ms == described.duration_ms
    assert sum(block.samples.shape[1] for block in blocks) * 1000 // described.sample_rate == described.duration_ms
    assert {block.samples.shape[0] for block in blocks} == {encoding.channels}
    # The tone is there, as loud as it was made. The low-frequency channel of a surround layout does not carry it.
    middle = samples[samples.size // 3 : 2 * samples.size // 3]
    assert 0.1 < np.abs(middle).max() < 0.4
