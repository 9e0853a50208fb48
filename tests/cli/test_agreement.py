import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from pipeline.recording.agreement import Role, read_agreement
from pipeline.shipped import SAMPLE_AUDIO
from tests.commands import COMMAND, FAKE_ENGINES, ROOT, wederhoor
from tests.fixtures.speech import opening

SAMPLE = SAMPLE_AUDIO / "agreement.toml"
# Everything that can go otherwise than planned, in one agreement.
OTHERWISE = """
case = "2026-14"
[[party]]
id = "client"
role = "client"
[[party]]
id = "staff"
role = "staff"
[decision]
outcome = "refused"
[announcement]
when = "found_later"
[[copy]]
due = 2026-03-01
delivered_at = 2026-03-09
[[recipient]]
name = "de krant"
[tips]
agreed_at_start = false
[[signature]]
party = "staff"
did_not_want_to = true
"""


def otherwise(folder: Path) -> Path:
    path = folder / "agreement.toml"
    path.write_text(OTHERWISE)
    return path


def ask(folder: Path, *answers: str, name: str = "nieuw.toml") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "agreement", "new", "--out", str(folder / name)],
        input="".join(f"{answer}\n" for answer in answers),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_findings_are_results_and_the_exit_code_is_0(tmp_path: Path) -> None:
    done = wederhoor("agreement", "check", otherwise(tmp_path))
    assert done.returncode == 0
    assert "De zes spelregels: 0 gevolgd, 3 niet gevolgd, 3 niet bekend." in done.stdout
    assert "Afspraak: agreement.toml, zaak 2026-14" in done.stdout
    assert "de krant" not in done.stdout


def test_the_check_speaks_english_when_asked() -> None:
    done = wederhoor("agreement", "check", SAMPLE, "--report-language", "en")
    assert done.returncode == 0
    assert "The six rules: " in done.stdout
    assert "It blames nobody." in " ".join(done.stdout.split())


def test_with_json_the_check_prints_one_document() -> None:
    done = wederhoor("agreement", "check", SAMPLE, "--json")
    document = json.loads(done.stdout)
    assert document["schema"] == "wederhoor/rules/1"
    assert [rule["rule"] for rule in document["rules"]][:6] == ["1", "2", "3", "4", "5", "6"]


def test_the_check_looks_at_the_recording_too() -> None:
    done = wederhoor("agreement", "check", SAMPLE, "--recording", SAMPLE_AUDIO / "gesprek.m4a", "--json")
    assert done.returncode == 0, done.stderr
    (edits,) = [rule for rule in json.loads(done.stdout)["rules"] if rule["rule"] == "5"]
    assert {"no_places_found", "places_to_explain"} & {ground["key"] for ground in edits["grounds"]}


@pytest.mark.parametrize("content", [None, b"dit is een brief", b"\xff\xfe\x00"])
def test_what_is_no_agreement_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "agreement.toml"
    if content is not None:
        path.write_bytes(content)
    done = wederhoor("agreement", "check", path)
    assert done.returncode == 3
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_nothing_in_an_agreement_stops_the_minutes(tmp_path: Path) -> None:
    recording = opening(tmp_path / "gesprek.flac")
    done = wederhoor("minutes", recording, "--agreement", otherwise(tmp_path), "--out", tmp_path / "out", environment=FAKE_ENGINES)
    assert done.returncode == 0, done.stderr
    dossier = Path(done.stdout.splitlines()[-1])
    again = wederhoor("agreement", "check", dossier / "agreement.toml", "--recording", dossier)
    assert again.returncode == 0, again.stderr


def test_the_questions_are_asked_and_written_down(tmp_path: Path) -> None:
    talk = ("zaak 14", "", "de huiskamer", "3-3-2026 14:00")
    people = ("j", "1", "Sam", "", "j", "j", "j", "j", "2", "", "", "j", "j", "n", "n")
    allowed = ("misschien", "1")
    done = ask(tmp_path, *talk, *people, *allowed)
    agreement = read_agreement(tmp_path / "nieuw.toml")
    assert agreement.unreadable == ()
    assert (agreement.case, agreement.conversation.place, agreement.decision.outcome) == ("zaak 14", "de huiskamer", "allowed")
    assert [(party.id, party.role, party.records) for party in agreement.parties] == [
        ("client", Role.CLIENT, True),
        ("staff", Role.STAFF, False),
    ]
    assert "Dat begrijpen wij niet." in done.stdout
    assert "Regel 1: het mag, tenzij." in done.stdout


