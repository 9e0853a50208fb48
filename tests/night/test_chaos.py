"""Kill -9 at any moment, a full disk, a share that goes: nothing is lost, nothing is done twice, and a next run completes it."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.custody import Act
from pipeline.dossier.retention import dossiers_in
from pipeline.dossier.verify import verify
from pipeline.minutes.versions import load_chain
from pipeline.night.claims import claims_in
from pipeline.night.inbox import dropped_files
from pipeline.night.results import RESULT, NightResult
from pipeline.night.spool import Kind, Spool
from pipeline.night.why import quarantined
from tests.commands import FAKE_ENGINES, ROOT
from tests.night.planted import everything_under, speechlike

EVENING = datetime(2026, 11, 1, 22, tzinfo=UTC)
LINES_PER_RECORDING = 9


@dataclass
class Site:
    """An inbox with recordings, and runs on it, each in the next night unless told otherwise."""

    folder: Path
    planted: set[str] = field(default_factory=set)
    nights: int = 0
    workers: int = 1

    @property
    def spool(self) -> Spool:
        return Spool(self.folder / "inbox", Kind.INBOX)

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    @property
    def environment(self) -> dict[str, str]:
        return FAKE_ENGINES | {
            "PYTHONPATH": str(ROOT),
            "WEDERHOOR_PATHS__OUTPUT": str(self.archive),
            "WEDERHOOR_NIGHT__INBOX": str(self.spool.top),
            "WEDERHOOR_NIGHT__CASES": str(self.folder / "zaken"),
            "WEDERHOOR_NIGHT__REPORTS": str(self.folder / "reports"),
            "WEDERHOOR_NIGHT__SETTLE_SECONDS": "0",
            "WEDERHOOR_NIGHT__WORKERS": str(self.workers),
            "WEDERHOOR_NIGHT__MINIMUM_FREE_GB": "0",
            "WEDERHOOR_NIGHT__MOST_ATTEMPTS": "99",
            "WEDERHOOR_NIGHT__SHARE_BACK_MINUTES": "2",
        }

    def plant(self, name: str, seed: int, milliseconds: int = 2_000) -> None:
        path = speechlike(self.spool.top / name, milliseconds, seed)
        self.planted.add(sha256(path.read_bytes()).hexdigest())

    def start(self, **given: Any) -> subprocess.Popen[str]:
        evening = EVENING + timedelta(days=self.nights)
        self.nights += 1
        return subprocess.Popen(
            [sys.executable, "-m", "tests.night.drive", evening.isoformat()],
            cwd=ROOT,
            env=os.environ | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **given,
        )

    def run(self, **given: Any) -> dict[str, Any]:
        process = self.start(**given)
        out, err = process.communicate(timeout=900)
        assert process.returncode in (0, 1, 7), err
        counts: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
        return counts

    def assert_nothing_is_lost(self) -> None:
        assert self.planted <= set(everything_under(self.archive, self.spool.top))

    def assert_all_is_done_once(self) -> None:
        assert list(dropped_files(self.spool)) == []
        assert list(claims_in(self.spool, self.spool.claims)) == []
        assert quarantined(self.spool) == []
        results = [documents.read(NightResult, path) for path in self.spool.done.glob(f"*/*/{RESULT}")]
        assert sorted(result.recording_sha256 for result in results) == sorted(self.planted)
        dossiers = list(dossiers_in(self.archive))
        assert {dossier.recording().sha256 for dossier in dossiers} == self.planted
        assert len(dossiers) == len(self.planted)
        for dossier in dossiers:
            assert [stored.minutes.version for stored in load_chain(dossier.minutes_folder)] == ["v001"]
            acts = [entry.act for entry in custody.read(dossier) if entry.act is not Act.RECOVERED]
            assert acts[:3] == [Act.RECEIVED, Act.COPIED, Act.PROCESSED]
            assert set(acts[3:]) == {Act.SEALED}
            assert verify(dossier.path).holds
            assert documents.sha256_file(dossier.original()) == dossier.recording().sha256


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "inbox").mkdir()
    yield Site(tmp_path)
    shutil.rmtree(tmp_path / "archive", ignore_errors=True)


def lines_until(process: subprocess.Popen[str], count: int) -> bool:
    """Read progress until `count` stages have begun; whether that came."""
    assert process.stdout is not None
    return any(number >= count for number, _ in enumerate(iter(process.stdout.readline, ""), start=1))


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def workers_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for task in children.parent.parent.iterdir() for child in (task / "children").read_text().split()]
    return [child for child in found if b"pipeline.worker" in Path(f"/proc/{child}/cmdline").read_bytes()]


def kill_the_run(site: Site, chance: random.Random, recordings: int) -> None:
    process = site.start()
    lines_until(process, chance.randint(1, recordings * LINES_PER_RECORDING))
    time.sleep(chance.random() * 0.5)
    kill(process.pid)
    process.communicate()


def kill_a_worker(site: Site, chance: random.Random, recordings: int) -> None:
    process = site.start()
    lines_until(process, chance.randint(2, max(2, recordings * LINES_PER_RECORDING // 2)))
    time.sleep(chance.random() * 0.3)
    try:
        for worker in workers_of(process.pid)[:1]:
            kill(worker)
    except (FileNotFoundError, ProcessLookupError):
        # The run was done sooner.
        pass
    process.communicate(timeout=900)


@pytest.mark.parametrize(
    ("moments", "recordings"),
    [pytest.param(1, 2, id="a-sample"), pytest.param(15, 6, id="thirty-moments", marks=pytest.mark.long)],
)
def test_after_kill_9_of_the_run_and_of_a_worker_nothing_is_lost_and_nothing_done_twice(moments: int, recordings: int, site: Site) -> None:
    chance = random.Random(20261101)
    for number in range(recordings):
        site.plant(f"gesprek {number}.wav", number)
    for moment in range(moments):
        kill_the_run(site, chance, recordings)
        site.assert_nothing_is_lost()
        kill_a_worker(site, chance, recordings)
        site.assert_nothing_is_lost()
        if moments > 1 and moment % 3 == 2:
            # Work must go on for there to be something to kill.
            recordings += 2
            for number in (recordings - 2, recordings - 1):
                site.plant(f"gesprek {number}.wav", number)

    site.run()

    site.assert_nothing_is_lost()
    site.assert_all_is_done_once()


def full_disk() -> None:
    """No file may grow beyond this: what a full disk does, for a process of its own (setrlimit(2))."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, 4_000_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


