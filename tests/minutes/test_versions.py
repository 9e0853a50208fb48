import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import InputRefused, RefusedByRule, UsageError, VerificationFailed
from pipeline.minutes.changes import Confirmation, advance, confirm_speakers, mark_read
from pipeline.minutes.model import Minutes, State
from pipeline.minutes.reading import Reading, read_minutes
from pipeline.minutes.versions import load_chain, load_current, load_version, version_names, write_version
from pipeline.minutes.writers import TRANSCRIPTS, Writer
from pipeline.recording.agreement import Role
from tests.minutes import conversations as talk

LATER = "2026-03-04T09:00:00+01:00"


@pytest.fixture
def first() -> Minutes:
    return talk.minutes()


def confirmed(minutes: Minutes) -> Minutes:
    who = {"S1": Confirmation(role=Role.STAFF), "S2": Confirmation(role=Role.CLIENT, name="mevrouw A.")}
    return confirm_speakers(minutes, who, actor="secretary", at=LATER)


def read(minutes: Minutes) -> Minutes:
    return mark_read(minutes, reader="J. de Wit", at=LATER)


def test_a_version_holds_every_document_and_is_in_force(tmp_path: Path, first: Minutes) -> None:
    stored = write_version(tmp_path, first, TRANSCRIPTS)
    assert {path.name for path in stored.folder.iterdir()} == {"minutes.json", *(writer.file_name for writer in TRANSCRIPTS)}
    assert (tmp_path / "current").read_text() == "v001\n"
    assert load_current(tmp_path).minutes == first


def test_confirming_speakers_makes_a_next_version_bound_to_the_first(tmp_path: Path, first: Minutes) -> None:
    old = write_version(tmp_path, first, TRANSCRIPTS)
    before = {path.name: path.read_bytes() for path in old.folder.iterdir()}
    new = write_version(tmp_path, confirmed(first), TRANSCRIPTS)
    assert {path.name: path.read_bytes() for path in old.folder.iterdir()} == before
    assert new.minutes.predecessor == old.sha256
    assert (tmp_path / "current").read_text() == "v002\n"
    assert [line.speaker for line in read_minutes(new.minutes).lines[:2]] == ["Medewerker", "mevrouw A. (cliënt)"]
    assert [(change.version, change.kind) for change in new.minutes.changes] == [("v001", "made"), ("v002", "speakers_confirmed")]


def test_two_voices_with_one_role_stay_apart(first: Minutes) -> None:
    both = confirm_speakers(first, {id_: Confirmation(role=Role.STAFF) for id_ in ("S1", "S2")}, actor="secretary", at=LATER)
    assert {line.speaker for line in read_minutes(both).lines if line.speaker_id} == {"Medewerker (spreker 1)", "Medewerker (spreker 2)"}


def test_a_name_that_holds_its_role_is_not_followed_by_it(first: Minutes) -> None:
    named = confirm_speakers(first, {"S1": Confirmation(role=Role.STAFF, name="de medewerker")}, actor="secretary", at=LATER)
    assert read_minutes(named).lines[0].speaker == "de medewerker"


def test_a_voice_that_is_not_there_cannot_be_confirmed(first: Minutes) -> None:
    with pytest.raises(UsageError, match="unknown_speaker"):
        confirm_speakers(first, {"S9": Confirmation(role=Role.CLIENT)}, actor="secretary", at=LATER)


def test_until_a_named_person_has_read_it_every_document_says_so(first: Minutes) -> None:
    for writer in TRANSCRIPTS:
        assert "nog niet nagelezen" in writer.render(read_minutes(first)).decode().replace("\u00a0", " ")
        read = writer.render(read_minutes(mark_read(first, reader="J. de Wit", at=LATER))).decode().replace("\u00a0", " ")
        assert "nog niet nagelezen" not in read
        assert "nagelezen door J. de Wit" in read


def test_a_reader_needs_a_name(first: Minutes) -> None:
    with pytest.raises(UsageError):
        mark_read(first, reader=" ", at=LATER)


def test_reading_twice_makes_no_second_version(first: Minutes) -> None:
    read = mark_read(first, reader="J. de Wit", at=LATER)
    assert mark_read(read, reader="J. de Wit", at=LATER) is read


def test_the_states_follow_each_other_and_none_is_skipped(first: Minutes) -> None:
    with pytest.raises(RefusedByRule):
        advance(first, State.ESTABLISHED, actor="secretary", at=LATER)
    with_parties = advance(first, State.WITH_PARTIES, actor="secretary", at=LATER)
    established = advance(with_parties, State.ESTABLISHED, actor="committee", at=LATER)
    assert (established.version, established.state) == ("v003", State.ESTABLISHED)
    with pytest.raises(RefusedByRule):
        advance(established, State.CONCEPT, actor="secretary", at=LATER)


