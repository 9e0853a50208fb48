import os
import shutil
import signal
import time
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from pipeline.night.claims import Claim, ClaimLost, Watch, claims_in, kept_alive, progress_of, sweep, take_file, take_over
from pipeline.night.owner import Owner, is_gone, this_process
from pipeline.night.spool import Spool
from tests.night.conftest import dropped

ELSEWHERE = Owner(host="another", boot="another-boot", pids="pid:[1]", pid=1, started=1)
SPAWN = get_context("spawn")


def claimed(spool: Spool, name: str = "gesprek.wav") -> Claim:
    claim = take_file(spool, dropped(spool.top, name), this_process(), now="2026-11-25T23:00:00Z")
    assert claim is not None
    return claim


def held_by(claim: Claim, owner: Owner | None) -> Claim:
    """The same claim as another owner left it."""
    record = replace(claim.record, owner=owner)
    claim.write("claim.json", record)
    return Claim(claim.spool, claim.folder, record)


class Clock:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_file_is_taken_by_rename_and_keeps_its_name_and_bytes(inbox: Spool) -> None:
    name = b"gesprek \xff\n\xe2\x80\xae met mevrouw.wav".decode("utf-8", "surrogateescape")

    claim = claimed(inbox, name)

    original = claim.original()
    assert original is not None
    assert (original.name, original.read_bytes()) == (name, b"sound")
    assert not (inbox.top / name).exists()
    assert inbox.place(claim.record.dropped) == inbox.top / name
    assert name not in claim.folder.name


def test_of_two_that_want_a_file_one_gets_it(inbox: Spool) -> None:
    path = dropped(inbox.top)
    first = take_file(inbox, path, this_process(), now="")
    assert first is not None
    assert take_file(inbox, path, this_process(), now="") is None
    assert [claim.id for claim in claims_in(inbox, inbox.claims)] == [first.id]


def test_a_claim_of_a_living_process_is_not_free_and_of_a_dead_one_it_is(inbox: Spool) -> None:
    claim = claimed(inbox)
    assert Watch(1.0).is_free(claim) is False

    child = os.fork()
    if child == 0:
        held_by(claim, this_process())
        os._exit(0)
    os.waitpid(child, 0)

    (left,) = claims_in(inbox, inbox.claims)
    assert left.record.owner is not None
    assert left.record.owner.pid == child
    assert Watch(1.0).is_free(left) is True


def test_a_process_that_ended_and_was_not_waited_for_is_gone() -> None:
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    try:
        started = int(Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[19])
        owner = replace(this_process(), pid=child, started=started)
        assert is_gone(owner) is False
        os.kill(child, signal.SIGKILL)
        while Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            time.sleep(0.01)
        assert is_gone(owner) is True
        assert is_gone(replace(owner, started=started + 1)) is True
    finally:
        os.waitpid(child, 0)


def test_of_an_owner_elsewhere_only_a_silent_heartbeat_tells_by_our_own_clock(inbox: Spool) -> None:
    clock = Clock()
    watch = Watch(10.0, clock=clock)
    claim = held_by(claimed(inbox), ELSEWHERE)
    beat = claim.folder / "beat"

    assert watch.is_free(claim) is None
    clock.at = 8
    # A clock elsewhere that is years off is a heartbeat all the same.
    os.utime(beat, (1, 1))
    assert watch.is_free(claim) is False
    clock.at = 17
    assert watch.is_free(claim) is False
    clock.at = 18.1
    assert watch.is_free(claim) is True


def test_a_claim_that_was_let_go_of_is_free_at_once(inbox: Spool) -> None:
    claimed(inbox).set_free()
    (left,) = claims_in(inbox, inbox.claims)
    assert Watch(1000.0).is_free(left) is True


