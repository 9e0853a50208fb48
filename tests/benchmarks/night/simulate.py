"""A night of ten thousand recordings: the real inbox, order, claims, leases, window and report, with stand-in work.

    python -m tests.benchmarks.night.simulate [--recordings 10000] [--workers 4] [--work-ms 20] [--kill]

Fills an inbox and a hundred case folders with small files; every tenth is urgent, every third has a deadline, every fiftieth
fails. Each worker is a process that passes for a machine of its own, so that only heartbeats tell whether it lives. The clock on
the wall goes on with the work, so that the window closes when two thirds are done; a second night does the rest. With --kill one worker
is killed at its work in the first night. Afterwards every file is accounted for: done once, or set aside once.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipeline import documents
from pipeline.dossier.receive import find
from pipeline.errors import InputRefused
from pipeline.night import owner
from pipeline.night.causes import Reason
from pipeline.night.claims import Claim, kept_alive
from pipeline.night.morning import finish
from pipeline.night.queue import Queue
from pipeline.night.results import RESULT, RESULT_SCHEMA, AgreementState, NightResult, Outcome
from pipeline.night.run import Night, Tally
from pipeline.night.runs import Ending, in_utc
from pipeline.night.status import status_now
from pipeline.night.work import Bureau, put_in_quarantine
from pipeline.settings import Settings
from tests.commands import FAKE_ENGINES, ROOT

_EVENING = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
_WINDOW = timedelta(hours=8)
_LEASE_SECONDS = 6.0
_CLOCK, _SAID, _ENDED, _WORK, _HOST = (f"SIMULATED_{name}" for name in ("CLOCK", "LOG", "ENDED", "WORK", "HOST"))


@dataclass(frozen=True, slots=True)
class Line:
    """What a worker said of a file: that work on it `began`, or how it ended."""

    what: str
    name: str
    turn: int
    urgent: bool
    host: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What a worker did and used: CPU-seconds in all and of each look at the inbox, MB at its largest."""

    done: int
    aside: int
    ending: Ending
    cpu: float
    looks: tuple[float, ...]
    mb: float


def clock() -> datetime:
    """The clock on the wall: of the window as much has passed as of what fits in it was done. A byte is a recording that ended."""
    began, done_before, fits = os.environ[_CLOCK].split()
    return datetime.fromisoformat(began) + _WINDOW * ((_ended() - int(done_before)) / int(fits))


def _ended() -> int:
    path = Path(os.environ[_ENDED])
    return path.stat().st_size if path.exists() else 0


def fill(folder: Path, count: int) -> set[str]:
    """Drop the files; returns their names."""
    chance, names = random.Random(7), set()
    for number in range(count):
        place = f"zaken/zaak-{number % 100}/opnamen" if number % 8 == 0 else f"inbox/medewerker-{number % 200}"
        if number % 10 == 1:
            place = "inbox/spoed"
        name = f"{number}{'.kapot' if number % 50 == 3 else ''}.wav"
        path = folder / place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(number.to_bytes(8, "little"))
        if number % 3 == 0:
            due = date(2026, 12, 1) + timedelta(days=chance.randrange(40))
            path.with_suffix(".toml").write_text(f"case = 'zaak-{number % 100}'\n[procedure]\nrespond_before = {due}\n")
        aged = time.time() - 1000 - chance.randrange(100_000)
        os.utime(path, (aged, aged))
        names.add(name)
    return names


def stand_in(claim: Claim, bureau: Bureau) -> NightResult | Reason:
    """What `process` does to the drop folder, without a recording to write out."""
    original = claim.original()
    assert original is not None
    with kept_alive(claim, bureau.settings.night.lease_seconds):
        claim.tell_progress("transcribe", 0.0)
        _say("began", original.name, claim)
        time.sleep(float(os.environ[_WORK]) * random.uniform(0.5, 1.5))
        if ".kapot" in original.name:
            reason = put_in_quarantine(claim, InputRefused("recording_empty", file=original.name), "receive", bureau)
            _say("aside", original.name, claim)
            return reason
        result = NightResult(
            schema=RESULT_SCHEMA,
            id=claim.id,
            outcome=Outcome.DONE,
            dropped=original.name,
            case=None,
            dossier="",
            folder="",
            recording_sha256="",
            version="v001",
            model="",
            agreement=AgreementState.MISSING,
            started_at=in_utc(bureau.now()),
            finished_at=in_utc(bureau.now()),
            audio_ms=600_000,
            work_ms=1,
            quality=(),
            cut_check=None,
            rules_not_followed=(),
        )
        claim.write(RESULT, result)
        claim.move_to(claim.spool.done / bureau.night() / claim.id)
        _say("done", original.name, claim)
    return result


def _say(what: str, name: str, claim: Claim) -> None:
    line = Line(what, name, claim.turn, claim.record.urgent, os.environ[_HOST])
    _append(os.environ[_SAID], documents.encode(line))
    if what != "began":
        _append(os.environ[_ENDED], b".")


def _append(path: str, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, data)
    os.close(descriptor)


def worker(run_id: str) -> None:
    """One slot in a process of its own."""
    pids = owner._here()[1]
    owner._here = lambda: (os.environ[_HOST], pids)  # type: ignore[assignment]
    looks: list[float] = []
    look = Queue._look

    def timed(queue: Queue) -> None:
        before = time.process_time()
        look(queue)
        looks.append(time.process_time() - before)

    Queue._look = timed  # type: ignore[method-assign, assignment]
    # What is imported and read once is not what a recording costs.
    night, began = Night.join(Settings(), run_id, now=clock), time.process_time()
    tally = night.work(stand_in)
    spent, mb = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    said = Spent(tally.done, tally.quarantined, tally.ending, spent, tuple(looks), mb)
    print(documents.encode(said).decode())


