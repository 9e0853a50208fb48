"""Who speaks when within ten seconds: pyannote segmentation-3.0 over windows that overlap.

Bredin and Laurent 2021 (arXiv 2104.04045) and Plaquet and Bredin 2023, "Powerset multi-class cross entropy loss" (arXiv
2310.13025). In each window the network tells up to three speakers apart, of whom two may speak at once; which of them is
who is known within the window only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio
from pipeline.speech.diarisation import checkpoint, torchaudio_shim

torchaudio_shim.prepare()

from pyannote.audio.core.task import Problem, Resolution, Specifications  # noqa: E402
from pyannote.audio.models.segmentation import PyanNet  # noqa: E402
from pyannote.audio.utils.powerset import Powerset  # noqa: E402

WINDOW_MS = 10_000
WINDOW_FRAMES = 589
STEP_MS = 2430
STEP_FRAMES = 144
"""Windows begin a whole number of frames and of milliseconds apart, so that the frames of all windows lie on one grid."""

LOCAL_SPEAKERS = 3
_FRAME_SAMPLES = 270
_FIRST_CENTRE_SAMPLES = 495
"""Where the middle of the first frame lies: half the receptive field."""

_BATCH = 4


@dataclass(frozen=True, slots=True)
class Window:
    """What was heard in one window. `active`: the likeliest reading; `likely`: the probability, in 0-1, that each speaker
    is heard. Both (WINDOW_FRAMES, LOCAL_SPEAKERS); the window begins at `start_ms`.
    """

    start_ms: int
    active: NDArray[np.bool_]
    likely: NDArray[np.float32]


class Segmenter:
    """The segmentation network, loaded from its verified checkpoint."""

    def __init__(self, weights: Path) -> None:
        content = checkpoint.load(weights, [Problem, Resolution, Specifications, torch.torch_version.TorchVersion])
        self._network = PyanNet(**content["hyper_parameters"])
        specifications = content["pyannote.audio"]["specifications"]
        self._network.specifications = specifications
        self._network.build()  # type: ignore[no-untyped-call]
        self._network.load_state_dict(content["state_dict"])
        self._network.eval()
        self._powerset = Powerset(LOCAL_SPEAKERS, specifications.powerset_max_classes)

    def windows(self, audio: SpeechAudio) -> Iterator[Window]:
        """The windows of a recording, STEP_MS apart, the last one reaching its end."""
        starts = window_starts(audio.duration_ms)
        for first in range(0, len(starts), _BATCH):
            batch = starts[first : first + _BATCH]
            samples = np.stack([_filled(audio.read(start, start + WINDOW_MS)) for start in batch])
            with torch.inference_mode():
                scores = self._network(torch.from_numpy(samples).unsqueeze(1))
                active = self._powerset(scores).bool().numpy()
                likely = self._powerset(scores, soft=True).numpy()
            for start, each_active, each_likely in zip(batch, active, likely, strict=True):
                yield Window(start, each_active, each_likely)


def window_starts(duration_ms: int) -> range:
    """Where the windows begin that together cover a recording."""
    steps = max(0, -(-(duration_ms - WINDOW_MS) // STEP_MS))
    return range(0, steps * STEP_MS + 1, STEP_MS)


def frame_start_ms(frame: int) -> int:
    """When a frame of the whole recording begins."""
    return max(0, round((frame * _FRAME_SAMPLES + _FIRST_CENTRE_SAMPLES - _FRAME_SAMPLES / 2) * 1000 / SAMPLE_RATE))


def frames_in(duration_ms: int) -> int:
    """How many frames begin within `duration_ms`."""
    return max(0, duration_ms * SAMPLE_RATE // 1000 // _FRAME_SAMPLES)


def frame_at(times_ms: NDArray[np.floating]) -> NDArray[np.intp]:
    """The frame of a window whose middle is nearest, for times counted from the window's beginning."""
    nearest = np.rint((times_ms * SAMPLE_RATE / 1000 - _FIRST_CENTRE_SAMPLES) / _FRAME_SAMPLES)
    return np.clip(nearest, 0, WINDOW_FRAMES - 1).astype(np.intp)


def _filled(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.pad(samples, (0, WINDOW_MS * SAMPLE_RATE // 1000 - len(samples)))
