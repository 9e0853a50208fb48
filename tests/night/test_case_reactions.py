"""Reactions dropped in a case folder: into the minutes once, read back, and named when they cannot be taken in."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.dossier.verify import verify
from pipeline.minutes.hearing import unheard_lines
from pipeline.minutes.model import State
from pipeline.minutes.versions import load_chain, load_current
from pipeline.night.cases.case import Case
from pipeline.night.cases.reactions import take_reactions, waiting_reactions
from pipeline.night.cases.tend import tend
from pipeline.night.spool import Kind, Spool
from pipeline.review.correcting import note_heard
from pipeline.review.publish import Desk
from tests.night.test_cases import USER
from tests.release.conftest import NOW
from tests.review.responses.conftest import (
    Talk,
    agreement,
    dossier,
    finished,
    identity,
    key,
    released,
    settings,
    settled,
    talk,
)

__all__ = ["agreement", "dossier", "finished", "identity", "key", "released", "settings", "settled", "talk"]


@pytest.fixture
def case(talk: Talk, tmp_path: Path) -> Case:
    """A case with the dossier of `talk` in it."""
    folder = tmp_path / "zaken" / "zaak-1"
    (folder / "dossiers").mkdir(parents=True)
    shutil.copytree(talk.dossier.path, folder / "dossiers" / talk.dossier.path.name)
    (folder / "zaak.toml").write_text(f"id = '7'\n[actors]\n{USER} = 'committee'\n")
    case = Case.read(folder)
    case.make_folders()
    return case


def test_a_reaction_goes_into_the_minutes_once_and_is_read_back(case: Case, talk: Talk) -> None:
    saved = talk.saved(talk.client, talk.client.about("oneens", "line", "L0009", text="Ik kreeg wél een brief."))
    shutil.copy(saved, case.folder / "reacties" / "reactie.jsonld")

    assert take_reactions(case, talk.settings, NOW) == ()
    (taken,) = case.dossiers()
    versions = load_chain(taken.minutes_folder)
    shutil.copy(saved, case.folder / "reacties" / "nog eens.jsonld")
    assert take_reactions(case, talk.settings, NOW + timedelta(days=1)) == ()

    minutes = load_current(taken.minutes_folder).minutes
    assert minutes.state is State.WITH_PARTIES
    assert len(minutes.responses) == 1
    assert load_chain(taken.minutes_folder) == versions
    assert waiting_reactions(case) == []
    assert list((case.folder / "reacties").iterdir()) == []
    assert saved.read_bytes() in [path.read_bytes() for path in (taken.path / "responses").glob("*.jsonld")]
    assert "Ik kreeg wél een brief." in next((case.folder / "uitgifte").glob("*/*.txt")).read_text()
    assert verify(taken.path).holds


def test_what_is_no_reaction_to_these_minutes_stays_and_is_named(case: Case, talk: Talk) -> None:
    saved = talk.saved(talk.client, talk.client.about("eens", "line", "L0009"))
    forged = case.folder / "reacties" / "vals.jsonld"
    forged.write_bytes(saved.read_bytes().replace(b"eens", b"oneens"))
    (case.folder / "reacties" / "brief.docx").write_bytes(b"PK")
    spool = Spool(case.folder.parent, Kind.CASES)
    spool.make()

    problems = tend(case, spool, talk.settings, lambda: NOW)

    assert len(problems) == 2
    assert [path.name for path in waiting_reactions(case)] == ["brief.docx", "vals.jsonld"]
    page = (case.folder / "LEESMIJ.html").read_text()
    assert "De reactie “brief.docx” kon niet vanzelf" in page
    (taken,) = case.dossiers()
    assert load_current(taken.minutes_folder).minutes.responses == ()


def test_a_request_to_establish_is_the_committees_and_the_rules_hold(case: Case, talk: Talk) -> None:
    spool = Spool(case.folder.parent, Kind.CASES)
    spool.make()
    form = case.folder / "verzoeken" / "vaststellen.toml"
    (taken,) = case.dossiers()

    form.write_text("wat = 'vaststellen'\nbesloten_door = ['mr. De Wit']")
    tend(case, spool, talk.settings, lambda: NOW)
    assert load_current(taken.minutes_folder).minutes.state is not State.ESTABLISHED

    for page, name in ((talk.client, "c.jsonld"), (talk.staff, "s.jsonld")):
        shutil.copy(talk.saved(page, page.about("eens", "whole", "whole")), case.folder / "reacties" / name)
    (case.folder / "zaak.toml").write_text(f"id = '7'\n[actors]\n{USER} = 'client'\n")
    form.write_text("wat = 'vaststellen'\nbesloten_door = ['mr. De Wit']")
    tend(Case.read(case.folder), spool, talk.settings, lambda: NOW)
    assert load_current(taken.minutes_folder).minutes.state is State.WITH_PARTIES

    (case.folder / "zaak.toml").write_text(f"id = '7'\n[actors]\n{USER} = 'committee'\n")
    desk = Desk(dossier=taken, settings=talk.settings, actor="staff", now=NOW)
    note_heard(desk, unheard_lines(desk.current().minutes), listener="mr. De Wit")
    form.write_text("wat = 'vaststellen'\nbesloten_door = ['mr. De Wit']")
    tend(Case.read(case.folder), spool, talk.settings, lambda: NOW)

    answers = sorted(path.read_text() for path in (case.folder / "verzoeken" / "gedaan").glob("*.antwoord.txt"))
    assert load_current(taken.minutes_folder).minutes.state is State.ESTABLISHED, answers
    assert "vastgesteld" in (case.folder / "LEESMIJ.html").read_text()
    assert verify(taken.path).holds