def test_who_goes_on_is_asked_only_what_is_still_open(tmp_path: Path) -> None:
    ask(tmp_path, "zaak 14", "de kamer")
    done = ask(tmp_path, "de huiskamer")
    agreement = read_agreement(tmp_path / "nieuw.toml")
    assert (agreement.case, agreement.conversation.subject, agreement.conversation.place) == ("zaak 14", "de kamer", "de huiskamer")
    assert "bestaat al" in done.stdout
    assert "Nummer of naam van de zaak" not in done.stdout


def test_all_the_way_to_the_end(tmp_path: Path) -> None:
    done = ask(tmp_path, *[""] * 80)
    assert done.returncode == 0, done.stderr
    assert "wederhoor agreement check" in done.stdout
    assert read_agreement(tmp_path / "nieuw.toml").unreadable == ()


def test_stopping_with_ctrl_c_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    path = tmp_path / "nieuw.toml"
    process = subprocess.Popen(
        [*COMMAND, "agreement", "new", "--out", str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # Tests that run in the background have this signal ignored, and would hand that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdin
    assert process.stderr
    try:
        process.stdin.write(b"zaak 14\n")
        process.stdin.flush()
        end = time.monotonic() + 100
        while not (path.is_file() and b"zaak 14" in path.read_bytes()):
            assert time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        told = process.stderr.read().decode()
        assert process.wait(timeout=60) == 130
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stderr.close()
    assert "Traceback" not in told
    assert read_agreement(path).case == "zaak 14"


def test_flags_write_an_agreement_without_questions(tmp_path: Path) -> None:
    path = tmp_path / "nieuw.toml"
    flags = ("--case", "14", "--client", "Sam", "--outcome", "alternative", "--reason", "rust", "--alternative", "verslag")
    more = ("--announced", "before", "--announced-at", "2026-03-03T14:00:00", "--informed", "folder", "--delete-audio-on", "2027-03-03")
    done = wederhoor("agreement", "new", "--out", path, *flags, *more)
    assert done.returncode == 0, done.stderr
    agreement = read_agreement(path)
    assert agreement.unreadable == ()
    assert agreement.announcement.at is not None
    assert agreement.announcement.at.isoformat() == "2026-03-03T14:00:00+01:00"
    assert agreement.privacy.delete_audio_on is not None
    assert (path.stat().st_mode & 0o777) == 0o600


def test_a_flag_that_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "nieuw.toml"
    done = wederhoor("agreement", "new", "--out", path, "--case", "x" * 301)
    assert done.returncode == 2
    assert "case" in done.stderr
    assert not path.exists()


def test_an_empty_form_never_takes_the_place_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "leeg.toml"
    assert wederhoor("agreement", "new", "--empty", "--out", path).returncode == 0
    before = path.read_bytes()
    assert read_agreement(path).unreadable == ()
    done = wederhoor("agreement", "new", "--empty", "--out", path)
    assert done.returncode == 2
    assert "leeg.toml bestaat al" in done.stderr
    assert path.read_bytes() == before


def test_page_and_leaflet_are_written(tmp_path: Path) -> None:
    page = wederhoor("agreement", "page", "--out", tmp_path / "afspraak.html")
    assert page.returncode == 0, page.stderr
    assert (tmp_path / "afspraak.html").read_bytes().startswith(b"<!doctype html>")
    here = os.environ | {"PYTHONPATH": str(ROOT)}
    both = subprocess.run([*COMMAND, "agreement", "leaflet"], cwd=tmp_path, env=here, capture_output=True, check=False)
    assert both.returncode == 0, both.stderr
    assert (tmp_path / "folder-opnemen.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "folder-opnemen.html").is_file()
    other = wederhoor("agreement", "leaflet", "--out", tmp_path / "folder.docx")
    assert other.returncode == 2
    assert ".html, .pdf" in other.stderr
