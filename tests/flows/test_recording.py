"""The recording flow under a real (temporary) Prefect server: it makes the minutes, and Prefect learns no names."""

import logging
import sqlite3
from pathlib import Path

import pytest

from flows.recording import recording
from pipeline.cli.minutes import secured
from pipeline.cli.options import settings_from
from pipeline.minutes.versions import load_current
from tests.commands import FAKE_ENGINES
from tests.fakes import WORDS
from tests.fixtures.speech import opening

CANARY = "kanarievogel"


@pytest.fixture
def dossier_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in (FAKE_ENGINES | {"WEDERHOOR_PATHS__OUTPUT": str(tmp_path / CANARY)}).items():
        monkeypatch.setenv(name, value)
    source = opening(tmp_path / f"gesprek met {CANARY}.flac")
    agreement = tmp_path / "agreement.toml"
    agreement.write_text(f"[[party]]\nrole = 'client'\nname = '{CANARY}'\n")
    return secured(source, settings_from(), agreement=agreement, without_agreement=None).path.name


def test_the_flow_makes_the_minutes_and_leaves_no_names_or_words_behind(
    prefect: Path, dossier_id: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    assert recording(dossier_id) == "v001"

    minutes = load_current(tmp_path / CANARY / dossier_id / "minutes").minutes
    assert CANARY in minutes.recording.name
    custody_log = (tmp_path / CANARY / dossier_id / "custody.jsonl").read_text()
    left_behind = caplog.text + everything_in(prefect) + custody_log
    assert dossier_id in left_behind
    for word in (CANARY, *(word.strip(".") for word in WORDS if len(word) > 4)):
        assert word not in left_behind


def everything_in(database: Path) -> str:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return "\n".join(connection.iterdump())
