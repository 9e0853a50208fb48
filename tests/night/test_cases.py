"""Case folders: what lies ready, what was asked for, what came in as a bundle."""

import os
import pwd
import shutil
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.bundle import make_bundle
from pipeline.dossier.custody import Act
from pipeline.dossier.hold import running_holds
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receive import receive
from pipeline.dossier.seal import seal
from pipeline.dossier.verify import verify
from pipeline.errors import VerificationFailed
from pipeline.minutes.versions import write_version
from pipeline.minutes.writers import WRITERS
from pipeline.night.cases import compare as comparing
from pipeline.night.cases.bundle import is_bundle, take_in
from pipeline.night.cases.case import Case, case_named, cases_in
from pipeline.night.cases.compare import compare_case, page_of, pairs_of
from pipeline.night.cases.requests import Answer, answer_requests
from pipeline.night.cases.tend import tend
from pipeline.night.spool import Kind, Spool
from pipeline.settings import Settings
from pipeline.shipped import SAMPLE_AUDIO
from tests.minutes import conversations as talk
from tests.night.conftest import dropped
from tests.night.planted import speechlike

NOW = datetime(2026, 3, 10, 21, tzinfo=UTC)
USER = pwd.getpwuid(os.getuid()).pw_name
HOSTILE = "<script>alert(1)<script>.wav"
Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(paths={"data": tmp_path_factory.mktemp("data")})


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Path:
    """A dossier with minutes, an agreement and a hostile file name; not to be changed."""
    folder = tmp_path_factory.mktemp("finished")
    source = speechlike(folder / HOSTILE, talk.OPVANG_MS, 1)
    form = folder / "agreement.toml"
    form.write_text((SAMPLE_AUDIO / "agreement.toml").read_text() + "\n[[party]]\nid = 'secretary'\nrole = 'secretary'\n")
    dossier = receive(source, settings=settings, out=folder, now=NOW, agreement=form)
    write_version(dossier.minutes_folder, talk.minutes(), WRITERS)
    seal(dossier, key=KeyRing(settings.paths.keys).current(NOW), now=NOW)
    return dossier.path


@pytest.fixture
def case(cases: Spool, finished: Path) -> Case:
    folder = cases.top / "zaak-1"
    (folder / "opnamen").mkdir(parents=True)
    (folder / "zaak.toml").write_text(f'id = "2026-0173"\n[actors]\n{USER} = "secretary"\n')
    shutil.copytree(finished, folder / "dossiers" / finished.name)
    (case,) = cases_in(cases)
    case.make_folders()
    return case


@pytest.fixture
def dossier(case: Case) -> Dossier:
    (dossier,) = case.dossiers()
    return dossier


@pytest.fixture
def ask(case: Case, settings: Settings) -> Ask:
    def make(form: str, name: str = "verzoek.toml", role: str = "secretary") -> Answer:
        (case.folder / "zaak.toml").write_text(f'id = "2026-0173"\n[actors]\n{USER} = "{role}"\n')
        (case.folder / "verzoeken" / name).write_text(form)
        (answer,) = answer_requests(Case.read(case.folder), settings, NOW)
        return answer

    return make


