"""One run of the night in a process of its own, with a clock that the test sets: `python -m tests.night.drive 2026-11-25T22:30:00+00:00`.

Prints a line for every stage that begins, and at the end the counts of the night.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from pipeline import documents
from pipeline.night.morning import finish
from pipeline.night.notify import counts_of
from pipeline.night.run import Night
from pipeline.settings import Settings


def main(began: str) -> int:
    start, at = datetime.fromisoformat(began), time.monotonic()
    night = Night.open(Settings(), now=lambda: start + timedelta(seconds=time.monotonic() - at))
    night.progress = lambda claim, stage, share: print(claim, stage, flush=True) if share == 0.0 else None
    with ThreadPoolExecutor(night.run.workers) as slots:
        tallies = list(slots.map(lambda _slot: night.work(), range(night.run.workers)))
    report, _ = finish(night, tallies)
    print(json.dumps(documents.to_plain(counts_of(report))), flush=True)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
