"""A small run of the simulation of large nights: tests/benchmarks/night/simulate.py."""

import subprocess
import sys

import pytest

from tests.commands import ROOT

pytestmark = pytest.mark.long


def test_machines_that_share_an_inbox_and_lose_one_of_them_do_every_file_once() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.night.simulate", "--recordings", "300", "--workers", "4", "--kill"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every file once" in done.stdout
