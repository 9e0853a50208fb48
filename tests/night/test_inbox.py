import os
import socket
from datetime import date
from pathlib import Path

import pytest

from pipeline.night.inbox import Settling, agreement_beside, deadline_in, dropped_files, is_open_for_writing, is_own
from pipeline.night.spool import SPOOL, Spool
from tests.night.conftest import dropped

OLD = 1_700_000_000


def names(spool: Spool) -> list[str]:
    return sorted(str(drop.path.relative_to(spool.top)) for drop in dropped_files(spool))


def test_everything_people_drop_is_seen_and_what_programs_leave_is_not(inbox: Spool) -> None:
    for name in ("a.wav", "jan/b.m4a", "jan/gesprek 3/c.ogg", "spoed/d.mp3", "brief.docx"):
        dropped((inbox.top / name).parent, Path(name).name)
    for name in (
        ".DS_Store",
        "jan/Thumbs.db",
        "jan/e.m4a.part",
        "~$brief.docx",
        "jan/afspraak.toml",
        "a.toml",
        "jan/WAAROM.txt",
        f"{SPOOL}/x",
    ):
        dropped((inbox.top / name).parent, Path(name).name)
    assert names(inbox) == ["a.wav", "brief.docx", "jan/b.m4a", "jan/gesprek 3/c.ogg", "spoed/d.mp3"]


def test_a_link_to_a_folder_is_not_followed_and_odd_things_are_named(inbox: Spool, tmp_path: Path) -> None:
    dropped(tmp_path / "elders", "geheim.wav")
    (inbox.top / "map").symlink_to(tmp_path / "elders")
    os.mkfifo(inbox.top / "pijp.wav")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(inbox.top / "s.wav"))
    assert names(inbox) == ["map", "pijp.wav", "s.wav"]


def test_a_folder_that_is_gone_is_no_empty_inbox(inbox: Spool) -> None:
    inbox.top.rename(inbox.top.with_name("away"))
    with pytest.raises(FileNotFoundError):
        list(dropped_files(inbox))


def test_a_case_gives_only_what_lies_in_its_folder_for_recordings(cases: Spool) -> None:
    dropped(cases.top / "zaak-1" / "opnamen", "a.wav")
    dropped(cases.top / "zaak-1" / "verslagen", "verslag.docx")
    dropped(cases.top / "zaak-1" / "dossiers" / "x" / "recording", "original.wav")
    assert names(cases) == ["zaak-1/opnamen/a.wav"]


def test_the_agreement_with_the_same_stem_comes_before_the_one_of_the_folder(inbox: Spool) -> None:
    jan = inbox.top / "jan"
    recording, own, shared = dropped(jan, "a.m4a"), dropped(jan, "a.toml"), dropped(jan, "agreement.toml")
    other = dropped(jan, "b.m4a")
    assert agreement_beside(inbox, recording) == own
    assert is_own(own, recording)
    assert agreement_beside(inbox, other) == shared
    assert not is_own(shared, other)
    own.unlink()
    named = dropped(jan, "a.m4a.toml")
    assert agreement_beside(inbox, recording) == named


def test_no_agreement_at_the_top_of_the_inbox_speaks_for_everybody(inbox: Spool) -> None:
    recording = dropped(inbox.top, "a.m4a")
    dropped(inbox.top, "agreement.toml")
    assert agreement_beside(inbox, recording) is None


def test_an_agreement_that_is_a_link_is_not_taken(inbox: Spool, tmp_path: Path) -> None:
    recording = dropped(inbox.top / "jan", "a.m4a")
    (inbox.top / "jan" / "a.toml").symlink_to(dropped(tmp_path, "ander.toml"))
    assert agreement_beside(inbox, recording) is None


def test_a_case_has_one_agreement_for_all_its_recordings(cases: Spool) -> None:
    recording = dropped(cases.top / "zaak-1" / "opnamen", "a.wav")
    shared = dropped(cases.top / "zaak-1", "afspraak.toml")
    assert agreement_beside(cases, recording) == shared


