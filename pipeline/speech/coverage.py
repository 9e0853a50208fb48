"""The audit: every millisecond of the recording accounted for, and words that may not have been said marked as such.

Silently missing stretches are what users of such systems complain of most, so speech without words is a kind of its own
and becomes a visible line of the minutes.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from pipeline.recording.speech_audio import SpeechAudio
from pipeline.settings import Speech
from pipeline.speech.doubts import doubt
from pipeline.speech.intervals import intersect, subtract, union
from pipeline.speech.language import WRITTEN
from pipeline.speech.model import (
    CoverageKind,
    CoverageSpan,
    Diarisation,
    Segment,
    Span,
    SpeechRecord,
    Transcription,
    Word,
    WordFlag,
)

SCHEMA = "wederhoor/speech/1"

# Words so close together are one stretch of transcribed speech: nobody waits for a line about half a breath.
_JOINED_WITHIN_MS = 1_000
# Word times are a few tenths of a second off; what lies this near to words is theirs.
_WORD_MARGIN_MS = 300
_SHORTEST_UNTRANSCRIBED_MS = 600
_FRAME_MS = 100
_READ_MS = 60_000
# Below this root mean square (-50 dB of full scale) a tenth of a second counts as silence.
_SILENT_RMS = 10 ** (-50 / 20)
_NOT_SPOKEN = {WordFlag.OUTSIDE_SPEECH, WordFlag.LOOP, WordFlag.STOCK_PHRASE}


def audit(transcription: Transcription, diarisation: Diarisation, audio: SpeechAudio, settings: Speech) -> SpeechRecord:
    """The speech record of a recording: flagged words, turns, languages and what each millisecond is.

    `transcription` holds attributed words. Words are flagged, never dropped.
    """
    segments = doubt(transcription.segments, transcription.activity, transcription.languages, settings.uncertain_below)
    return SpeechRecord(
        schema=SCHEMA,
        engines=(transcription.engine, diarisation.engine),
        segments=segments,
        turns=diarisation.turns,
        languages=transcription.languages,
        coverage=tuple(_coverage(segments, transcription, audio)),
    )


def _coverage(segments: Sequence[Segment], transcription: Transcription, audio: SpeechAudio) -> Iterator[CoverageSpan]:
    """Spans of one kind each, in time order, from 0 to the end without gap or overlap."""
    whole = [Span(0, audio.duration_ms)]
    strange = union(Span(span.start_ms, span.end_ms) for span in transcription.languages if span.language not in WRITTEN)
    written = intersect(whole, subtract(_stretches(word for segment in segments for word in segment.words), strange))
    other_language = intersect(whole, strange)
    near_words = union(Span(span.start_ms - _WORD_MARGIN_MS, span.end_ms + _WORD_MARGIN_MS) for span in written)
    unwritten = subtract(intersect(whole, transcription.activity), [*near_words, *other_language])
    missed = [span for span in unwritten if span.end_ms - span.start_ms >= _SHORTEST_UNTRANSCRIBED_MS]
    rest = subtract(whole, [*written, *other_language, *missed])
    silent = intersect(rest, _silence(audio))
    kinds = {
        CoverageKind.TRANSCRIBED: written,
        CoverageKind.OTHER_LANGUAGE: other_language,
        CoverageKind.UNTRANSCRIBED_SPEECH: missed,
        CoverageKind.SILENCE: silent,
        CoverageKind.OTHER_SOUND: subtract(rest, silent),
    }
    placed = [(span, kind) for kind, spans in kinds.items() for span in spans]
    for span, kind in sorted(placed, key=lambda each: each[0]):
        yield CoverageSpan(start_ms=span.start_ms, end_ms=span.end_ms, kind=kind)


def _stretches(words: Iterable[Word]) -> list[Span]:
    """Where words that were spoken stand, short pauses between them included."""
    spoken = union(Span(word.start_ms, max(word.end_ms, word.start_ms + 1)) for word in words if _NOT_SPOKEN.isdisjoint(word.flags))
    pauses = [Span(one.end_ms, next_.start_ms) for one, next_ in pairwise(spoken) if next_.start_ms - one.end_ms <= _JOINED_WITHIN_MS]
    return union([*spoken, *pauses])


def _silence(audio: SpeechAudio) -> list[Span]:
    """The tenths of a second in which next to nothing is heard."""
    silent: list[Span] = []
    for start_ms in range(0, audio.duration_ms, _READ_MS):
        samples = audio.read(start_ms, min(start_ms + _READ_MS, audio.duration_ms))
        per_frame = _FRAME_MS * 16
        frames = np.pad(samples, (0, -len(samples) % per_frame)).reshape(-1, per_frame)
        quiet = np.sqrt(np.mean(frames.astype(np.float64) ** 2, axis=1)) < _SILENT_RMS
        silent += [Span(start_ms + index * _FRAME_MS, start_ms + (index + 1) * _FRAME_MS) for index in np.flatnonzero(quiet).tolist()]
    return intersect([Span(0, audio.duration_ms)], silent)
