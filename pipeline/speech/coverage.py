"""Nothing is passed over in silence: every millisecond of the recording is accounted for, and doubtful words are marked."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio
from pipeline.settings import Speech
from pipeline.speech.doubts import doubt
from pipeline.speech.glossary import SHIPPED, read_glossary, suggest
from pipeline.speech.intervals import intersect, subtract, union
from pipeline.speech.language import WRITTEN
from pipeline.speech.model import (
    CoverageKind,
    CoverageSpan,
    Diarisation,
    LanguageSpan,
    Segment,
    Span,
    SpeechRecord,
    Transcription,
    WordFlag,
)

SCHEMA = "wederhoor/speech/1"

_INVENTED = {WordFlag.OUTSIDE_SPEECH, WordFlag.LOOP, WordFlag.STOCK_PHRASE}
"""A word with one of these says nothing about what was spoken there."""

_WITHIN_SENTENCE_MS = 1_000
"""A shorter pause between two words of a segment belongs to what is written."""

_AROUND_WORD_MS = 200
_SHORTEST_BESIDE_WORDS_MS = 700
"""A shorter rest of speech beside words is their breath, or the blur of their times."""

_FRAME_MS = 100
_BLOCK_MS = 60_000
_SILENT_BELOW = 10 ** (-50 / 20)
"""Root mean square of a tenth of a second, full scale being 1: -50 dB, a quiet room through a telephone."""
_SHORTEST_SOUND_MS = 500


def audit(transcription: Transcription, diarisation: Diarisation, audio: SpeechAudio, speech: Speech) -> SpeechRecord:
    """Hold the words, attributed to speakers, against the sound.

    Speech is what the activity detection or the diarisation heard. Without words it is `untranscribed_speech`, in a language
    that is not written `other_language`; the rest is silence or other sound.
    """
    turns = [Span(turn.start_ms, turn.end_ms) for turn in diarisation.turns]
    heard = union([*transcription.activity, *turns])
    read = suggest(transcription.segments, read_glossary(speech.glossary or SHIPPED))
    segments = doubt(read, heard, transcription.languages, speech.uncertain_below)
    return SpeechRecord(
        schema=SCHEMA,
        engines=(transcription.engine, diarisation.engine),
        segments=segments,
        turns=diarisation.turns,
        languages=transcription.languages,
        coverage=tuple(cover(segments, transcription.languages, heard, audio)),
    )


def cover(
    segments: Sequence[Segment], languages: Sequence[LanguageSpan], speech: Sequence[Span], audio: SpeechAudio
) -> Iterator[CoverageSpan]:
    """The whole recording in stretches of one kind that follow each other without gap or overlap."""
    whole = [Span(0, audio.duration_ms)]
    other = [Span(span.start_ms, span.end_ms) for span in languages if span.language not in WRITTEN]
    foreign = intersect(intersect(speech, other), whole)
    written = subtract(intersect(_written(segments), whole), foreign)
    left_over = subtract(intersect(speech, whole), [*written, *foreign])
    beside_words = [span for span in left_over if _length(span) < _SHORTEST_BESIDE_WORDS_MS and _touches(span, written)]
    transcribed = union([*written, *beside_words])
    wordless = subtract(left_over, transcribed)
    quiet = subtract(whole, [*transcribed, *foreign, *wordless])
    sounds = intersect(quiet, _sounds(audio))
    kinds = {
        CoverageKind.TRANSCRIBED: transcribed,
        CoverageKind.OTHER_LANGUAGE: foreign,
        CoverageKind.UNTRANSCRIBED_SPEECH: wordless,
        CoverageKind.OTHER_SOUND: sounds,
        CoverageKind.SILENCE: subtract(quiet, sounds),
    }
    for start, end, kind in sorted((span.start_ms, span.end_ms, kind) for kind, spans in kinds.items() for span in spans):
        yield CoverageSpan(start_ms=start, end_ms=end, kind=kind)


def _written(segments: Sequence[Segment]) -> Iterator[Span]:
    """Stretches that have words, short pauses inside a segment among them."""
    for segment in segments:
        spans = [
            Span(word.start_ms - _AROUND_WORD_MS, word.end_ms + _AROUND_WORD_MS)
            for word in segment.words
            if not _INVENTED.intersection(word.flags)
        ]
        for before, after in pairwise(spans):
            if after.start_ms - before.end_ms < _WITHIN_SENTENCE_MS:
                yield Span(before.start_ms, after.end_ms)
        yield from spans


def _sounds(audio: SpeechAudio) -> list[Span]:
    """Stretches of half a second and more that are not silent."""
    frame = _FRAME_MS * SAMPLE_RATE // 1000
    loud: list[Span] = []
    for start_ms, samples in audio.windows(_BLOCK_MS, _BLOCK_MS):
        frames = np.pad(samples, (0, -len(samples) % frame)).reshape(-1, frame)
        levels = np.sqrt(np.square(frames, dtype=np.float64).mean(axis=1))
        starts = start_ms + np.flatnonzero(levels >= _SILENT_BELOW) * _FRAME_MS
        loud += [Span(start, start + _FRAME_MS) for start in starts.tolist()]
    return [span for span in union(loud) if _length(span) >= _SHORTEST_SOUND_MS]


def _touches(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span lies against one of the others, which are in time order and apart."""
    nearest = bisect_left(others, span.start_ms, key=lambda other: other.end_ms)
    return nearest < len(others) and others[nearest].start_ms <= span.end_ms


def _length(span: Span) -> int:
    return span.end_ms - span.start_ms
