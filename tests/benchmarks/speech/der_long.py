"""What diarising a long recording costs: CPU-seconds per second of audio, largest process, and whether it holds together.

Usage: WEDERHOOR_SPEECH_DATA=<folder> python tests/benchmarks/speech/der_long.py MINUTES

The recording is the test speech over and over, each round at another level. "same voice" is the share of speech that goes
to the speaker it went to in the first round: a speaker must not become someone else hours later.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import itertools
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio, write_speech_audio
from pipeline.settings import Settings
from pipeline.speech.diarisation import DiarisationOptions, diariser_named
from pipeline.speech.model import Turn

SOURCES = ("nl/gesprek_opvang", "nl/fillets_10min", "nl/klacht_4spk", "nl/telephone_duo_16k")
GAINS = (1.0, 0.45, 0.7, 0.3)
_FRAME_MS = 100


def main(minutes: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech"
        round_ms = write_rounds(path, minutes)
        audio = SpeechAudio(path)
        before = time.process_time()
        found = diariser_named("pyannote", Settings()).diarise(audio, DiarisationOptions(), lambda share: None)
        cpu = time.process_time() - before
        figures = {
            "audio_s": audio.duration_ms // 1000,
            "cpu_per_audio_s": round(cpu * 1000 / audio.duration_ms, 4),
            "largest_process_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "turns": len(found.turns),
            "speakers": len({turn.speaker for turn in found.turns}),
            "same_voice": same_voice(found.exclusive, audio.duration_ms, round_ms),
        }
    print(json.dumps(figures))


def write_rounds(path: Path, minutes: float) -> int:
    """Write the recording and return the length of one round in milliseconds."""
    folder = Path(os.environ["WEDERHOOR_SPEECH_DATA"])
    for number, source in enumerate(SOURCES):
        write_speech_audio((folder / source).with_suffix(".flac"), path.with_suffix(f".{number}"))
    once = np.concatenate([np.fromfile(path.with_suffix(f".{number}"), "<i2") for number in range(len(SOURCES))])
    # A whole number of frames of `same_voice`.
    once = once[: len(once) // (SAMPLE_RATE // 10) * (SAMPLE_RATE // 10)]
    left = round(minutes * 60 * SAMPLE_RATE)
    with path.open("wb") as file:
        for gain in itertools.cycle(GAINS):
            file.write((once[:left] * gain).astype("<i2").tobytes())
            left -= len(once)
            if left <= 0:
                return len(once) * 1000 // SAMPLE_RATE
    raise AssertionError("unreachable")


def same_voice(exclusive: tuple[Turn, ...], duration_ms: int, round_ms: int) -> float | None:
    """The share of later speech whose speaker is the one heard at that place in the first round."""
    speakers = np.zeros(duration_ms // _FRAME_MS + 1, "U8")
    for turn in exclusive:
        speakers[turn.start_ms // _FRAME_MS : turn.end_ms // _FRAME_MS] = turn.speaker
    per_round = round_ms // _FRAME_MS
    first = speakers[:per_round]
    agreed: Counter[bool] = Counter()
    for start in range(per_round, len(speakers), per_round):
        later = speakers[start : start + per_round]
        both = (later != "") & (first[: len(later)] != "")
        agreed[True] += int((later == first[: len(later)])[both].sum())
        agreed[False] += int((later != first[: len(later)])[both].sum())
    return round(agreed[True] / agreed.total(), 4) if agreed.total() else None


if __name__ == "__main__":
    main(float(sys.argv[1]))
