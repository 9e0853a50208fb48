"""Where somebody speaks, by Silero's voice activity detection (MIT), streamed so that ten hours need little memory.

The threshold is lower than Silero's own 0.5: quiet speakers are the ones whose words must not be lost, and what is taken
for speech without being it costs little (the audit flags words there). On the tuning files 0.2 finds 5 points more of the
reference speech than 0.5, and ten minutes each of silence, noise, hum, music and breathing stay empty.
"""

from collections.abc import Iterator

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio
from pipeline.speech.model import Span
from pipeline.weights import WeightsFolder

WEIGHTS = "silero-vad"

_FRAME = 512
_CONTEXT = 64
FRAME_MS = _FRAME * 1000 // SAMPLE_RATE
_BLOCK_FRAMES = 4096

_BEGIN_AT = 0.2
_END_BELOW = 0.1
# Not less than twice the padding.
_BRIDGED_PAUSE_MS = 400
_REACHES = 0.35
_SHORTEST_FRAMES = 2
# Soft beginnings and endings of words lie below the threshold.
_PADDING_MS = 200


def find_speech(audio: SpeechAudio, weights: WeightsFolder) -> tuple[Span, ...]:
    """The stretches of the recording in which somebody speaks, in time order, apart from each other."""
    probabilities = np.concatenate([*_probabilities(audio, weights), np.zeros(0, np.float32)])
    return speech_spans(probabilities, audio.duration_ms)


def speech_spans(probabilities: NDArray[np.float32], duration_ms: int) -> tuple[Span, ...]:
    """Stretches of speech from one probability of speech per frame of 32 ms.

    Speech begins at a frame of 0.2 or more and ends where frames stay below 0.1 for 400 ms; somewhere it reaches 0.35. Each
    side gets 200 ms, which is never more than half the pause.
    """
    spans = (
        Span(max(0, start * FRAME_MS - _PADDING_MS), min(duration_ms, end * FRAME_MS + _PADDING_MS))
        for start, end in _runs(probabilities)
        if end - start >= _SHORTEST_FRAMES and probabilities[start:end].max() >= _REACHES
    )
    return tuple(span for span in spans if span.start_ms < span.end_ms)


def _runs(probabilities: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """First and past-the-last frame of each run of speech."""
    patience = _BRIDGED_PAUSE_MS // FRAME_MS
    start: int | None = None
    last = 0
    for frame, probability in enumerate(probabilities.tolist()):
        if probability >= (_BEGIN_AT if start is None else _END_BELOW):
            start, last = frame if start is None else start, frame
        elif start is not None and frame - last > patience:
            yield start, last + 1
            start = None
    if start is not None:
        yield start, last + 1


def _probabilities(audio: SpeechAudio, weights: WeightsFolder) -> Iterator[NDArray[np.float32]]:
    """The probability of speech of each frame, block by block; the network's memory runs on over the blocks."""
    network = _network(weights)
    state = {name: np.zeros((1, 1, 128), np.float32) for name in "hc"}
    context = np.zeros(_CONTEXT, np.float32)
    block_ms = _BLOCK_FRAMES * FRAME_MS
    for _, samples in audio.windows(block_ms, block_ms):
        frames = np.pad(samples, (0, -len(samples) % _FRAME)).reshape(-1, _FRAME)
        before = np.vstack([context, frames[:-1, -_CONTEXT:]])
        context = frames[-1, -_CONTEXT:]
        found, state["h"], state["c"] = network.run(None, {"input": np.hstack([before, frames]), **state})
        yield np.asarray(found, np.float32).reshape(-1)


def _network(weights: WeightsFolder) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    path = str(weights.file("silero_vad_v6.onnx"))
    return onnxruntime.InferenceSession(path, sess_options=options, providers=["CPUExecutionProvider"])
