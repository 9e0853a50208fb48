"""Word error rate beside faster-whisper's own `transcribe` with the same weights, beam 5 and its voice activity detection.

Usage: WEDERHOOR_SPEECH_DATA=<folder> python tests/benchmarks/speech/wer.py [ENGINE] [NAME ...]

ENGINE is faster-whisper (default) or openai-whisper. jiwer counts. Normaliser: number words as digits (text2num, so that
"twaalf" and "12" are equal), lower case, everything but letters, digits and spaces removed, white space folded.

TUNING and TEST were named before anything was measured. What was tuned (see the README beside) was tuned on TUNING; results
on TEST were looked at when the choice between decoding with and without time stamps was made.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import jiwer
from faster_whisper import WhisperModel
from text_to_num import alpha2digit

from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.settings import Settings
from pipeline.speech.activity import WEIGHTS, find_speech
from pipeline.speech.transcription.engine import ENGINES, TranscriptionEngine, TranscriptionOptions, engine_named
from pipeline.weights import locate

TUNING = ("nl/fillets_60s", "nl/klacht_4spk")
TEST = ("nl/gesprek_opvang", "nl/klacht_2spk", "nl/fillets_60s_room", "nl/fillets_10min")

Texts = tuple[str, str, str]


def main(engine_name: str, names: Sequence[str]) -> None:
    settings = Settings()
    engine = engine_named(engine_name, settings)
    weights = locate(settings.speech.model, settings)
    theirs = WhisperModel(str(weights.path), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    for part, files in (("tuning", TUNING), ("test", TEST)):
        texts = [measured(name, engine, theirs, settings) for name in files if not names or name in names]
        if texts:
            show(f"{part}, pooled", texts)


def measured(name: str, engine: TranscriptionEngine, theirs: WhisperModel, settings: Settings) -> Texts:
    """Reference, our words and theirs of one file; prints their rates and what ours cost."""
    data = Path(os.environ["WEDERHOOR_SPEECH_DATA"])
    with tempfile.TemporaryDirectory() as folder:
        audio = SpeechAudio(Path(folder) / "speech.pcm")
        write_speech_audio(data / f"{name}.flac", audio.path)
        before = time.process_time()
        found = engine.transcribe(audio, find_speech(audio, locate(WEIGHTS, settings)), TranscriptionOptions(), lambda share: None)
        cost = (time.process_time() - before) / (audio.duration_ms / 1000)
        segments, _ = theirs.transcribe(audio.read(0, audio.duration_ms), language="nl", beam_size=5, vad_filter=True)
        ours = " ".join(word.text for segment in found.segments for word in segment.words)
        texts = normalised(reference(data / f"{name}.txt")), normalised(ours), normalised(" ".join(each.text for each in segments))
    show(f"{name} (CPU {cost:.3f})", [texts])
    return texts


def show(title: str, texts: Sequence[Texts]) -> None:
    references, *hypotheses = zip(*texts, strict=True)
    line = f"{title:36}"
    for who, heard in zip(("ours", "theirs"), hypotheses, strict=True):
        counted = jiwer.process_words(list(references), list(heard))
        line += f"  {who} {counted.wer:.3f} (S {counted.substitutions} D {counted.deletions} I {counted.insertions})"
    print(line, flush=True)


def reference(path: Path) -> str:
    """The words of a reference: lines such as "[0001.000-0005.241] SPEAKER: words"."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return " ".join(re.sub(r"^\[[^\]]*\]\s*[^:]{1,40}:\s*", "", line) for line in lines)


def normalised(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", alpha2digit(text, "nl").casefold()).split())


if __name__ == "__main__":
    asked = sys.argv[1:]
    chosen = asked.pop(0) if asked and asked[0] in ENGINES.known else "faster-whisper"
    main(chosen, asked)
