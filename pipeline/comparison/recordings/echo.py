"""What one recording should sound like if it heard what the other heard: the other's sound on its way to this microphone.

The way (room, microphones, gain) is learned where B is known to follow A, as a short filter per frequency over successive
frames (a convolutive transfer function; Talmon, Cohen and Gannot, 2009), from the clearer recording to the other. What it
leaves unexplained there says how well it can be relied on elsewhere: where it explains nothing, neither does this evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft, rfftfreq
from scipy.ndimage import uniform_filter1d

from pipeline.comparison.recordings.likelihood import Line
from pipeline.comparison.recordings.waveforms import read_exactly
from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio

HOP_MS = 10
_PER_MS = SAMPLE_RATE // 1000
_FRAME = 20 * _PER_MS
_LOWEST_HZ, _HIGHEST_HZ = 150, 3800
# So many frames may still be heard: most of what a living room gives back.
_TAPS = 8
_RIDGE = 1e-2
_LEAST_FRAMES = 100
_BLOCK_MS = 30_000
# Bins and frames overlap, and no room stands still: so much of the evidence is counted, and no frame says more than this.
_COUNTED = 18.0
_LIMIT = 3.0
# Recorders turn their gain up and down.
_GAIN = (0.5, 2.0)
_GAIN_FRAMES = 31
# Of the noise of both, as it was where the way was learned: what is softer says nothing.
_SOFT_OF_HEARD = 0.25
_SOFT_OF_EXPECTED = 2.0
_QUIET_PERCENT = 20
# One sample of 16 bits, as far as rounding leaves noise.
_FLOOR = 1e-7
_OWN_CLOCK = Line(0.0, 0.0)

Spectra = NDArray[np.complex64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Known:
    """B follows `line` from `start_ms` to `end_ms`."""

    line: Line
    start_ms: float
    end_ms: float


class _Way(Enum):
    A_TO_B = auto()
    B_TO_A = auto()


@dataclass(frozen=True, slots=True)
class _Beside:
    """Both recordings along a line on B's clock: spectra [frames, bins], each with seven frames before the first."""

    a: Spectra
    b: Spectra

    def heard(self, way: _Way) -> Spectra:
        """[frames, bins] of the recording at the end of the way."""
        return (self.b if way is _Way.A_TO_B else self.a)[_TAPS - 1 :]

    def lagged(self, way: _Way) -> Spectra:
        """[frames, bins, 8] of the recording at its start, newest frame first."""
        at_start = self.a if way is _Way.A_TO_B else self.b
        return np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(at_start, _TAPS, axis=0)[:, :, ::-1])


@dataclass(frozen=True, slots=True)
class Echo:
    """The way from one microphone to the other. `taps`: [bins, 8], newest frame first; `weight`: [bins] one over the power
    that it does not explain; `soft`: what is softer, in those units summed over the bins, says nothing."""

    a: SpeechAudio
    b: SpeechAudio
    way: _Way
    taps: Spectra
    weight: Floats
    soft: float

    def evidence(self, line: Line, start_ms: float, end_ms: float) -> Floats:
        """Log likelihood ratio of "B follows this line" against "B heard something else", in nats per 10 ms of B.

        How loud the rest is may differ from moment to moment, so that nothing is said where nothing is expected.
        """
        starts = np.arange(start_ms, end_ms, _BLOCK_MS)
        blocks = (_beside(self.a, self.b, Known(line, start, min(start + _BLOCK_MS, end_ms))) for start in starts)
        return np.concatenate([np.zeros(0), *(self.judged(block) for block in blocks)])

    def judged(self, block: _Beside) -> Floats:
        """The same for spectra at hand."""
        heard = block.heard(self.way)
        expected = np.einsum("tfk,fk->tf", block.lagged(self.way), self.taps)
        common = uniform_filter1d((heard.conj() * expected).real @ self.weight, _GAIN_FRAMES, mode="nearest")
        gain = np.clip(common / (uniform_filter1d(_power(expected, self.weight), _GAIN_FRAMES, mode="nearest") + _FLOOR), *_GAIN)
        rest = _power(heard - gain[:, None] * expected, self.weight)
        ratio = np.log((_power(heard, self.weight) + self.soft) / (rest + self.soft))
        return np.clip(_COUNTED * ratio, -_LIMIT, _LIMIT)


