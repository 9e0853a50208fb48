"""One short recording in each container, made once."""

from pathlib import Path

import pytest

from pipeline.shipped import SAMPLE_AUDIO
from tests.fixtures.audio import Encoding, encode
from tests.integrity.builders import speech

SECONDS = 30
ENCODINGS = {
    "m4a": Encoding(".m4a", "aac", 44100, bit_rate=64000),
    "mp4 in fragments": Encoding(
        ".mp4", "aac", 44100, bit_rate=64000, muxer={"movflags": "frag_keyframe+empty_moov", "frag_duration": "1000000"}
    ),
    "alac": Encoding(".m4a", "alac", 44100),
    "mov": Encoding(".mov", "pcm_s16le", 44100),
    "3gp": Encoding(".3gp", "libopencore_amrnb", 8000, bit_rate=12200),
    "mp3": Encoding(".mp3", "libmp3lame", 44100, bit_rate=64000),
    "mp3 16 kHz": Encoding(".mp3", "libmp3lame", 16000, bit_rate=32000),
    "mp3 stereo": Encoding(".mp3", "libmp3lame", 48000, 2, bit_rate=128000),
    "mp3 vbr": Encoding(".mp3", "libmp3lame", 44100, options={"abr": "1"}, bit_rate=96000),
    "opus": Encoding(".ogg", "libopus", 48000, bit_rate=24000),
    "vorbis": Encoding(".ogg", "vorbis", 44100, 2),
    "webm": Encoding(".webm", "libopus", 48000, bit_rate=24000),
    "mka": Encoding(".mka", "aac", 44100, bit_rate=64000),
    "wav": Encoding(".wav", "pcm_s16le", 44100),
    "flac": Encoding(".flac", "flac", 44100),
    "amr": Encoding(".amr", "libopencore_amrnb", 8000, bit_rate=12200),
    "adts": Encoding(".aac", "aac", 44100, bit_rate=64000),
    "wma": Encoding(".wma", "wmav2", 44100, bit_rate=64000),
}


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Recordings as an encoder leaves them, by the names of ENCODINGS."""
    folder = tmp_path_factory.mktemp("untouched")
    return {
        name: encode(
            folder / f"{name.replace(' ', '-')}{encoding.suffix}",
            speech(SAMPLE_AUDIO / "gesprek.m4a", encoding.rate, SECONDS, encoding.channels),
            encoding,
        )
        for name, encoding in ENCODINGS.items()
    }
