"""The transforms of lossy codecs, written as matrices: one row for each coefficient, one column for each sample of its window.

A decoded frame, cut out at exactly the place where its codec cut it, gives back coefficients that the encoder had rounded to
nothing. One sample beside it they are lost in leakage. That is the trace the grid test looks for.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal.windows import kaiser_bessel_derived

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Filterbank:
    """`rows` [coefficients, window] of unit length; frames start every `hop` samples.

    `aliases`: places this many samples apart look alike, so that they tell no two grids from each other.
    """

    name: str
    hop: int
    aliases: int
    rows: Matrix

    @property
    def window(self) -> int:
        """How many samples one frame looks at."""
        return int(self.rows.shape[1])


@cache
def aac(window: str) -> Filterbank:
    """Long blocks of AAC (ISO/IEC 14496-3, 4.6.11): 1024 coefficients, a sine window or Kaiser-Bessel with alpha 4."""
    size = 2048
    at = np.arange(size)
    shape = np.sin(np.pi / size * (at + 0.5)) if window == "sine" else kaiser_bessel_derived(size, beta=4 * np.pi)
    return Filterbank(f"aac_{window}", size // 2, 128, _unit(shape * _mdct(size, np.arange(4, 372, 2))))


@cache
def mp3() -> Filterbank:
    """Long blocks of MP3 (ISO/IEC 11172-3, 2.4.3.4 and annex C): 32 bands, in each an MDCT of 36 with alias reduction."""
    bands = 12
    shape = np.sin(np.pi / 36 * (np.arange(36) + 0.5))
    within = shape * _mdct(36, np.arange(18))
    prototype, time = _analysis_window(), np.arange(512)
    # [band, line, window]: each band's filter at the 36 places where its samples are taken.
    lines = np.zeros((bands, 18, 512 + 35 * 32))
    for band in range(bands):
        response = (prototype * np.cos((2 * band + 1) * (time - 16) * np.pi / 64))[::-1]
        for slot in range(36):
            # Frequency inversion of every second sample in the odd bands.
            sign = -1 if band % 2 and slot % 2 else 1
            lines[band, :, slot * 32 : slot * 32 + 512] += sign * within[:, slot, None] * response
    _reduce_aliases(lines)
    # The neighbour of the last band is not there to reduce aliases with.
    rows = lines[:-1].reshape(-1, lines.shape[2])[4:]
    return Filterbank("mp3", 576, 32, _unit(rows))


def _mdct(size: int, lines: NDArray[np.int64]) -> NDArray[np.float64]:
    at = np.arange(size) + 0.5 + size / 4
    return np.cos(2 * np.pi / size * at * (lines[:, None] + 0.5))


def _unit(rows: NDArray[np.float64]) -> Matrix:
    unit: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


# ISO/IEC 11172-3, table C.8: the alias reduction of layer III.
_ALIAS = (-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037)


def _reduce_aliases(lines: NDArray[np.float64]) -> None:
    for place, c in enumerate(_ALIAS):
        keep, cross = 1 / np.sqrt(1 + c * c), c / np.sqrt(1 + c * c)
        below, above = lines[:-1, 17 - place].copy(), lines[1:, place].copy()
        lines[:-1, 17 - place] = keep * below + cross * above
        lines[1:, place] = keep * above - cross * below


# fmt: off
# ISO/IEC 11172-3, table 3-B.3, first half of the window in units of 1/65536 (the encoder's window of table 3-C.1 is 1/32 of it).
_HALF_WINDOW = (
    0, -1, -1, -1, -1, -1, -1, -2, -2, -2, -2, -3, -3, -4, -4, -5, -5, -6, -7, -7, -8, -9, -10, -11, -13, -14, -16, -17, -19, -21, -24,
    -26, -29, -31, -35, -38, -41, -45, -49, -53, -58, -63, -68, -73, -79, -85, -91, -97, -104, -111, -117, -125, -132, -139, -147, -154,
    -161, -169, -176, -183, -190, -196, -202, -208, 213, 218, 222, 225, 227, 228, 228, 227, 224, 221, 215, 208, 200, 189, 177, 163, 146,
    127, 106, 83, 57, 29, -2, -36, -72, -111, -153, -197, -244, -294, -347, -401, -459, -519, -581, -645, -711, -779, -848, -919, -991,
    -1064, -1137, -1210, -1283, -1356, -1428, -1498, -1567, -1634, -1698, -1759, -1817, -1870, -1919, -1962, -2001, -2032, -2057, -2075,
    -2085, -2087, -2080, -2063, 2037, 2000, 1952, 1893, 1822, 1739, 1644, 1535, 1414, 1280, 1131, 970, 794, 605, 402, 185, -45, -288,
    -545, -814, -1095, -1388, -1692, -2006, -2330, -2663, -3004, -3351, -3705, -4063, -4425, -4788, -5153, -5517, -5879, -6237, -6589,
    -6935, -7271, -7597, -7910, -8209, -8491, -8755, -8998, -9219, -9416, -9585, -9727, -9838, -9916, -9959, -9966, -9935, -9863, -9750,
    -9592, -9389, -9139, -8840, -8492, -8092, -7640, -7134, 6574, 5959, 5288, 4561, 3776, 2935, 2037, 1082, 70, -998, -2122, -3300,
    -4533, -5818, -7154, -8540, -9975, -11455, -12980, -14548, -16155, -17799, -19478, -21189, -22929, -24694, -26482, -28289, -30112,
    -31947, -33791, -35640, -37489, -39336, -41176, -43006, -44821, -46617, -48390, -50137, -51853, -53534, -55178, -56778, -58333,
    -59838, -61289, -62684, -64019, -65290, -66494, -67629, -68692, -69679, -70590, -71420, -72169, -72835, -73415, -73908, -74313,
    -74630, -74856, -74992, 75038,
)
# fmt: on


def _analysis_window() -> NDArray[np.float64]:
    """All 512 values of the low-pass behind the table: symmetric, and without the table's change of sign every 64 values."""
    half = np.array(_HALF_WINDOW, dtype=np.float64) * np.where(np.arange(257) // 64 % 2, -1, 1)
    return np.concatenate([half, half[-2:0:-1]])
