"""Whose voice it is: one embedding for each speaker of each window, from a backbone that runs once over the recording.

The costly half of CAM++ turns each piece of the recording, once, into frame vectors. A speaker's embedding in a window is
then pooled from the frames in which that speaker talks alone. Embeddings live in memory only, and only until the voices
are told apart.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio
from pipeline.speech.diarisation import checkpoint, torchaudio_shim
from pipeline.speech.diarisation.campplus import FRAME_DIM, MEL_BINS, CamPlusPlus
from pipeline.speech.diarisation.segmentation import LOCAL_SPEAKERS, WINDOW_MS, Window, frame_at

torchaudio_shim.prepare()

from torchaudio.compliance import kaldi  # noqa: E402

_FRAME_MS = 20
_CHUNK_MS = 10_000
_CONTEXT_MS = 1_000
"""What the backbone hears on either side of a chunk, so that the chunk's edges do not show."""

_FBANK_WINDOW_SAMPLES = 400
_MIN_FRAMES_ALONE = 10
_MIN_FRAMES = 2
_CHUNKS_KEPT = 3


@dataclass(frozen=True, slots=True)
class Voice:
    """The voice of one local speaker in one window. `seconds`: how long that speaker talks alone; `vector`: (192,)."""

    window: int
    local_speaker: int
    seconds: float
    vector: NDArray[np.float32]


class VoiceEmbedder:
    """The CAM++ network, loaded from its verified checkpoint."""

    def __init__(self, weights: Path) -> None:
        self._network = CamPlusPlus()
        self._network.load_state_dict(checkpoint.load(weights))
        self._network.eval()

    def reader(self, audio: SpeechAudio) -> "VoiceReader":
        """A reader of the voices of one recording."""
        return VoiceReader(self._network, audio)


class VoiceReader:
    """The voices in the windows of one recording, asked for in order of time."""

    def __init__(self, network: CamPlusPlus, audio: SpeechAudio) -> None:
        self._network = network
        self._audio = audio
        self._chunks: OrderedDict[int, NDArray[np.float32]] = OrderedDict()

    def voices(self, number: int, window: Window) -> list[Voice]:
        """The voices of the speakers heard in window `number`; none for a speaker heard too briefly to have one."""
        first = -(-window.start_ms // _FRAME_MS)
        vectors = self._between(first, (window.start_ms + WINDOW_MS) // _FRAME_MS)
        middles_ms = (first + np.arange(len(vectors)) + 0.5) * _FRAME_MS - window.start_ms
        active = window.active[frame_at(middles_ms)]
        alone = active.sum(axis=1) == 1
        return [
            Voice(number, local, float((active[:, local] & alone).sum() * _FRAME_MS / 1000), self._pooled(vectors[chosen]))
            for local in range(LOCAL_SPEAKERS)
            if (chosen := _most_telling(active[:, local], alone)).sum() >= _MIN_FRAMES
        ]

    def _pooled(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        mean, deviation = (torch.from_numpy(each).unsqueeze(0) for each in (vectors.mean(axis=0), vectors.std(axis=0, ddof=1)))
        with torch.inference_mode():
            pooled: NDArray[np.float32] = self._network.pooled(mean, deviation).squeeze(0).numpy()
        return pooled

    def _between(self, first: int, last: int) -> NDArray[np.float32]:
        """Frame vectors (frames, FRAME_DIM) from `first` up to `last`, fewer where the recording ends."""
        return np.concatenate(list(self._pieces(first, last)))

    def _pieces(self, first: int, last: int) -> Iterator[NDArray[np.float32]]:
        per_chunk = _CHUNK_MS // _FRAME_MS
        for chunk in range(first // per_chunk, -(-last // per_chunk)):
            yield self._chunk(chunk)[max(0, first - chunk * per_chunk) : last - chunk * per_chunk]

    def _chunk(self, chunk: int) -> NDArray[np.float32]:
        if chunk not in self._chunks:
            self._chunks[chunk] = self._computed(chunk)
            if len(self._chunks) > _CHUNKS_KEPT:
                self._chunks.popitem(last=False)
        return self._chunks[chunk]

    def _computed(self, chunk: int) -> NDArray[np.float32]:
        start_ms = chunk * _CHUNK_MS
        context_ms = min(start_ms, _CONTEXT_MS)
        # One filter bank window more than the context: its last frame would otherwise lack its second half.
        samples = self._audio.read(start_ms - context_ms, start_ms + _CHUNK_MS + _CONTEXT_MS + _FRAME_MS)
        if len(samples) < _FBANK_WINDOW_SAMPLES:
            return np.empty((0, FRAME_DIM), np.float32)
        with torch.inference_mode():
            waveform = torch.from_numpy(samples).unsqueeze(0)
            features = kaldi.fbank(waveform, num_mel_bins=MEL_BINS, sample_frequency=SAMPLE_RATE, dither=0.0)
            frames = self._network.frames((features - features.mean(dim=0)).unsqueeze(0)).squeeze(0)
        skipped = context_ms // _FRAME_MS
        kept: NDArray[np.float32] = frames[:, skipped : skipped + _CHUNK_MS // _FRAME_MS].T.contiguous().numpy()
        return kept


def _most_telling(active: NDArray[np.bool_], alone: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The frames to know a speaker by: those without anyone else, or all when there are hardly any of these."""
    clean = active & alone
    return clean if clean.sum() >= _MIN_FRAMES_ALONE else active
