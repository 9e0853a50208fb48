import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pipeline.schemas import shipped_schema
from pipeline.shipped import SAMPLE_AUDIO
from tests.commands import FAKE_ENGINES, wederhoor
from tests.fixtures.speech import opening

A = SAMPLE_AUDIO / "gesprek.m4a"
B = SAMPLE_AUDIO / "gesprek_telefoon.ogg"


def test_the_cut_in_the_second_recording_of_the_sample_is_found_to_the_hundredth_of_a_second(tmp_path: Path) -> None:
    done = wederhoor("compare", A, B, "--json", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    Draft202012Validator(shipped_schema("comparison")).validate(document)
    start, end = json.loads((SAMPLE_AUDIO / "gesprek_telefoon.json").read_text())["missing_ms"]
    assert document["recordings"]["same"] == "same_conversation"
    longest = max(document["recordings"]["findings"], key=lambda finding: finding["length_ms"])
    assert longest["kind"] == "only_in_a"
    assert longest["length_ms"] == pytest.approx(end - start, abs=10)
    assert longest["a"][0] <= start + 50
    assert longest["a"][1] >= end - 50


def test_a_recording_against_itself_is_identical(tmp_path: Path) -> None:
    recording = opening(tmp_path / "a.flac")
    done = wederhoor("compare", recording, recording, "--out", tmp_path / "out")
    assert "dezelfde opname" in done.stdout


def test_two_dossiers_give_recordings_and_minutes(tmp_path: Path) -> None:
    folders = []
    for recording in (opening(tmp_path / "a.flac", 10.0), opening(tmp_path / "b.flac", 8.0)):
        made = wederhoor("minutes", recording, "--out", tmp_path, environment=FAKE_ENGINES)
        folders.append(made.stdout.strip().splitlines()[-1])
    done = wederhoor("compare", *folders, "--json", "--out", tmp_path / "vergelijking")
    document = json.loads(done.stdout)
    assert document["recordings"]["map"]
    assert document["minutes"]["words_a"] == document["minutes"]["words_b"] > 0
    (written,) = (tmp_path / "vergelijking").glob("*/comparison.json")
    assert json.loads(written.read_text()) == document
    assert done.stderr.strip().splitlines()[-1] == str(written.parent)


def test_a_written_report_is_held_against_minutes(tmp_path: Path) -> None:
    made = wederhoor("minutes", opening(tmp_path / "a.flac"), "--out", tmp_path, environment=FAKE_ENGINES)
    report = tmp_path / "mijn verslag.txt"
    report.write_text("De tas van mevrouw is weg. Er is gesproken over de verwarming in de badkamer.")
    done = wederhoor("compare", made.stdout.strip().splitlines()[-1], report, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Niet teruggevonden: Er is gesproken over de verwarming" in done.stdout
