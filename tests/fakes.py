"""Stand-ins at the border of the big models: they hear the same words in every recording and note that they were asked."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.recording.speech_audio import SpeechAudio
from pipeline.settings import Settings
from pipeline.speech.diarisation import DIARISATION_SCHEMA, DiarisationOptions
from pipeline.speech.model import Diarisation, Engine, Segment, Span, Transcription, Turn, Word
from pipeline.speech.transcription.engine import TranscriptionOptions

ENGINE = Engine(name="fake", version="1", model="fake", weights_sha256="0" * 64)
WORDS = ("Goedemiddag", "mevrouw.", "Mijn", "tas", "is", "niet", "weg.")
# Half a second per word, from the start of the recording; the second voice says the last five.
STEP_MS = 500
VOICES = (2, 5)
# Recordings of exactly this length, in milliseconds, make the engine hang, or be killed as for want of memory.
HANG_MS, OUT_OF_MEMORY_MS = 3_111, 3_333


def noted(stage: str) -> None:
    """Append to the file the test watches, so that it can count how often a model was really asked."""
    if log := os.environ.get("FAKE_ENGINES_LOG"):
        with Path(log).open("a") as file:
            file.write(f"{stage}\n")


def met_with_mishap(audio: SpeechAudio) -> None:
    if audio.duration_ms == HANG_MS:
        time.sleep(3600)
    elif audio.duration_ms == OUT_OF_MEMORY_MS:
        os.kill(os.getpid(), signal.SIGKILL)


class FakeEngine:
    def transcribe(
        self, audio: SpeechAudio, activity: Sequence[Span], options: TranscriptionOptions, progress: Callable[[float], None]
    ) -> Transcription:
        noted("transcribe")
        met_with_mishap(audio)
        words = tuple(Word(start_ms=at * STEP_MS, end_ms=at * STEP_MS + 400, text=text, confidence=0.9) for at, text in enumerate(WORDS))
        segment = Segment(start_ms=0, end_ms=len(WORDS) * STEP_MS, language="nl", words=words)
        progress(1.0)
        return Transcription(
            schema="wederhoor/transcription/1", engine=ENGINE, activity=(Span(0, segment.end_ms),), languages=(), segments=(segment,)
        )


class FakeDiariser:
    def diarise(self, audio: SpeechAudio, options: DiarisationOptions, progress: Callable[[float], None]) -> Diarisation:
        noted("diarise")
        border = VOICES[0] * STEP_MS
        turns = (
            Turn(start_ms=0, end_ms=border, speaker="S1"),
            Turn(start_ms=border, end_ms=border + VOICES[1] * STEP_MS, speaker="S2"),
        )
        progress(1.0)
        return Diarisation(schema=DIARISATION_SCHEMA, engine=ENGINE, turns=turns, exclusive=turns)


def engine(settings: Settings) -> FakeEngine:
    return FakeEngine()


def diariser(settings: Settings) -> FakeDiariser:
    return FakeDiariser()
