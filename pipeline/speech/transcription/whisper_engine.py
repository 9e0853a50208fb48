"""What both Whisper engines share: tell the languages, pack the speech, recognise chunk by chunk, come back in time.

Memory does not grow with the recording: a few chunks are read, heard and let go.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.recording.speech_audio import SpeechAudio
from pipeline.speech.intervals import intersect, subtract
from pipeline.speech.language import WRITTEN, languages, windows
from pipeline.speech.model import Engine, LanguageSpan, Segment, Span, Transcription, Word
from pipeline.speech.transcription.chunks import Chunk, pack
from pipeline.speech.transcription.engine import Progress, TranscriptionOptions

SCHEMA = "wederhoor/transcription/1"

Samples = NDArray[np.float32]
Item = TypeVar("Item")

_WINDOWS_AT_ONCE = 16
_CHUNKS_AT_ONCE = 4
# Of the whole time, what telling the languages costs.
_LANGUAGE_SHARE = 0.1
_WORTH_HEARING_AGAIN_MS = 1_000
_AROUND_WORD_MS = 150


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word on the clock of the samples it was heard in, in ms; `probability` in 0-1."""

    start_ms: int
    end_ms: int
    text: str
    probability: float


class Recogniser(Protocol):
    """The network: the narrow border at which tests put a fake."""

    @property
    def engine(self) -> Engine:
        """Who recognises."""
        ...

    def detect_languages(self, pieces: Sequence[Samples]) -> list[Mapping[str, float]]:
        """The probability of each language (ISO 639-1) in each piece of at most some six seconds at 16 kHz."""
        ...

    def recognise(self, pieces: Sequence[Samples], language: str, options: TranscriptionOptions) -> list[list[list[HeardWord]]]:
        """For each piece of at most thirty seconds its segments, each a list of words in time order."""
        ...


class WhisperEngine:
    """A TranscriptionEngine around a recogniser."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser

    def transcribe(self, audio: SpeechAudio, activity: Sequence[Span], options: TranscriptionOptions, progress: Progress) -> Transcription:
        """See TranscriptionEngine."""
        spoken = self._languages(audio, activity, options, progress)
        segments: list[Segment] = []
        for batch in _batches(pack(_written(activity, spoken), audio), _CHUNKS_AT_ONCE):
            found = list(self._recognised(audio, batch, options))
            segments += found
            segments += self._recognised(audio, list(pack(_passed_over(activity, batch, found), audio)), options)
            done = batch[-1].pieces[-1].end_ms / audio.duration_ms
            progress(_LANGUAGE_SHARE + (1 - _LANGUAGE_SHARE) * min(1.0, done))
        progress(1.0)
        return Transcription(
            schema=SCHEMA,
            engine=self._recogniser.engine,
            activity=tuple(activity),
            languages=spoken,
            segments=tuple(sorted(segments, key=lambda segment: (segment.start_ms, segment.end_ms))),
        )

    def _languages(
        self, audio: SpeechAudio, activity: Sequence[Span], options: TranscriptionOptions, progress: Progress
    ) -> tuple[LanguageSpan, ...]:
        heard: list[tuple[Span, Mapping[str, float]]] = []
        for batch in _batches(windows(activity), _WINDOWS_AT_ONCE):
            pieces = [audio.read(window.start_ms, window.end_ms) for window in batch]
            heard.extend(zip(batch, self._recogniser.detect_languages(pieces), strict=True))
            progress(_LANGUAGE_SHARE * min(1.0, batch[-1].end_ms / audio.duration_ms))
        return languages(heard, activity, options.language)

    def _recognised(self, audio: SpeechAudio, batch: list[Chunk], options: TranscriptionOptions) -> Iterator[Segment]:
        for language in sorted({chunk.language for chunk in batch}):
            chunks = [chunk for chunk in batch if chunk.language == language]
            found = self._recogniser.recognise([chunk.read(audio) for chunk in chunks], language, options)
            for chunk, segments in zip(chunks, found, strict=True):
                for words in segments:
                    if words:
                        yield _segment(chunk, words)


def _segment(chunk: Chunk, heard: Sequence[HeardWord]) -> Segment:
    """A segment on the recording's clock; words keep their order even where an engine let two overlap."""
    words: list[Word] = []
    for word in heard:
        span = chunk.span_in_recording(word.start_ms, word.end_ms)
        start = max(span.start_ms, words[-1].start_ms if words else 0)
        words.append(
            Word(start_ms=start, end_ms=max(start, span.end_ms), text=word.text, confidence=round(min(max(word.probability, 0.0), 1.0), 4))
        )
    return Segment(start_ms=words[0].start_ms, end_ms=max(word.end_ms for word in words), language=chunk.language, words=tuple(words))


def _written(activity: Sequence[Span], spoken: Sequence[LanguageSpan]) -> Iterator[tuple[Span, str]]:
    """The stretches to be written down and their language: what is spoken in Dutch or English."""
    for language in spoken:
        if language.language not in WRITTEN:
            continue
        for span in intersect([Span(language.start_ms, language.end_ms)], activity):
            yield span, language.language


def _passed_over(activity: Sequence[Span], heard: Sequence[Chunk], found: Sequence[Segment]) -> Iterator[tuple[Span, str]]:
    """Speech in the chunks that got no words, long enough to hold some, with its language.

    Whisper is known to pass over whole sentences in a full chunk, and finds them when it hears them by themselves.
    """
    words = [Span(word.start_ms - _AROUND_WORD_MS, word.end_ms + _AROUND_WORD_MS) for part in found for word in part.words]
    for chunk in heard:
        for piece in chunk.pieces:
            for silent in subtract([piece], words):
                for span in intersect([silent], activity):
                    if span.end_ms - span.start_ms >= _WORTH_HEARING_AGAIN_MS:
                        yield span, chunk.language


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
