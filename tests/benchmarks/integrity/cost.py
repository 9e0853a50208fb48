"""What the whole cut check costs: CPU-seconds and peak memory of `examine`, each file in a process of its own.

    WEDERHOOR_SPEECH_DATA=... OMP_NUM_THREADS=1 python -m tests.benchmarks.integrity.cost
        [--minutes M ...] [--saved CHAIN ...] [--by-test]

CHAIN is one codec of grids.py (`wav`, `aac64`, `mp3_64`, `opus24`) for speech that had no other, or two (`aac64>wav`). The speech is
that of `edits --hours`: nothing in it comes twice. `--by-test` shows each test on its own as well.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from pipeline.integrity.detectors import DETECTORS
from pipeline.integrity.examine import examine
from pipeline.settings import Settings
from tests.benchmarks.integrity.edits import long_speech, peak_mb
from tests.benchmarks.integrity.grids import codec, decoded
from tests.fixtures.audio import Samples, encode

_RATE = 16000


def sound(minutes: float, rate: int, data: Path) -> Samples:
    """[1, n]: speech of this length."""
    parts, left = [], round(minutes * 60 * _RATE)
    for part in islice(long_speech("test", 1, random.Random(1), data), 200):
        parts.append(resample_poly(part[:left], rate // 100, _RATE // 100).astype(np.float32))
        left -= part.size
        if left <= 0:
            break
    return np.concatenate(parts)[None]


def made(chain: str, minutes: float, folder: Path, data: Path) -> Path:
    """The file of one chain."""
    *before, last = chain.split(">")
    heard = sound(minutes, codec(before[0] if before else last).rate, data)
    for first in before:
        heard = decoded(encode(folder / f"first{codec(first).suffix}", heard, codec(first)))[:, 777:]
    return encode(folder / f"saved{codec(last).suffix}", heard, codec(last))


def measured(path: Path, tests: list[str]) -> tuple[float, float, int]:
    """CPU-seconds, megabytes at the peak and claims of an examination with these tests."""
    asked = [sys.executable, "-m", __spec__.name, "--examine", str(path), "--tests", *tests]
    told = json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
    return told["cpu"], told["peak"], told["claims"]


def _examine(path: Path, tests: list[str]) -> None:
    begun = time.process_time()
    document = examine(path, None, Settings(), detectors=[each for each in DETECTORS if each.name in tests])
    claims = sum(finding.level != "history" for finding in document.findings)
    print(json.dumps({"cpu": time.process_time() - begun, "peak": peak_mb(), "claims": claims}))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, nargs="+", default=[0.5, 2, 10, 60, 120])
    options.add_argument("--saved", nargs="+", default=["wav", "aac64", "mp3_64", "aac64>wav"])
    options.add_argument("--by-test", action="store_true")
    options.add_argument("--examine", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--tests", nargs="*", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.examine:
        _examine(asked.examine, asked.tests)
        return
    everything = [detector.name for detector in DETECTORS]
    print("| saved | minutes | tests | CPU-s | times real time | peak MB | claims |\n|---|---|---|---|---|---|---|", flush=True)
    for minutes in asked.minutes:
        for chain in asked.saved:
            with tempfile.TemporaryDirectory() as name:
                path = made(chain, minutes, Path(name), Path(os.environ["WEDERHOOR_SPEECH_DATA"]))
                for tests in [everything, *([[each] for each in everything] if asked.by_test else [])]:
                    cpu, peak, claims = measured(path, tests)
                    row = f"{chain} | {minutes:g} | {'all' if tests == everything else tests[0]}"
                    print(f"| {row} | {cpu:.1f} | {minutes * 60 / cpu:.0f} | {peak:.0f} | {claims} |", flush=True)


if __name__ == "__main__":
    main()