def one_night(evening: datetime, workers: int, *, fits: int, kill: bool) -> list[Spent]:
    """Run a night in which so many recordings fit; with `kill` the first worker is killed a quarter into it."""
    os.environ[_CLOCK] = f"{evening.isoformat()} {_ended()} {fits}"
    before = time.process_time()
    night = Night.open(Settings(), now=clock)
    print(f"  opening the night: {time.process_time() - before:.1f} CPU-s")
    start = [sys.executable, "-m", "tests.benchmarks.night.simulate", "--join", night.run.id]
    processes = [
        subprocess.Popen(start, cwd=ROOT, env=os.environ | {_HOST: f"machine-{number}"}, stdout=subprocess.PIPE, text=True)
        for number in range(workers)
    ]
    if kill:
        threading.Thread(target=_kill_at_its_work, args=(processes[0], fits // 4)).start()
    said = [documents.decode(Spent, told.encode()) for told in [process.communicate()[0] for process in processes] if told]
    done, aside = sum(one.done for one in said), sum(one.aside for one in said)
    before = time.process_time()
    report, _ = finish(night, [Tally(done=done, quarantined=aside, ending=said[0].ending)])
    print(f"  report of the night: {time.process_time() - before:.1f} CPU-s")
    before = time.process_time()
    status_now(Settings(), now=clock)
    print(f"  status: {time.process_time() - before:.1f} CPU-s")
    print(
        f"  {len(said)} of {workers} workers: {done} done, {aside} set aside, then {said[0].ending}; "
        f"{report.waiting} waiting, {report.unfinished} begun by one that died"
    )
    return said


def _kill_at_its_work(process: "subprocess.Popen[str]", after: int) -> None:
    while _ended() < after and process.poll() is None:
        time.sleep(0.01)
    while [line.what for line in all_said() if line.host == "machine-0"][-1:] != ["began"] and process.poll() is None:
        time.sleep(0.001)
    process.kill()


def all_said() -> list[Line]:
    path = Path(os.environ[_SAID])
    return [documents.decode(Line, line) for line in path.read_bytes().splitlines()] if path.exists() else []


def check(names: set[str], folder: Path) -> Iterator[str]:
    """What is wrong with how it went; nothing, it is hoped."""
    said = all_said()
    if any(times > 1 for times in Counter(line.name for line in said if line.what != "began").values()):
        yield "some ended more than once"
    kept = Counter(path.name for path in folder.glob("*/.wederhoor/[dq]*/**/original/*"))
    if kept != Counter(names):
        yield f"{kept.total()} files done or set aside of {len(names)}"
    # All files were there from the beginning, so that each worker saw them in the same order.
    for host in {line.host for line in said}:
        taken = [line.urgent for line in said if line.host == host and line.what == "began" and line.turn == 1]
        if taken != sorted(taken, reverse=True):
            yield f"{host} did not take first what is urgent"


def simulate(count: int, workers: int, work_ms: int, *, kill: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = fill(folder, count)
        given = {"inbox": "inbox", "cases": "zaken", "reports": "reports"}
        os.environ |= FAKE_ENGINES | {f"WEDERHOOR_NIGHT__{key.upper()}": str(folder / value) for key, value in given.items()}
        os.environ |= {
            _SAID: str(folder / "said"),
            _ENDED: str(folder / "ended"),
            _WORK: str(work_ms / 1000),
            _HOST: "the-first",
            "WEDERHOOR_PATHS__OUTPUT": str(folder / "archive"),
            "WEDERHOOR_PATHS__DATA": str(folder / "data"),
            "WEDERHOOR_NIGHT__SETTLE_SECONDS": "1",
            "WEDERHOOR_NIGHT__LEASE_SECONDS": str(_LEASE_SECONDS),
            "WEDERHOOR_NIGHT__MINIMUM_FREE_GB": "0",
        }
        time.sleep(1.5)
        spent: list[Spent] = []
        for number, fits in enumerate((count * 2 // 3, 2 * count)):
            print(f"night {number + 1}")
            evening = _EVENING + timedelta(days=number)
            spent += one_night(evening, workers, fits=fits, kill=kill and number == 0)
        problems = list(check(names, folder))
        looks = [seconds for one in spent for seconds in one.looks]
        cpu, again = sum(one.cpu for one in spent), sum(line.what == "began" and line.turn > 1 for line in all_said())
        print(
            f"{count} recordings, {workers} workers: {cpu:.1f} CPU-s, {1000 * cpu / count:.1f} ms a recording; {len(looks)} looks, "
            f"the longest {max(looks):.2f} CPU-s; largest worker {max(one.mb for one in spent):.0f} MB; {again} taken over"
        )
        print("every file once" if not problems else "\n".join(problems), flush=True)
        if problems:
            raise SystemExit(1)


def archive(count: int) -> None:
    """What finding a recording in an archive of this many dossiers costs."""
    with tempfile.TemporaryDirectory() as name:
        for number in range(count):
            (Path(name) / f"2026-11-25-{number:08x}").mkdir()
        before = time.process_time()
        for number in range(20):
            find(Path(name), f"{number:064x}")
        print(f"an archive of {count} dossiers: {50 * (time.process_time() - before):.2f} ms to look for a recording")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recordings", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--work-ms", type=int, default=20)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--join", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.join:
        worker(given.join)
    else:
        simulate(given.recordings, given.workers, given.work_ms, kill=given.kill)
        archive(given.recordings)


if __name__ == "__main__":
    main()
