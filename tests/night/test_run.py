"""A run of the night: what it takes and in which order, when it stops, and what it does with what others left."""

import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import ModelUnavailable, UsageError
from pipeline.night.causes import Cause, Reason
from pipeline.night.claims import Claim, claims_in, take_file
from pipeline.night.morning import check_last_night
from pipeline.night.owner import Owner, this_process
from pipeline.night.places import archives, search_folders
from pipeline.night.report import NightStanding
from pipeline.night.run import Night, Perform, Tally
from pipeline.night.runs import Ending, read_run
from pipeline.night.spool import Spool
from pipeline.night.why import quarantined
from pipeline.night.work import Bureau
from pipeline.night.workers import TurnTakingWorker
from pipeline.settings import Settings
from tests.commands import FAKE_ENGINES
from tests.night.conftest import NOW, dropped

ELSEWHERE = Owner(host="another", boot="another-boot", pids="pid:[1]", pid=1, started=1)


class Clock:
    """The clock on the wall, which the test moves."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(inbox: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("pipeline.night.run.require", lambda settings: None)
    for name, value in FAKE_ENGINES.items():
        monkeypatch.setenv(name, value)
    given = {"inbox": inbox.top, "cases": tmp_path / "zaken", "reports": tmp_path / "reports", "settle_seconds": 0, "minimum_free_gb": 0}
    return Settings(paths={"output": tmp_path / "archive"}, night=given | {"lease_seconds": 0.3, "share_back_minutes": 1})  # type: ignore[arg-type]


def finishing(names: list[str]) -> Perform:
    """Work that only notes the name and moves the claim out of the way."""

    def perform(claim: Claim, bureau: Bureau) -> None:
        original = claim.original()
        assert original is not None
        names.append(original.name)
        claim.move_to(claim.spool.done / "2026-11-25" / claim.id)

    return perform


def failing(cause: Cause) -> Perform:
    def perform(claim: Claim, bureau: Bureau) -> Reason:
        reason = Reason(
            schema="wederhoor.quarantine-reason/1",
            id=claim.id,
            error="E",
            key="k",
            stage="receive",
            cause=cause,
            what="w",
            meaning="m",
            what_to_do="d",
            tool="t",
            at=bureau.now().isoformat(),
            attempts=claim.record.attempts,
            retry=cause is Cause.OUTSIDE,
        )
        claim.write("reason.json", reason)
        claim.move_to(claim.spool.quarantine / claim.folder.name)
        return reason

    return perform


def test_it_takes_urgent_first_then_by_deadline_then_the_oldest(inbox: Spool, settings: Settings, clock: Clock) -> None:
    for number, name in enumerate(("a.wav", "b.wav", "c.wav")):
        path = dropped(inbox.top, name)
        os.utime(path, (10_000 - number, 10_000 - number))
    (inbox.top / "a.toml").write_text("[procedure]\nrespond_before = 2026-12-01\n")
    dropped(inbox.top / "spoed", "u.wav")
    names: list[str] = []
    tally = Night.open(settings, now=clock).work(finishing(names))
    assert names == ["u.wav", "a.wav", "c.wav", "b.wav"]
    assert tally.ending is Ending.FINISHED


def test_by_day_only_what_is_urgent(inbox: Spool, settings: Settings, clock: Clock) -> None:
    dropped(inbox.top, "a.wav")
    dropped(inbox.top / "spoed", "u.wav")
    names: list[str] = []
    Night.open(settings, now=clock, urgent_only=True).work(finishing(names))
    assert names == ["u.wav"]


def test_at_the_end_of_the_night_no_new_work_is_taken(inbox: Spool, settings: Settings, clock: Clock) -> None:
    for number in range(4):
        dropped(inbox.top, f"{number}.wav")
    names: list[str] = []

    def perform(claim: Claim, bureau: Bureau) -> None:
        finishing(names)(claim, bureau)
        if len(names) == 2:
            clock.at = night.ends_at

    night = Night.open(settings, now=clock)
    tally = night.work(perform)

    assert len(names) == 2
    assert tally.ending is Ending.WINDOW_CLOSED
    clock.at = NOW + timedelta(days=1)
    Night.open(settings, now=clock).work(finishing(names))
    assert sorted(names) == ["0.wav", "1.wav", "2.wav", "3.wav"]


def test_what_runs_past_the_end_and_its_grace_is_handed_over(inbox: Spool, settings: Settings, clock: Clock) -> None:
    dropped(inbox.top, "lang.wav")

    def perform(claim: Claim, bureau: Bureau) -> None:
        clock.at = night.ends_at + timedelta(minutes=settings.night.grace_minutes)
        assert bureau.stopping.wait(30)
        claim.set_free()

    night = Night.open(settings, now=clock)
    tally = night.work(perform)

    assert (tally.left, tally.ending) == (1, Ending.WINDOW_CLOSED)
    names: list[str] = []
    clock.at = NOW + timedelta(days=1)
    Night.open(settings, now=clock).work(finishing(names))
    assert names == ["lang.wav"]


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400), timedelta(hours=-1)])
def test_a_clock_that_jumps_loses_and_repeats_nothing(jump: timedelta, inbox: Spool, settings: Settings, clock: Clock) -> None:
    for number in range(3):
        dropped(inbox.top, f"{number}.wav")
    names: list[str] = []

    def perform(claim: Claim, bureau: Bureau) -> None:
        finishing(names)(claim, bureau)
        clock.at += jump

    Night.open(settings, now=clock).work(perform)
    clock.at = NOW
    Night.open(settings, now=clock).work(finishing(names))
    assert sorted(names) == ["0.wav", "1.wav", "2.wav"]


def test_a_file_that_is_still_written_to_is_waited_for_and_a_whole_one_is_not_kept_waiting(
    inbox: Spool, settings: Settings, clock: Clock
) -> None:
    growing = inbox.top / "groeit.wav"
    names: list[str] = []
    with growing.open("wb") as file:
        file.write(b"first")
        file.flush()
        night = Night.open(settings, now=clock)
        assert night.work(finishing(names)) == Tally()
        dropped(inbox.top, "heel.wav")
        Night.open(settings, now=clock).work(finishing(names))
    assert names == ["heel.wav"]
    Night.open(settings, now=clock).work(finishing(names))
    assert names == ["heel.wav", "groeit.wav"]


def test_what_a_killed_run_left_is_taken_up_last(inbox: Spool, settings: Settings, clock: Clock) -> None:
    gone = replace(this_process(), started=this_process().started + 1)
    left = claimed_by(inbox, "links.wav", gone)
    dropped(inbox.top, "nieuw.wav")
    names: list[str] = []
    Night.open(settings, now=clock).work(finishing(names))
    assert names == ["nieuw.wav", "links.wav"]
    assert not left.folder.exists()


def test_what_a_silent_machine_left_is_taken_up_after_a_lease(inbox: Spool, settings: Settings, clock: Clock) -> None:
    claimed_by(inbox, "elders.wav", ELSEWHERE)
    names: list[str] = []
    Night.open(settings, now=clock).work(finishing(names))
    assert names == ["elders.wav"]


def test_what_another_machine_is_working_on_is_left_to_it(inbox: Spool, settings: Settings, clock: Clock) -> None:
    claim, stop = claimed_by(inbox, "elders.wav", ELSEWHERE), threading.Event()

    def beat() -> None:
        while not stop.wait(0.02):
            os.utime(claim.folder / "beat")

    heart = threading.Thread(target=beat)
    heart.start()
    try:
        names: list[str] = []
        Night.open(settings, now=clock).work(finishing(names))
    finally:
        stop.set()
        heart.join()
    assert names == []
    assert claim.original() is not None


def claimed_by(inbox: Spool, name: str, owner: Owner) -> Claim:
    claim = take_file(inbox, dropped(inbox.top, name), this_process(), now="2026-11-25T22:00:00Z")
    assert claim is not None
    claim.write("claim.json", replace(claim.record, owner=owner))
    return claim


def test_slots_of_one_run_share_the_work_and_each_is_done_once(inbox: Spool, settings: Settings, clock: Clock) -> None:
    for number in range(30):
        dropped(inbox.top, f"{number}.wav")
    names: list[str] = []
    night = Night.open(settings, now=clock)
    joined = Night.join(settings, night.run.id, now=clock)
    with ThreadPoolExecutor(4) as slots:
        list(slots.map(lambda run: run.work(finishing(names)), (night, night, joined, joined)))
    assert sorted(names) == sorted(f"{number}.wav" for number in range(30))


def test_what_failed_through_no_fault_of_its_own_is_tried_the_next_night_and_not_before(
    inbox: Spool, settings: Settings, clock: Clock
) -> None:
    dropped(inbox.top, "a.wav")
    assert Night.open(settings, now=clock).work(failing(Cause.OUTSIDE)).quarantined == 1
    names: list[str] = []
    clock.at += timedelta(hours=1)
    Night.open(settings, now=clock).work(finishing(names))
    assert names == []
    clock.at += timedelta(days=1)
    night = Night.open(settings, now=clock)
    (claim,) = claims_in(inbox, inbox.claims)
    assert claim.record.attempts == 2
    night.work(finishing(names))
    assert names == ["a.wav"]
    assert quarantined(inbox) == []


def test_what_lies_in_the_file_is_not_tried_again(inbox: Spool, settings: Settings, clock: Clock) -> None:
    dropped(inbox.top, "a.wav")
    Night.open(settings, now=clock).work(failing(Cause.FILE))
    names: list[str] = []
    clock.at += timedelta(days=1)
    Night.open(settings, now=clock).work(finishing(names))
    assert names == []
    assert len(quarantined(inbox)) == 1


def test_what_never_ends_is_set_aside_after_some_nights(inbox: Spool, settings: Settings, clock: Clock) -> None:
    claim = claimed_by(inbox, "a.wav", replace(this_process(), started=1))
    claim.write("claim.json", replace(claim.record, attempts=settings.night.most_attempts + 1, owner=None))
    tally = Night.open(settings, now=clock).work()
    ((_, reason),) = quarantined(inbox)
    assert tally.quarantined == 1
    assert reason.key == "night_too_many_attempts"
    assert not reason.retry


def test_a_share_that_goes_and_comes_back_is_waited_for(inbox: Spool, settings: Settings, clock: Clock) -> None:
    for number in range(3):
        dropped(inbox.top, f"{number}.wav")
    names: list[str] = []
    away = inbox.top.with_name("away")
    back: list[threading.Timer] = []

    def perform(claim: Claim, bureau: Bureau) -> None:
        if not back:
            inbox.top.rename(away)
            back.append(threading.Timer(0.5, lambda: away.rename(inbox.top)))
            back[0].start()
            # As work on a share that is gone ends: nothing could be written.
            return
        finishing(names)(claim, bureau)

    tally = Night.open(settings, now=clock).work(perform)
    back[0].join()
    assert sorted(names) == ["0.wav", "1.wav", "2.wav"]
    assert tally.ending is Ending.FINISHED


def test_a_file_of_which_the_folder_does_not_let_go_stops_nothing(
    inbox: Spool, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = dropped(inbox.top, "a.wav")
    dropped(inbox.top, "b.wav")
    rename = Path.rename

    def refusing(path: Path, target: Path) -> Path:
        if path == stuck:
            raise PermissionError
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refusing)
    names: list[str] = []
    tally = Night.open(settings, now=clock).work(finishing(names))
    assert (names, tally.ending) == (["b.wav"], Ending.FINISHED)
    assert stuck.exists()
    assert list(claims_in(inbox, inbox.claims)) == []


def test_a_share_that_stays_away_fails_the_night_and_loses_nothing(inbox: Spool, settings: Settings, clock: Clock) -> None:
    dropped(inbox.top, "a.wav")
    brief = settings.model_copy(update={"night": settings.night.model_copy(update={"share_back_minutes": 0.0})})
    night = Night.open(brief, now=clock)
    away = inbox.top.with_name("away")
    inbox.top.rename(away)
    tally = night.work(finishing([]))
    assert tally.ending is Ending.SHARE_GONE
    away.rename(inbox.top)
    night.wrap_up([tally])
    assert check_last_night(brief, now=clock).standing is NightStanding.FAILED
    names: list[str] = []
    Night.open(settings, now=clock).work(finishing(names))
    assert names == ["a.wav"]


def test_with_too_little_space_nothing_new_is_taken(inbox: Spool, settings: Settings, clock: Clock) -> None:
    dropped(inbox.top, "a.wav")
    hungry = settings.model_copy(update={"night": settings.night.model_copy(update={"minimum_free_gb": 10**9})})
    tally = Night.open(hungry, now=clock).work(finishing([]))
    assert tally.ending is Ending.DISK_FULL
    assert (inbox.top / "a.wav").exists()


def test_an_inbox_that_is_not_there_or_a_model_that_is_missing_is_told_before_anything_is_taken(
    inbox: Spool, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = dropped(inbox.top, "a.wav")

    def missing(settings: Settings) -> None:
        raise ModelUnavailable("model_missing", model="x")

    monkeypatch.setattr("pipeline.night.run.require", missing)
    with pytest.raises(ModelUnavailable):
        Night.open(settings, now=clock)
    assert path.exists()
    assert check_last_night(settings, now=clock).standing is NightStanding.NOT_RUN
    inbox.top.rename(inbox.top.with_name("away"))
    with pytest.raises(UsageError):
        Night.open(settings, now=clock)


def test_an_empty_folder_where_a_share_was_mounted_is_no_empty_inbox(inbox: Spool, settings: Settings, clock: Clock) -> None:
    Night.open(settings, now=clock)
    inbox.top.rename(inbox.top.with_name("share"))
    inbox.top.mkdir()
    with pytest.raises(UsageError) as refused:
        Night.open(settings, now=clock)
    assert refused.value.text_key == "night_inbox_not_same"
    assert list(inbox.top.iterdir()) == []
    inbox.top.rmdir()
    inbox.top.with_name("share").rename(inbox.top)
    Night.open(settings, now=clock)


@pytest.mark.parametrize("morning", ["2026-11-26T07:00:00+00:00", "2026-11-26T14:00:00+00:00", "2026-11-26T21:00:00+00:00"])
def test_the_next_day_tells_that_the_night_was_not_run(morning: str, inbox: Spool, settings: Settings, clock: Clock) -> None:
    clock.at = datetime.fromisoformat(morning)
    report = check_last_night(settings, now=clock)
    assert (report.night, report.standing, report.exit_code) == ("2026-11-25", NightStanding.NOT_RUN, 1)

    clock.at = NOW
    night = Night.open(settings, now=clock)
    night.wrap_up([night.work(finishing([]))])

    clock.at = datetime.fromisoformat(morning)
    assert check_last_night(settings, now=clock).standing is NightStanding.RAN


def test_a_run_that_was_killed_is_told_as_cut_off(inbox: Spool, settings: Settings, clock: Clock) -> None:
    night = Night.open(settings, now=clock)
    path = inbox.runs / "2026-11-25" / f"{night.run.id}.json"
    plain = json.loads(path.read_text())
    assert check_last_night(settings, now=clock).standing is NightStanding.RUNNING
    plain["owner"]["started"] += 1
    path.write_text(json.dumps(plain))
    report = check_last_night(settings, now=clock)
    assert (report.standing, report.exit_code) == (NightStanding.CUT_OFF, 1)


def test_the_run_notes_how_it_ended(inbox: Spool, settings: Settings, clock: Clock) -> None:
    night = Night.open(settings, now=clock)
    night.wrap_up([Tally(done=2, quarantined=1), Tally(done=1, left=1, ending=Ending.WINDOW_CLOSED)])
    evening, run = read_run(inbox, night.run.id)
    assert evening == "2026-11-25"
    assert run.ending is Ending.WINDOW_CLOSED
    assert run.counts == {"done": 3, "duplicate": 0, "quarantined": 1, "left": 1}


def test_what_is_told_of_nights_long_past_goes_and_a_dropped_file_never(inbox: Spool, settings: Settings, clock: Clock) -> None:
    for night in ("2026-01-01", "2026-01-02", "2026-11-20"):
        (inbox.done / night / "0123").mkdir(parents=True)
        (inbox.done / night / "0123" / "result.json").write_text("{}")
    (inbox.done / "2026-01-02" / "0123" / "original").mkdir()
    (inbox.done / "2026-01-02" / "0123" / "original" / "a.wav").write_bytes(b"sound")
    Night.open(settings, now=clock)
    assert sorted(path.name for path in inbox.done.iterdir()) == ["2026-01-02", "2026-11-20"]


def test_dossiers_of_cases_count_and_copies_are_looked_for_where_people_drop(inbox: Spool, cases: Spool, settings: Settings) -> None:
    (cases.top / "zaak-1" / "opnamen").mkdir(parents=True)
    case = cases.top / "zaak-1"
    assert archives(settings) == (settings.paths.output, case / "dossiers")
    assert search_folders(settings) == (inbox.top, cases.root, case / "opnamen")


def log_turns(path: Path) -> None:
    with path.open("a") as file:
        file.write("in\n")
    time.sleep(0.2)
    with path.open("a") as file:
        file.write("out\n")


def test_one_recording_at_a_time_uses_the_gpu(tmp_path: Path) -> None:
    log = tmp_path / "turns"
    workers = [TurnTakingWorker(tmp_path / "gpu.lock") for _ in range(3)]
    with ThreadPoolExecutor(3) as slots:
        list(slots.map(lambda worker: worker.call(log_turns, log, limit_seconds=120), workers))
    for worker in workers:
        worker.close()
    assert log.read_text().split() == ["in", "out"] * 3
