"""Recordings that nobody edited, by the hour, with every test: what is claimed, and how often "edited" is supported (it must be never).

    WEDERHOOR_SPEECH_DATA=... OMP_NUM_THREADS=1 python -m tests.benchmarks.integrity.untouched
        --keep FILE [--seed N] [--hours H] [--minutes M] [--seconds CPU] [--only KIND]

The classes take turns: first recordings in seven codecs, the same saved anew by a program, a recorder that was paused, files
that broke off, trimmed ends, gates and levels that a device keeps by itself. Each recording is M minutes of the test split of
`grids`, at speeds of its own. Every recording is a line in FILE; run again, what stands there is not
done anew, so that the hours may be gathered in parts. The hours are generated, none from real devices.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from pipeline.integrity.detectors import DETECTORS
from pipeline.integrity.model import Stance
from tests.benchmarks.integrity.edits import claims
from tests.benchmarks.integrity.grids import SPLITS, codec, decoded
from tests.fixtures.audio import Encoding, Samples, encode
from tests.integrity.builders import speech

RATE = 44100
FIRST = ("wav", "aac64", "aac96", "mp3_64", "mp3_128", "opus24", "wma64")
AGAIN = (("aac64", "aac128"), ("aac64", "aac64"), ("mp3_64", "mp3_128"), ("aac64", "mp3_128"), ("mp3_64", "wav"), ("opus24", "aac64"))
KINDS = [
    *(f"first recording {name}" for name in FIRST),
    *(f"saved anew {first} > {last}" for first, last in AGAIN),
    *(f"paused {name}" for name in ("wav", "aac64", "mp3_64", "opus24")),
    *(f"paused and saved anew {first} > {last}" for first, last in AGAIN[:4]),
    *(f"broken off {name}" for name in ("wav", "mp3_64", "opus24")),
    *(f"{kind} {name}" for kind in ("gate", "level control", "trimmed") for name in ("wav", "aac64", "mp3_128")),
]
# Far enough apart that no sound comes twice in one recording; forwards and backwards.
_WAYS = [(speed, turn) for speed in range(140, 280, 6) for turn in (1, -1)]


def heard(number: int, minutes: float, chance: random.Random, data: Path) -> Samples:
    """[1, n] at RATE: all speech of the split, each time at another speed, so that nothing comes twice in at most two hours."""
    names, wanted, ways = list(SPLITS["test"]), round(minutes * 60 * RATE), chance.sample(_WAYS, len(_WAYS))
    noise = np.random.Generator(np.random.PCG64(number))
    parts: list[Samples] = []
    while sum(part.size for part in parts) < wanted:
        chance.shuffle(names)
        speed, turn = ways.pop()
        parts += [resample_poly(speech(data / f"{name}.flac", RATE, 600)[0][::turn], speed, 200) for name in names]
    sound = np.concatenate(parts)[:wanted]
    return (sound + 2e-4 * noise.standard_normal(sound.size)).astype(np.float32)[None]


def file(kind: str, number: int, minutes: float, chance: random.Random, folder: Path, data: Path) -> Path:
    """One recording of this kind."""
    sound = heard(number, minutes, chance, data)
    if kind.startswith("paused"):
        at = chance.randrange(sound.shape[1] // 4, sound.shape[1] // 2)
        sound = np.delete(sound, slice(at, at + chance.randrange(RATE, 20 * RATE)), axis=1)
    elif kind.startswith(("gate", "level control")):
        frames = sound[:, : sound.shape[1] // 441 * 441].reshape(-1, 441)
        level = np.convolve(np.sqrt(np.square(frames).mean(axis=1)), np.ones(50) / 50, mode="same")
        gain = level > np.median(level) / 2 if kind.startswith("gate") else 0.1 / np.maximum(level, 0.01)
        sound = np.clip(frames * gain[:, None], -1, 1).astype(np.float32).reshape(1, -1)
    first, *again = [codec(name.rsplit(" ", 1)[-1]) for name in kind.split(" > ")]
    path = encode(folder / f"first{first.suffix}", _at(sound, RATE, first), first)
    for last in again:
        moved = decoded(path)[:, chance.randrange(5000) :]
        path = encode(folder / f"last{last.suffix}", _at(moved, first.rate, last), last)
    if kind.startswith("broken off"):
        path.write_bytes(path.read_bytes()[: round(path.stat().st_size * chance.uniform(0.5, 0.95))])
    if kind.startswith("trimmed"):
        path = encode(path.with_name(f"trimmed{path.suffix}"), decoded(path)[:, RATE : -2 * RATE], first)
    return path


def _at(sound: Samples, rate: int, encoding: Encoding) -> Samples:
    if rate == encoding.rate:
        return sound
    resampled: Samples = resample_poly(sound, encoding.rate // 100, rate // 100, axis=1).astype(np.float32)
    return resampled


def main() -> None:
    """Gather hours until there are enough or the time is spent; print what all lines of the file say."""
    options = argparse.ArgumentParser()
    options.add_argument("--keep", type=Path, required=True)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--hours", type=float, default=20)
    options.add_argument("--minutes", type=float, default=20)
    options.add_argument("--seconds", type=float, default=3600)
    options.add_argument("--only", default="", help="classes whose name starts with this")
    asked = options.parse_args()
    if not any(kind.startswith(asked.only) for kind in KINDS):
        options.error(f"no class starts with “{asked.only}”")
    lines = [json.loads(line) for line in asked.keep.read_text().splitlines()] if asked.keep.exists() else []
    done = {(line["seed"], line["number"]) for line in lines}
    data, number = Path(os.environ["WEDERHOOR_SPEECH_DATA"]), -1
    while sum(line["hours"] for line in lines) < asked.hours and time.process_time() < asked.seconds:
        number += 1
        kind = KINDS[number % len(KINDS)]
        if (asked.seed, number) in done or not kind.startswith(asked.only):
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = file(kind, number, asked.minutes, random.Random(f"{asked.seed} {number}"), Path(folder), data)
            begun = time.process_time()
            told, tested, hours = claims(path, list(DETECTORS))
        line = {
            "seed": asked.seed,
            "number": number,
            "kind": kind,
            "hours": round(hours, 4),
            "cpu": round(time.process_time() - begun, 1),
            "tests": sorted(tested),
            "claims": {name: len(traces) for name, traces in told.items() if traces},
            "edited": [
                [name, trace.kind, trace.start_ms, trace.end_ms]
                for name, traces in told.items()
                for trace in traces
                if trace.hypotheses.edited is Stance.SUPPORTS
            ],
        }
        lines.append(line)
        with asked.keep.open("a") as kept:
            kept.write(json.dumps(line) + "\n")
    report(lines)


def report(lines: list[dict]) -> None:  # type: ignore[type-arg]
    """One row for each class."""
    rows: dict[str, list[dict]] = defaultdict(list)  # type: ignore[type-arg]
    for line in lines:
        rows[line["kind"]].append(line)
    print("| nobody edited | files | generated hours | claims | called edited | times real time |\n|---|---|---|---|---|---|")
    for kind, of_kind in [*rows.items(), ("all", lines)]:
        told: Counter[str] = Counter()
        for line in of_kind:
            told.update(line["claims"])
        hours, spent = sum(line["hours"] for line in of_kind), sum(line["cpu"] for line in of_kind)
        by = ", ".join(f"{name} {hits}" for name, hits in sorted(told.items())) or "0"
        edited = sum(bool(line["edited"]) for line in of_kind)
        print(f"| {kind} | {len(of_kind)} | {hours:.2f} | {by} | {edited} | {hours * 3600 / max(spent, 0.1):.0f} |")


if __name__ == "__main__":
    main()
