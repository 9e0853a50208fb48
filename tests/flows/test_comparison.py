"""The comparison flow under a real (temporary) Prefect server: it writes the comparison, and Prefect learns no names or words."""

import json
import logging
import sqlite3
from pathlib import Path

import pytest

from flows.comparison import comparison
from pipeline.cli.minutes import minutes_of, secured
from pipeline.cli.options import settings_from
from tests.commands import FAKE_ENGINES
from tests.fakes import WORDS
from tests.fixtures.speech import opening

CANARY = "kanarievogel"


@pytest.fixture
def dossier_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    for name, value in (FAKE_ENGINES | {"WEDERHOOR_PATHS__OUTPUT": str(tmp_path / CANARY)}).items():
        monkeypatch.setenv(name, value)
    settings = settings_from()
    ids = []
    for name, seconds in (("van de client", 10.0), ("van de medewerker", 8.0)):
        source = opening(tmp_path / f"{CANARY} {name}.flac", seconds)
        dossier = secured(source, settings, agreement=None, without_agreement=f"{CANARY} was er niet")
        minutes_of(dossier, settings)
        ids.append(dossier.path.name)
    return ids


def test_the_flow_compares_two_dossiers_and_leaves_no_names_or_words_behind(
    prefect: Path, dossier_ids: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    name = comparison(*dossier_ids)

    folder = tmp_path / CANARY / "comparisons" / name
    found = json.loads((folder / "comparison.json").read_text())
    assert found["recordings"]["map"]
    assert found["minutes"]["words_a"] == len(WORDS)
    assert CANARY in (folder / "vergelijking.html").read_text()
    with sqlite3.connect(f"file:{prefect}?mode=ro", uri=True) as connection:
        left_behind = caplog.text + "\n".join(connection.iterdump())
    assert dossier_ids[0] in left_behind
    for word in (CANARY, *(word.strip(".") for word in WORDS if len(word) > 4)):
        assert word not in left_behind
