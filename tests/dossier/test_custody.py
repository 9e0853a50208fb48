import errno
import os
import random
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dossier import custody
from pipeline.dossier.checking.chain import GENESIS, parse_log
from pipeline.dossier.custody import Act
from pipeline.dossier.layout import Dossier
from pipeline.errors import InternalFault, VerificationFailed
from tests.dossier.conftest import KillAfter

# Tests of the flows leave threads in this process, which a fork does not survive.
SPAWN = get_context("spawn")

NOW = datetime(2026, 3, 3, 14, 0, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    return Dossier(tmp_path)


def write(dossier: Dossier, count: int, act: Act = Act.PROCESSED) -> bytes:
    for number in range(count):
        custody.append(dossier, act, "staff", "ab" * 32, now=NOW, settings={"stage": f"s{number}"})
    return dossier.custody_log.read_bytes()


def kinds(data: bytes) -> set[tuple[str, int]]:
    return {(finding.kind.removeprefix("line_"), finding.number) for finding in parse_log(data).findings}


def test_each_entry_names_the_hash_of_the_line_before_it(dossier: Dossier) -> None:
    write(dossier, 3)
    entries = custody.read(dossier)
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.previous for entry in entries] == [GENESIS, entries[0].head, entries[1].head]
    assert custody.check(dossier).head == entries[2].head
    assert custody.check(dossier).findings == ()


def test_an_entry_comes_back_as_it_was_written(dossier: Dossier) -> None:
    written = custody.append(dossier, Act.RECEIVED, "client", None, now=NOW, tool="wederhoor 0", settings={"how": "app", "n": 2})
    assert custody.read(dossier) == (written,)
    assert written.at == "2026-03-03T13:00:00.000Z"
    assert dossier.custody_log.stat().st_mode & 0o777 == 0o600


def test_a_time_without_a_zone_and_a_name_as_actor_are_faults(dossier: Dossier) -> None:
    with pytest.raises(ValueError, match="zone"):
        custody.append(dossier, Act.RECEIVED, "client", None, now=datetime(2026, 3, 3))
    with pytest.raises(ValueError, match="role id"):
        custody.append(dossier, Act.RECEIVED, "Jan Jansen", None, now=NOW)
    assert not dossier.custody_log.exists()


def test_a_changed_line_is_named(dossier: Dossier) -> None:
    data = write(dossier, 4)
    assert kinds(data.replace(b'"stage":"s1"', b'"stage":"sX"')) == {("changed", 2), ("changed", 3)}


def test_a_removed_line_is_named(dossier: Dossier) -> None:
    lines = write(dossier, 4).splitlines(keepends=True)
    assert kinds(b"".join(lines[:1] + lines[2:])) == {("removed", 2)}
    assert kinds(b"".join(lines[2:])) == {("removed", 1), ("removed", 2)}


def test_reordered_and_repeated_lines_are_named(dossier: Dossier) -> None:
    lines = write(dossier, 4).splitlines(keepends=True)
    assert kinds(b"".join([lines[0], lines[2], lines[1], lines[3]])) == {("reordered", 2)}
    assert kinds(b"".join([lines[0], lines[1], lines[1], lines[2], lines[3]])) == {("repeated", 2)}


def test_a_log_that_is_not_there_has_no_entries(dossier: Dossier) -> None:
    assert custody.read(dossier) == ()
    assert custody.check(dossier).head == GENESIS


def test_what_is_no_log_is_unreadable_in_bounded_time() -> None:
    assert kinds(b"geen logboek\n") == {("unreadable", 1)}
    assert kinds(b"[" * 500_000 + b"\n") == {("unreadable", 1)}
    assert kinds(b"{}\n" * 100_000) == {("unreadable", 1)}
    assert kinds(b"x" * (65 * 1024 * 1024)) == {("log_too_large", 0)}


def test_every_changed_byte_shows_except_where_only_a_signature_or_receipt_can_tell(dossier: Dossier) -> None:
    data = write(dossier, 3)
    last_line = data[:-1].rindex(b"\n") + 1
    for place in range(last_line):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert parse_log(changed).findings, place


def test_a_damaged_log_is_not_added_to(dossier: Dossier) -> None:
    data = write(dossier, 3)
    dossier.custody_log.write_bytes(data.replace(b'"s1"', b'"sX"'))
    before = dossier.custody_log.read_bytes()
    with pytest.raises(VerificationFailed):
        write(dossier, 1)
    with pytest.raises(VerificationFailed):
        custody.read(dossier)
    assert dossier.custody_log.read_bytes() == before


