"""What the sound just before and just after a place is like. For listening along: a door, a coat or a fan changes it too.

Nothing here counts towards the conclusion. In a trial a change of background found 4 of 56 cuts, at four false alarms an
hour, and natural clicks are as sharp as those of a hard cut.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft
from scipy.linalg import solve_toeplitz

Samples = NDArray[np.float32]

QUIETEST_DB = -120.0
_FRAME_SECONDS = 0.02
_QUIET_SHARE = 10
# Frequencies this far below the strongest are not there any more.
_AUDIBLE_DB = -70.0
_SPECTRUM = 1024
_ORDER = 32
_IMPULSE_SECONDS = 0.1
_AT_SECONDS = 0.003
_LEAST_IMPULSE = 12.0


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a place: mean level and background (the quiet tenth) in dB of full scale, and up to which frequency there is sound."""

    level_db: int
    background_db: int
    up_to_hz: int


def side(samples: Samples, rate: int) -> Side | None:
    """What this stretch is like; null when it is too short to say."""
    frame = round(_FRAME_SECONDS * rate)
    frames = samples[: samples.size // frame * frame].reshape(-1, frame)
    if frames.shape[0] < _QUIET_SHARE or samples.size < 2 * _SPECTRUM:
        return None
    levels = 10 * np.log10(np.mean(np.square(frames), axis=1) + 10 ** (QUIETEST_DB / 10))
    spectra = np.lib.stride_tricks.sliding_window_view(samples, _SPECTRUM)[:: _SPECTRUM // 2] * np.hanning(_SPECTRUM)
    power = np.mean(np.square(np.abs(rfft(spectra, axis=1))), axis=0)
    audible = np.flatnonzero(power >= power.max() * 10 ** (_AUDIBLE_DB / 10))
    return Side(
        level_db=round(float(10 * np.log10(np.mean(10 ** (levels / 10))))),
        background_db=round(float(np.percentile(levels, _QUIET_SHARE))),
        up_to_hz=int(audible[-1]) * rate // _SPECTRUM // 100 * 100 if power.max() > 0 else 0,
    )


def has_impulse(samples: Samples, at: int, rate: int) -> bool:
    """Whether the waveform jumps at sample `at` as a hard cut makes it: what prediction leaves there stands far out around it."""
    around = round(_IMPULSE_SECONDS * rate)
    start = max(0, at - around)
    piece = samples[start : at + around].astype(np.float64)
    if piece.size < 4 * _ORDER or not np.any(piece):
        return False
    correlation = irfft(np.square(np.abs(rfft(piece * np.hanning(piece.size), 2 * piece.size))))[: _ORDER + 1]
    correlation[0] = correlation[0] * (1 + 1e-6) + 1e-12
    predictor = np.concatenate([[1.0], -solve_toeplitz(correlation[:-1], correlation[1:])])
    left = np.abs(np.convolve(piece, predictor, "full")[: piece.size])
    left[:_ORDER] = 0
    near = round(_AT_SECONDS * rate)
    here = left[max(0, at - start - near) : at - start + near + 1]
    return bool(here.size and here.max() > _LEAST_IMPULSE * max(float(np.median(left)) * 1.4826, 1e-5))
