"""Diarisation error on the files that have a reference: collar 0, all speech, with and without the number of speakers.

Usage: WEDERHOOR_SPEECH_DATA=<folder> python tests/benchmarks/speech/der.py [NAME ...]

Prints for each file DER, missed speech, false alarm and confusion as shares of the reference's speech, the number of
speakers found, and CPU-seconds of diarising per second of audio at one thread; then the pooled figures.

TUNING and TEST were fixed before anything was tuned. Thresholds in pipeline/speech/diarisation come from TUNING and from
worsened copies of its two Dutch files (echo, noise, level); but results on TEST were looked at while the method was chosen,
see the README beside: it is no clean held-out set.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate

from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.settings import Settings
from pipeline.speech.diarisation import DiarisationOptions, Diariser, diariser_named
from pipeline.speech.model import Turn

TUNING = ("en/ami_trn03", "en/ami_trn05", "en/ami_trn07", "en/ami_trn09", "nl/klacht_4spk", "nl/fillets_60s")
TEST = (
    "en/ami_sample",
    "en/ami_trn04",
    "en/ami_trn06",
    "en/ami_trn08",
    "en/falcon_three_speakers",
    "nl/gesprek_opvang",
    "nl/klacht_2spk",
    "nl/fillets_60s_room",
    "nl/fillets_10min",
    # Machine-made reference, nobody listened.
    "nl/telephone_duo_16k",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One file once: shares of the reference's speech, and what it cost."""

    file: str
    known: bool
    der: float
    missed: float
    false_alarm: float
    confusion: float
    found: int
    speakers: int
    cpu_per_audio_second: float


def main(names: Sequence[str]) -> None:
    folder = Path(os.environ["WEDERHOOR_SPEECH_DATA"])
    before = time.process_time()
    diariser = diariser_named("pyannote", Settings())
    print(f"loading: {time.process_time() - before:.1f} CPU-s")
    pooled: dict[tuple[str, bool], DiarizationErrorRate] = {}
    for name in names:
        reference = read_reference(folder / name)
        for known in (False, True):
            metric = pooled.setdefault((_pool(name), known), DiarizationErrorRate(collar=0.0, skip_overlap=False))
            print(row(measure(diariser, folder / name, reference, metric, known)), flush=True)
    for (pool, known), metric in pooled.items():
        print(f"pooled {pool:12} {'number known' if known else 'number unknown':15} DER {abs(metric):.3f}")
    print(json.dumps({"largest_process_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


def measure(diariser: Diariser, path: Path, reference: Annotation, metric: DiarizationErrorRate, known: bool) -> Figures:
    speakers = len(reference.labels())
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder) / "speech"
        write_speech_audio(path.with_suffix(".flac"), samples)
        audio = SpeechAudio(samples)
        before = time.process_time()
        found = diariser.diarise(audio, DiarisationOptions(num_speakers=speakers if known else None), lambda share: None)
        cpu = time.process_time() - before
        seconds = audio.duration_ms / 1000
    whole = Timeline([Segment(0, seconds)])
    parts = metric(reference, annotation(found.turns), uem=whole, detailed=True)
    total = parts["total"]
    return Figures(
        file=path.name,
        known=known,
        der=parts["diarization error rate"],
        missed=parts["missed detection"] / total,
        false_alarm=parts["false alarm"] / total,
        confusion=parts["confusion"] / total,
        found=len({turn.speaker for turn in found.turns}),
        speakers=speakers,
        cpu_per_audio_second=cpu / seconds,
    )


def annotation(turns: Sequence[Turn]) -> Annotation:
    """Turns as pyannote.metrics reads them."""
    made = Annotation()
    for number, turn in enumerate(turns):
        made[Segment(turn.start_ms / 1000, turn.end_ms / 1000), number] = turn.speaker
    return made


def read_reference(path: Path) -> Annotation:
    """The reference turns of a file; the AMI clips share one."""
    if path.name.startswith("ami_trn"):
        return _read_rttm(path.parent / "ami_train.rttm", path.name.removeprefix("ami_"))
    if path.name.startswith("telephone_duo"):
        return _read_rttm(path.parent / "telephone_duo.draft.rttm", None)
    return _read_rttm(path.with_suffix(".rttm"), None)


def _read_rttm(path: Path, uri: str | None) -> Annotation:
    made = Annotation()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        kind, file, _, start, length, _, _, speaker = line.split()[:8]
        if kind == "SPEAKER" and uri in (None, file):
            made[Segment(float(start), float(start) + float(length)), number] = speaker
    return made


def row(figures: Figures) -> str:
    return (
        f"{figures.file:24} {'known' if figures.known else 'unknown':8} DER {figures.der:.3f}  missed {figures.missed:.3f}  "
        f"false alarm {figures.false_alarm:.3f}  confusion {figures.confusion:.3f}  speakers {figures.found}/{figures.speakers}  "
        f"CPU {figures.cpu_per_audio_second:.3f}"
    )


def _pool(name: str) -> str:
    if "ami_" in name:
        return "AMI"
    return "tuning, nl" if name in TUNING else "test, others"


if __name__ == "__main__":
    main(sys.argv[1:] or TUNING + TEST)
