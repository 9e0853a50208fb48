"""The deployments of prefect.yaml on a real server: the night is scheduled at 22:30 by the wall clock, all year round."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from prefect.flows import load_flow_from_entrypoint

from tests.commands import ROOT

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
HORIZON_DAYS = 400
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A cluster of its own on loopback, run by the user `postgres` where the tests run as root."""
    programs, port, data = POSTGRES[-1].parent, free_port(), folder / "postgres"
    data.mkdir()
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(data, "postgres")
        for parent in (folder, *folder.parents[:2]):
            parent.chmod(0o755)
    subprocess.run([*as_user, programs / "initdb", "-D", data, "-A", "trust", "-U", "prefect"], check=True, capture_output=True, cwd="/")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data}"
    control = [*as_user, programs / "pg_ctl", "-D", data, "-l", data / "log", "-w"]
    subprocess.run([*control, "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd="/")
    try:
        yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def served(folder: Path, database: str) -> Iterator[dict[str, str]]:
    """A Prefect server of its own that looks far ahead; yields the environment of its clients."""
    port = free_port()
    environment = os.environ | {
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database,
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME": f"P{HORIZON_DAYS}D",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": str(HORIZON_DAYS),
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": str(HORIZON_DAYS),
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1",
    }
    start = [*prefect_command(), "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(start, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait = [*prefect_command(), "server", "status", "--wait", "--timeout", "240"]
        subprocess.run(wait, env=environment, check=True, stdout=subprocess.DEVNULL)
        yield environment
    finally:
        server.terminate()
        server.wait(60)


def prefect_command() -> list[str]:
    return [sys.executable, "-m", "prefect"]


def scheduled(environment: dict[str, str]) -> list[datetime]:
    """When the server has runs waiting, in UTC, from its own API."""
    found: list[datetime] = []
    while True:
        asked: dict[str, Any] = {
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
            "sort": "EXPECTED_START_TIME_ASC",
            "limit": 200,
            "offset": len(found),
        }
        request = urllib.request.Request(
            f"{environment['PREFECT_API_URL']}/flow_runs/filter", json.dumps(asked).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            page = json.load(answer)
        if not page:
            return found
        found += [datetime.fromisoformat(run["expected_start_time"].replace("Z", "+00:00")) for run in page]


@pytest.mark.parametrize(
    "database",
    [
        "sqlite",
        pytest.param(
            "postgresql", marks=[pytest.mark.long, pytest.mark.skipif(not POSTGRES, reason="no PostgreSQL server on this machine")]
        ),
    ],
)
def test_the_night_is_scheduled_at_half_past_ten_on_both_sides_of_both_clock_changes(database: str, tmp_path: Path) -> None:
    """Other versions of what Prefect rests on schedule nothing at all, and say nothing."""
    with postgres(tmp_path) if database == "postgresql" else sqlite(tmp_path) as url, served(tmp_path, url) as environment:
        for command in (
            ("work-pool", "create", "wederhoor", "--type", "process"),
            ("--no-prompt", "deploy", "--name", "nightly"),
        ):
            done = subprocess.run([*prefect_command(), *command], env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
        runs = scheduled(environment)
        deadline = time.monotonic() + 180
        while len(runs) < HORIZON_DAYS - 10 and time.monotonic() < deadline:
            time.sleep(1)
            runs = scheduled(environment)

    local = [run.astimezone(AMSTERDAM) for run in runs]
    assert {(moment.hour, moment.minute) for moment in local} == {(22, 30)}
    days = [moment.date() for moment in local]
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    offsets = dict(zip(days, (moment.utcoffset() for moment in local), strict=True))
    changes = [day for day in days[1:] if offsets[day] != offsets[day - timedelta(days=1)]]
    assert len(changes) >= 2
    assert all(clock_changes(day) for day in changes)


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite+aiosqlite:///{folder}/prefect.db"


def clock_changes(day: date) -> bool:
    noons = (datetime(each.year, each.month, each.day, 12, tzinfo=AMSTERDAM).astimezone(UTC) for each in (day - timedelta(days=1), day))
    earlier, later = noons
    return later - earlier != timedelta(days=1)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: f"{deployment['entrypoint']}-{deployment['name']}")
def test_every_deployment_leads_to_a_flow_that_takes_its_parameters(deployment: dict[str, Any]) -> None:
    flow = load_flow_from_entrypoint(deployment["entrypoint"])
    flow.validate_parameters(deployment.get("parameters", {}) | dict.fromkeys(flow.parameters.required or (), "x"))
    for schedule in deployment.get("schedules", []):
        assert schedule["timezone"] == "Europe/Amsterdam"
        assert schedule["cron"].split()[1] not in ("2", "3")
