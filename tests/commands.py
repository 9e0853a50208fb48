"""Running the real command in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-m", "pipeline"]
FAKE_ENGINES = {"WEDERHOOR_SPEECH__ENGINE": "tests.fakes:engine", "WEDERHOOR_DIARISATION__ENGINE": "tests.fakes:diariser"}


# A night lasts from noon to noon, and the last one is that whose window began last. With a window from noon a run by hand belongs
# to it at any hour; with the usual one only from half past ten in the evening to noon.
NIGHT_AT_ANY_HOUR = {"WEDERHOOR_NIGHT__STARTS": "12:00", "WEDERHOOR_NIGHT__SETTLE_SECONDS": "0"}


def wederhoor(*arguments: str | Path, environment: dict[str, str] | None = None, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run `wederhoor` to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | (environment or {}),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def wederhoor_killed_at(line: str, *arguments: str | Path, environment: dict[str, str]) -> bool:
    """Run `wederhoor` and kill it with signal 9 once this line of progress appears; whether it appeared."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        return any(progress.strip() == line for progress in process.stderr)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
