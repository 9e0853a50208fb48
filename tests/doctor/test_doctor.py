"""The doctor on a machine made for the test: what is in order is said so, and each thing that is not is named."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pipeline.doctor import Check, examine_machine, machine
from pipeline.doctor.model import Standing
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.receive import receive
from pipeline.schemas import shipped_schema
from pipeline.settings import Night, Organisation, Paths, Settings
from tests.commands import wederhoor
from tests.fixtures.speech import opening

NOW = datetime(2026, 3, 3, 13, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A machine with the weights of this one, and dossiers and keys of its own."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "weights").symlink_to(Settings().paths.weights)
    night = Night(inbox=tmp_path / "inbox", minimum_free_gb=0.1)
    return Settings(paths=Paths(data=data, output=tmp_path / "output"), night=night, organisation=Organisation(name="De Schakel"))


def found(settings: Settings, name: str, now: datetime = NOW) -> list[Check]:
    return [check for check in examine_machine(settings, now).checks if check.name == name]


def standings(settings: Settings, name: str, now: datetime = NOW) -> set[Standing]:
    return {check.standing for check in found(settings, name, now)}


def test_a_machine_without_a_fault_is_fit(settings: Settings) -> None:
    assert examine_machine(settings, NOW).fit
    assert standings(settings, "organisation") == {Standing.GOOD}
    assert standings(settings, "weights") == {Standing.GOOD}


def test_a_key_is_asked_for_a_backup_until_one_is_written(settings: Settings) -> None:
    ring = KeyRing(settings.paths.keys)
    assert [check.text for check in found(settings, "key")] == ["key_none"]
    ring.current(NOW)
    assert [check.text for check in found(settings, "key")] == ["key_no_backup"]
    ring.backup("een lange wachtzin", NOW)
    ring.note_backup(NOW)
    assert [check.text for check in found(settings, "key")] == ["key"]
    ring.rotate(NOW)
    assert [check.text for check in found(settings, "key")] == ["key_no_backup"]


def test_looking_makes_nothing(settings: Settings, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    examine_machine(settings, NOW)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_changed_weight_and_a_missing_one_are_faults(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "data" / "weights").unlink()
    assert {check.text for check in found(settings, "weights")} == {"weights_missing"}
    wrong = tmp_path / "data" / "weights" / "silero-vad"
    wrong.mkdir(parents=True)
    for name in (file.name for file in (Settings().paths.weights / "silero-vad").iterdir()):
        (wrong / name).write_bytes(b"something else")
    assert "weights_differ" in {check.text for check in found(settings, "weights")}
    assert not examine_machine(settings, NOW).fit


def test_what_others_can_open_is_a_fault(settings: Settings, tmp_path: Path) -> None:
    dossier = receive(opening(tmp_path / "a.flac", 1.0), settings=settings, out=settings.paths.output, now=NOW)
    assert standings(settings, "permissions") == {Standing.GOOD}
    dossier.path.chmod(0o755)
    assert [(check.standing, check.details["folder"]) for check in found(settings, "permissions")] == [(Standing.FAULT, str(dossier.path))]


def test_a_clock_before_the_last_receipt_is_a_fault(settings: Settings, tmp_path: Path) -> None:
    receive(opening(tmp_path / "a.flac", 1.0), settings=settings, out=settings.paths.output, now=NOW)
    assert found(settings, "clock", NOW - timedelta(hours=1))[0].text == "clock_behind"
    assert found(settings, "clock", NOW + timedelta(hours=1))[0].text != "clock_behind"


def test_a_group_that_is_not_there_is_a_fault(settings: Settings) -> None:
    named = settings.model_copy(update={"paths": settings.paths.model_copy(update={"group": "bestaat-niet"})})
    assert standings(named, "group") == {Standing.FAULT}
    assert found(settings, "group") == []


def test_too_little_disk_is_a_fault(settings: Settings) -> None:
    greedy = settings.model_copy(update={"night": settings.night.model_copy(update={"minimum_free_gb": 1e9})})
    assert standings(greedy, "disk") == {Standing.FAULT}


def test_too_little_memory_is_a_fault(settings: Settings) -> None:
    greedy = settings.model_copy(update={"night": settings.night.model_copy(update={"memory_per_worker_gb": 1e6})})
    assert standings(greedy, "memory") == {Standing.FAULT}


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Programs of the system that answer as told."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)

    def answer(program: str, says: str) -> None:
        (programs / program).write_text(f"#!/bin/sh\necho {says}\n")
        (programs / program).chmod(0o755)

    return answer


@pytest.mark.parametrize(("says", "expected"), [("active", "timer"), ("inactive", "timer_off")])
def test_the_timer_is_asked_of_systemd(settings: Settings, answers: Callable[[str, str], None], says: str, expected: str) -> None:
    answers("systemctl", says)
    assert [check.text for check in found(settings, "timer")] == [expected]


def test_encryption_is_looked_for_under_every_layer(tmp_path: Path) -> None:
    volume, crypt, disk = (tmp_path / name for name in ("dm-1", "dm-0", "sda"))
    for device, uuid in ((volume, "LVM-abc\n"), (crypt, "CRYPT-LUKS2-abc\n")):
        (device / "dm").mkdir(parents=True)
        (device / "dm" / "uuid").write_text(uuid)
        (device / "slaves").mkdir()
    disk.mkdir()
    (crypt / "slaves" / "sda").symlink_to(disk)
    assert not machine.any_layer_encrypted(volume)
    assert not machine.any_layer_encrypted(disk)
    (volume / "slaves" / "dm-0").symlink_to(crypt)
    assert machine.any_layer_encrypted(volume)


def test_the_command_says_it_in_sentences_and_as_a_document(settings: Settings) -> None:
    environment = {"WEDERHOOR_PATHS__DATA": str(settings.paths.data), "WEDERHOOR_PATHS__OUTPUT": str(settings.paths.output)}
    said = wederhoor("doctor", environment=environment)
    assert said.returncode == 0, said.stderr
    assert "[IN ORDE] Alle onderdelen hebben de vastgelegde versie." in said.stdout
    document = json.loads(wederhoor("doctor", "--json", environment=environment).stdout)
    Draft202012Validator(shipped_schema("doctor")).validate(document)
