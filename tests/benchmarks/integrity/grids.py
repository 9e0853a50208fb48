"""Cuts in recordings that had a codec before: found, placed, weighed; false alarms and cost.

    WEDERHOOR_SPEECH_DATA=... OMP_NUM_THREADS=1 python -m tests.benchmarks.integrity.grids CASE
        [--seed N] [--clips N] [--seconds CPU] [--split tuning] [--write]

CASE is one of wav, celt, finer, same, untouched. Speech is encoded (the history that is looked for), decoded, moved by a random
number of samples, cut several times with a fade of 0, 5, 20 or 50 ms, and saved. Cuts are counted apart; whatever is claimed
elsewhere is a false alarm. `untouched` has the same chains without cuts: all speech of the split in one recording, joined before
the first codec (which is what a pause in the recorder leaves), its start trimmed before the second.

Sources are divided once: TUNING served to choose the method and its thresholds, TEST is only reported. All are 16 kHz (the
telephone call 8 kHz) and were resampled. An earlier codec would show all the same: falcon_three_speakers and the fillets have one, with
jumps of their own, and are left out. The hours are generated, never from real devices; all encoders are those of FFmpeg.
"""

import argparse
import json
import os
import random
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pipeline.integrity.calibration import interval
from pipeline.integrity.examine import _subject
from pipeline.integrity.model import Level, Stance, Trace
from pipeline.integrity.signal.grid import GridDetector
from pipeline.recording.decode import decode
from pipeline.shipped import CONFIG
from tests.fixtures.audio import Encoding, Samples, encode
from tests.integrity.builders import speech

SPLITS = {
    "tuning": ("nl/gesprek_opvang", "nl/klacht_4spk", "nl/telephone_duo_16k", "en/ami_trn05", "en/ami_sample"),
    "test": (
        "nl/klacht_2spk",
        *(f"en/ami_trn{number}" for number in ("03", "04", "06", "07", "08", "09")),
        "en/support_call_8k",
    ),
}
FADES_MS = (0, 5, 20, 50)
# Found: the claim lies within this of the middle of the join.
_NEAR_MS = 100


def codec(name: str) -> Encoding:
    """`aac64` is AAC at 64 kbit/s and so on; Opus at 48 kHz in the mode that is always CELT."""
    kind = name.rstrip("0123456789")
    rate = int(name[len(kind) :] or 0) * 1000 or None
    return {
        "aac": Encoding(".m4a", "aac", 44100, bit_rate=rate),
        "mp3_": Encoding(".mp3", "libmp3lame", 44100, bit_rate=rate),
        "wma": Encoding(".wma", "wmav2", 44100, bit_rate=rate),
        "celt": Encoding(".ogg", "libopus", 48000, bit_rate=rate, options={"application": "lowdelay"}),
        "opus": Encoding(".ogg", "libopus", 48000, bit_rate=rate),
        "wav": Encoding(".wav", "pcm_s16le", 48000 if rate else 44100),
    }[kind]


CHAINS = {
    "wav": [(first, "wav") for first in ("aac48", "aac64", "aac96", "mp3_64", "mp3_96", "wma64")],
    "celt": [("celt48", "wav48"), ("celt64", "wav48"), ("celt96", "wav48")],
    "finer": [("aac64", "aac128"), ("mp3_64", "mp3_128"), ("aac64", "mp3_128"), ("mp3_64", "aac128")],
    "same": [("aac48", "aac48"), ("aac64", "aac64"), ("mp3_64", "mp3_64"), ("aac96", "aac96"), ("mp3_96", "mp3_96")],
    "untouched": [
        *(("", saved) for saved in ("wav", "aac64", "mp3_64", "celt64", "opus24")),
        *(("aac64", saved) for saved in ("wav", "aac128", "aac64", "mp3_128")),
        *(("mp3_64", saved) for saved in ("wav", "mp3_128", "mp3_64", "aac128")),
        ("wma64", "wav"),
        ("celt64", "wav48"),
        ("opus24", "wav48"),
    ],
}
# Cuts in one clip, and its length: faint grids need seconds on both sides.
CUTS = {"wav": 16, "celt": 16, "finer": 10, "same": 3, "untouched": 0}
CLIP_SECONDS = {"wav": 80, "celt": 80, "finer": 80, "same": 72}
EDITS = {"wav": "cut_after_decoding", "celt": "cut_of_opus", "finer": "cut_saved_finer", "same": "cut_saved_again"}
CLASSES = {"wav": "pcm", "aac": "aac", "mp3_": "mp3"}


