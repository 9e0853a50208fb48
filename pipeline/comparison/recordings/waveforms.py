"""Exact offset and drift from the waveforms themselves: generalised cross-correlation (Knapp and Carter, 1976)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft, rfftfreq

from pipeline.comparison.recordings.likelihood import Line
from pipeline.comparison.recordings.path import Run
from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio

_PER_MS = SAMPLE_RATE // 1000
# Pieces short enough that drift does not smear them, summed over a window long enough to rise above noise.
_PIECE = SAMPLE_RATE // 2
_PIECES = 8
_WINDOW_MS = _PIECE // _PER_MS * _PIECES
_SIZE = _PIECE * 2
_FINER = 4
_REACH_MS = 40
_LEAST_HZ, _MOST_HZ = 150, 3800
_MOST_WINDOWS = 60
_CLEAR = 5.0
_PAIRS_FOR_DRIFT = 8
_CLOSE_MS = (3.0, 1.0, 0.6)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one window shows. `offset_ms` minus the line it was looked for on; `height`: the peak in standard deviations;
    `coherence` in 0-1: how much of the waveform is the same at that offset; `level_db`: B's level minus A's."""

    b_ms: float
    offset_ms: float
    height: float
    coherence: float
    level_db: float


@dataclass(frozen=True, slots=True)
class Exact:
    """Offsets of the runs with one drift for all, and what the windows showed."""

    slope: float
    offsets_ms: tuple[float, ...]
    coherence: float
    level_db: float


def exact(a: SpeechAudio, b: SpeechAudio, slope: float, runs: Sequence[Run]) -> Exact:
    """Offset of each run and the shared drift. A run without one clear window keeps the offset it had."""
    sights = [[sight for at in _places(run) if (sight := look(a, b, Line(run.offset_ms, slope), at)).height >= _CLEAR] for run in runs]
    x = [np.array([sight.b_ms for sight in seen]) for seen in sights]
    y = [np.array([sight.offset_ms for sight in seen]) for seen in sights]
    more, levels = _fit(x, y, [np.array([sight.height**2 for sight in seen]) for seen in sights])
    everything = [sight for seen in sights for sight in seen]
    return Exact(
        slope + more,
        tuple(run.offset_ms + level for run, level in zip(runs, levels, strict=True)),
        float(np.median([sight.coherence for sight in everything])) if everything else 0.0,
        float(np.median([sight.level_db for sight in everything])) if everything else 0.0,
    )


