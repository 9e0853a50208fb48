"""Coverage-guided fuzzing of every container reader (atheris, which is not among the project's dependencies: pip install atheris).

    python -m tests.benchmarks.integrity.fuzz [--runs N] [--folder CORPUS]

libFuzzer mutates short recordings in every container and keeps what reaches new code. It stops, with the input kept, at an
exception, at an input that takes more than five seconds, and above 500 MB. No input is longer than one megabyte.
"""

import argparse
import importlib
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from pipeline.shipped import SAMPLE_AUDIO
from tests.fixtures.audio import encode
from tests.integrity.builders import speech
from tests.integrity.conftest import ENCODINGS

_LONGEST = 1_000_000
_SECONDS = 3


def corpus(folder: Path) -> None:
    """Three seconds in each container."""
    for name, encoding in ENCODINGS.items():
        sound = speech(SAMPLE_AUDIO / "gesprek.m4a", encoding.rate, _SECONDS, encoding.channels)
        encode(folder / f"{name.replace(' ', '-')}{encoding.suffix}", sound, encoding)


def main() -> None:
    """Fuzz; libFuzzer prints what it covers and ends the process."""
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=100_000)
    options.add_argument("--folder", type=Path)
    asked = options.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    corpus(folder)
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["pipeline.integrity.structure"]):
        detector = importlib.import_module("pipeline.integrity.structure.detector")
        reading = importlib.import_module("pipeline.integrity.structure.reading")

    def one(data: bytes) -> None:
        source = reading.Source(io.BytesIO(data))
        reader = detector._reader(source)
        if reader is not None:
            found = reader(source)
            assert all(0 <= trace.start_ms <= trace.end_ms for trace in found.traces)

    limits = [f"-runs={asked.runs}", f"-max_len={_LONGEST}", "-timeout=5", "-rss_limit_mb=500", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *limits, str(folder)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
