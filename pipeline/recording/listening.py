"""The listening copy: the recording as browsers can play and seek it, and the outline of its loudness. Not the original."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame

from pipeline.recording.decode import Block, decode_mono
from pipeline.recording.speech_audio import SpeechAudio
from pipeline.texts import Language, texts

OUTLINE_SCHEMA = "wederhoor/outline/1"
# Speech up to 15 kHz; at this rate one frame of AAC (1024 samples) lasts exactly 32 ms.
LISTENING_RATE = 32_000
_BITS_PER_SECOND = 56_000
# Measured on speech: the encoder's default search costs 1.7 times as much and comes less close to the original (28 against 34 dB).
_ENCODER = {"aac_coder": "fast"}
# The index comes first, so that a page can play before all is read; no date or library version, so that the copy is the
# same every time it is made.
_MUXER = {"movflags": "+faststart", "fflags": "+bitexact"}
_LOUDEST_PEAK = 100
_READ_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The loudness of equal stretches of the recording, 0-100; for drawing a waveform."""

    schema: str
    peaks: tuple[int, ...]


def write_listening_copy(source: Path, target: Path, language: Language = Language.DUTCH) -> None:
    """Write the recording as mono AAC in MP4. Its clock is that of the recording: an edit list skips the encoder's priming.

    The title says that it is not the original. Raises InputRefused when the source cannot be decoded.
    """
    write_sound(decode_mono(source, LISTENING_RATE), target, texts(language)("listening.title"))


def write_sound(blocks: Iterable[Block], target: Path, title: str) -> None:
    """Write one channel of sound at `LISTENING_RATE` as browsers play it. `blocks` follow each other from time zero."""
    # The protocol is named, so that no name of a file is taken for another kind of address.
    with av.open(f"file:{target}", "w", format="mp4", options=_MUXER) as container:
        container.metadata["title"] = title
        stream = container.add_stream("aac", rate=LISTENING_RATE, layout="mono", options=_ENCODER)
        stream.bit_rate = _BITS_PER_SECOND
        stream.codec_context.open()
        size = stream.codec_context.frame_size
        waiting, position = np.zeros((1, 0), np.float32), 0
        for block in blocks:
            waiting = np.concatenate([waiting, block.samples], axis=1)
            whole = waiting.shape[1] // size * size
            for start in range(0, whole, size):
                container.mux(stream.encode(_frame(waiting[:, start : start + size], position + start)))
            waiting, position = waiting[:, whole:], position + whole
        if waiting.shape[1]:
            container.mux(stream.encode(_frame(waiting, position)))
        container.mux(stream.encode(None))


def peaks(audio: SpeechAudio, buckets: int) -> list[int]:
    """The loudest sample of each of `buckets` equal parts of the recording, 0-100 of full scale; for drawing a waveform."""
    edges = [audio.duration_ms * bucket // buckets for bucket in range(buckets + 1)]
    return [round(_LOUDEST_PEAK * _peak(audio, start, end)) for start, end in pairwise(edges)]


def _peak(audio: SpeechAudio, start_ms: int, end_ms: int) -> float:
    parts = (audio.read(at, min(at + _READ_MS, end_ms)) for at in range(start_ms, end_ms, _READ_MS))
    return max((float(np.abs(part).max(initial=0)) for part in parts), default=0.0)


def _frame(samples: np.ndarray[tuple[int, ...], np.dtype[np.float32]], position: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = LISTENING_RATE, Fraction(1, LISTENING_RATE), position
    return frame
