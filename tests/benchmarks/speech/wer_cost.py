"""What recognition costs: CPU-seconds of the whole process per second of audio at one thread, and its largest memory.

Usage: WEDERHOOR_SPEECH_DATA=<folder> python tests/benchmarks/speech/wer_cost.py MINUTES [ENGINE]

The Dutch test speech is repeated to the length asked for, each time at another level; activity, languages, words (beam 5) and
word times, loading included.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import resource
import sys
import tempfile
from itertools import cycle, product
from pathlib import Path

import numpy as np

from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.settings import Settings
from pipeline.speech.activity import WEIGHTS, find_speech
from pipeline.speech.transcription.engine import TranscriptionOptions, engine_named
from pipeline.weights import locate

SOURCES = ("nl/fillets_10min", "nl/gesprek_opvang", "nl/klacht_4spk", "nl/klacht_2spk")
LEVELS = (1.0, 0.45, 0.7)


def main(minutes: float, engine: str) -> None:
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        audio = SpeechAudio(Path(folder) / "speech.pcm")
        write_long(audio.path, Path(folder), round(minutes * 60_000))
        before = cpu_seconds()
        spans = find_speech(audio, locate(WEIGHTS, settings))
        found = engine_named(engine, settings).transcribe(audio, spans, TranscriptionOptions(), lambda share: None)
        cost = cpu_seconds() - before
    words = sum(len(segment.words) for segment in found.segments)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{minutes:g} minutes, {words} words: {cost / (minutes * 60):.4f} CPU-seconds per second, largest {memory} MB")


def write_long(target: Path, folder: Path, length_ms: int) -> None:
    parts: list[np.ndarray] = []
    for number, name in enumerate(SOURCES):
        write_speech_audio(Path(os.environ["WEDERHOOR_SPEECH_DATA"]) / f"{name}.flac", folder / f"{number}.pcm")
        parts.append(np.fromfile(folder / f"{number}.pcm", "<i2"))
    left = length_ms * 16
    with target.open("wb") as file:
        for level, part in cycle(product(LEVELS, parts)):
            file.write((part[:left] * level).astype("<i2").tobytes())
            left -= len(part)
            if left <= 0:
                return


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "faster-whisper")
