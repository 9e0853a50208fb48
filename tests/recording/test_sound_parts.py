from pathlib import Path

import numpy as np

from pipeline.recording.decode import decode_mono
from pipeline.recording.listening import LISTENING_RATE, write_listening_copy
from pipeline.recording.sound_parts import sound_parts
from tests.fixtures.audio import Encoding, clicks, encode

FRAME_MS = 32
PER_MS = LISTENING_RATE // 1000


def samples(path: Path) -> np.ndarray:
    return np.concatenate([block.samples for block in decode_mono(path, LISTENING_RATE)], axis=1)[0]


def test_parts_hold_the_sound_of_the_copy_on_the_same_clock(tmp_path: Path) -> None:
    source = encode(tmp_path / "clip.wav", clicks(44100, 30, 0.1, 9.95, 10.05, 20.01, 29.9), Encoding(".wav", "pcm_s16le", 44100))
    copy = tmp_path / "listening.m4a"
    write_listening_copy(source, copy)
    whole, wanted = samples(copy), [(0, 10_000), (10_000, 20_005), (19_000, 30_000)]
    for (start, end), part in zip(wanted, sound_parts(copy, wanted), strict=True):
        path = tmp_path / "part.m4a"
        path.write_bytes(part.data)
        assert start - 2 * FRAME_MS <= part.start_ms <= start
        heard, skipped = samples(path), (start - part.start_ms) * PER_MS
        assert 0 <= len(heard) - skipped - (end - start) * PER_MS < 2 * FRAME_MS * PER_MS
        count = min((end - start) * PER_MS, len(heard) - skipped)
        assert np.abs(heard[skipped : skipped + count] - whole[start * PER_MS : start * PER_MS + count]).max() < 1e-3
