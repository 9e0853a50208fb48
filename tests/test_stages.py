"""The recipe under kill -9: finished stages are taken up, nothing is done twice, the result is the same."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.custody import Act
from pipeline.dossier.layout import Dossier
from pipeline.integrity.model import IntegrityDocument
from pipeline.minutes.model import Minutes
from pipeline.minutes.versions import load_chain
from pipeline.texts import Language, texts
from tests.commands import FAKE_ENGINES, wederhoor, wederhoor_killed_at
from tests.fixtures.audio import Encoding, encode
from tests.fixtures.speech import opening
from tests.integrity.builders import cut_keeping_times, speech, stream_copy

HEAVY = ("transcribe", "diarise")
STAGES = ("examine", "prepare", "listen", "transcribe", "diarise", "audit", "compose", "summarise", "write")
BOUNDARIES = [pytest.param(stage, "done", id=f"after-{stage}") for stage in STAGES] + [
    pytest.param(stage, "begun", id=f"in-{stage}", marks=pytest.mark.long) for stage in STAGES
]


def progress_line(stage: str, moment: str) -> str:
    say = texts(Language.DUTCH)
    return say(f"stages.{moment}", stage=say(f"stages.{stage}"))


def only_dossier(out: Path) -> Dossier:
    (folder,) = [path for path in out.iterdir() if not path.name.startswith(".")]
    return Dossier.open(folder)


def without_moments(minutes: Minutes) -> Minutes:
    return replace(minutes, created_at="", changes=tuple(replace(change, at="") for change in minutes.changes))


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return opening(tmp_path_factory.mktemp("received") / "gesprek.flac")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, recording: Path) -> Minutes:
    out = tmp_path_factory.mktemp("undisturbed")
    done = wederhoor("minutes", recording, "--out", out, environment=FAKE_ENGINES)
    assert done.returncode == 0, done.stderr
    (stored,) = load_chain(only_dossier(out).minutes_folder)
    return without_moments(stored.minutes)


@pytest.mark.parametrize(("stage", "moment"), BOUNDARIES)
def test_after_a_kill_finished_stages_are_taken_up_and_the_result_is_the_same(
    stage: str, moment: str, tmp_path: Path, recording: Path, undisturbed: Minutes
) -> None:
    log = tmp_path / "asked.txt"
    environment = FAKE_ENGINES | {"FAKE_ENGINES_LOG": str(log)}
    arguments = ("minutes", recording, "--out", tmp_path / "out")
    assert wederhoor_killed_at(progress_line(stage, moment), *arguments, environment=environment)
    finished = [path.name.split("-")[0] for path in (only_dossier(tmp_path / "out").work).glob("[a-z]*-*")]
    asked_before = log.read_text().split() if log.exists() else []

    done = wederhoor(*arguments, environment=environment)

    assert done.returncode == 0, done.stderr
    asked_after = log.read_text().split()[len(asked_before) :]
    assert [stage for stage in HEAVY if stage in finished and stage in asked_after] == []
    dossier = only_dossier(tmp_path / "out")
    (stored,) = load_chain(dossier.minutes_folder)
    assert without_moments(stored.minutes) == undisturbed
    assert [entry.act for entry in custody.read(dossier)] == [Act.RECEIVED, Act.COPIED, Act.PROCESSED, Act.SEALED]
    assert documents.sha256_file(dossier.original()) == documents.sha256_file(recording)


def test_running_again_changes_nothing_and_other_settings_make_a_new_version(tmp_path: Path, recording: Path) -> None:
    arguments = ("minutes", recording, "--out", tmp_path)
    for _ in range(2):
        assert wederhoor(*arguments, environment=FAKE_ENGINES).returncode == 0
    dossier = only_dossier(tmp_path)
    assert [stored.minutes.version for stored in load_chain(dossier.minutes_folder)] == ["v001"]

    assert wederhoor(*arguments, "--report-language", "en", environment=FAKE_ENGINES).returncode == 0

    first, second = load_chain(dossier.minutes_folder)
    assert second.minutes.predecessor == first.sha256
    assert second.minutes.report_language is Language.ENGLISH


def test_a_damaged_result_is_made_anew(tmp_path: Path, recording: Path) -> None:
    log = tmp_path / "asked.txt"
    environment = FAKE_ENGINES | {"FAKE_ENGINES_LOG": str(log)}
    arguments = ("minutes", recording, "--out", tmp_path / "out")
    assert wederhoor(*arguments, environment=environment).returncode == 0
    (result,) = only_dossier(tmp_path / "out").work.glob("transcribe-*/transcription.json")
    result.write_bytes(result.read_bytes().replace(b"niet", b"wel "))

    assert wederhoor(*arguments, environment=environment).returncode == 0

    assert sorted(log.read_text().split()) == ["diarise", "transcribe", "transcribe"]
    (stored,) = load_chain(only_dossier(tmp_path / "out").minutes_folder)
    assert "niet" in [word.text for line in stored.minutes.lines for word in line.words]


def test_an_unknown_engine_is_refused_by_name_before_anything_heavy_begins(tmp_path: Path, recording: Path) -> None:
    done = wederhoor("minutes", recording, "--out", tmp_path, "--engine", "bestaat-niet")
    assert done.returncode == 2
    assert "bestaat-niet" in done.stderr
    assert progress_line("prepare", "begun") not in done.stderr


def test_a_place_that_was_found_is_drawn_sealed_and_shown(tmp_path: Path, recording: Path) -> None:
    whole = encode(tmp_path / "whole.m4a", speech(recording, 44100, 6), Encoding(".m4a", "aac", 44100, bit_rate=64000))
    cut = stream_copy(whole, tmp_path / "cut.m4a", cut_keeping_times(100, 40))
    done = wederhoor("minutes", cut, "--out", tmp_path / "out", environment=FAKE_ENGINES)
    assert done.returncode == 0, done.stderr
    dossier = only_dossier(tmp_path / "out")
    examined = documents.read(IntegrityDocument, dossier.integrity)
    named = {str(finding.evidence["picture"]) for finding in examined.findings if "picture" in finding.evidence}
    assert named
    assert all((dossier.path / name).read_bytes().startswith(b"<svg") for name in named)
    assert named <= json.loads((dossier.path / "manifest.json").read_bytes())["files"].keys()
    assert "data:image/svg+xml;base64," in (dossier.minutes_folder / "v001" / "verslag.html").read_text(encoding="utf-8")
    assert wederhoor("verify", dossier.path, environment=FAKE_ENGINES).returncode == 0
