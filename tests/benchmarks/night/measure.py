"""What the night costs beside the stages, and how much it does: CPU-seconds of whole process trees, and memory.

    python -m tests.benchmarks.night.measure overhead [--recordings 8]
    python -m tests.benchmarks.night.measure throughput RECORDING [--copies 3]

`overhead` runs the same small recordings (a stand-in for the models, everything else real) three ways: the stages one after the
other, a night, and a night as a Prefect flow with its server; each also with nothing to do, to leave out what starting costs.
`throughput` runs copies of a recording, each a little shorter than the last, with the real models and 1 and 2 workers.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import wave
from pathlib import Path

from pipeline.recording.speech_audio import SAMPLE_RATE, write_speech_audio
from tests.commands import FAKE_ENGINES, ROOT
from tests.night.planted import speechlike

_STAGES = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.dossier.receive import receive
from pipeline.recipe import make_minutes
from pipeline.settings import Settings
from pipeline.stages import Bench, Workers
settings = Settings()
now = lambda: datetime.now(UTC)
with Workers(settings) as workers:
    for path in sorted(settings.night.inbox.glob("*.wav")):
        dossier = receive(path, settings=settings, out=settings.paths.output, now=now())
        make_minutes(Bench(dossier=dossier, settings=settings, workers=workers, report=lambda stage, share: None, now=now))
"""
_NIGHT = ["-m", "tests.night.drive", "2026-11-25T22:30:00+00:00"]
_FLOW = ["-c", "from flows.overnight import overnight; overnight(return_state=True)"]
WAYS = {"stages": ["-c", _STAGES], "night": _NIGHT, "flow": _FLOW}


def settings_for(folder: Path, workers: int, environment: dict[str, str]) -> dict[str, str]:
    return environment | {
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
        "PREFECT_HOME": str(folder / "prefect"),
        "WEDERHOOR_PATHS__OUTPUT": str(folder / "archive"),
        "WEDERHOOR_NIGHT__INBOX": str(folder / "inbox"),
        "WEDERHOOR_NIGHT__CASES": str(folder / "cases"),
        "WEDERHOOR_NIGHT__REPORTS": str(folder / "reports"),
        "WEDERHOOR_NIGHT__SETTLE_SECONDS": "0",
        "WEDERHOOR_NIGHT__MINIMUM_FREE_GB": "0",
        "WEDERHOOR_NIGHT__WORKERS": str(workers),
    }


def cpu_seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """CPU-seconds of a Python process and everything it started and waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def overhead(recordings: int) -> None:
    """Print what a recording costs each way."""
    cost: dict[str, float] = {}
    for way, arguments in WAYS.items():
        spent: list[float] = []
        for count in (0, recordings):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                (folder / "inbox").mkdir()
                for number in range(count):
                    speechlike(folder / "inbox" / f"{number}.wav", 4_000, number)
                spent.append(cpu_seconds(arguments, settings_for(folder, 1, FAKE_ENGINES)))
        cost[way] = (spent[1] - spent[0]) / recordings
        print(f"{way}: starting {spent[0]:.1f} CPU-s, a recording {cost[way]:.2f} CPU-s", flush=True)
    for way in ("night", "flow"):
        print(f"{way}: {cost[way] - cost['stages']:+.2f} CPU-s a recording beyond the stages")


def throughput(recording: Path, copies: int) -> None:
    """Print CPU-seconds per recording, the memory of each worker process, and what that makes per hour."""
    with tempfile.TemporaryDirectory() as name:
        write_speech_audio(recording, Path(name) / "sound")
        sound = (Path(name) / "sound").read_bytes()
    seconds = len(sound) / 2 / SAMPLE_RATE
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "inbox").mkdir()
            for number in range(copies):
                with wave.open(str(folder / "inbox" / f"{number}.wav"), "wb") as file:
                    file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
                    file.writeframes(sound[: len(sound) - number * 2 * SAMPLE_RATE])
            peaks: dict[str, int] = {}
            done = threading.Event()
            watch = threading.Thread(target=_watch, args=(peaks, done), daemon=True)
            watch.start()
            spent = cpu_seconds(_NIGHT, settings_for(folder, workers, {}))
            done.set()
            watch.join()
            made = len(list(folder.glob("archive/*/minutes/current")))
        each = spent / made
        largest = max(size for pid, size in peaks.items() if pid != "total") / 1e6
        print(
            f"{workers} worker(s): {made} recordings of {seconds:.0f} s, {spent:.0f} CPU-s, {each:.1f} a recording "
            f"({each / seconds:.3f} per second of sound); {3600 / each * workers:.0f} an hour on {workers} free core(s); "
            f"largest process {largest:.0f} MB, all together {peaks['total'] / 1e6:.0f} MB",
            flush=True,
        )


def _watch(peaks: dict[str, int], done: threading.Event) -> None:
    """The most resident memory of each process under this one, and of all of them at one moment."""
    while not done.is_set():
        sizes = {f"{pid}": size for pid in _descendants(os.getpid()) if (size := _resident(pid))}
        for pid, size in sizes.items():
            peaks[pid] = max(peaks.get(pid, 0), size)
        peaks["total"] = max(peaks.get("total", 0), sum(sizes.values()))
        time.sleep(0.5)


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *_descendants(int(child))]
    except OSError:
        return found
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("overhead").add_argument("--recordings", type=int, default=8)
    through = what.add_parser("throughput")
    through.add_argument("recording", type=Path)
    through.add_argument("--copies", type=int, default=3)
    given = parser.parse_args()
    if given.what == "overhead":
        overhead(given.recordings)
    else:
        throughput(given.recording, given.copies)


if __name__ == "__main__":
    main()
