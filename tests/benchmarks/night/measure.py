"""What the night costs beside the stages, and how much it does: CPU-seconds of whole process trees, and memory.

    python -m tests.benchmarks.night.measure overhead [--recordings 8]
    python -m tests.benchmarks.night.measure throughput RECORDING [--copies 4] [--workers 1 2]
    python -m tests.benchmarks.night.measure dask RECORDING [--copies 4]

`overhead` runs the same small recordings (a stand-in for the models, everything else real) three ways: the stages one after the
other, a night, and a night as a Prefect flow beside a server of its own; each also with nothing to do, to leave out what starting
costs. `throughput` runs copies of a recording, each a little shorter than the last, with the real models and 1 and 2 workers;
`dask` runs the same copies as the flow on two local Dask workers.
"""

import argparse
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
_DASK = ["-c", "from flows.on_dask import overnight_on_dask; overnight_on_dask(return_state=True)"]
_TICK = os.sysconf("SC_CLK_TCK")


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
        raise SystemExit(f"ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def overhead(recordings: int) -> None:
    """Print what a recording costs each way."""
    stages = _each("stages", ["-c", _STAGES], recordings)
    night = _each("night", _NIGHT, recordings)
    print(f"night: {night - stages:+.2f} CPU-s a recording beyond the stages", flush=True)
    flow = _each_beside_a_server(recordings)
    print(f"flow: {flow - stages:+.2f} CPU-s a recording beyond the stages, the server's share in it", flush=True)


def _each(way: str, arguments: list[str], recordings: int) -> float:
    spent = []
    for count in (0, recordings):
        with tempfile.TemporaryDirectory() as name:
            _small_recordings(Path(name), count)
            spent.append(cpu_seconds(arguments, settings_for(Path(name), 1, FAKE_ENGINES)))
    each = (spent[1] - spent[0]) / recordings
    print(f"{way}: starting {spent[0]:.1f} CPU-s, a recording {each:.2f} CPU-s", flush=True)
    return each


def _each_beside_a_server(recordings: int) -> float:
    """What a recording costs as a flow, its own process and the server's added; what the server spends idle is left out."""
    with tempfile.TemporaryDirectory() as name, _server(Path(name)) as (pid, url):
        own, server, seconds = [], [], []
        for count in (0, recordings):
            folder = Path(name) / str(count)
            folder.mkdir()
            _small_recordings(folder, count)
            before, began = _spent_by(pid), time.monotonic()
            own.append(cpu_seconds(_FLOW, settings_for(folder, 1, FAKE_ENGINES | {"PREFECT_API_URL": url})))
            # What the flow told last is written a moment later.
            time.sleep(5)
            server.append(_spent_by(pid) - before)
            seconds.append(time.monotonic() - began)
        before = _spent_by(pid)
        time.sleep(30)
        idle = (_spent_by(pid) - before) / 30
    each = [(own[1] - own[0]) / recordings, (server[1] - server[0] - idle * (seconds[1] - seconds[0])) / recordings]
    print(
        f"flow: starting {own[0]:.1f} CPU-s, a recording {each[0]:.2f} CPU-s; the server {server[0]:.1f} and {each[1]:.2f} CPU-s, "
        f"and {idle:.3f} CPU-s a second with nothing to do",
        flush=True,
    )
    return sum(each)


def _small_recordings(folder: Path, count: int) -> None:
    (folder / "inbox").mkdir()
    for number in range(count):
        speechlike(folder / "inbox" / f"{number}.wav", 4_000, number)


@contextmanager
def _server(folder: Path) -> Iterator[tuple[int, str]]:
    """A Prefect server of its own; its process id and its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = str(listening.getsockname()[1])
    environment = os.environ | {
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    prefect = [sys.executable, "-m", "prefect", "server"]
    server = subprocess.Popen(
        [*prefect, "start", "--host", "127.0.0.1", "--port", port, "--no-ui"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        subprocess.run([*prefect, "status", "--wait", "--timeout", "240"], env=environment, check=True, stdout=subprocess.DEVNULL)
        yield server.pid, environment["PREFECT_API_URL"]
    finally:
        server.terminate()
        server.wait(60)


def _spent_by(pid: int) -> float:
    """CPU-seconds of a process and what it started, so far."""
    total = 0
    for each in (pid, *_descendants(pid)):
        fields = Path(f"/proc/{each}/stat").read_bytes().rpartition(b")")[2].split()
        total += sum(int(field) for field in fields[11:15])
    return total / _TICK


def throughput(recording: Path, copies: int, numbers_of_workers: Sequence[int]) -> None:
    """Print CPU-seconds per recording, the memory of each worker process, and what that makes per hour."""
    for workers in numbers_of_workers:
        _run_copies(f"{workers} worker(s)", _NIGHT, recording, copies, workers)


def dask(recording: Path, copies: int) -> None:
    """The same on two local Dask workers; the figure has Prefect's and Dask's own processes in it."""
    _run_copies("2 Dask workers", _DASK, recording, copies, 2)


def _run_copies(way: str, arguments: list[str], recording: Path, copies: int, workers: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds = _copies(recording, folder, copies)
        peaks: dict[str, int] = {}
        done = threading.Event()
        watch = threading.Thread(target=_watch, args=(peaks, done), daemon=True)
        watch.start()
        spent = cpu_seconds(arguments, settings_for(folder, workers, {}))
        done.set()
        watch.join()
        made = len(list(folder.glob("archive/*/minutes/current")))
    each = spent / made
    largest = max(size for pid, size in peaks.items() if pid != "total") / 1e6
    print(
        f"{way}: {made} recordings of {seconds:.0f} s, {spent:.0f} CPU-s, {each:.1f} a recording "
        f"({each / seconds:.3f} per second of sound); {3600 / each * workers:.0f} an hour on {workers} free core(s); "
        f"largest process {largest:.0f} MB, all together {peaks['total'] / 1e6:.0f} MB",
        flush=True,
    )


def _copies(recording: Path, folder: Path, copies: int) -> float:
    """Fill the inbox with copies, each a second shorter than the last so that none is a duplicate; the length of the whole, in seconds."""
    write_speech_audio(recording, folder / "sound")
    sound = (folder / "sound").read_bytes()
    (folder / "inbox").mkdir()
    for number in range(copies):
        with wave.open(str(folder / "inbox" / f"{number}.wav"), "wb") as file:
            file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
            file.writeframes(sound[: len(sound) - number * 2 * SAMPLE_RATE])
    return len(sound) / 2 / SAMPLE_RATE


def _watch(peaks: dict[str, int], done: threading.Event) -> None:
    """The most memory of each process under this one, and of all of them at one moment; pages that several share are divided."""
    while not done.is_set():
        sizes = {f"{pid}": size for pid in _descendants(os.getpid()) if (size := _share_of_memory(pid))}
        for pid, size in sizes.items():
            peaks[pid] = max(peaks.get(pid, 0), size)
        peaks["total"] = max(peaks.get("total", 0), sum(sizes.values()))
        time.sleep(1.0)


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *_descendants(int(child))]
    except OSError:
        return found
    return found


def _share_of_memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("overhead").add_argument("--recordings", type=int, default=8)
    through, on_dask = what.add_parser("throughput"), what.add_parser("dask")
    through.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    for with_models in (through, on_dask):
        with_models.add_argument("recording", type=Path)
        with_models.add_argument("--copies", type=int, default=4)
    given = parser.parse_args()
    if given.what == "overhead":
        overhead(given.recordings)
    elif given.what == "throughput":
        throughput(given.recording, given.copies, given.workers)
    else:
        dask(given.recording, given.copies)


if __name__ == "__main__":
    main()
