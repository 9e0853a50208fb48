"""The night on a Dask cluster: each recording is done once, also when a worker is killed at its work."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.dossier.retention import dossiers_in
from pipeline.minutes.versions import version_names
from tests.commands import FAKE_ENGINES, ROOT
from tests.night.planted import speechlike

pytestmark = pytest.mark.long

RECORDINGS = 6
NIGHT = "from flows.on_dask import overnight_on_dask; s = overnight_on_dask(return_state=True); print('STATE', s.type.value, s.name)"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    inbox = tmp_path / "inbox"
    for number in range(RECORDINGS):
        speechlike(inbox / f"gesprek {number}.wav", 4_000 + number, seed=number)
    return (
        os.environ
        | FAKE_ENGINES
        | {
            "PYTHONPATH": str(ROOT),
            "SAID": str(tmp_path / "said.txt"),
            "PREFECT_HOME": str(tmp_path / "prefect"),
            "FAKE_ENGINES_LOG": str(tmp_path / "asked.txt"),
            "WEDERHOOR_PATHS__OUTPUT": str(tmp_path / "archive"),
            "WEDERHOOR_NIGHT__INBOX": str(inbox),
            "WEDERHOOR_NIGHT__CASES": str(tmp_path / "zaken"),
            "WEDERHOOR_NIGHT__REPORTS": str(tmp_path / "reports"),
            "WEDERHOOR_NIGHT__SETTLE_SECONDS": "0",
            "WEDERHOOR_NIGHT__WORKERS": "2",
            "WEDERHOOR_NIGHT__MINIMUM_FREE_GB": "0.1",
        }
    )


@contextlib.contextmanager
def night(environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    # A file, no pipe: Prefect's own small server may outlive the flow and would hold a pipe open.
    with Path(environment["SAID"]).open("w") as said:
        process = subprocess.Popen([sys.executable, "-c", NIGHT], cwd=ROOT, env=environment, stdout=said)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def owners(claims: Path) -> set[int]:
    """The processes that hold a claim now."""
    found = set()
    for path in claims.glob("*/claim.json"):
        with contextlib.suppress(OSError, ValueError):
            owner = json.loads(path.read_text())["owner"]
            found |= {owner["pid"]} if owner else set()
    return found


def owners_until_done(claims: Path, process: "subprocess.Popen[bytes]") -> set[int]:
    seen: set[int] = set()
    while process.poll() is None:
        seen |= owners(claims)
        time.sleep(0.02)
    return seen


def done_once(folder: Path) -> bool:
    dossiers = list(dossiers_in(folder / "archive"))
    return len(dossiers) == RECORDINGS and all(version_names(dossier.minutes_folder) == ["v001"] for dossier in dossiers)


def test_two_workers_share_the_night_and_do_nothing_twice(environment: dict[str, str], tmp_path: Path) -> None:
    with night(environment) as process:
        seen = owners_until_done(tmp_path / "inbox" / ".wederhoor" / "claims", process)
    assert len(seen) == 2
    assert process.pid not in seen
    assert "STATE COMPLETED" in (tmp_path / "said.txt").read_text()
    assert done_once(tmp_path)
    assert (tmp_path / "asked.txt").read_text().split().count("transcribe") == RECORDINGS


def test_a_worker_that_is_killed_costs_the_time_it_had_spent(environment: dict[str, str], tmp_path: Path) -> None:
    claims = tmp_path / "inbox" / ".wederhoor" / "claims"
    with night(environment) as process:
        while not (working := owners(claims)) and process.poll() is None:
            time.sleep(0.02)
        killed = min(working)
        os.kill(killed, signal.SIGKILL)
        assert owners_until_done(claims, process) - {killed}
    assert "STATE COMPLETED" in (tmp_path / "said.txt").read_text()
    assert done_once(tmp_path)
