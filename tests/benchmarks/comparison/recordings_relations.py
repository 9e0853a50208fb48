"""Two recordings that share only a part: hours apart in start, a small part of the other, several pieces, or nothing at all.

    WEDERHOOR_SPEECH_DATA=... OMP_NUM_THREADS=1 python -m tests.benchmarks.comparison.recordings_relations [--hours H] [--seed N]

A is H hours at one place in the room; B is made of pieces of it heard elsewhere, with noise at 10 and 0 dB and a clock of its
own. *place*: how far the aligned stretches lie from where the pieces come from; *uncovered*: the share of B that was not
aligned. Unrelated pairs are stretches of different files, or of one file at different moments.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.comparison.model import RecordingComparison, SameRecording
from pipeline.recording.speech_audio import SpeechAudio
from tests.benchmarks.comparison.recordings import compared, passages
from tests.benchmarks.comparison.recordings_pairs import PER_MS, Condition, everything, far, near, stored

_MINUTE = 60_000
_CONDITIONS = (Condition("10 dB, +200 ppm", 10, drift_ppm=200), Condition("0 dB, -200 ppm, RT60 0.8 s", 0, rt60=0.8, drift_ppm=-200))
_UNRELATED_MS = 4 * _MINUTE


def related(data: Path, folder: Path, rng: np.random.Generator, hours: float) -> None:
    dry = np.concatenate(list(passages(data, folder, hours)))
    a = stored(near(dry, rng), folder / "a", None)
    end = a.duration_ms
    small = [(round(0.9 * end), 6 * _MINUTE)]
    pieces = [(round(share * end), 3 * _MINUTE) for share in (0.1, 0.45, 0.8)]
    for condition in _CONDITIONS:
        for name, parts in (("a small part", small), ("three pieces", pieces), ("three pieces in another order", pieces[::-1])):
            heard = np.concatenate([far(dry[start * PER_MS : (start + length) * PER_MS], condition, rng) for start, length in parts])
            b = stored(heard, folder / "b", None)
            result, seconds = compared(a, b)
            print(f"{name} of {hours} h, {condition.name}: {_told(result, parts, condition, b)}, {seconds:.1f} CPU-s", flush=True)


def _told(result: RecordingComparison, parts: Sequence[tuple[int, int]], condition: Condition, b: SpeechAudio) -> str:
    clock = 1 / (1 + condition.drift_ppm * 1e-6)
    at_b = np.cumsum([0, *(length / clock for _, length in parts)])
    errors = []
    for start, end, (source, _) in zip(at_b, at_b[1:], parts, strict=False):
        middles = [(start + end) / 2 + shift * (end - start) for shift in (-0.4, 0, 0.4)]
        found = [(result.time_map(round(middle)), source + (middle - start) * clock) for middle in middles]
        errors += [abs(on_a - truth) if on_a is not None else np.inf for on_a, truth in found]
    covered = sum(stretch.b_end_ms - stretch.b_start_ms for stretch in result.map) / b.duration_ms
    kinds = ", ".join(f"{finding.kind} {finding.length_ms} ms" for finding in result.findings)
    return (
        f"{result.same}, {len(result.map)} stretches, place at most {max(errors):.0f} ms off, uncovered {100 * (1 - covered):.2f} %, "
        f"drift error {abs(result.drift_ppm - condition.drift_ppm):.2f} ppm, findings: {kinds}"
    )


def unrelated(data: Path, folder: Path, rng: np.random.Generator, pairs: int) -> None:
    pool = np.concatenate(everything(data, folder))
    wrong, seconds, length = [], time.process_time(), _UNRELATED_MS * PER_MS
    for pair in range(pairs):
        first = int(rng.integers(0, pool.size - 2 * length))
        second = int(rng.integers(first + length, pool.size - length + 1))
        condition = _CONDITIONS[pair % 2]
        a = stored(near(pool[first : first + length], rng), folder / "a", None)
        heard = far(pool[second : second + length], condition, rng)
        result, _ = compared(a, stored(heard, folder / "b", None))
        if result.same is not SameRecording.UNRELATED:
            wrong.append((first, second, result.map))
    print(f"unrelated: {pairs - len(wrong)} of {pairs} pairs of 4 minutes told, {time.process_time() - seconds:.0f} CPU-s with making them")
    print(*(f"  taken for one: {one}" for one in wrong), sep="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    data = Path(os.environ["WEDERHOOR_SPEECH_DATA"])
    with tempfile.TemporaryDirectory() as name:
        rng = np.random.default_rng(chosen.seed)
        unrelated(data, Path(name), rng, chosen.pairs)
        related(data, Path(name), rng, chosen.hours)


if __name__ == "__main__":
    main()
