"""What two devices hear alike: the shape of the spectrum, without gain, microphone or room level."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct, rfft
from scipy.ndimage import uniform_filter1d

from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio

Floats = NDArray[np.float32]

HOP_MS = 20
_FRAME = 512
_BANDS = 20
# What a telephone passes; above it one of two devices often has nothing.
_LOWEST_HZ, _HIGHEST_HZ = 200, 3800
_CEPSTRA = 12
_MEAN_MS = 3_000
# Just above what 16-bit rounding leaves in a band, so that digital silence has no shape of its own.
_FLOOR = 1e-6
_BLOCK_MS = 60_000
_LEAST_SPREAD = 1.0
_LOUDEST_MS = 10_000


@dataclass(frozen=True, slots=True)
class Features:
    """`shape`: float32 [frames, 12], cepstra c1-c12 with their local mean removed, unit variance over the recording.

    `activity`: float32 [frames] in 0-1, from the quietest to the loudest this recording knows. Frame n starts at n * hop.
    """

    shape: Floats
    activity: Floats

    @property
    def is_silent(self) -> bool:
        """Whether nothing in it stands out."""
        return not bool(self.activity.any())


def features(audio: SpeechAudio) -> Features:
    """Features of a whole recording every 20 ms; reads a minute at a time."""
    parts = [_log_mel(samples) for samples in _blocks(audio)]
    mel = np.concatenate(parts) if parts else np.zeros((0, _BANDS), np.float32)
    return Features(_unit_variance(_cepstra(mel)), _activity(mel))


def _blocks(audio: SpeechAudio) -> Iterator[Floats]:
    """Minutes that overlap by the part of a frame that reaches over the edge."""
    reach = -(-_FRAME * 1000 // SAMPLE_RATE) - HOP_MS
    for start in range(0, audio.duration_ms, _BLOCK_MS):
        end = min(start + _BLOCK_MS, audio.duration_ms)
        samples = audio.read(start, end + reach)
        wanted = ((end - start) // HOP_MS - 1) * HOP_MS * SAMPLE_RATE // 1000 + _FRAME
        if wanted >= _FRAME:
            yield np.pad(samples, (0, max(0, wanted - samples.size)))[:wanted]


def _log_mel(samples: Floats) -> Floats:
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[:: HOP_MS * SAMPLE_RATE // 1000]
    result = np.empty((len(frames), _BANDS), np.float32)
    for start in range(0, len(frames), 2048):
        spectrum = rfft(frames[start : start + 2048] * _WINDOW, axis=1)
        power = spectrum.real**2 + spectrum.imag**2
        result[start : start + 2048] = np.log(power @ _FILTERS + _FLOOR)
    return result


def _cepstra(mel: Floats) -> Floats:
    if not len(mel):
        return np.zeros((0, _CEPSTRA), np.float32)
    level = mel - uniform_filter1d(mel, _MEAN_MS // HOP_MS, axis=0, mode="nearest")
    cepstra: Floats = dct(level, axis=1, norm="ortho")[:, 1 : _CEPSTRA + 1].astype(np.float32)
    return cepstra


def _unit_variance(shape: Floats) -> Floats:
    if not len(shape):
        return shape
    spread = shape.std(axis=0)
    result: Floats = shape / np.maximum(spread, 1e-3)
    return result


def _activity(mel: Floats) -> Floats:
    """Loudness between the recording's own floor and peak. A steady sound, or none, has no activity at all."""
    loudness = np.log(np.exp(mel).mean(axis=1)) if len(mel) else np.zeros(0, np.float32)
    if not len(loudness):
        return loudness
    low, high = np.percentile(loudness, (10, 95))
    if high - low < _LEAST_SPREAD / 4:
        # A recorder that ran for hours may hold a talk of minutes.
        loudest = min(_LOUDEST_MS // HOP_MS, len(loudness))
        high = float(np.partition(loudness, -loudest)[-loudest])
        if high - low < _LEAST_SPREAD:
            return np.zeros(len(loudness), np.float32)
    if high < np.log(_FLOOR) + _LEAST_SPREAD:
        return np.zeros(len(loudness), np.float32)
    activity: Floats = np.clip((loudness - low) / (high - low), 0, 1).astype(np.float32)
    return activity


def _filters() -> Floats:
    """Triangles, evenly spaced on the mel scale of O'Shaughnessy (1987)."""
    edges_mel = np.linspace(_mel(_LOWEST_HZ), _mel(_HIGHEST_HZ), _BANDS + 2)
    edges = 700 * (10 ** (edges_mel / 2595) - 1)
    at = np.arange(_FRAME // 2 + 1)[:, None] * SAMPLE_RATE / _FRAME
    rising = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    filters: Floats = np.clip(np.minimum(rising, falling), 0, None).astype(np.float32)
    return filters


def _mel(hertz: float) -> float:
    return 2595 * math.log10(1 + hertz / 700)


_WINDOW: Floats = np.hanning(_FRAME).astype(np.float32)
_FILTERS: Floats = _filters()