def learn(a: SpeechAudio, b: SpeechAudio, known: Sequence[Known]) -> Echo | None:
    """Learn the way from stretches in which B follows A; None where they are too short to learn anything from."""
    blocks = [_beside(a, b, one) for one in known if one.end_ms - one.start_ms >= HOP_MS]
    if sum(len(block.b) - _TAPS + 1 for block in blocks) < _LEAST_FRAMES:
        return None
    both_ways = [_learned(a, b, blocks, way) for way in _Way]
    return max(both_ways, key=lambda echo: sum(float(echo.judged(block).sum()) for block in blocks))


def _learned(a: SpeechAudio, b: SpeechAudio, blocks: Sequence[_Beside], way: _Way) -> Echo:
    heard = np.concatenate([block.heard(way) for block in blocks])
    lagged = np.concatenate([block.lagged(way) for block in blocks])
    gram = np.einsum("tfk,tfl->fkl", lagged.conj(), lagged)
    ridge = _RIDGE * np.trace(gram, axis1=1, axis2=2).real / _TAPS + len(heard) * _FLOOR
    gram += ridge[:, None, None] * np.eye(_TAPS)
    taps = np.linalg.solve(gram, np.einsum("tfk,tf->fk", lagged.conj(), heard)[:, :, None])[:, :, 0].astype(np.complex64)
    expected = np.einsum("tfk,fk->tf", lagged, taps)
    weight = 1 / (np.mean(np.abs(heard - expected) ** 2, axis=0) + _FLOOR)
    quiet = float(np.percentile(_power(expected, weight), _QUIET_PERCENT))
    return Echo(a, b, way, taps, weight, _SOFT_OF_HEARD * len(weight) + _SOFT_OF_EXPECTED * quiet)


def _beside(a: SpeechAudio, b: SpeechAudio, known: Known) -> _Beside:
    start = int(known.start_ms)
    count = int((known.end_ms - known.start_ms) // HOP_MS)
    return _Beside(_spectra(a, known.line, start, count), _spectra(b, _OWN_CLOCK, start, count))


def _spectra(audio: SpeechAudio, line: Line, b_ms: int, count: int) -> Spectra:
    """Spectra around each 10 ms of B from `b_ms` on, of a recording whose clock follows `line`; seven more before them."""
    first = line.to_a(b_ms) - HOP_MS / 2 - (_TAPS - 1) * HOP_MS
    begin = int(np.floor(first))
    samples = read_exactly(audio, begin, round(((count + _TAPS) * HOP_MS + 3) * (1 + abs(line.slope)) * _PER_MS))
    # Clocks differ: each frame is taken at the nearest sample and turned by what is left.
    places = (first - begin + np.arange(count + _TAPS - 1) * HOP_MS * (1 + line.slope)) * _PER_MS
    whole = np.rint(places).astype(int)
    turned = np.exp(2j * np.pi * _HERTZ / SAMPLE_RATE * (places - whole)[:, None]).astype(np.complex64)
    spectra: Spectra = rfft(samples[whole[:, None] + np.arange(_FRAME)] * _WINDOW, axis=1)[:, _BINS] * turned
    return spectra


def _power(spectra: Spectra, weight: Floats) -> Floats:
    power: Floats = (spectra.real**2 + spectra.imag**2) @ weight
    return power


_WINDOW = np.hanning(_FRAME).astype(np.float32)
_ALL_HERTZ = rfftfreq(_FRAME, 1 / SAMPLE_RATE)
_BINS = np.flatnonzero((_ALL_HERTZ >= _LOWEST_HZ) & (_ALL_HERTZ <= _HIGHEST_HZ))
_HERTZ = _ALL_HERTZ[_BINS]
