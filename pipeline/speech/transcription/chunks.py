"""Packing speech into chunks of at most the thirty seconds that Whisper hears at once, and finding the way back in time.

The encoder costs the same for a full chunk as for an almost empty one, so chunks are filled; long pauses are shortened,
because Whisper invents words in them. A chunk keeps one language.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio
from pipeline.speech.model import Span

# Whisper hears 30 s; a little less leaves it the silence in which it ends a text well.
CHUNK_MS = 29_000
_KEPT_PAUSE_MS = 600


@dataclass(frozen=True, slots=True)
class Chunk:
    """Pieces of the recording that are heard one after the other as one."""

    language: str
    pieces: tuple[Span, ...]

    @property
    def length_ms(self) -> int:
        """How long the pieces are together."""
        return sum(piece.end_ms - piece.start_ms for piece in self.pieces)

    def read(self, audio: SpeechAudio) -> NDArray[np.float32]:
        """The samples of the pieces, joined."""
        return np.concatenate([audio.read(piece.start_ms, piece.end_ms) for piece in self.pieces])

    def span_in_recording(self, start_ms: int, end_ms: int) -> Span:
        """A span on the chunk's own clock, moved to the recording's. It lies in the piece that holds its middle."""
        middle = (start_ms + end_ms) // 2
        begin = 0
        for piece in self.pieces:
            length = piece.end_ms - piece.start_ms
            if middle < begin + length or piece is self.pieces[-1]:
                shift = piece.start_ms - begin
                start = min(max(start_ms + shift, piece.start_ms), piece.end_ms)
                return Span(start, min(max(end_ms + shift, start), piece.end_ms))
            begin += length
        raise ValueError("a chunk without pieces")


def pack(stretches: Iterable[tuple[Span, str]], audio: SpeechAudio) -> Iterator[Chunk]:
    """Chunks from stretches of speech, each with its language, in time order.

    A stretch longer than a chunk is cut where it is quietest; of the pause between two stretches in one chunk at most
    600 ms is heard.
    """
    pieces: list[Span] = []
    spoken = ""
    for stretch, language in stretches:
        for part in _cut(stretch, audio):
            reach = _with_pause(pieces, part)
            if pieces and (language != spoken or _length(reach) > CHUNK_MS):
                yield Chunk(spoken, tuple(pieces))
                reach = [part]
            pieces, spoken = reach, language
    if pieces:
        yield Chunk(spoken, tuple(pieces))


def _cut(stretch: Span, audio: SpeechAudio) -> Iterator[Span]:
    """Parts of at most a chunk's length; each cut lies at the quietest place in the last third of its part."""
    start = stretch.start_ms
    while stretch.end_ms - start > CHUNK_MS:
        cut = _quietest(audio, Span(start + CHUNK_MS * 2 // 3, start + CHUNK_MS))
        yield Span(start, cut)
        start = cut
    yield Span(start, stretch.end_ms)


def _quietest(audio: SpeechAudio, span: Span) -> int:
    """The middle, in ms, of the quietest tenth of a second."""
    samples = audio.read(span.start_ms, span.end_ms)
    window = SAMPLE_RATE // 10
    energy = np.convolve(np.square(samples, dtype=np.float64), np.ones(window), "valid")
    return span.start_ms + (int(energy.argmin()) + window // 2) * 1000 // SAMPLE_RATE


def _with_pause(pieces: list[Span], part: Span) -> list[Span]:
    """The pieces and the part, with what is kept of the pause between them."""
    if not pieces:
        return [part]
    last = pieces[-1]
    pause = part.start_ms - last.end_ms
    if pause <= _KEPT_PAUSE_MS:
        return [*pieces[:-1], Span(last.start_ms, part.end_ms)]
    half = _KEPT_PAUSE_MS // 2
    return [*pieces[:-1], Span(last.start_ms, last.end_ms + half), Span(part.start_ms - half, part.end_ms)]


def _length(pieces: list[Span]) -> int:
    return sum(piece.end_ms - piece.start_ms for piece in pieces)
