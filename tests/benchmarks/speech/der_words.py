"""Are the words with the right speaker? The sample conversation, recognised, diarised and attributed.

Usage: WEDERHOOR_SPEECH_DATA=<folder> python tests/benchmarks/speech/der_words.py [NAME ...]

For each turn of the reference the recognised words whose middle lies in it are looked up. Speakers of both sides are
matched one to one as fits best. A turn is right when most of its words are with its speaker, whole when all are; a turn
without words is neither. Times of the reference are exact: the speech is synthetic.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from der import read_reference
from pyannote.core import Annotation
from scipy.optimize import linear_sum_assignment

from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.settings import Settings
from pipeline.speech.activity import WEIGHTS, find_speech
from pipeline.speech.attribution import attribute
from pipeline.speech.diarisation import DiarisationOptions, diariser_named
from pipeline.speech.model import Word, WordFlag
from pipeline.speech.transcription.engine import TranscriptionOptions, engine_named
from pipeline.weights import locate

SAMPLE = ("nl/gesprek_opvang", "nl/klacht_2spk", "nl/klacht_4spk")


def main(names: Sequence[str]) -> None:
    folder = Path(os.environ["WEDERHOOR_SPEECH_DATA"])
    for name in names:
        reference = read_reference(folder / name)
        for known in (False, True):
            words = attributed_words(folder / name, len(reference.labels()) if known else None)
            print(f"{name:24} {'known' if known else 'unknown':8} {judged(reference, words)}", flush=True)


def attributed_words(path: Path, number: int | None) -> list[Word]:
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder) / "speech"
        write_speech_audio(path.with_suffix(".flac"), samples)
        audio = SpeechAudio(samples)
        engine = engine_named(settings.speech.engine, settings)
        transcription = engine.transcribe(audio, find_speech(audio, locate(WEIGHTS, settings)), TranscriptionOptions(), lambda share: None)
        found = diariser_named("pyannote", settings).diarise(audio, DiarisationOptions(num_speakers=number), lambda share: None)
    return [word for segment in attribute(transcription.segments, found) for word in segment.words]


def judged(reference: Annotation, words: Sequence[Word]) -> str:
    turns = [(segment.start * 1000, segment.end * 1000, speaker) for segment, _, speaker in reference.itertracks(yield_label=True)]
    heard = [Counter(word.speaker for word in words if start <= (word.start_ms + word.end_ms) / 2 < end) for start, end, _ in turns]
    theirs = reference.labels()
    ours = sorted({word.speaker for word in words if word.speaker})
    together = np.zeros((len(theirs), len(ours)))
    for (_, _, speaker), count in zip(turns, heard, strict=True):
        for label in ours:
            together[theirs.index(speaker), ours.index(label)] += count[label]
    match = {theirs[row]: ours[column] for row, column in zip(*linear_sum_assignment(-together), strict=True)}
    right = sum(count[match.get(speaker)] * 2 > count.total() for (_, _, speaker), count in zip(turns, heard, strict=True))
    whole = sum(0 < count.total() == count[match.get(speaker)] for (_, _, speaker), count in zip(turns, heard, strict=True))
    total = sum(count.total() for count in heard)
    good = sum(count[match.get(speaker)] for (_, _, speaker), count in zip(turns, heard, strict=True))
    overlapped = sum(WordFlag.OVERLAP in word.flags for word in words)
    return f"turns right {right}/{len(turns)}, whole {whole}/{len(turns)}; words right {good}/{total} of {len(words)}; overlap {overlapped}"


if __name__ == "__main__":
    main(sys.argv[1:] or SAMPLE)