@pytest.mark.long
def test_a_disk_that_is_full_costs_the_recording_that_does_not_fit_and_the_next_night_makes_up(site: Site) -> None:
    site.plant("kort.wav", 1)
    site.plant("lang.wav", 2, milliseconds=300_000)
    counts = site.run(preexec_fn=full_disk)
    assert (counts["done"], counts["quarantined"]) == (1, 1)
    ((_, reason),) = quarantined(site.spool)
    assert (reason.key, reason.retry) == ("disk_full", True)
    site.assert_nothing_is_lost()

    assert site.run()["done"] == 1

    site.assert_all_is_done_once()


def mounted(*arguments: str | Path) -> bool:
    return subprocess.run(["mount", *map(str, arguments)], capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(site: Site) -> Iterator[Path]:
    """The archive on a file system of its own, too small; only the superuser can mount one."""
    site.archive.mkdir()
    if not mounted("-t", "tmpfs", "-o", "size=3m", "tmpfs", site.archive):
        pytest.skip("cannot mount here; the test above injects the fault instead")
    yield site.archive
    subprocess.run(["umount", "-l", site.archive], check=True)


@pytest.mark.long
def test_a_small_disk_really_fills_up_and_when_there_is_room_again_all_is_done(site: Site, small_disk: Path) -> None:
    for number in range(4):
        site.plant(f"{number}.wav", number, milliseconds=30_000)
    counts = site.run()
    assert counts["done"] < 4
    site.assert_nothing_is_lost()
    assert mounted("-o", "remount,size=100m", small_disk)
    site.run()
    site.assert_all_is_done_once()


@pytest.mark.long
def test_a_share_that_is_unmounted_in_the_middle_and_comes_back_loses_nothing(site: Site) -> None:
    share = site.folder / "share"
    share.mkdir()
    if not mounted("--bind", share, site.spool.top):
        pytest.skip("cannot mount here; tests/night/test_run.py moves the folder away instead")
    try:
        for number in range(4):
            site.plant(f"{number}.wav", number)
        process = site.start()
        assert lines_until(process, 12)
        subprocess.run(["umount", "-l", site.spool.top], check=True)
        time.sleep(2)
        assert list(site.spool.top.iterdir()) == []
        assert mounted("--bind", share, site.spool.top)
        process.communicate(timeout=900)
        site.assert_nothing_is_lost()
        site.run()
        site.assert_all_is_done_once()
    finally:
        subprocess.run(["umount", "-l", site.spool.top], check=False)


@pytest.mark.long
def test_two_and_four_runs_on_one_inbox_share_the_work(site: Site) -> None:
    for runs in (2, 4):
        for number in range(8):
            site.plant(f"{runs}-{number}.wav", 100 * runs + number)
        processes = [site.start() for _ in range(runs)]
        for process in processes:
            _, err = process.communicate(timeout=900)
            assert process.returncode == 0, err
        site.assert_all_is_done_once()


@pytest.mark.long
def test_when_prefects_server_is_killed_the_recordings_are_safe_and_a_run_without_it_completes(site: Site) -> None:
    for number in range(4):
        site.plant(f"{number}.wav", number)
    flow = subprocess.Popen(
        [sys.executable, "-c", "from flows.overnight import overnight; overnight(return_state=True)"],
        cwd=ROOT,
        env=os.environ | site.environment | {"PREFECT_HOME": str(site.folder / "prefect")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 300
    while not list(claims_in(site.spool, site.spool.claims)) and time.monotonic() < deadline and flow.poll() is None:
        time.sleep(0.1)
    assert list(claims_in(site.spool, site.spool.claims))
    for server in servers_of(flow.pid):
        kill(server)
    try:
        flow.wait(300)
    except subprocess.TimeoutExpired:
        kill(flow.pid)
        flow.wait()
    site.assert_nothing_is_lost()

    # The flow ran by the real clock, this run by that of two nights later: what may be tried again is, and no night is forgotten yet.
    site.nights = (datetime.now(UTC) - EVENING).days + 2
    site.run()

    site.assert_all_is_done_once()


def servers_of(pid: int) -> list[int]:
    found = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    servers = [child for child in found if b"uvicorn" in Path(f"/proc/{child}/cmdline").read_bytes()]
    assert servers
    return servers
