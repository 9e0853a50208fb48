"""The transforms of lossy codecs, written as matrices: one row for each coefficient, one column for each sample of its window.

A decoded frame, cut out at exactly the place where its codec cut it, gives back coefficients that the encoder had rounded to
nothing. One sample beside it they are lost in leakage. That is the trace the grid test looks for.
"""

from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.signal import resample_poly
from scipy.signal.windows import kaiser_bessel_derived

Matrix = NDArray[np.float32]

# Samples that are looked at together while searching; no bank's window may be longer than half of it.
BLOCK = 16384
# Coefficients up to this part of the bandwidth are looked at (8 kHz at 44.1 kHz): above it speech leaves little.
_HIGHEST = 0.363


@dataclass(frozen=True, eq=False, kw_only=True)
class Filterbank:
    """`rows` [coefficients, window] of unit length; frames start every `hop` samples.

    `codec`: what a reader is told; `aliases`: places this many samples apart look alike, so that they tell no two grids from
    each other; `tempo`: samples of the recording for each sample
    that the codec had (1, or 2 or 0.5 when the rate was changed after the codec).
    """

    name: str
    codec: str
    hop: int
    aliases: int
    rows: Matrix
    tempo: float = 1.0

    @property
    def window(self) -> int:
        """How many samples one frame looks at."""
        return int(self.rows.shape[1])

    @cached_property
    def slopes(self) -> Matrix:
        """[coefficients]: what turns the difference between two places on either side into the coefficient's quadrature.

        A coefficient moves with its own frequency from place to place: a wave, whose slope is the other half of it.
        """
        spectrum = np.abs(fft.rfft(self.rows, BLOCK, axis=1))
        slopes: Matrix = (0.5 / np.sin(np.argmax(spectrum, axis=1) * (2 * np.pi / BLOCK))).astype(np.float32)
        return slopes

    @cached_property
    def waves(self) -> "Waves":
        """What gives every coefficient at every place of BLOCK samples."""
        return _waves(self.rows)

    @cached_property
    def coarse(self) -> "Filterbank":
        """Every second coefficient: half of the work of a search, and frames stand out by the root of a half."""
        return replace(self, rows=self.rows[::2])


# From place to place a coefficient turns with its own frequency; how it turns beside that changes so slowly that it is
# calculated once in so many places, and is as good as linear between them.
PLACES = 16


@dataclass(frozen=True, eq=False, slots=True)
class Waves:
    """How a coefficient moves from place to place, for each of them.

    `bins` [coefficients, BLOCK / PLACES]: the part of the sound's spectrum that a coefficient takes, and `spectra`, of that shape, how
    much of it: an inverse transform gives the coefficient, with its quadrature as imaginary part, at one in PLACES places.
    `turns` [coefficients, 4, PLACES]: the coefficient at the places from there on, from both parts of the value there and of
    the next one, which is first turned back by `back` [coefficients].
    """

    bins: NDArray[np.int64]
    spectra: NDArray[np.complex64]
    turns: Matrix
    back: NDArray[np.complex64]


