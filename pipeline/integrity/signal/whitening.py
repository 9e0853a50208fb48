"""Sound without its formants: what linear prediction over twenty milliseconds leaves.

Two vowels of one voice are alike as waveforms because their spectra are. Whitened, only the same recording is.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

Samples = NDArray[np.float32]

_FRAME = 320
_HOP = 160
_ORDER = 16
# White noise at this share of the power keeps prediction stable where the sound is narrow.
_NOISE = 1e-3
# Quieter than this (three steps of 16-bit sound) it is mostly rounding, which must not be lifted up.
_QUIET_POWER = 1e-8


def whitened(samples: Samples) -> Samples:
    """The residual of linear prediction of sound at 8 kHz, each 20 ms at unit power, what is nearly silent at less."""
    if samples.size < _FRAME:
        return np.zeros_like(samples)
    padded = np.pad(samples, (_ORDER + _HOP // 2, _FRAME))
    frames = np.lib.stride_tricks.sliding_window_view(padded[_ORDER:], _FRAME)[::_HOP]
    frames = frames[: -(-samples.size // _HOP)]
    predictors = _predictors(frames * np.hanning(_FRAME).astype(np.float32))
    history = np.lib.stride_tricks.sliding_window_view(padded[_HOP // 2 :], _ORDER + 1)[: frames.shape[0] * _HOP]
    blocks = history.reshape(frames.shape[0], _HOP, _ORDER + 1)
    residual = np.einsum("nth,nh->nt", blocks, predictors[:, ::-1], optimize=True)
    power = np.mean(np.square(residual), axis=1, keepdims=True)
    flat: Samples = (residual / np.sqrt(power + _QUIET_POWER)).ravel()[: samples.size].astype(np.float32)
    return flat


def _predictors(frames: Samples) -> NDArray[np.float32]:
    """The prediction filter of each frame (Levinson and Durbin), [frames, order + 1], the first coefficient 1."""
    correlation = irfft(np.square(np.abs(rfft(frames, 2 * _FRAME, axis=1))), axis=1)[:, : _ORDER + 1].astype(np.float64)
    correlation[:, 0] = correlation[:, 0] * (1 + _NOISE) + 1e-12
    filters = np.zeros((frames.shape[0], _ORDER + 1))
    filters[:, 0] = 1
    error = correlation[:, 0].copy()
    for order in range(1, _ORDER + 1):
        reflection = -np.einsum("nk,nk->n", filters[:, :order], correlation[:, order:0:-1]) / error
        filters[:, 1 : order + 1] += reflection[:, None] * filters[:, order - 1 :: -1][:, :order]
        error *= 1 - reflection**2
    return filters.astype(np.float32)