class Links(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.hrefs += [value for name, value in attrs if name == "href" and value]


def test_the_page_says_what_is_ready_due_and_missing_and_its_links_lead_somewhere(
    case: Case, cases: Spool, settings: Settings, dossier: Dossier
) -> None:
    dropped(case.folder / "opnamen", "nieuw.wav")
    (case.folder / "verslagen" / "verslag.txt").write_text("De cliënt kreeg een kopie van de opname. De tas was weg.")

    assert tend(case, cases, settings, lambda: NOW) == ()

    page = (case.folder / "LEESMIJ.html").read_text()
    found = Links(page)
    assert "Zaak 2026-0173" in page
    assert "verslag.pdf" in page
    assert "wacht nog op de nacht: 1." in page
    assert "Nog niemand heeft dit verslag nagelezen." in page
    assert "script" not in found.tags
    assert "default-src &#39;none&#39;" in page
    assert all((case.folder / unquote(href)).is_file() for href in found.hrefs)
    assert len(found.hrefs) == 4


def test_a_comparison_is_made_once_and_again_when_something_changed(
    case: Case, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = case.folder / "verslagen" / "verslag.txt"
    report.write_text("De cliënt kreeg een kopie van de opname.")
    assert compare_case(case, settings, NOW) == ()
    (pair,) = pairs_of(case)
    made = page_of(case, pair)
    assert made is not None
    when = made.stat().st_mtime_ns
    compare_case(case, settings, NOW)
    assert made.stat().st_mtime_ns == when

    report.write_text("De cliënt kreeg geen kopie van de opname.")

    (pair,) = pairs_of(case)
    assert page_of(case, pair) is None
    compare_case(case, settings, NOW)
    again = page_of(case, pair)
    assert again is not None
    assert again != made
    assert made.is_file()


def test_a_report_that_cannot_be_read_costs_its_own_comparison_and_is_named(case: Case, cases: Spool, settings: Settings) -> None:
    dropped(case.folder / "verslagen", "kapot.pdf", b"%PDF-1.7 broken")
    (case.folder / "verslagen" / "goed.txt").write_text("De cliënt kreeg een kopie van de opname.")
    (case.folder / "verslagen" / "link.txt").symlink_to("/etc/passwd")

    problems = tend(case, cases, settings, lambda: NOW)

    assert len(problems) == 1
    assert [page_of(case, pair) is not None for pair in pairs_of(case)] == [True, False]
    assert "kapot.pdf konden nog niet naast elkaar" in (case.folder / "LEESMIJ.html").read_text()


def test_a_hold_is_asked_by_whoever_owns_the_form(case: Case, ask: Ask, dossier: Dossier) -> None:
    answer = ask("wat = 'bewaren'\nreden = 'alles bewaren'", role="client")

    assert answer.done
    assert [hold.by for hold in running_holds(dossier)] == ["client"]
    assert (case.folder / "verzoeken" / "gedaan" / "verzoek-1.toml").is_file()
    assert answer.said in (case.folder / "verzoeken" / "gedaan" / "verzoek-1.antwoord.txt").read_text()
    assert verify(dossier.path).holds


@pytest.mark.parametrize("form", ["wat = 'wissen'", "niets", "wat = 'bewaren'\ndoor = 'client'", "wat = 'kopie'", "a" * 100_000])
def test_a_form_that_says_something_else_does_nothing(form: str, ask: Ask, dossier: Dossier) -> None:
    before = dossier.custody_log.read_bytes()
    assert not ask(form).done
    assert dossier.custody_log.read_bytes() == before


def test_who_has_no_role_here_can_ask_nothing(case: Case, dossier: Dossier, settings: Settings) -> None:
    (case.folder / "zaak.toml").write_text("id = '1'\n[actors]\niemand_anders = 'secretary'\n")
    (case.folder / "verzoeken" / "v.toml").write_text("wat = 'bewaren'")
    (answer,) = answer_requests(Case.read(case.folder), settings, NOW)
    assert not answer.done
    assert USER in answer.said
    assert running_holds(dossier) == ()


def test_a_second_name_for_somebody_elses_file_borrows_no_role(case: Case, dossier: Dossier, settings: Settings, tmp_path: Path) -> None:
    theirs = tmp_path / "v.toml"
    theirs.write_text("wat = 'bewaren'")
    os.link(theirs, case.folder / "verzoeken" / "v.toml")
    (case.folder / "verzoeken" / "w.toml").symlink_to(theirs)
    answers = answer_requests(case, settings, NOW)
    assert [answer.done for answer in answers] == [False]
    assert running_holds(dossier) == ()


def test_roles_that_anybody_may_write_count_for_nothing(case: Case, settings: Settings, dossier: Dossier) -> None:
    form = case.folder / "zaak.toml"
    form.chmod(form.stat().st_mode | stat.S_IWOTH)
    (case.folder / "verzoeken" / "v.toml").write_text("wat = 'bewaren'")
    (answer,) = answer_requests(case, settings, NOW)
    assert not answer.done
    assert running_holds(dossier) == ()


def test_the_committee_closes_the_complaint_and_nobody_else(ask: Ask, dossier: Dossier) -> None:
    assert not ask("wat = 'sluiten'", role="client").done
    assert ask("wat = 'sluiten'\ngesloten_op = 2026-03-09", role="secretary").done
    agreement = agreement_of(dossier)
    assert agreement is not None
    assert agreement.procedure.complaint_closed_at == date(2026, 3, 9)
    assert verify(dossier.path).holds


def test_a_release_that_the_rules_forbid_is_answered_with_the_rule(ask: Ask, case: Case, dossier: Dossier) -> None:
    answer = ask("wat = 'kopie'\naan = 'buurman'")
    assert not answer.done
    assert custody.read(dossier)[-1].act is Act.REFUSED
    assert not (case.folder / "uitgifte").exists()


def test_what_a_kill_interrupted_is_done_again_only_when_that_is_harmless(case: Case, dossier: Dossier, settings: Settings) -> None:
    (case.folder / "verzoeken" / ".bezig-a.toml").write_text("wat = 'bewaren'")
    (case.folder / "verzoeken" / ".bezig-b.toml").write_text("wat = 'kopie'\naan = 'client'")
    hold, release = answer_requests(case, settings, NOW)
    assert (hold.done, release.done) == (True, False)
    assert "viel de computer uit" in release.said
    assert all(entry.act is not Act.RELEASED for entry in custody.read(dossier))
    assert answer_requests(case, settings, NOW) == ()


def test_a_form_that_cannot_be_read_is_a_problem_to_tell_and_stops_nothing(case: Case, cases: Spool, settings: Settings) -> None:
    (case.folder / "zaak.toml").write_text("dit is geen toml")
    problems = tend(Case.read(case.folder), cases, settings, lambda: NOW)
    assert any("zaak.toml" in problem for problem in problems)
    assert "zaak.toml kan niet worden gelezen" in (case.folder / "LEESMIJ.html").read_text()


def test_a_part_that_fails_does_not_stop_the_others(case: Case, cases: Spool, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "pairs_of", lambda case: 1 / 0)
    assert len(tend(case, cases, settings, lambda: NOW)) == 1
    assert (case.folder / "LEESMIJ.html").is_file()


def test_a_case_is_found_by_its_id_only_when_one_has_it(case: Case, cases: Spool) -> None:
    found = case_named(cases, "2026-0173")
    assert found is not None
    assert found.folder == case.folder
    assert case_named(cases, None) is None
    shutil.copytree(case.folder, cases.top / "zaak-2")
    assert case_named(cases, "2026-0173") is None


def test_a_received_bundle_becomes_a_dossier_that_a_committee_can_work_with(finished: Path, settings: Settings, tmp_path: Path) -> None:
    sender = Dossier(Path(shutil.copytree(finished, tmp_path / finished.name)))
    bundle = tmp_path / "bundel.zip"
    make_bundle(sender, bundle, actor="staff", key=KeyRing(settings.paths.keys).current(NOW), now=NOW)
    committee = Settings(paths={"data": tmp_path / "committee"})
    out = tmp_path / "zaken" / "zaak-9" / "dossiers"

    assert is_bundle(bundle)
    received = take_in(bundle, out)

    assert received.path == out / finished.name
    assert documents.sha256_file(received.original()) == received.recording().sha256
    assert take_in(bundle, out).path == received.path
    seal(received, key=KeyRing(committee.paths.keys).current(NOW), now=NOW)
    assert verify(received.path).holds
    spool = Spool(tmp_path / "zaken", Kind.CASES)
    spool.make()
    (case,) = cases_in_with_form(spool)
    (case.folder / "verslagen").mkdir()
    (case.folder / "verslagen" / "eigen verslag.txt").write_text("De cliënt kreeg een kopie van de opname.")
    assert tend(case, spool, committee, lambda: NOW) == ()
    assert "eigen verslag.txt" in (case.folder / "LEESMIJ.html").read_text()


def cases_in_with_form(spool: Spool) -> tuple[Case, ...]:
    (spool.top / "zaak-9" / "zaak.toml").write_text("id = '9'\n")
    return tuple(cases_in(spool))


def test_a_bundle_that_was_changed_is_refused_and_leaves_nothing(finished: Path, settings: Settings, tmp_path: Path) -> None:
    sender = Dossier(Path(shutil.copytree(finished, tmp_path / finished.name)))
    bundle, changed, out = tmp_path / "bundel.zip", tmp_path / "changed.zip", tmp_path / "out"
    make_bundle(sender, bundle, actor="staff", key=KeyRing(settings.paths.keys).current(NOW), now=NOW)
    with zipfile.ZipFile(bundle) as source, zipfile.ZipFile(changed, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            target.writestr(info, data.replace(b"tas", b"jas") if info.filename.endswith("minutes.json") else data)
    with pytest.raises(VerificationFailed):
        take_in(changed, out)
    assert not out.exists() or list(out.iterdir()) == []


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/evil", "a/../../evil"])
def test_a_zip_that_would_write_elsewhere_is_no_bundle(name: str, tmp_path: Path) -> None:
    bundle = tmp_path / "b.zip"
    with zipfile.ZipFile(bundle, "w") as file:
        file.writestr("bagit.txt", "BagIt-Version: 1.0\n")
        file.writestr(name, "x")
    assert not is_bundle(bundle)


def test_a_form_with_something_unknown_in_it_is_told(case: Case) -> None:
    (case.folder / "zaak.toml").write_text("onbekend = 1\n")
    assert Case.read(case.folder).problem == "form_unreadable"