def test_established_minutes_do_not_change(first: Minutes) -> None:
    with_parties = advance(first, State.WITH_PARTIES, actor="secretary", at=LATER)
    established = advance(with_parties, State.ESTABLISHED, actor="committee", at=LATER)
    for change in (confirmed, lambda minutes: mark_read(minutes, reader="J. de Wit", at=LATER)):
        with pytest.raises(RefusedByRule, match="minutes_established"):
            change(established)


def test_writing_the_same_version_again_changes_nothing(tmp_path: Path, first: Minutes) -> None:
    stored = write_version(tmp_path, first, TRANSCRIPTS)
    inode = stored.folder.stat().st_ino
    assert write_version(tmp_path, first, TRANSCRIPTS) == stored
    assert stored.folder.stat().st_ino == inode


def test_nobody_else_on_the_machine_can_read_a_version_and_its_files_are_read_only(tmp_path: Path, first: Minutes) -> None:
    stored = write_version(tmp_path / "minutes", first, TRANSCRIPTS)
    assert stat.S_IMODE(stored.folder.parent.stat().st_mode) == stat.S_IMODE(stored.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in stored.folder.iterdir()} == {0o400}


def test_a_version_is_never_overwritten(tmp_path: Path, first: Minutes) -> None:
    write_version(tmp_path, first, TRANSCRIPTS)
    with pytest.raises(RefusedByRule, match="version_taken"):
        write_version(tmp_path, talk.minutes(name="ander.m4a"), TRANSCRIPTS)


@pytest.mark.parametrize(
    "skip", [lambda m: mark_read(confirmed(m), reader="J. de Wit", at=LATER), lambda m: confirmed(talk.minutes(name="ander.m4a"))]
)
def test_only_a_successor_of_the_version_in_force_is_written(tmp_path: Path, first: Minutes, skip: Callable[[Minutes], Minutes]) -> None:
    write_version(tmp_path, first, TRANSCRIPTS)
    with pytest.raises(VerificationFailed):
        write_version(tmp_path, skip(first), TRANSCRIPTS)
    assert version_names(tmp_path) == ["v001"]


def test_a_writer_that_fails_leaves_no_version(tmp_path: Path, first: Minutes) -> None:
    def fail(reading: Reading) -> bytes:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_version(tmp_path, first, (*TRANSCRIPTS, Writer("late.txt", fail)))
    assert version_names(tmp_path) == []
    assert not (tmp_path / "current").exists()
    assert write_version(tmp_path, first, TRANSCRIPTS).minutes == first


def test_killed_while_writing_the_version_is_whole_or_absent(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from tests.minutes import conversations as talk\n"
        "from pipeline.minutes.versions import write_version; from pipeline.minutes.writers import TRANSCRIPTS, Writer\n"
        "write_version(Path(sys.argv[1]), talk.minutes(), (*TRANSCRIPTS, Writer('late.txt', lambda reading: os.kill(os.getpid(), 9))))"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert killed.returncode == -9
    assert version_names(tmp_path) == []
    write_version(tmp_path, talk.minutes(), TRANSCRIPTS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "v001"]


def test_current_that_lags_behind_is_put_right(tmp_path: Path, first: Minutes) -> None:
    write_version(tmp_path, first, TRANSCRIPTS)
    second = confirmed(first)
    write_version(tmp_path, second, TRANSCRIPTS)
    (tmp_path / "current").write_text("v001\n")
    assert load_current(tmp_path).minutes == second
    write_version(tmp_path, second, TRANSCRIPTS)
    assert (tmp_path / "current").read_text() == "v002\n"


def test_a_changed_version_breaks_the_chain(tmp_path: Path, first: Minutes) -> None:
    old = write_version(tmp_path, first, TRANSCRIPTS)
    write_version(tmp_path, confirmed(first), TRANSCRIPTS)
    assert len(load_chain(tmp_path)) == 2
    path = old.folder / "minutes.json"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"koffie", b"koffee"))
    with pytest.raises(VerificationFailed, match="minutes_chain_broken"):
        load_chain(tmp_path)


def test_a_dossier_without_minutes_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no_minutes_yet"):
        load_current(tmp_path / "minutes")


@pytest.mark.parametrize("name", ["v002", "../v001", "v1"])
def test_a_version_that_is_not_there_is_refused(tmp_path: Path, first: Minutes, name: str) -> None:
    write_version(tmp_path, first, TRANSCRIPTS)
    with pytest.raises(InputRefused, match="version_missing"):
        load_version(tmp_path, name)