def look(a: SpeechAudio, b: SpeechAudio, line: Line, b_ms: float) -> Sight:
    """Correlate four seconds of B from `b_ms` with A along a line, within 40 ms of it."""
    cross = np.zeros(_SIZE // 2 + 1, complex)
    whitened = np.zeros(_SIZE // 2 + 1, complex)
    power_a = power_b = 1e-12
    samples_b = read_exactly(b, b_ms, _PIECES * _PIECE)
    first_a = int(line.to_a(b_ms)) - 1
    samples_a = read_exactly(a, first_a, _PIECES * _PIECE + 8 * _PER_MS)
    for piece in range(_PIECES):
        at_b = piece * _PIECE
        place = (line.to_a(int(b_ms) + at_b / _PER_MS) - first_a) * _PER_MS
        at_a = int(place)
        x = rfft(samples_a[at_a : at_a + _PIECE] * _TAPER, _SIZE)[: _SIZE // 2 + 1] * _BAND
        y = rfft(samples_b[at_b : at_b + _PIECE] * _TAPER, _SIZE) * _BAND
        product = x * np.conj(y) * np.exp(2j * np.pi * _HERTZ / SAMPLE_RATE * (at_a - place))
        cross += product
        whitened += product / (np.abs(product) + 1e-12) ** 0.9
        power_a += float(np.sum(np.abs(x) ** 2))
        power_b += float(np.sum(np.abs(y) ** 2))
    curve = irfft(whitened / (np.abs(whitened) + 1e-12) ** 0.5, _SIZE * _FINER)
    reach = _REACH_MS * _PER_MS * _FINER
    near = np.concatenate([curve[-reach:], curve[: reach + 1]])
    top = int(near.argmax())
    lag = (top - reach) / _FINER
    turned = cross * np.exp(2j * np.pi * _HERTZ / SAMPLE_RATE * lag)
    coherence = abs(float(np.sum(turned).real)) / np.sqrt(power_a * power_b)
    return Sight(
        b_ms + _WINDOW_MS / 2,
        lag / _PER_MS,
        float((near[top] - near.mean()) / (near.std() + 1e-12)),
        float(coherence),
        float(10 * np.log10(power_b / power_a)),
    )


def _places(run: Run) -> list[int]:
    """Starts of at most sixty windows, spread evenly over a run."""
    room = run.end_ms - run.start_ms - _WINDOW_MS
    if room <= 0:
        return [round((run.start_ms + run.end_ms - _WINDOW_MS) / 2)]
    count = int(min(_MOST_WINDOWS, room // (_WINDOW_MS / 2) + 1))
    return [round(at) for at in np.linspace(run.start_ms, run.end_ms - _WINDOW_MS, count)]


def read_exactly(audio: SpeechAudio, start_ms: float, count: int) -> NDArray[np.float32]:
    """`count` samples from a millisecond on, silence where the recording has none."""
    start = int(start_ms)
    heard = audio.read(start, start + -(-count // _PER_MS))
    result = np.zeros(count, np.float32)
    skipped = max(0, -start) * _PER_MS
    room = max(0, count - skipped)
    result[skipped : skipped + min(room, heard.size)] = heard[:room]
    return result


def _fit(
    x: Sequence[NDArray[np.float64]], y: Sequence[NDArray[np.float64]], weight: Sequence[NDArray[np.float64]]
) -> tuple[float, list[float]]:
    """One slope and a level per run, by least squares over windows that lie close to it, ever closer."""
    slope = _first_slope(x, y)
    levels = [0.0] * len(x)
    for close in _CLOSE_MS:
        numerator = denominator = 0.0
        for at, (b_ms, offset) in enumerate(zip(x, y, strict=True)):
            if not len(b_ms):
                continue
            rest = offset - slope * b_ms
            levels[at] = _densest(rest, weight[at], close)
            mine = np.abs(rest - levels[at]) <= close
            levels[at] = float(np.mean(rest[mine]))
            centred = b_ms[mine] - b_ms[mine].mean()
            numerator += float(centred @ offset[mine])
            denominator += float(centred @ centred)
        if denominator:
            slope = numerator / denominator
    return slope, [_level(b_ms, offset, seen, slope, level) for b_ms, offset, seen, level in zip(x, y, weight, levels, strict=True)]


def _first_slope(x: Sequence[NDArray[np.float64]], y: Sequence[NDArray[np.float64]]) -> float:
    """Median over pairs of windows half a run apart."""
    slopes = []
    for b_ms, offset in zip(x, y, strict=True):
        half = len(b_ms) // 2
        if half >= 2:
            slopes.append((offset[half:] - offset[:-half]) / (b_ms[half:] - b_ms[:-half]))
    return float(np.median(np.concatenate(slopes))) if sum(map(len, slopes)) >= _PAIRS_FOR_DRIFT else 0.0


def _level(b_ms: NDArray[np.float64], offset: NDArray[np.float64], weight: NDArray[np.float64], slope: float, before: float) -> float:
    if not len(b_ms):
        return before
    rest = offset - slope * b_ms
    level = _densest(rest, weight, _CLOSE_MS[-1])
    return float(np.mean(rest[np.abs(rest - level) <= _CLOSE_MS[-1]]))


def _densest(values: NDArray[np.float64], weight: NDArray[np.float64], width: float) -> float:
    """The middle of the stretch of this width that holds most weight of values."""
    order = values.argsort()
    values, total = values[order], np.concatenate([[0.0], np.cumsum(weight[order])])
    ends = np.searchsorted(values, values + width, side="right")
    start = int((total[ends] - total[:-1]).argmax())
    return float(np.median(values[start : ends[start]]))


_TAPER = np.hanning(_PIECE).astype(np.float32)
_HERTZ = rfftfreq(_SIZE, 1 / SAMPLE_RATE)
_BAND = ((_HERTZ >= _LEAST_HZ) & (_HERTZ <= _MOST_HZ)).astype(float)
