"""Decoding a recording in seconds-long blocks, with memory that does not grow with its length."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from pipeline.recording.mono import MonoMix
from pipeline.recording.pcm import to_float
from pipeline.recording.track import Track, open_track

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Block:
    """One second of audio, the last block of a recording may be shorter.

    `start_sample`: position on the recording's clock (time zero is the first presented sample); `samples`: float32
    [channels, n], full scale is 1; `filled`: stretches [start, end) on the same clock that are missing in the file and are
    silence here.
    """

    start_sample: int
    samples: Samples
    filled: tuple[tuple[int, int], ...] = ()


def decode(path: Path) -> Iterator[Block]:
    """The first audio track at its own rate and channels. Raises InputRefused when it cannot be decoded."""
    with open_track(path) as track:
        yield from _blocks(track)


def decode_mono(path: Path, rate: int) -> Iterator[Block]:
    """The first audio track mixed to one channel and resampled to `rate` Hz. Raises InputRefused like `decode`.

    The number of samples is exactly the recording's length in samples times the ratio of the rates, rounded down.
    """
    with open_track(path) as track:
        mix = MonoMix(track.rate)
        mono = (replace(block, samples=mix(block.samples)) for block in _blocks(track))
        yield from mono if track.rate == rate else _resampled(mono, track.rate, rate)


def _blocks(track: Track) -> Iterator[Block]:
    start = position = 0
    parts: list[Samples] = []
    filled: list[tuple[int, int]] = []
    for part, is_filled in _parts(track):
        taken = 0
        while taken < part.shape[1]:
            count = min(part.shape[1] - taken, start + track.rate - position)
            parts.append(part[:, taken : taken + count])
            if is_filled:
                filled.append((position, position + count))
            taken += count
            position += count
            if position == start + track.rate:
                yield Block(start, np.concatenate(parts, axis=1), tuple(filled))
                start, parts, filled = position, [], []
    if parts:
        yield Block(start, np.concatenate(parts, axis=1), tuple(filled))


def _parts(track: Track) -> Iterator[tuple[Samples, bool]]:
    for piece in track.pieces():
        missing = piece.missing
        while missing > 0:
            count = min(missing, track.rate)
            yield np.zeros((track.channels, count), np.float32), True
            missing -= count
        yield to_float(piece.samples), False


def _resampled(blocks: Iterator[Block], rate_in: int, rate_out: int) -> Iterator[Block]:
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=rate_out)
    received = given = 0
    for block in blocks:
        frame = AudioFrame.from_ndarray(block.samples, format="fltp", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = rate_in, Fraction(1, rate_in), received
        received += block.samples.shape[1]
        for samples in _arrays(resampler.resample(frame)):
            yield Block(given, samples)
            given += samples.shape[1]
    # The filter's tail is a few samples more or less than the exact length.
    tail = np.concatenate([np.zeros((1, 0), np.float32), *_arrays(resampler.resample(None))], axis=1)
    rest = received * rate_out // rate_in - given
    if rest > 0:
        yield Block(given, np.pad(tail[:, :rest], ((0, 0), (0, max(0, rest - tail.shape[1])))))


def _arrays(frames: list[AudioFrame]) -> list[Samples]:
    return [frame.to_ndarray().astype(np.float32, copy=False) for frame in frames]
