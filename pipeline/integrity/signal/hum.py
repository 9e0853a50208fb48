"""The hum of the mains: its phase runs on through a recording, and jumps where something is missing or joined.

All that is on the grid hums at one frequency that wanders by a few hundredths of a hertz. Where hum stands far enough out
of the sound, its phase is followed to a few degrees. A pause in the recorder makes it jump as a cut does.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from pipeline.integrity.model import INTERRUPTED, Applicability, DetectorResult, Family, Level, Subject, Trace
from pipeline.recording.decode import decode_mono

Phasors = NDArray[np.complex64]
Values = NDArray[np.float64]

RATE = 1000
# Europe's mains and America's, and the harmonics that microphones pick up most.
_TONES = (50, 60, 100, 120, 150, 180, 300)
_STEP = 20  # samples: a whole number of periods of every tone's multiple of 50
_PER_SECOND = RATE // _STEP
_LEAST_OUT_DB = 20.0
_STRETCH = 10 * _PER_SECOND
_LEAST_SHARE = 0.8
_SMOOTH = _PER_SECOND // 2
# Phase is fitted over this long on both sides of a place, as far from it as the smoothing reaches.
_SIDE = 2 * _PER_SECOND
_LEAST_JUMP = 0.5
_DEVIATIONS = 8.0
_MOST_ROUGHNESS = 0.2
_LEAST_SECONDS = 10
_UNSURE_MS = 250
_MANY, _MANY_PER_MINUTE = 6, 2.0


class HumDetector:
    """Follows the clearest tone of the mains, where one stands 20 dB out of what is beside it."""

    name = "hum"
    family = Family.HUM

    def examine(self, subject: Subject) -> DetectorResult:
        """Look for places where its phase jumps."""
        tones = [_Tone(hertz) for hertz in _TONES]
        for block in decode_mono(subject.path, RATE):
            for tone in tones:
                tone.take(block.samples[0])
        series = [tone.phasors() for tone in tones]
        if series[0].size < _LEAST_SECONDS * _PER_SECOND:
            return DetectorResult(findings=(), applicability=Applicability(applicable=False, reason="too_short_for_hum"))
        outs = [_outs(phasors) for phasors in series]
        shares = [float(np.mean(out >= _LEAST_OUT_DB)) for out in outs]
        best = max(range(len(outs)), key=lambda each: (shares[each], float(np.median(outs[each]))))
        if shares[best] < _LEAST_SHARE:
            return DetectorResult(findings=(), applicability=Applicability(applicable=False, reason="no_hum"))
        places = _jumps(series[best])
        if len(places) > max(_MANY, _MANY_PER_MINUTE * subject.recording.duration_ms / 60_000):
            return DetectorResult(findings=(), applicability=Applicability(applicable=False, reason="hum_not_steady"))
        end = subject.recording.duration_ms
        traces = tuple(_trace(place, turn, _TONES[best], end) for place, turn in places)
        return DetectorResult(findings=traces, applicability=Applicability(applicable=True))


@dataclass(slots=True)
class _Tone:
    """The sound turned back by one frequency: what stays is that tone, one value each 20 ms."""

    hertz: int
    _rest: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    _done: int = 0
    _parts: list[Phasors] = field(default_factory=list)

    def take(self, samples: NDArray[np.float32]) -> None:
        """The next samples at RATE."""
        held = np.concatenate([self._rest, samples])
        count = held.size // _STEP
        frames = held[: count * _STEP].reshape(count, _STEP)
        self._rest = held[count * _STEP :]
        at = self._done + np.arange(count * _STEP).reshape(count, _STEP)
        turned = (frames * np.exp(-2j * np.pi * self.hertz / RATE * at)).sum(axis=1)
        self._parts.append(turned.astype(np.complex64))
        self._done += count * _STEP

    def phasors(self) -> Phasors:
        """All of them."""
        return np.concatenate([np.zeros(0, np.complex64), *self._parts])


def _outs(phasors: Phasors) -> Values:
    """For each ten seconds how far the tone stands out of what lies 1.5 to 8 Hz beside it, in dB."""
    count = phasors.size // _STRETCH
    shape = np.hanning(_STRETCH)
    power = np.square(np.abs(np.fft.fft(phasors[: count * _STRETCH].reshape(count, _STRETCH) * shape, axis=1)))
    bins = np.abs(np.fft.fftfreq(_STRETCH, 1 / _PER_SECOND))
    tone = power[:, bins <= 0.3].max(axis=1)
    beside = np.median(power[:, (bins >= 1.5) & (bins <= 8)], axis=1)
    outs: Values = 10 * np.log10((tone + 1e-20) / (beside + 1e-20))
    return np.where(tone > 0, outs, 0.0)


def _jumps(phasors: Phasors) -> list[tuple[float, float]]:
    """Places (seconds) and angles (radians) at which the phase of before does not go on."""
    smooth = uniform_filter1d(phasors.real, _SMOOTH) + 1j * uniform_filter1d(phasors.imag, _SMOOTH)
    phase = np.unwrap(np.angle(smooth))
    slope, level, rough = _lines(phase)
    # Windows end and begin clear of the smoothing around the place between them.
    reach, clear = _SIDE, _SMOOTH // 2 + 1
    places = np.arange(reach + clear, phase.size - reach - clear)
    left, right = places - clear - reach, places + clear
    before = level[left] + slope[left] * (clear + reach / 2)
    after = level[right] - slope[right] * (clear + reach / 2)
    turn = np.angle(np.exp(1j * (after - before)))
    steady = np.maximum(rough[left], rough[right]) <= _MOST_ROUGHNESS
    spread = 1.4826 * float(np.median(np.abs(turn)))
    clear_of_noise = steady & (np.abs(turn) > max(_LEAST_JUMP, _DEVIATIONS * spread))
    found = []
    for part in np.split(np.arange(places.size), np.flatnonzero(np.diff(clear_of_noise.astype(np.int8)) != 0) + 1):
        if part.size and clear_of_noise[part[0]]:
            # Both sides are clean on a plateau as wide as the windows are apart; its middle is the place.
            top = part[np.abs(turn[part]) >= 0.9 * np.abs(turn[part]).max()]
            found.append((float(places[top].mean()) / _PER_SECOND, float(turn[top[top.size // 2]])))
    return _apart(found)


def _lines(phase: Values) -> tuple[Values, Values, Values]:
    """For each window of _SIDE values from there on: the slope, the mean, and how far the values lie from that line."""
    # As sums that slide: the windows themselves would take hundreds of megabytes for two hours.
    at = np.arange(_SIDE) - (_SIDE - 1) / 2
    ones = np.ones(_SIDE) / _SIDE
    level = np.correlate(phase, ones, "valid")
    slope = np.correlate(phase, at, "valid") / np.square(at).sum()
    spread = np.correlate(np.square(phase), ones, "valid") - np.square(level)
    rough = np.sqrt(np.maximum(spread - slope**2 * np.square(at).mean(), 0))
    return slope, level, rough


def _apart(found: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Of places nearer than a side is long the clearest."""
    kept: list[tuple[float, float]] = []
    for place in sorted(found, key=lambda each: -abs(each[1])):
        if all(abs(place[0] - other[0]) * _PER_SECOND > _SIDE for other in kept):
            kept.append(place)
    return sorted(kept)


def _trace(seconds: float, turn: float, hertz: int, end_ms: int) -> Trace:
    at = round(seconds * 1000)
    return Trace(
        level=Level.DISCONTINUITY,
        kind="hum_jump",
        start_ms=min(max(0, at - _UNSURE_MS), end_ms),
        end_ms=min(at + _UNSURE_MS, end_ms),
        hypotheses=INTERRUPTED,
        score=abs(turn),
        evidence={"hertz": hertz, "degrees": round(abs(np.degrees(turn)))},
    )
