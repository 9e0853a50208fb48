"""The recording as the speech models hear it: raw 16 kHz mono in a file of its own, read piece by piece."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.recording.decode import decode_mono
from pipeline.recording.pcm import to_int16

SAMPLE_RATE = 16_000
_SAMPLES_PER_MS = SAMPLE_RATE // 1000
_SAMPLE = np.dtype("<i2")
_FULL_SCALE = 32768


def write_speech_audio(source: Path, target: Path) -> None:
    """Decode a recording to raw little-endian 16-bit mono at 16 kHz, streamed. Raises InputRefused like `decode`."""
    with target.open("wb") as file:
        for block in decode_mono(source, SAMPLE_RATE):
            file.write(to_int16(block.samples[0]).tobytes())


@dataclass(frozen=True, slots=True)
class SpeechAudio:
    """A file made by `write_speech_audio`. Only what is asked for is read, so that ten hours cost no more memory than one."""

    path: Path

    @property
    def duration_ms(self) -> int:
        """The length of the recording, rounded down to whole milliseconds."""
        return self.path.stat().st_size // _SAMPLE.itemsize // _SAMPLES_PER_MS

    def read(self, start_ms: int, end_ms: int) -> NDArray[np.float32]:
        """Samples from `start_ms` to `end_ms`, in [-1, 1]; shorter where the recording starts or ends."""
        start = max(0, start_ms) * _SAMPLES_PER_MS
        count = max(0, end_ms * _SAMPLES_PER_MS - start)
        with self.path.open("rb") as file:
            file.seek(start * _SAMPLE.itemsize)
            data = file.read(count * _SAMPLE.itemsize)
        whole = len(data) - len(data) % _SAMPLE.itemsize
        return np.divide(np.frombuffer(data[:whole], _SAMPLE), _FULL_SCALE, dtype=np.float32)

    def windows(self, length_ms: int, step_ms: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Start and samples of each window of `length_ms`, every `step_ms`; the last ones are shorter."""
        for start_ms in range(0, self.duration_ms, step_ms):
            yield start_ms, self.read(start_ms, start_ms + length_ms)
