"""Sound that comes twice in one recording: a stretch was copied to another place.

Nobody says a sentence twice with the same waveform. Codes of the sound name places that may be alike, hours apart; the
whitened waveforms decide. In speech that was not copied they agree for a quarter at most, in copies for half and more,
also after a lossy codec.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, takewhile

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from pipeline.integrity.model import NO_CLAIM, SECOND_GENERATION, Applicability, DetectorResult, Family, Level, Subject, Trace
from pipeline.integrity.signal.excerpts import Excerpts, Span
from pipeline.integrity.signal.fingerprints import HOP, RATE, REACH, Fingerprints, Repeat, repeats
from pipeline.integrity.signal.whitening import whitened
from pipeline.recording.decode import decode_mono

Samples = NDArray[np.float32]

# Nearer repeats are echoes, or the same vowel held.
_LEAST_LAG_MS = 400
_LEAST_MS = 450
_LEAST_AGREEMENT = 0.36
# Held against each other at first, and how far the distance may still be off.
_CORE = 3200
_SLACK = 400
# How finely the distance is found, in parts of a sample: copies need not lie a whole number of samples at 8 kHz apart.
_FINE = 4
# Around both ends of what the codes say.
_AROUND = 6400
_AGREEMENT_OVER = 800
_STILL_AGREES = 0.5
# Agreement is not seen in silence: shorter gaps than this are bridged.
_GAP = 1600
# Sound of so few values is a pattern of rounding, the same in every pause.
_LEAST_VALUES = 64
# A tone agrees at many distances nearly as well; speech at one.
_PEAK_REACH = 16
_SECOND_PEAK = 0.8
# Memory: this many seconds of excerpts are held at once (16 kB each).
_MOST_SECONDS = 4000
# A source that repeats itself this often (hold music, a spoken menu) does so by itself.
_MANY, _MANY_PER_MINUTE = 8, 1.0
# Sounds that hold their pitch are alike because they are simple: beeps, ringing, tunes.
_STEADY_FRAME = 1024
_MOST_STEADY = 0.68
_LEAST_LOUD = 0.1


@dataclass(frozen=True, slots=True)
class Copy:
    """Samples [start, end) at RATE Hz come again `lag` later; `agreement` of the whitened waveforms, 0 to 1."""

    start: int
    end: int
    lag: int
    agreement: float


class CopyDetector:
    """Looks for stretches of at least 0.6 seconds that come twice; shorter ones are found at times."""

    name = "copies"
    family = Family.COPY

    def examine(self, subject: Subject) -> DetectorResult:
        """Compare every moment with every other, streamed twice."""
        prints = Fingerprints()
        for block in decode_mono(subject.path, RATE):
            prints.take(block.samples[0])
        codes = prints.codes()
        if not codes.any():
            return DetectorResult(findings=(), applicability=Applicability(applicable=False, reason="too_quiet"))
        likely = _affordable(repeats(codes, _LEAST_LAG_MS * RATE // 1000 // HOP))
        excerpts = Excerpts(RATE)
        excerpts.read(subject.path, (span for repeat in likely for spans in _spans(repeat) for span in spans))
        copies = list(_once(copy for repeat in likely if (copy := _verified(repeat, excerpts)) is not None))
        minutes = subject.recording.duration_ms / 60_000
        if len(copies) > max(_MANY, _MANY_PER_MINUTE * minutes):
            return DetectorResult(
                findings=(_throughout(subject, len(copies)),),
                applicability=Applicability(applicable=False, reason="repeats_by_itself"),
            )
        traces = tuple(_trace(copy, subject.recording.duration_ms) for copy in sorted(copies, key=lambda each: each.start + each.lag))
        return DetectorResult(findings=traces, applicability=Applicability(applicable=True))


def _affordable(found: list[Repeat]) -> list[Repeat]:
    """The most alike, as many as fit in memory."""
    seconds = accumulate(sum(span[1] - span[0] for spans in _spans(repeat) for span in spans) / RATE for repeat in found)
    return [repeat for repeat, _ in takewhile(lambda each: each[1] <= _MOST_SECONDS, zip(found, seconds, strict=True))]


def _spans(repeat: Repeat) -> tuple[tuple[Span, Span], ...]:
    """What is compared at both places: where they are most alike, the start, the end. The second is wider by the slack."""
    core = repeat.best * HOP + (REACH + 20 * HOP - _CORE) // 2
    start, end, lag = repeat.start * HOP, repeat.end * HOP + REACH, repeat.lag * HOP
    firsts = (core, core + _CORE), (start - _AROUND, start + 2 * _AROUND), (end - 2 * _AROUND, end + _AROUND)
    return tuple((first, (first[0] + lag - _SLACK, first[1] + lag + _SLACK)) for first in firsts)


def _verified(repeat: Repeat, excerpts: Excerpts) -> Copy | None:
    """The copy with its exact place, null when the waveforms are not the same, or hold a tone."""
    core, head, tail = _spans(repeat)
    if np.unique(excerpts[core[0]]).size < _LEAST_VALUES:
        return None
    agreement, second, offset = _alignment(whitened(excerpts[core[0]]), whitened(excerpts[core[1]]))
    if agreement < _LEAST_AGREEMENT or second > _SECOND_PEAK * agreement:
        return None
    least = _STILL_AGREES * agreement
    # The codes reach beyond the copy; inside it, a stretch that agrees runs up to its true ends.
    begins, ends = (_bridged(_agreeing(spans, excerpts, offset) >= least) for spans in (head, tail))
    if not begins.any() or not ends.any():
        return None
    start, end = head[0][0] + _run_start(begins), tail[0][0] + ends.size - _run_start(ends[::-1])
    if end - start < _LEAST_MS * RATE // 1000 or _steady(excerpts[head[0]][max(0, start - head[0][0]) :]) > _MOST_STEADY:
        return None
    return Copy(max(0, start), end, repeat.lag * HOP - _SLACK + round(offset), agreement)


def _alignment(first: Samples, second: Samples) -> tuple[float, float, float]:
    """The normalised correlation of `first` with a part of the longer `second`: the greatest, the greatest elsewhere, and where.

    The last is where that part starts, in samples.
    """
    size = 1 << (second.size + first.size).bit_length()
    spectrum = np.conj(rfft(first, size)) * rfft(second, size)
    places = (second.size - first.size) * _FINE + 1
    products = irfft(spectrum, size * _FINE)[:places] * _FINE
    energy = np.concatenate([[0.0], np.cumsum(np.square(second, dtype=np.float64))])
    energies = np.repeat(energy[first.size :] - energy[: energy.size - first.size], _FINE)[:places]
    values = products / np.sqrt(np.maximum(energies * np.square(first, dtype=np.float64).sum(), 1e-6))
    best = int(np.argmax(values))
    elsewhere = np.concatenate([values[: max(0, best - _PEAK_REACH * _FINE)], values[best + _PEAK_REACH * _FINE :]])
    return float(values[best]), float(elsewhere.max(initial=0.0)), best / _FINE


def _agreeing(spans: tuple[Span, Span], excerpts: Excerpts, offset: float) -> NDArray[np.float64]:
    """For each sample of the first span the correlation around it with the sample that lies `offset` into the second."""
    first, second = whitened(excerpts[spans[0]]), whitened(excerpts[spans[1]])
    shifted = _shifted(second, offset)[: first.size]
    around = np.ones(_AGREEMENT_OVER)
    products, own, other = (np.convolve(each, around, "same") for each in (first * shifted, first**2, shifted**2))
    agreement: NDArray[np.float64] = products / np.sqrt(np.maximum(own * other, 1e-6))
    return agreement


def _shifted(samples: Samples, offset: float) -> Samples:
    """The samples from `offset` on, which need not be whole."""
    turn = np.exp(2j * np.pi * np.fft.rfftfreq(samples.size) * offset)
    moved: Samples = irfft(rfft(samples) * turn, samples.size)
    return moved


def _bridged(agrees: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Short gaps closed."""
    agrees = agrees.copy()
    places = np.flatnonzero(agrees)
    for gap in np.flatnonzero((np.diff(places) > 1) & (np.diff(places) <= _GAP)).tolist():
        agrees[places[gap] : places[gap + 1]] = True
    return agrees