def test_who_was_taken_over_can_do_nothing_more(inbox: Spool) -> None:
    old = claimed(inbox)
    new = take_over(held_by(old, ELSEWHERE), this_process(), now="")
    assert new is not None
    assert new.turn == old.turn + 1
    for act in (
        lambda: old.require_held(),
        lambda: old.tell_progress("transcribe", 0.5),
        lambda: old.set_free(),
        lambda: old.move_to(inbox.done / "2026-11-25" / old.id),
    ):
        with pytest.raises(ClaimLost):
            act()
    new.move_to(inbox.done / "2026-11-25" / new.id)
    assert (inbox.done / "2026-11-25" / new.id / "original" / "gesprek.wav").read_bytes() == b"sound"


def test_of_two_that_take_over_one_gets_it(inbox: Spool) -> None:
    free = held_by(claimed(inbox), None)
    assert take_over(free, this_process(), now="") is not None
    assert take_over(free, this_process(), now="") is None


def test_the_heart_beats_while_the_work_goes_on_and_hears_of_a_loss(inbox: Spool) -> None:
    claim = claimed(inbox)
    before = (claim.folder / "beat").stat().st_mtime_ns
    with kept_alive(claim, lease_seconds=0.12) as lost:
        deadline = time.monotonic() + 20
        while (claim.folder / "beat").stat().st_mtime_ns == before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert (claim.folder / "beat").stat().st_mtime_ns > before
        assert not lost.is_set()
        assert take_over(held_by(claim, ELSEWHERE), this_process(), now="") is not None
        assert lost.wait(20)


def test_a_share_that_is_gone_for_a_while_is_no_loss(inbox: Spool) -> None:
    claim = claimed(inbox)
    away = inbox.top.with_name("away")
    with kept_alive(claim, lease_seconds=0.06) as lost:
        inbox.top.rename(away)
        time.sleep(0.1)
        away.rename(inbox.top)
        time.sleep(0.05)
        assert not lost.is_set()


def test_progress_is_told_and_read(inbox: Spool) -> None:
    claim = claimed(inbox)
    assert progress_of(claim) is None
    claim.tell_progress("transcribe", 0.25)
    told = progress_of(claim)
    assert told is not None
    assert (told.stage, told.share) == ("transcribe", 0.25)


def test_what_a_killed_process_left_before_it_had_the_file_is_swept_and_the_file_stays(inbox: Spool) -> None:
    path = dropped(inbox.top)
    claim = claimed(inbox, "ander.wav")
    gone = replace(this_process(), started=this_process().started + 1)
    staging = inbox.claims / ".new-0123456789abcdef"
    shutil.copytree(held_by(claim, gone).folder, staging)

    sweep(inbox)

    assert not staging.exists()
    assert path.exists()
    assert claim.folder.exists()


def take_all(top: Path, took: Path) -> None:
    """What one worker process does in the test below: take whatever it can and note the names."""
    from pipeline.night.spool import Kind

    spool = Spool(top, Kind.INBOX)
    names = []
    while paths := [path for path in top.iterdir() if path.name.endswith(".wav")]:
        for path in paths:
            claim = take_file(spool, path, this_process(), now="")
            if claim is not None:
                names.append(path.name)
    took.write_text("\n".join(names))


@pytest.mark.parametrize("workers", [2, 4])
def test_several_processes_that_claim_from_one_inbox_exclude_each_other(workers: int, inbox: Spool, tmp_path: Path) -> None:
    names = {f"gesprek-{number:03}.wav" for number in range(60)}
    for name in names:
        dropped(inbox.top, name)
    processes = [SPAWN.Process(target=take_all, args=(inbox.top, tmp_path / f"took-{number}")) for number in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
        assert process.exitcode == 0

    took = [name for number in range(workers) for name in (tmp_path / f"took-{number}").read_text().split("\n") if name]
    assert sorted(took) == sorted(names)
    claims = list(claims_in(inbox, inbox.claims))
    assert sorted(original.name for claim in claims if (original := claim.original())) == sorted(names)
