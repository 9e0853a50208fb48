"""Sample formats: what a codec gives (unsigned 8, signed 16 or 32 bit, float) as float32 or as 16-bit integers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# 32-bit float recorders go above full scale; beyond this a value is damage.
_LOUDEST = 16.0
_HALF_RANGE_16 = 32768


def to_float(samples: NDArray[Any]) -> NDArray[np.float32]:
    """Samples as float32 with full scale 1; what is no number is silence."""
    if samples.dtype.kind == "f":
        loud: NDArray[np.float32] = np.nan_to_num(samples, nan=0.0).clip(-_LOUDEST, _LOUDEST).astype(np.float32)
        return loud
    half_range = 2 ** (8 * samples.dtype.itemsize - 1)
    centred = samples.astype(np.int16) - half_range if samples.dtype.kind == "u" else samples
    scaled: NDArray[np.float32] = np.divide(centred, half_range, dtype=np.float32)
    return scaled


def to_int16(samples: NDArray[Any]) -> NDArray[np.int16]:
    """Samples as little-endian 16-bit: exact for 8 and 16 bit, the upper half of 32 bit, rounded and held for float."""
    match samples.dtype.kind, samples.dtype.itemsize:
        case "f", _:
            held = np.rint(to_float(samples) * _HALF_RANGE_16).clip(-_HALF_RANGE_16, _HALF_RANGE_16 - 1)
        case "u", _:
            held = (samples.astype(np.int16) - 128) << 8
        case _, 4:
            held = samples >> 16
        case _:
            held = samples
    return held.astype("<i2", copy=False)