def _run_start(agrees: NDArray[np.bool_]) -> int:
    """Where the longest run begins: chance agrees here and there outside it."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], agrees.view(np.int8), [0]])))
    begins, ends = edges[::2], edges[1::2]
    return int(begins[np.argmax(ends - begins)])


def _steady(samples: Samples) -> float:
    """How much the fine structure of the spectrum stays as it is for an eighth of a second: near 1 for tones, 0 for noise."""
    step = _STEADY_FRAME // 2
    frames = np.lib.stride_tricks.sliding_window_view(samples, _STEADY_FRAME)[::step] * np.hanning(_STEADY_FRAME)
    power = np.square(np.abs(rfft(frames, axis=1)))[:, 20:450]
    loud = power.sum(axis=1)
    level = 10 * np.log10(power + power.max() * 1e-5 + 1e-12)
    smooth = np.apply_along_axis(np.convolve, 1, level, np.ones(25) / 25, "same")
    fine = level - smooth
    one, other = fine[:-2], fine[2:]
    alike = (one * other).sum(axis=1) / np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1) + 1e-9)
    counts = np.minimum(loud[:-2], loud[2:]) >= _LEAST_LOUD * loud.max()
    return float(np.median(alike[counts])) if counts.any() else 0.0


def _once(copies: Iterator[Copy]) -> Iterator[Copy]:
    """Each copy once: finds at one distance that overlap are the same, and the best comes first."""
    told: list[Copy] = []
    for copy in copies:
        same = (abs(copy.lag - other.lag) <= _SLACK and copy.start < other.end and other.start < copy.end for other in told)
        if not any(same):
            told.append(copy)
            yield copy


def _trace(copy: Copy, duration_ms: int) -> Trace:
    first, second = copy.start * 1000 // RATE, (copy.start + copy.lag) * 1000 // RATE
    length = (copy.end - copy.start) * 1000 // RATE
    return Trace(
        level=Level.SOURCE_ANOMALY,
        kind="copied_stretch",
        start_ms=min(second, duration_ms),
        end_ms=min(second + length, duration_ms),
        hypotheses=SECOND_GENERATION,
        score=copy.agreement,
        also_ms=(first, first + length),
        evidence={"milliseconds": length, "agreement": round(copy.agreement, 2), "also_ms": first},
    )


def _throughout(subject: Subject, count: int) -> Trace:
    return Trace(
        level=Level.HISTORY,
        kind="often_repeated",
        start_ms=0,
        end_ms=subject.recording.duration_ms,
        hypotheses=NO_CLAIM,
        evidence={"count": count},
    )
