"""The units that are shipped: they start commands that exist, at the hours the settings have, and systemd understands them."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import COMMANDS, application
from pipeline.settings import Settings
from tests.commands import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
PROGRAM = "/opt/wederhoor/.venv/bin/wederhoor"


def sections(unit: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text(encoding="utf-8"))
    return parser


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_starts_a_command_with_options_that_exist(unit: Path) -> None:
    program, command, *options = sections(unit)["Service"]["ExecStart"].split()
    assert program == PROGRAM
    assert command in COMMANDS
    told = CliRunner().invoke(application(command), [command, "--help"]).output
    assert all(option in told for option in options)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_runs_as_nobody_special_without_a_network_and_has_a_timer(unit: Path) -> None:
    service = sections(unit)["Service"]
    assert service["User"] == "wederhoor"
    assert service["PrivateNetwork"] == "yes"
    assert service["UMask"] == "0077"
    assert service["SuccessExitStatus"] == "7"
    assert unit.with_suffix(".timer").is_file()


def test_the_night_starts_when_the_settings_say_and_is_made_up_for() -> None:
    timer = sections(ROOT / "deploy" / "systemd" / "wederhoor-overnight.timer")["Timer"]
    night = Settings().night
    assert timer["OnCalendar"] == f"*-*-* {night.starts:%H:%M:%S} {night.timezone}"
    assert timer["Persistent"] == "true"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", *sorted(tmp_path.iterdir())], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