@dataclass
class Score:
    """Counts of one chain, or of all together."""

    found: int = 0
    cuts: int = 0
    held: int = 0
    edited: int = 0
    errors: list[float] = field(default_factory=list)
    alarms: int = 0
    asserted: int = 0
    seconds: float = 0.0
    cpu: float = 0.0

    def add(self, other: "Score") -> None:
        """The counts of both."""
        for name in ("found", "cuts", "held", "edited", "errors", "alarms", "asserted", "seconds", "cpu"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def row(self, name: str) -> str:
        """One line of the table."""
        errors = sorted(self.errors) or [float("nan")]
        low, high = interval(self.found, self.cuts) if self.cuts else (0.0, 1.0)
        return (
            f"| {name} | {self.found} of {self.cuts} | {low:.3f}-{high:.3f} | {errors[len(errors) // 2]:.0f} / "
            f"{errors[len(errors) * 9 // 10]:.0f} | {self.held} | {self.edited} | {self.alarms} ({self.asserted}) | "
            f"{self.seconds / 3600:.3f} | {self.seconds / max(self.cpu, 1e-9):.0f} |"
        )


HEAD = (
    "| chain | found | 95 % | error ms median / p90 | interval holds it | edited | false alarms (edited) | hours | times real time |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def decoded(path: Path) -> Samples:
    """The first channel."""
    return np.concatenate([block.samples for block in decode(path)], axis=1)[:1]


def cut(sound: Samples, places: list[tuple[int, int, int]]) -> tuple[Samples, list[float]]:
    """Without `gone` samples at each place (place, gone, fade); and where the middle of each join is, in samples."""
    kept, joins, begin = sound[:, : places[0][0]], [], places[0][0]
    for number, (at, gone, fade) in enumerate(places):
        end = places[number + 1][0] if number + 1 < len(places) else sound.shape[1]
        after = sound[:, at + gone : end]
        rise = np.linspace(0, 1, fade, dtype=np.float32)
        joins.append(kept.shape[1] - fade / 2)
        if fade:
            middle = kept[:, -fade:] * (1 - rise) + after[:, :fade] * rise
            kept, after = np.concatenate([kept[:, :-fade], middle], axis=1), after[:, fade:]
        kept = np.concatenate([kept, after], axis=1)
        begin = end
    assert begin == sound.shape[1]
    return kept, joins


def scored(path: Path, joins_ms: list[float]) -> Score:
    """What the detector claims of this file, held against what was done to it."""
    subject = _subject(path, path.stat().st_size)
    begun = time.process_time()
    claims = [trace for trace in GridDetector().examine(subject).findings if trace.level is not Level.HISTORY]
    score = Score(cuts=len(joins_ms), seconds=subject.recording.duration_ms / 1000, cpu=time.process_time() - begun)
    left = list(claims)
    for true in joins_ms:
        hits = sorted((trace for trace in left if trace.start_ms - _NEAR_MS <= true <= trace.end_ms + _NEAR_MS), key=_middle_from(true))
        if hits:
            left.remove(hits[0])
            score.found += 1
            score.held += hits[0].start_ms - 1 <= true <= hits[0].end_ms + 1
            score.edited += hits[0].hypotheses.edited is Stance.SUPPORTS
            score.errors.append(_middle_from(true)(hits[0]))
    score.alarms, score.asserted = len(left), sum(trace.hypotheses.edited is Stance.SUPPORTS for trace in left)
    return score


def _middle_from(true: float):  # type: ignore[no-untyped-def]
    def distance(trace: Trace) -> float:
        return abs((trace.start_ms + trace.end_ms) / 2 - true)

    return distance


def clips(case: str, split: str, number: int, chance: random.Random, folder: Path) -> Iterator[tuple[tuple[str, str], Path, list[float]]]:
    """Files of known history, with where they were cut in milliseconds."""
    data = Path(os.environ["WEDERHOOR_SPEECH_DATA"])
    sources = {(name, rate): speech(data / f"{name}.flac", rate, 300) for name in SPLITS[split] for rate in (44100, 48000)}
    for count in range(number):
        first, saved = CHAINS[case][count % len(CHAINS[case])]
        rate = codec(first or saved).rate
        if case == "untouched":
            sound = np.concatenate([sources[name, rate] for name in SPLITS[split]], axis=1)
        else:
            whole = sources[SPLITS[split][(count + count // len(CHAINS[case])) % len(SPLITS[split])], rate]
            # A source that is shorter than a clip goes round; the seam is before the first codec.
            sound = np.roll(np.tile(whole, (1, 4)), chance.randrange(whole.shape[1]), axis=1)[:, : CLIP_SECONDS[case] * rate]
        if first:
            sound = decoded(encode(folder / f"first{codec(first).suffix}", sound, codec(first)))
        sound = sound[:, chance.randrange(5000) :]
        joins: list[float] = []
        if parts := CUTS[case]:
            length = sound.shape[1] // (parts + 1)
            places = [
                (number * length + chance.randrange(-rate // 4, rate // 4), chance.randrange(rate // 2, rate), fade * rate // 1000)
                for number, fade in zip(range(1, parts + 1), chance.choices(FADES_MS, k=parts), strict=True)
            ]
            sound, joins = cut(sound, places)
        path = encode(folder / f"saved{codec(saved).suffix}", sound, codec(saved))
        yield (first, saved), path, [join * 1000 / rate for join in joins]


def main() -> None:
    """Print the table of one case; with --write keep its counts."""
    options = argparse.ArgumentParser()
    options.add_argument("case", choices=list(CHAINS))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--clips", type=int, default=10)
    options.add_argument("--seconds", type=float, default=3600)
    options.add_argument("--split", choices=list(SPLITS), default="test")
    options.add_argument("--write", action="store_true")
    asked = options.parse_args()
    scores: dict[tuple[str, str], Score] = defaultdict(Score)
    with tempfile.TemporaryDirectory() as name:
        for chain, path, joins in clips(asked.case, asked.split, asked.clips, random.Random(asked.seed), Path(name)):
            scores[chain].add(scored(path, joins))
            print(".", end="", flush=True)
            if time.process_time() > asked.seconds:
                break
    together = Score()
    print(f"\n{HEAD}")
    for (first, saved), score in scores.items():
        print(score.row(f"{first or 'speech'} > {saved}"))
        together.add(score)
    print(together.row("all"))
    data = Path(os.environ["WEDERHOOR_SPEECH_DATA"])
    distinct = sum(speech(data / f"{name}.flac", 16000, 300).shape[1] / 16000 for name in SPLITS[asked.split])
    print(f"seed {asked.seed}, {asked.split} split: {distinct / 3600:.3f} distinct hours")
    print(f"{time.process_time():.0f} CPU-s in all, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    if asked.write and asked.split == "test" and asked.case in EDITS:
        write(EDITS[asked.case], scores)


def write(edit: str, scores: dict[tuple[str, str], Score]) -> None:
    """Keep the counts of this edit in the shipped file, by the type of file it was saved as."""
    path = CONFIG / "integrity_calibration.json"
    plain = json.loads(path.read_text())
    by_class: dict[str, Score] = defaultdict(Score)
    for (_, saved), score in scores.items():
        by_class[CLASSES[saved.rstrip("0123456789")]].add(score)
    for kind, score in by_class.items():
        entry = next((each for each in plain["entries"] if (each["detector"], each["codec_class"]) == ("grid", kind)), None)
        if entry is None:
            entry = {"detector": "grid", "codec_class": kind, "trials": [], "device_hours": 0.0, "generated_hours": 0.0, "false_alarms": 0}
            plain["entries"].append(entry)
        entry["trials"] = [trial for trial in entry["trials"] if trial["edit_kind"] != edit]
        entry["trials"].append({"edit_kind": edit, "detected": score.found, "n": score.cuts})
        entry["generated_hours"] = round(entry["generated_hours"] + score.seconds / 3600, 3)
    path.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