def test_urgent_comes_first_then_the_earliest_deadline_then_the_oldest(inbox: Spool) -> None:
    for number, name in enumerate(("nieuw.wav", "oud.wav", "afgesproken.wav", "reactie.wav", "kapot.wav")):
        path = dropped(inbox.top, name)
        os.utime(path, (OLD - number, OLD - number))
    dropped(inbox.top / "spoed", "spoed.wav")
    (inbox.top / "afgesproken.toml").write_text("[[copy]]\nasked_by = 'client'\ndue = 2026-12-01\n")
    (inbox.top / "reactie.toml").write_text(
        "[procedure]\nrespond_before = 2026-11-30\n[[copy]]\ndue = 2026-11-01\ndelivered_at = 2026-10-30\n"
    )
    (inbox.top / "kapot.toml").write_text("dit is geen toml")

    ordered = sorted(dropped_files(inbox), key=lambda drop: drop.order)

    assert [drop.path.name for drop in ordered] == ["spoed.wav", "reactie.wav", "afgesproken.wav", "kapot.wav", "oud.wav", "nieuw.wav"]
    assert ordered[1].deadline == date(2026, 11, 30)


def test_a_deadline_that_was_changed_is_read_again(inbox: Spool) -> None:
    agreement = inbox.top / "gesprek.toml"
    assert deadline_in(agreement) is None
    for day in ("2026-12-01", "2026-12-02"):
        agreement.write_text(f"[procedure]\nrespond_before = {day}\n")
        assert deadline_in(agreement) == date.fromisoformat(day)
    agreement.write_text("dit is geen toml")
    assert deadline_in(agreement) is None


class Clock:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_file_may_be_taken_when_it_did_not_change_for_a_while(inbox: Spool) -> None:
    path = dropped(inbox.top)
    (drop,) = dropped_files(inbox)
    changed = max(drop.signature.modified_ns, drop.signature.changed_ns)
    settling = Settling(10.0, clock=Clock())
    assert not settling.is_quiet(drop, changed + 9_000_000_000)
    assert settling.is_quiet(drop, changed + 10_000_000_000)
    with path.open("ab") as file:
        file.write(b"more")
    # A copying program may set the old date back: the moment of change cannot be set.
    os.utime(path, (OLD, OLD))
    (again,) = dropped_files(inbox)
    assert not Settling(10.0).is_quiet(again, inbox.now_ns())


def test_a_file_from_the_future_is_watched_by_our_own_clock(inbox: Spool) -> None:
    path = dropped(inbox.top)
    (drop,) = dropped_files(inbox)
    clock = Clock()
    settling = Settling(10.0, clock=clock)
    before_it_was_made = drop.signature.changed_ns - 3_600_000_000_000
    assert not settling.is_quiet(drop, before_it_was_made)
    clock.at += 9
    assert not settling.is_quiet(drop, before_it_was_made)
    path.write_bytes(b"still growing")
    (grown,) = dropped_files(inbox)
    clock.at += 9
    assert not settling.is_quiet(grown, before_it_was_made)
    clock.at += 10
    assert settling.is_quiet(grown, before_it_was_made)


def test_a_file_that_a_program_here_still_writes_to_is_left_alone_however_long_it_pauses(inbox: Spool) -> None:
    path = dropped(inbox.top)
    with path.open("ab"):
        assert is_open_for_writing(path)
    assert not is_open_for_writing(path)


def test_a_name_is_written_in_plain_signs_and_never_leads_out_of_the_inbox(inbox: Spool) -> None:
    odd = b"jan/\xff \n'\"%2e%2e.wav".decode("utf-8", "surrogateescape")
    path = dropped((inbox.top / odd).parent, Path(odd).name)
    written = inbox.written(path)
    assert written.isascii()
    assert "\n" not in written
    assert inbox.place(written) == path
    for hostile in ("../../etc/passwd", "/etc/passwd", "jan/%2e%2e/%2e%2e/x", "%00"):
        assert inbox.place(hostile).is_relative_to(inbox.top)
        assert ".." not in inbox.place(hostile).parts
