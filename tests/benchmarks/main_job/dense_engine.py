"""A stand-in for the recogniser that hears two and a half words a second, so that a long run measures everything else.

Use: python tests/benchmarks/main_job/measure.py 600 -- --engine tests.benchmarks.main_job.dense_engine:engine
"""

from collections.abc import Callable, Sequence

from pipeline.recording.speech_audio import SpeechAudio
from pipeline.settings import Settings
from pipeline.speech.model import Engine, Segment, Span, Transcription, Word
from pipeline.speech.transcription.engine import TranscriptionOptions

WORD_MS = 400
SEGMENT_WORDS = 30
ENGINE = Engine(name="dense", version="1", model="dense", weights_sha256="0" * 64)


class DenseEngine:
    def transcribe(
        self, audio: SpeechAudio, activity: Sequence[Span], options: TranscriptionOptions, progress: Callable[[float], None]
    ) -> Transcription:
        starts = range(0, audio.duration_ms - WORD_MS, WORD_MS)
        words = [Word(start_ms=at, end_ms=at + WORD_MS - 50, text=f"woord{at // WORD_MS % 997}", confidence=0.8) for at in starts]
        groups = [tuple(words[at : at + SEGMENT_WORDS]) for at in range(0, len(words), SEGMENT_WORDS)]
        segments = tuple(Segment(start_ms=group[0].start_ms, end_ms=group[-1].end_ms, language="nl", words=group) for group in groups)
        progress(1.0)
        return Transcription(
            schema="wederhoor/transcription/1", engine=ENGINE, activity=(Span(0, audio.duration_ms),), languages=(), segments=segments
        )


def engine(settings: Settings) -> DenseEngine:
    return DenseEngine()
