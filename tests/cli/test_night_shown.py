"""How a night is shown: on a terminal as bars, in a journal as lines."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.cli import console
from pipeline.cli.night_shown import night_shown
from pipeline.night.claims import Claim
from pipeline.night.run import Night
from pipeline.night.work import Bureau
from pipeline.settings import Settings
from pipeline.texts import Language, texts
from tests.commands import FAKE_ENGINES

NOW = datetime(2026, 11, 25, 23, tzinfo=UTC)


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    for name, value in FAKE_ENGINES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("pipeline.night.run.require", lambda settings: None)
    (tmp_path / "inbox").mkdir()
    for number in range(3):
        (tmp_path / "inbox" / f"geheim {number}.wav").write_bytes(b"sound")
    given = {"inbox": tmp_path / "inbox", "cases": tmp_path / "zaken", "reports": tmp_path / "reports"}
    settings = Settings(
        paths={"output": tmp_path / "archive", "data": tmp_path / "data"},  # type: ignore[arg-type]
        night=given | {"settle_seconds": 0, "minimum_free_gb": 0},  # type: ignore[arg-type]
    )
    return Night.open(settings, now=lambda: NOW)


def perform(claim: Claim, bureau: Bureau) -> None:
    for stage in ("receive", "transcribe", "write"):
        for share in (0.0, 0.5, 1.0):
            bureau.progress(claim.id, stage, share)
    claim.move_to(claim.spool.done / "2026-11-25" / claim.id)


def shown(night: Night, monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> str:
    written = io.StringIO()
    monkeypatch.setattr(console, "stderr", Console(file=written, force_terminal=terminal, width=120, highlight=False, markup=False))
    with night_shown(night, texts(Language.DUTCH)):
        night.work(perform)
    return written.getvalue()


def test_on_a_terminal_there_is_a_bar_for_all_and_one_for_each_at_work(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = shown(night, monkeypatch, terminal=True)
    last = seen.rstrip("\x1b[?25h\n").splitlines()[-1]
    assert "3 van 3 opnamen gehad" in last
    assert "100%" in last
    assert "geheim" not in seen


def test_in_a_journal_there_is_a_line_for_each_stage_of_a_recording(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(night, monkeypatch, terminal=False).splitlines()
    assert len(lines) == 9
    assert sum(line.endswith(": Uitschrijven ...") for line in lines) == 3
    assert "\x1b" not in "".join(lines)
