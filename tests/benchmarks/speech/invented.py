"""Words where nobody speaks: ten minutes each of silence, noise, hum, music and breathing, through the whole audit.

Usage: python tests/benchmarks/speech/invented.py [SECONDS]

Needs no data from outside. Each sound is heard twice: as it would be, with the activity detection before it, and as if the
detection had let all of it through (SECONDS of it, 120 unless told). Prints the words, and those that carry no flag.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipeline.recording.speech_audio import SpeechAudio
from pipeline.settings import Settings
from pipeline.speech.activity import WEIGHTS, find_speech
from pipeline.speech.coverage import audit
from pipeline.speech.model import Diarisation, Engine, Span
from pipeline.speech.transcription.engine import TranscriptionEngine, TranscriptionOptions, engine_named
from pipeline.weights import locate
from tests.speech.sounds import RATE, SOUNDS

TEN_MINUTES = 600
NOBODY = Diarisation(
    schema="wederhoor/diarisation/1", engine=Engine(name="none", version="1", model="none", weights_sha256="0" * 64), turns=(), exclusive=()
)


def main(forced_seconds: int) -> None:
    settings = Settings()
    engine = engine_named("faster-whisper", settings)
    with tempfile.TemporaryDirectory() as folder:
        audio = SpeechAudio(Path(folder) / "speech.pcm")
        for name, sound in SOUNDS.items():
            audio.path.write_bytes(sound(TEN_MINUTES * RATE).tobytes())
            detected = find_speech(audio, locate(WEIGHTS, settings))
            report(f"{name}, ten minutes", engine, audio, detected, settings)
            report(f"{name}, {forced_seconds} s let through", engine, audio, [Span(0, forced_seconds * 1000)], settings)


def report(title: str, engine: TranscriptionEngine, audio: SpeechAudio, activity: Sequence[Span], settings: Settings) -> None:
    found = audit(engine.transcribe(audio, activity, TranscriptionOptions(), lambda share: None), NOBODY, audio, settings.speech)
    words = [word for segment in found.segments for word in segment.words]
    unflagged = [word.text for word in words if not word.flags]
    print(f"{title:32} stretches of speech {len(activity)}, words {len(words)}, unflagged {len(unflagged)} {unflagged[:8]}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 120)
