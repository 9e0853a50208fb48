"""Stretches without even noise in a recording that has noise: sound was replaced there, or was never there.

A microphone is never silent to the last bit. Exact zero in between therefore means that something wrote it: a cut that was
blanked, but as well a mute button, a noise gate, or a connection that sends nothing in pauses. The trace cannot tell which.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.integrity.model import INTERRUPTED, NO_CLAIM, Applicability, CodecClass, DetectorResult, Family, Level, Subject, Trace
from pipeline.recording.decode import decode

# A quarter of the step of 16-bit sound: what lossy codecs make of zeros lies below, the least noise above.
_ZERO = 2.0**-17
_LEAST_MS = 20
# Below this background (10th percentile around the place) a good recorder may round its noise to nothing.
_LEAST_BACKGROUND_DB = -85.0
_QUIETEST_DB = -120.0
_AROUND_MS = 2000
_FRAME_MS = 10
_EDGE_MS = 200
# A source that falls silent this often does so by itself (gate, mute between turns): then no place stands out.
_MANY = 5
_MANY_PER_MINUTE = 2.0
_MOST_RUNS = 10_000

_KEEPS_ZERO = (CodecClass.PCM, CodecClass.LOSSLESS, CodecClass.AAC, CodecClass.MP3, CodecClass.VORBIS, CodecClass.WMA)

_Run = tuple[int, int]


class SilenceDetector:
    """Exact digital silence of at least 20 ms inside sound with a background."""

    name = "silence"
    family = Family.LEVEL

    def examine(self, subject: Subject) -> DetectorResult:
        """Look for it in every channel."""
        recording = subject.recording
        channels = [_Channel(recording.sample_rate) for _ in range(recording.channels)]
        filled: list[_Run] = []
        end = 0
        for block in decode(subject.path):
            filled += block.filled
            end = block.start_sample + block.samples.shape[1]
            for channel, samples in zip(channels, block.samples, strict=True):
                channel.take(block.start_sample, samples)
        inside = [channel.inside(end, filled) for channel in channels]
        count = max(map(len, inside))
        if count > max(_MANY, _MANY_PER_MINUTE * recording.duration_ms / 60_000):
            return DetectorResult(
                findings=(_throughout(recording.duration_ms, count),),
                applicability=Applicability(applicable=False, reason="silent_by_itself"),
            )
        if not any(channel.has_background for channel in channels):
            return DetectorResult(findings=(), applicability=Applicability(applicable=False, reason="no_background_noise"))
        standing_out = [channel.standing_out(runs) for channel, runs in zip(channels, inside, strict=True)]
        traces = tuple(_traces([_to_ms(runs, recording.sample_rate) for runs in standing_out]))
        if recording.codec_class not in _KEEPS_ZERO:
            # What is found counts, but that nothing is found says nothing.
            return DetectorResult(findings=traces, applicability=Applicability(applicable=False, reason="codec_fills_silence"))
        return DetectorResult(findings=traces, applicability=Applicability(applicable=True))


@dataclass(slots=True)
class _Channel:
    """One channel: its runs of zeros [start, end) in samples, and its level in dB for each 10 ms."""

    rate: int
    runs: list[_Run] = field(default_factory=list)
    levels: list[NDArray[np.int8]] = field(default_factory=list)
    _open: int | None = None

    def take(self, start: int, samples: NDArray[np.float32]) -> None:
        """The next block, at `start`."""
        zero = np.abs(samples) < _ZERO
        steps = np.flatnonzero(np.diff(zero.view(np.int8), prepend=np.int8(self._open is not None)))
        for at in steps.tolist():
            self._step(start + at)
        self.levels.append(_levels(samples, self.rate * _FRAME_MS // 1000))

    def inside(self, end: int, filled: list[_Run]) -> list[_Run]:
        """Runs that begin and end inside the sound and were not filled in by decoding."""
        edge = self.rate * _EDGE_MS // 1000
        holes = np.array(filled, dtype=np.int64).reshape(-1, 2)
        return [
            run
            for run in self.runs
            if run[0] > edge and run[1] < end - edge and not np.any((holes[:, 0] <= run[1]) & (holes[:, 1] >= run[0]))
        ]

    def standing_out(self, runs: list[_Run]) -> list[_Run]:
        """Those with a background around them."""
        levels = np.concatenate(self.levels) if self.levels else np.zeros(0, np.int8)
        return [run for run in runs if self._background(levels, run) >= _LEAST_BACKGROUND_DB]

    @property
    def has_background(self) -> bool:
        """Whether anything but silence was heard at all."""
        return any(np.any(levels > _LEAST_BACKGROUND_DB) for levels in self.levels)

    def _step(self, at: int) -> None:
        if self._open is None:
            self._open = at
            return
        if at - self._open >= self.rate * _LEAST_MS // 1000 and len(self.runs) < _MOST_RUNS:
            self.runs.append((self._open, at))
        self._open = None

    def _background(self, levels: NDArray[np.int8], run: _Run) -> float:
        """The quieter side counts: a good recorder that falls silent after a loud moment is no interruption."""
        frame = self.rate * _FRAME_MS // 1000
        first, last, around = run[0] // frame, run[1] // frame + 1, _AROUND_MS // _FRAME_MS
        sides = levels[max(0, first - around) : max(0, first - 1)], levels[last + 1 : last + 1 + around]
        return min(float(np.percentile(side, 10)) if side.size else _QUIETEST_DB for side in sides)


def _levels(samples: NDArray[np.float32], frame: int) -> NDArray[np.int8]:
    whole = samples[: samples.size // frame * frame].reshape(-1, frame)
    power = np.einsum("ij,ij->i", whole, whole) / frame
    levels: NDArray[np.int8] = np.clip(10 * np.log10(power + 1e-20), _QUIETEST_DB, 0).astype(np.int8)
    return levels


def _to_ms(runs: list[_Run], rate: int) -> list[_Run]:
    return [(start * 1000 // rate, end * 1000 // rate) for start, end in runs]


def _traces(found: list[list[_Run]]) -> Iterator[Trace]:
    """One trace where all channels fall silent together, else one for each channel."""
    together = set(found[0]).intersection(*found[1:])
    for run in sorted(together):
        yield _trace(run, None)
    for channel, runs in enumerate(found):
        for run in runs:
            if run not in together:
                yield _trace(run, channel)


def _trace(run: _Run, channel: int | None) -> Trace:
    return Trace(
        level=Level.DISCONTINUITY,
        kind="digital_silence",
        start_ms=run[0],
        end_ms=run[1],
        hypotheses=INTERRUPTED,
        channel=channel,
        score=float(run[1] - run[0]),
        evidence={"milliseconds": run[1] - run[0]},
    )


def _throughout(duration_ms: int, count: int) -> Trace:
    return Trace(
        level=Level.HISTORY,
        kind="often_silent",
        start_ms=0,
        end_ms=duration_ms,
        hypotheses=NO_CLAIM,
        evidence={"count": count},
    )
