"""A night of 43 files by the real flow: what is fine has minutes, what is not lies apart with the reason, nothing is lost."""

import json
import logging
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from flows.overnight import overnight
from pipeline import documents
from pipeline.dossier.layout import Dossier
from pipeline.dossier.retention import dossiers_in
from pipeline.minutes.versions import load_chain
from pipeline.night.claims import claims_in
from pipeline.night.inbox import WHY, dropped_files
from pipeline.night.spool import SPOOL, Kind, Spool
from pipeline.night.why import quarantined
from pipeline.schemas import shipped_schema
from tests.commands import FAKE_ENGINES, NIGHT_AT_ANY_HOUR, ROOT, wederhoor
from tests.fakes import WORDS
from tests.flows.test_recording import everything_in
from tests.night.planted import CANARY, Planted, everything_under, plain_files, plant_night


class Inn:
    """The folders of one night, and what was planted in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inbox, self.archive, self.reports = folder / "inbox", folder / "archive", folder / "reports"
        self.asked = folder / "asked.txt"
        self.inbox.mkdir()
        (folder / "scratch").mkdir()
        self.planted = plant_night(self.inbox, folder / "scratch")
        self.spool = Spool(self.inbox, Kind.INBOX)

    @property
    def environment(self) -> dict[str, str]:
        settings = {
            "FAKE_ENGINES_LOG": str(self.asked),
            "WEDERHOOR_PATHS__OUTPUT": str(self.archive),
            "WEDERHOOR_NIGHT__INBOX": str(self.inbox),
            "WEDERHOOR_NIGHT__CASES": str(self.folder / "zaken"),
            "WEDERHOOR_NIGHT__REPORTS": str(self.reports),
            "WEDERHOOR_NIGHT__WORKERS": "2",
            "WEDERHOOR_NIGHT__MINIMUM_FREE_GB": "0.1",
            "WEDERHOOR_WORKERS__MINIMUM_LIMIT_SECONDS": "90",
        }
        return FAKE_ENGINES | NIGHT_AT_ANY_HOUR | settings

    def report(self) -> dict[str, Any]:
        (path,) = self.reports.glob("*.json")
        report: dict[str, Any] = json.loads(path.read_text())
        return report


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Inn:
    return Inn(tmp_path_factory.mktemp("night"))


@pytest.fixture(scope="module")
def state(night: Inn, prefect: Path) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in night.environment.items():
            patch.setenv(name, value)
        patch.syspath_prepend(str(ROOT / "tests" / "night" / "crashing"))
        logging.getLogger("wederhoor").setLevel(logging.DEBUG)
        return overnight(return_state=True)


def keys(planted: list[Planted]) -> Counter[str]:
    return Counter(item.outcome for item in planted)


def test_the_state_and_the_counts_are_right(night: Inn, state: Any) -> None:
    expected = keys(night.planted)
    assert len(night.planted) >= 40
    assert (state.type.value, state.name) == ("COMPLETED", "CompletedWithQuarantine")
    report = night.report()
    assert Counter(result["outcome"] for result in report["results"]) == {"done": expected["done"], "duplicate": expected["duplicate"]}
    reasons = Counter(item["reason"]["key"] for item in report["set_aside"])
    assert reasons == expected - Counter(done=1000, duplicate=1000)
    assert (report["standing"], report["waiting"], report["unfinished"]) == ("ran", 0, 0)
    assert all(item["tonight"] for item in report["set_aside"])


def test_every_original_is_found_byte_for_byte(night: Inn, state: Any) -> None:
    found = everything_under(night.archive, night.inbox)
    for item in plain_files(night.planted):
        assert item.sha256 in found, item
    for dossier in dossiers_in(night.archive):
        assert documents.sha256_file(dossier.original()) == dossier.recording().sha256
    assert list(dropped_files(night.spool)) == []
    assert list(claims_in(night.spool, night.spool.claims)) == []


def test_each_that_is_fine_has_one_version_and_each_duplicate_none_of_its_own(night: Inn, state: Any) -> None:
    done = {item.sha256 for item in night.planted if item.outcome == "done"}
    dossiers = {dossier.recording().sha256: dossier for dossier in dossiers_in(night.archive)}
    assert {sha256 for sha256, dossier in dossiers.items() if load_chain(dossier.minutes_folder)} == done
    assert {len(load_chain(dossiers[str(sha256)].minutes_folder)) for sha256 in done} == {1}


def test_what_hangs_or_dies_costs_one_recording_and_is_named(night: Inn, state: Any) -> None:
    by_name = {night.spool.place(claim.record.dropped).name: reason for claim, reason in quarantined(night.spool)}
    assert by_name[f"{CANARY} hangt.wav"].key == "worker_timed_out"
    assert by_name[f"{CANARY} hangt.wav"].stage == "transcribe"
    assert not by_name[f"{CANARY} hangt.wav"].retry
    assert "SIGKILL" in by_name[f"{CANARY} te groot.wav"].what
    assert by_name[f"{CANARY} te groot.wav"].retry
    for claim, _ in quarantined(night.spool):
        Draft202012Validator(shipped_schema("quarantine-reason")).validate(json.loads((claim.folder / "reason.json").read_text()))


def test_where_it_was_dropped_a_page_says_why(night: Inn, state: Any) -> None:
    why = (night.inbox / WHY).read_text()
    assert all(f"“{CANARY} {name}”" in why for name in ("hangt.wav", "verslag.docx", "link.wav"))
    assert "vannacht proberen we het nog eens" in why
    assert f"“{CANARY} 3.mp3” is leeg." in (night.inbox / "leeg" / WHY).read_text()
    assert not (night.inbox / "jan" / WHY).exists()


def test_the_report_names_what_needs_a_person(night: Inn, state: Any) -> None:
    report = night.report()
    Draft202012Validator(shipped_schema("night-report")).validate(report)
    (page,), (text,) = night.reports.glob("*.html"), night.reports.glob("*.md")
    assert "Apart gelegd: hier moet iemand iets doen" in page.read_text()
    assert "Kopieën die gegeven moeten worden" in text.read_text()
    assert [(due["kind"], due["who"], due["day"], due["late"]) for due in report["due"]] == [("copy", "client", "2026-01-08", True)]
    agreements = Counter(result["agreement"] for result in report["results"] if result["outcome"] == "done")
    assert agreements == {"recorded": 3, "missing": 4, "unreadable": 1}
    damaged = [result for result in report["results"] if "damaged" in result["quality"]]
    assert [result["dropped"] for result in damaged] == [f"{CANARY} afgebroken.wav"]
    assert "script" not in page.read_text()


def test_neither_logs_nor_prefect_hold_a_name_or_a_word(night: Inn, state: Any, prefect: Path) -> None:
    database = everything_in(prefect)
    (some, *_) = dossiers_in(night.archive)
    assert some.path.name in database
    assert {"night-report", "night-progress"} <= artifacts(prefect).keys()
    logs = "".join(path.read_text() for path in night.archive.glob("*/custody.jsonl"))
    for word in (CANARY, str(night.inbox), *(word.strip(".") for word in WORDS if len(word) > 4)):
        assert word not in database
        assert word not in logs
        assert word not in repr(state)


def test_the_bars_in_prefect_s_page_say_how_it_goes(night: Inn, state: Any, prefect: Path) -> None:
    bars = artifacts(prefect)
    assert float(bars["night-progress"]) == 100.0
    # A recording of which the work lasts longer than a look has a bar of its own, by its opaque id.
    (hangs,) = (claim.id for claim, reason in quarantined(night.spool) if reason.key == "worker_timed_out")
    assert float(bars[f"recording-{hangs}"]) == 100.0


def artifacts(database: Path) -> dict[str, str]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return dict(connection.execute("SELECT key, data FROM artifact").fetchall())


def test_run_again_nothing_is_repeated(night: Inn, state: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in night.environment.items():
        monkeypatch.setenv(name, value)
    asked, before = night.asked.read_text(), everything_under(night.archive)
    logs = {path: path.read_text() for path in night.archive.glob("*/custody.jsonl")}

    done = wederhoor("overnight", "--json", environment=night.environment)

    assert done.returncode == 7, done.stderr
    assert night.asked.read_text() == asked
    assert {path: path.read_text() for path in night.archive.glob("*/custody.jsonl")} == logs
    assert everything_under(night.archive) == before
    report = json.loads(done.stdout)
    assert report["runs"][-1]["counts"] == {"done": 0, "duplicate": 0, "quarantined": 0, "left": 0}
    assert len(report["runs"]) == 2


def test_the_commands_tell_how_things_stand(night: Inn, state: Any) -> None:
    status = wederhoor("status", "--json", environment=night.environment)
    assert status.returncode == 0, status.stderr
    told = json.loads(status.stdout)
    Draft202012Validator(shipped_schema("status")).validate(told)
    expected = keys(night.planted)
    assert (told["waiting"], told["left"], told["running"]) == (0, 0, [])
    assert told["done"] == expected["done"] + expected["duplicate"]
    assert len(told["quarantined"]) == sum((expected - Counter(done=1000, duplicate=1000)).values())
    assert wederhoor("status", "--night", environment=night.environment).returncode == 7


def test_the_hidden_folder_is_closed_to_others(night: Inn, state: Any) -> None:
    assert (night.inbox / SPOOL).stat().st_mode & 0o077 == 0
    assert Dossier.open(next(night.archive.glob("[0-9]*"))).path.stat().st_mode & 0o077 == 0
