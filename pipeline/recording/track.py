"""Decoding the audio track of a file, frame by frame, on a clock that stays right where packets are missing.

What FFmpeg gives per container (each verified by a test with a click at a known time): MP4/MOV/3GP, Matroska/WebM, Ogg and
FLAC carry timestamps, and priming is skipped (edit list, Opus pre-skip, the LAME header of MP3, Matroska codec delay).
WAV, MP3, ADTS, AMR and AVI have no timestamps of their own: a packet that is missing there leaves no trace in the clock.
ADTS, AMR, MPEG-TS, FLV and AVI do not record the encoder's delay, so that it is heard as a little silence at the start.
WMA: the decoder needs a frame to start, so that time zero is one frame (at most 128 ms) late. In Ogg a lost page is noticed
by the timestamp at the end of the next page: the audio of that one page (about 1 s) stands too early by what was lost.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from pipeline.recording.source import open_audio, refusal

# A step between two timestamps smaller than this is rounding (Matroska and ASF count in milliseconds) or jitter.
_LEAST_STEP_SECONDS = 0.003
_MOST_JITTER_SECONDS = 0.020
# A step larger than this is no missing audio but a clock that was set; the recording goes on without a hole.
_MOST_MISSING_SECONDS = 600.0
_MOST_OVERLAP_SECONDS = 1.0
# After so many failures without any packet between them the rest of the file is given up.
_MOST_READ_FAILURES = 16
_MOST_PLANES = 8
_OPENING_FRAMES = 16
# What a header claims decides how much memory a second takes: nothing records outside these.
_MOST_CHANNELS = 64
_RATES = range(4_000, 384_001)


@dataclass(frozen=True, slots=True)
class Piece:
    """What one frame adds: `missing` samples that are not in the file, then `samples` [channels, n] as the codec gives them."""

    missing: int
    samples: NDArray[Any]


class Track:
    """The first audio track of an open file; `pieces` can be taken once.

    `rate` in Hz and `channels` are those of most of the first frames, any one of which may be damaged; frames that differ are
    converted to them. `errors` counts what
    could not be read or decoded so far.
    """

    def __init__(self, container: InputContainer, stream: AudioStream, path: Path) -> None:
        self.container = container
        self.stream = stream
        self.errors = 0
        frames = self._decoded()
        opening = list(islice(frames, _OPENING_FRAMES))
        if not opening:
            raise refusal("undecodable" if self.errors else "without_samples", path)
        self._frames = chain(opening, frames)
        self.rate, self._layout, kind = Counter(_kind(frame) for frame in opening).most_common(1)[0][0]
        self.channels = av.AudioLayout(self._layout).nb_channels
        if self.channels > _MOST_CHANNELS:
            raise refusal("codec_unknown", path)
        # PyAV reads past the list of planes of a planar frame with eight channels or more: such frames are packed first.
        self._format = av.AudioFormat(kind).packed.name if self.channels >= _MOST_PLANES else kind
        self._converter = av.AudioResampler()
        self._converts: tuple[int, str, str] | None = None

    def pieces(self) -> Iterator[Piece]:
        """What the file holds, in order. Time zero is the first sample of the first piece."""
        clock = _Clock(self.rate)
        nothing = np.zeros((self.channels, 0), np.uint8)
        for frame in self._frames:
            samples = np.concatenate([nothing, *map(_channels, self._converted(frame))], axis=1)
            yield Piece(clock.missing_before(frame, samples.shape[1]), samples)

    def _converted(self, frame: AudioFrame) -> list[AudioFrame]:
        kind = _kind(frame)
        if kind == (self.rate, self._layout, self._format):
            return [frame]
        if kind != self._converts:
            self._converter = av.AudioResampler(format=self._format, layout=self._layout, rate=self.rate)
            self._converts = kind
        try:
            return self._converter.resample(frame)
        except av.FFmpegError:
            # A damaged header can claim channels that nothing can be made of.
            self.errors += 1
            self._converts = None
            return []

    def _decoded(self) -> Iterator[AudioFrame]:
        failures = 0
        while failures < _MOST_READ_FAILURES:
            try:
                for packet in self.container.demux(self.stream):
                    failures = 0
                    yield from self._frames_of(packet)
                return
            except (av.FFmpegError, OSError):
                self.errors += 1
                failures += 1

    def _frames_of(self, packet: "av.Packet[AudioStream]") -> Iterator[AudioFrame]:
        try:
            frames = packet.decode()
        except EOFError:
            return
        except (av.FFmpegError, ValueError):
            self.errors += 1
            return
        yield from (frame for frame in frames if frame.samples and frame.sample_rate in _RATES)


@contextmanager
def open_track(path: Path) -> Iterator[Track]:
    """The first audio track of a file. Raises InputRefused when there is none that can be decoded."""
    with open_audio(path) as (container, stream):
        yield Track(container, stream, path)


class _Clock:
    """Compares each frame's timestamp with where the one before it ended, in samples."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._expected: float | None = None
        self._overlap = 0.0
        self._rounding = 0.0

    def missing_before(self, frame: AudioFrame, samples: int) -> int:
        """The number of samples that are missing before a frame of `samples` samples."""
        if frame.pts is None or frame.time_base is None:
            if self._expected is not None:
                self._expected += samples
            return 0
        position = frame.pts * frame.time_base.numerator * self._rate / frame.time_base.denominator
        step = 0.0 if self._expected is None else position - self._expected
        self._expected = position + samples
        jitter = min(max(samples / 2, _LEAST_STEP_SECONDS * self._rate), _MOST_JITTER_SECONDS * self._rate)
        if abs(step) < jitter:
            self._rounding += step
            return 0
        if step < 0:
            # Audio is never thrown away: what overlaps is kept, and taken off the next step forward.
            self._overlap += -step if -step <= _MOST_OVERLAP_SECONDS * self._rate else 0.0
            return 0
        if step > _MOST_MISSING_SECONDS * self._rate:
            return 0
        # Rounding of single timestamps must not add up over thousands of holes; a slow drift is not rounding.
        if abs(self._rounding) < _LEAST_STEP_SECONDS * self._rate:
            step += self._rounding
        missing = max(0, round(step - self._overlap))
        self._overlap = max(0.0, self._overlap - step)
        self._rounding = 0.0 if missing == 0 else step - missing
        return missing


def _kind(frame: AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.layout.name, frame.format.name


def _channels(frame: AudioFrame) -> NDArray[Any]:
    """The samples of a frame as [channels, n], whatever their layout."""
    samples = frame.to_ndarray()
    return samples if frame.format.is_planar else samples.reshape(-1, frame.layout.nb_channels).T
