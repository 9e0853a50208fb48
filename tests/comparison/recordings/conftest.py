"""The sample conversation and its second recording, and the means to change them."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.comparison.recordings.compare import Received
from pipeline.recording.pcm import to_int16
from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio, write_speech_audio

Samples = NDArray[np.float32]
Receive = Callable[[Samples], Received]
_SAMPLE_AUDIO = Path(__file__).parents[3] / "sample_audio"


def _decoded(name: str, folder: Path) -> Samples:
    target = folder / f"{name}.raw"
    write_speech_audio(_SAMPLE_AUDIO / name, target)
    audio = SpeechAudio(target)
    return audio.read(0, audio.duration_ms)


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return _decoded("gesprek.m4a", tmp_path_factory.mktemp("talk"))


@pytest.fixture(scope="session")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """What a phone elsewhere in the room heard: from 600 ms on, and 58181-79594 ms is gone."""
    return _decoded("gesprek_telefoon.ogg", tmp_path_factory.mktemp("phone"))


@pytest.fixture
def receive(tmp_path: Path) -> Receive:
    def received(samples: Samples) -> Received:
        data = to_int16(samples).tobytes()
        digest = hashlib.sha256(data).hexdigest()
        path = tmp_path / f"{digest}.raw"
        path.write_bytes(data)
        return Received(SpeechAudio(path), digest, digest)

    return received


def ms(samples: Samples, start: int, end: int | None = None) -> Samples:
    per_ms = SAMPLE_RATE // 1000
    return samples[start * per_ms : None if end is None else end * per_ms]