def _waves(rows: Matrix) -> Waves:
    spectra = np.conj(fft.rfft(rows, BLOCK, axis=1))
    count = BLOCK // PLACES
    middle = np.argmax(np.abs(spectra), axis=1)
    around = middle[:, None] + np.arange(count) - count // 2
    bins = around.clip(0, BLOCK // 2)
    kept = np.where(bins == around, np.take_along_axis(spectra, bins, axis=1), 0)
    # A transform of `count` values takes each bin at its number modulo `count`.
    order = np.argsort(around % count, axis=1)
    pace = 2 * np.pi / BLOCK * middle
    place, part = np.exp(1j * pace[:, None] * np.arange(PLACES)), np.arange(PLACES) / PLACES
    here, there = place * (1 - part), place * part
    return Waves(
        bins=np.take_along_axis(bins, order, axis=1),
        spectra=np.take_along_axis(kept, order, axis=1).astype(np.complex64),
        turns=np.stack([here.real, -here.imag, there.real, -there.imag], axis=1).astype(np.float32),
        back=np.exp(-1j * pace * PLACES).astype(np.complex64),
    )


def filterbanks(rate: int) -> tuple[Filterbank, ...]:
    """What may have been used before, for a recording of this rate in Hz."""
    found = [aac("kbd"), aac("sine"), mp3(), wma(rate), vorbis()]
    if rate == _CELT_RATE:
        found.append(celt())
    if rate >= 2 * _LEAST_RATE:
        found += [stretched(bank, 2) for bank in (aac("kbd"), aac("sine"), mp3())]
    if rate <= _MOST_RATE // 2:
        found += [stretched(bank, 0.5) for bank in (aac("kbd"), aac("sine"), mp3())]
    return tuple(found)


_LEAST_RATE = 16_000
_MOST_RATE = 48_000
_CELT_RATE = 48_000


@cache
def aac(window: str) -> Filterbank:
    """Long blocks of AAC (ISO/IEC 14496-3, 4.6.11): 1024 coefficients, a sine window or Kaiser-Bessel with alpha 4."""
    size = 2048
    shape = _sine(size) if window == "sine" else kaiser_bessel_derived(size, beta=4 * np.pi)
    return Filterbank(name=f"aac_{window}", codec="AAC", hop=1024, aliases=128, rows=_unit(shape * _mdct(size, _lines(1024))))


@cache
def wma(rate: int) -> Filterbank:
    """Blocks of WMA 1 and 2: a sine window over two frames, of a length that goes with the rate."""
    hop = 512 if rate <= 16_000 else 1024 if rate <= 22_050 else 2048
    rows = _unit(_sine(2 * hop) * _mdct(2 * hop, _lines(hop)))
    return Filterbank(name=f"wma_{hop}", codec="WMA", hop=hop, aliases=128, rows=rows[:: hop // 512])


@cache
def vorbis() -> Filterbank:
    """Long blocks of Vorbis at their usual size (Vorbis I, 4.3.1). Its short blocks move the grid, so that it proves no cut."""
    size = 2048
    shape = np.sin(np.pi / 2 * _sine(size) ** 2)
    return Filterbank(name="vorbis", codec="Vorbis", hop=1024, aliases=128, rows=_unit(shape * _mdct(size, _lines(1024))))


@cache
def celt() -> Filterbank:
    """Frames of 20 ms of Opus in its CELT mode (RFC 6716, 4.3.7): 960 coefficients of which 120 samples overlap.

    The decoder takes the pre-emphasis of 0.85 off at the end; here it is put on again before the transform.
    """
    hop, overlap, emphasis = 960, 120, 0.85
    start = (hop - overlap) // 2
    rise = np.sin(np.pi / 2 * np.sin(np.pi / 2 * (np.arange(overlap) + 0.5) / overlap) ** 2)
    shape = np.concatenate([rise, np.ones(hop - overlap), rise[::-1]])
    lines = np.pad(shape * _mdct(2 * hop, np.arange(4, 320))[:, start : start + hop + overlap], ((0, 0), (1, 1)))
    return Filterbank(name="celt", codec="Opus", hop=hop, aliases=120, rows=_unit(lines[:, :-1] - emphasis * lines[:, 1:]))


@cache
def mp3() -> Filterbank:
    """Long blocks of MP3 (ISO/IEC 11172-3, 2.4.3.4 and annex C): 32 bands, in each an MDCT of 36 with alias reduction."""
    bands = 12
    within = _sine(36) * _mdct(36, np.arange(18))
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
    return Filterbank(name="mp3", codec="MP3", hop=576, aliases=32, rows=_unit(rows))


@cache
def stretched(bank: Filterbank, tempo: float) -> Filterbank:
    """The same frames after the sound was brought to another rate: `tempo` new samples (2 or 0.5) for each old one."""
    up, down = (2, 1) if tempo > 1 else (1, 2)
    # Half of what the codec wrote is above the new rate, when that is lower.
    kept = bank.rows if up > down else bank.rows[: bank.rows.shape[0] // 2 * 2]
    rows = resample_poly(kept.astype(np.float64), up, down, axis=1)
    hop = round(bank.hop * tempo)
    return Filterbank(
        name=f"{bank.name}_x{tempo:g}",
        codec=bank.codec,
        hop=hop,
        aliases=round(bank.aliases * tempo),
        rows=_unit(rows),
        tempo=tempo,
    )


def _sine(size: int) -> NDArray[np.float64]:
    shape: NDArray[np.float64] = np.sin(np.pi / size * (np.arange(size) + 0.5))
    return shape


def _lines(count: int) -> NDArray[np.int64]:
    """Which of so many coefficients are looked at."""
    return np.arange(max(2, count // 256), round(count * _HIGHEST))


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