def test_a_log_behind_a_link_is_refused(dossier: Dossier, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("")
    dossier.custody_log.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(VerificationFailed):
        write(dossier, 1)
    assert (tmp_path / "elsewhere").read_text() == ""


def test_wherever_a_line_is_torn_the_chain_goes_on_and_the_torn_bytes_stay(dossier: Dossier) -> None:
    data = write(dossier, 3)
    begin = data[:-1].rindex(b"\n") + 1
    for place in range(begin + 1, len(data)):
        torn = data[begin:place]
        dossier.custody_log.write_bytes(data[:place])
        assert kinds(data[:place]) == {("unfinished", 3)}
        assert len(custody.read(dossier)) == 2
        custody.append(dossier, Act.RELEASED, "staff", None, now=NOW)
        entries = custody.read(dossier)
        assert [entry.act for entry in entries] == [Act.PROCESSED, Act.PROCESSED, Act.RECOVERED, Act.RELEASED]
        assert custody.check(dossier).findings == ()
        assert dossier.custody_log.read_bytes().startswith(data[:begin] + torn)


def test_a_crash_during_the_recovery_is_recovered_too(dossier: Dossier) -> None:
    data = write(dossier, 2)
    dossier.custody_log.write_bytes(data[:-20])
    write(dossier, 1, Act.RELEASED)
    recovered = dossier.custody_log.read_bytes()
    for place in range(len(data) - 20, len(recovered)):
        dossier.custody_log.write_bytes(recovered[:place])
        write(dossier, 1, Act.HELD)
        assert custody.check(dossier).findings == ()
        assert custody.read(dossier)[-1].act is Act.HELD
        assert dossier.custody_log.read_bytes().startswith(recovered[:place])


def test_torn_bytes_are_covered_by_the_chain(dossier: Dossier) -> None:
    data = write(dossier, 2)
    dossier.custody_log.write_bytes(data[:-20])
    write(dossier, 1)
    recovered = dossier.custody_log.read_bytes()
    assert kinds(recovered.replace(b'"s1"', b'"sX"', 1)) == {("changed", 2)}
    lines = recovered.splitlines(keepends=True)
    assert kinds(b"".join([lines[0], *lines[2:]])) == {("changed", 2)}
    assert kinds(b"".join([lines[0], b"x torn\n", *lines[1:]])) == {("changed", 2)}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["append", "tear"]), max_size=12), st.randoms(use_true_random=False))
def test_appends_and_crashes_in_any_order_keep_every_finished_entry(steps: list[str], chance: random.Random) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        dossier = Dossier(Path(folder))
        finished: list[str] = []
        for step in steps:
            before = dossier.custody_log.read_bytes() if dossier.custody_log.exists() else b""
            entry = custody.append(dossier, Act.PROCESSED, "staff", None, now=NOW)
            after = dossier.custody_log.read_bytes()
            assert after.startswith(before)
            if step == "tear":
                dossier.custody_log.write_bytes(after[: chance.randrange(len(before), len(after))])
            else:
                finished.append(entry.head)
        custody.append(dossier, Act.HELD, "staff", None, now=NOW)
        assert custody.check(dossier).findings == ()
        heads = [entry.head for entry in custody.read(dossier)]
        assert [head for head in heads if head in finished] == finished


def _append_many(folder: Path, actor: str) -> None:
    for _ in range(15):
        custody.append(Dossier(folder), Act.PROCESSED, actor, None, now=datetime.now(UTC))


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    actors = ["staff", "client", "secretary", "wederhoor"]
    processes = [SPAWN.Process(target=_append_many, args=(tmp_path, actor)) for actor in actors]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    entries = custody.read(Dossier(tmp_path))
    assert [entry.number for entry in entries] == list(range(1, 61))
    assert {actor: sum(entry.actor == actor for entry in entries) for actor in actors} == dict.fromkeys(actors, 15)


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.long)])
def test_a_kill_loses_no_finished_entry(tmp_path: Path, kill_after: KillAfter, chance: random.Random, kills: int) -> None:
    dossier = Dossier(tmp_path / "dossier")
    dossier.path.mkdir()
    witness = tmp_path / "witness"

    def work() -> None:
        descriptor = os.open(witness, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        while True:
            entry = custody.append(dossier, Act.PROCESSED, "staff", None, now=NOW)
            os.write(descriptor, f"{entry.head}\n".encode())

    for number in range(kills):
        if number % 20 == 0 and dossier.custody_log.exists():
            dossier.custody_log.unlink()
            witness.unlink()
        assert kill_after(work, chance.uniform(0.001, 0.05))
        heads = {entry.head for entry in custody.read(dossier)} if dossier.custody_log.exists() else set()
        finished = witness.read_text().split() if witness.exists() else []
        assert heads.issuperset(finished)
    custody.append(dossier, Act.HELD, "staff", None, now=NOW)
    assert custody.check(dossier).findings == ()


def test_a_full_disk_is_told_and_the_log_goes_on_when_there_is_room(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    write(dossier, 1)
    really_write = os.write

    def nearly_full(descriptor: int, data: bytes) -> int:
        if len(data) <= 40:
            raise OSError(errno.ENOSPC, "No space left on device")
        return really_write(descriptor, data[:40])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", nearly_full)
        with pytest.raises(InternalFault) as refused:
            write(dossier, 1)
    assert refused.value.text_key == "disk_full"
    write(dossier, 1)
    assert custody.check(dossier).findings == ()
    assert [entry.act for entry in custody.read(dossier)] == [Act.PROCESSED, Act.RECOVERED, Act.PROCESSED]
