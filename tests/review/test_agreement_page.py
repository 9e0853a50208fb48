"""afspraak.html in a real browser, opened from a folder as people do."""

import hashlib
import io
import time
import tomllib
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from pipeline.recording.agreement import Agreement, read_agreement
from pipeline.recording.agreement_questions import STEPS
from pipeline.recording.rules import Circumstances, Rule, Standing, check_rules
from pipeline.review import agreement_page as page_module
from pipeline.review.agreement_page import agreement_page
from pipeline.settings import Organisation, Settings
from pipeline.shipped import SAMPLE_AUDIO
from pipeline.texts import Language, texts
from tests.review import axe
from tests.review.browser import Page

pytestmark = pytest.mark.browser

STEP = {step.key: number for number, step in enumerate(STEPS)}
# Visible controls, with the smaller side of what can be touched.
TARGETS = """[...document.querySelectorAll('button, select, input, textarea, summary')].filter((e) => e.offsetParent && e.type !== 'radio')
  .concat([...document.querySelectorAll('.choice')]).map((e) => e.getBoundingClientRect()).map((r) => Math.min(r.height, r.width))"""


@pytest.fixture
def open_page(page: Page, tmp_path: Path) -> Callable[..., Page]:
    """Opens the page; what it saves goes to the folder `downloads`."""

    def opened(settings: Settings | None = None) -> Page:
        file = tmp_path / "een map" / "afspraak.html"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(agreement_page(settings or Settings()))
        (tmp_path / "downloads").mkdir(exist_ok=True)
        page.open(file.as_uri())
        page.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path / "downloads"))
        return page

    return opened


def go(page: Page, step: str) -> None:
    page.run(f"document.querySelectorAll('#list button')[{STEP[step]}].click()")


def question(text: str) -> str:
    """JavaScript for the question that begins with this text."""
    return f"[...document.querySelectorAll('.question')].find((e) => e.textContent.startsWith({text!r}))"


def choose(page: Page, asked: str, label: str) -> None:
    wanted = f"[...{question(asked)}.querySelectorAll('.choice')].find((e) => e.textContent === {label!r})"
    page.run(f"{wanted}.setAttribute('data-test', '1')")
    page.click("[data-test]")


def write(page: Page, asked: str, text: str) -> None:
    page.run(f"{question(asked)}.querySelector('input, textarea').focus()")
    page.type(text)


def set_value(page: Page, asked: str, value: str, which: int = 0) -> None:
    control = f"{question(asked)}.querySelectorAll('input, select')[{which}]"
    event = f"new Event({control}.tagName === 'SELECT' ? 'change' : 'input')"
    page.run(f"{control}.value = {value!r}; {control}.dispatchEvent({event})")


def saved(page: Page, folder: Path) -> Path:
    """Press save and wait for the file."""
    for old in (folder / "downloads").iterdir():
        old.unlink()
    page.click("#save")
    path = folder / "downloads" / "agreement.toml"
    end = time.monotonic() + 20
    while not path.is_file() or not path.stat().st_size:
        assert time.monotonic() < end, "nothing was saved"
        time.sleep(0.05)
    return path


def give_file(page: Page, path: Path) -> None:
    """Choose a file as a person does in the browser's window."""
    node = page.call("DOM.querySelector", nodeId=page.call("DOM.getDocument")["root"]["nodeId"], selector="#file")["nodeId"]
    page.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node)


def standing(agreement: Agreement) -> dict[Rule, Standing]:
    report = check_rules(agreement, Circumstances(today=date(2026, 3, 10)))
    return {result.rule: result.standing for result in report.rules}


def fill_in(page: Page) -> None:
    """Everything two people would say when all goes as the rules ask."""
    write(page, "Nummer of naam", 'zaak "14" \\ <b>')
    set_value(page, "Wanneer is het gesprek", "2026-03-03", 0)
    set_value(page, "Wanneer is het gesprek", "14:00", 1)
    go(page, "people")
    write(page, "Naam", "Sam")
    choose(page, "Maakt deze persoon", "ja")
    go(page, "allowed")
    choose(page, "Mag er een opname", "Ja, het mag")
    go(page, "informed")
    write(page, "Waar kan de cliënt", "folder")
    page.press("Enter")
    page.type("privacyreglement")
    go(page, "announced")
    choose(page, "Wanneer is verteld", "Vooraf")
    choose(page, "Wie heeft het verteld", "Sam (cliënt)")
    set_value(page, "Op welke dag", "2026-03-03", 0)
    go(page, "copies")
    choose(page, "Heeft iemand om een kopie", "ja")
    page.click(".add")
    choose(page, "Wie heeft om de kopie", "medewerker")
    set_value(page, "Wanneer moet de kopie", "2026-03-12", 0)
    go(page, "edits")
    choose(page, "Is de opname nog heel", "nee")
    page.click(".add")
    choose(page, "Wat is er gedaan", "Een stuk weggehaald")
    write(page, "Vanaf waar", "12:03")
    set_value(page, "Wanneer is dit aan de ander", "2026-03-04", 0)
    choose(page, "Is het origineel bewaard", "ja")
    go(page, "sharing")
    choose(page, "Krijgt iemand anders", "nee")
    go(page, "privacy")
    set_value(page, "Op welke dag wordt het geluid", "2027-03-03")
    go(page, "signing")
    page.click(".add")
    choose(page, "Van wie", "medewerker")
    choose(page, "Wil deze persoon liever niet", "ja")


def test_what_is_filled_in_is_saved_as_an_agreement(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page()
    fill_in(page)
    agreement = read_agreement(saved(page, tmp_path))
    assert agreement.unreadable == ()
    assert agreement.case == 'zaak "14" \\ <b>'
    assert [(party.id, party.role, party.name, party.records) for party in agreement.parties] == [
        ("client", "client", "Sam", True),
        ("staff", "staff", None, None),
    ]
    assert agreement.information.where == ("folder", "privacyreglement")
    assert agreement.announcement.by == "client"
    assert agreement.copies[0].asked_by == "staff"
    assert agreement.edits.announced[0].start_ms == 723_000
    assert agreement.signatures[0].did_not_want_to is True
    stood = standing(agreement)
    assert [stood[rule] for rule in list(Rule)[:6]] == [Standing.FOLLOWED] * 6
    assert page.problems == []


def test_a_saved_agreement_is_opened_again_and_stays_the_same(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page()
    fill_in(page)
    first = saved(page, tmp_path).read_bytes()
    kept = tmp_path / "bewaard.toml"
    kept.write_bytes(first)
    again = open_page()
    give_file(again, kept)
    again.wait("document.getElementById('told').textContent === 'De afspraak is geopend.'")
    assert again.run(f"{question('Nummer of naam')}.querySelector('input').value") == 'zaak "14" \\ <b>'
    second = tomllib.loads(saved(again, tmp_path).read_text())
    assert second == tomllib.loads(first.decode())


def test_an_agreement_made_elsewhere_keeps_what_the_page_does_not_ask(open_page: Callable[..., Page], tmp_path: Path) -> None:
    source = tmp_path / "hand.toml"
    by_hand = (SAMPLE_AUDIO / "agreement.toml").read_text() + '\n[[hold]]\nby = "client"\nsince = 2026-03-05T10:00:00+01:00\n'
    source.write_text(by_hand)
    page = open_page()
    give_file(page, source)
    page.wait("document.getElementById('told').textContent.includes('Dat blijft bewaard.')")
    go(page, "allowed")
    choose(page, "Mag er een opname", "Nee, wel een alternatief")
    write(page, "Wat is het alternatief", "samen een verslag maken")
    path = saved(page, tmp_path)
    expected = tomllib.loads(by_hand)
    expected["decision"] |= {"outcome": "alternative", "alternative": "samen een verslag maken"}
    assert tomllib.loads(path.read_text()) == expected
    assert read_agreement(path).unreadable == ()


@pytest.mark.parametrize("content", [b"een brief", b"\x00\xff\xd8", b'schema = "iets/anders"', b"a = 1\n" * 20_000])
def test_a_file_that_is_no_agreement_changes_nothing(open_page: Callable[..., Page], tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "anders.toml"
    other.write_bytes(content)
    page = open_page()
    give_file(page, other)
    page.wait("document.getElementById('told').textContent.includes('Er is niets veranderd')")
    assert [party.role for party in read_agreement(saved(page, tmp_path)).parties] == ["client", "staff"]


def test_nobody_is_shown_markup_from_a_file(open_page: Callable[..., Page], tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.toml"
    hostile.write_text("case = '<img src=x onerror=\"window.foreign=1\">'\n[[party]]\nname = '<script>window.foreign=1</script>'\n")
    page = open_page()
    give_file(page, hostile)
    page.wait("document.getElementById('told').textContent !== ''")
    page.run("dispatchEvent(new Event('beforeprint'))")
    for number in range(len(STEPS)):
        page.run(f"document.querySelectorAll('#list button')[{number}].click()")
    assert page.run("window.foreign") is None
    assert page.run("document.querySelectorAll('img, #paper script').length") == 0


def test_a_new_role_is_followed_everywhere_and_a_removed_person_is_nowhere(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page()
    go(page, "announced")
    choose(page, "Wanneer is verteld", "Vooraf")
    choose(page, "Wie heeft het verteld", "cliënt")
    go(page, "people")
    set_value(page, "Wie is dit", "supporter")
    assert read_agreement(saved(page, tmp_path)).announcement.by == "supporter"
    page.run("window.confirm = () => true")
    page.click(".remove")
    agreement = read_agreement(saved(page, tmp_path))
    assert [party.id for party in agreement.parties] == ["staff"]
    assert agreement.announcement.by is None


def test_a_time_that_cannot_be_read_is_told_and_never_saved(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page()
    go(page, "edits")
    choose(page, "Is de opname nog heel", "nee")
    page.click(".add")
    write(page, "Vanaf waar", "na een kwartier")
    page.press("Tab")
    page.wait("!document.querySelector('.wrong').hidden")
    assert read_agreement(saved(page, tmp_path)).unreadable == ()


def test_leaving_with_unsaved_work_is_warned_of(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page()
    leaving = "(() => { const e = new Event('beforeunload', {cancelable: true}); dispatchEvent(e); return e.defaultPrevented; })()"
    assert page.run(leaving) is False
    write(page, "Nummer of naam", "14")
    assert page.run(leaving) is True
    assert page.run("document.getElementById('told').textContent") == "Nog niet bewaard."
    saved(page, tmp_path)
    assert page.run(leaving) is False


def test_the_language_changes_without_losing_an_answer(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page()
    write(page, "Nummer of naam", "14")
    page.click("[data-language=en]")
    assert page.run("document.documentElement.lang") == "en"
    assert page.run("document.querySelector('h1').textContent") == "Agreement on a sound recording"
    assert page.run("document.body.innerText.includes('Nummer')") is False
    agreement = read_agreement(saved(page, tmp_path))
    assert (agreement.case, agreement.language) == ("14", "en")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("width", "dark"), [(360, False), (360, True), (1200, False), (1200, True)])
def test_every_step_is_accessible_fits_and_can_be_touched(
    open_page: Callable[..., Page], width: int, dark: bool, language: Language
) -> None:
    page = open_page(Settings(report_language=language))
    page.size(width, 740, mobile=width == 360, dark=dark)
    yes = texts(language)("agreement.yes")
    for step in STEPS:
        go(page, step.key)
        page.run(f"[...document.querySelectorAll('.choice')].filter((e) => e.textContent === {yes!r}).forEach((e) => e.click())")
        page.run("document.querySelectorAll('.add').forEach((e) => e.click())")
        assert page.run("document.documentElement.scrollWidth") <= width
        assert min(page.run(TARGETS)) >= 44
        if language is Language.DUTCH:
            assert axe.violations(page) == []


def test_every_question_can_be_reached(open_page: Callable[..., Page]) -> None:
    """The page shows what the list of questions holds: one step for each, and the first question of every table."""
    page = open_page()
    for step in STEPS:
        go(page, step.key)
        assert page.run("document.querySelector('h2').textContent") == texts(Language.DUTCH)(f"agreement.step.{step.key}")
        for table in step.tables:
            if not table.repeated:
                assert page.run(f"!!{question(texts(Language.DUTCH)(table.questions[0].text_key))}")


def test_it_works_with_the_keyboard_alone(open_page: Callable[..., Page]) -> None:
    page = open_page()
    go(page, "allowed")
    assert page.run("document.activeElement.id") == "step"
    page.press("Tab")
    page.press("Tab")
    # Radio buttons that have an answer are one stop: the one that is chosen.
    assert page.run("document.activeElement.type") in ("radio", "button")
    page.run(f"{question('Mag er een opname')}.querySelector('input').focus()")
    page.press(" ")
    page.wait("document.querySelector('.choice input:checked')?.parentElement.textContent === 'Ja, het mag'")
    assert page.run("document.activeElement.checked") is True


def test_nothing_leaves_the_page_and_no_other_script_runs(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page()
    fill_in(page)
    saved(page, tmp_path)
    assert [url for url in page.requests if not url.startswith(("file:///", "data:image/svg", "blob:"))] == []
    page.run("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.foreign = 1'}))")
    assert page.run("window.foreign") is None
    assert page.run("fetch('http://127.0.0.1:9/').then(() => 'fetched', () => 'blocked')") == "blocked"
    assert page.run("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("language", list(Language))
def test_the_paper_holds_the_six_rules_the_answers_and_a_place_to_sign(open_page: Callable[..., Page], language: Language) -> None:
    say = texts(language)
    page = open_page(Settings(report_language=language, organisation=Organisation(name="Stichting Onderdak")))
    page.run("document.querySelector('.question input').focus()")
    page.type("zaak 14")
    sheets = PdfReader(io.BytesIO(page.pdf())).pages
    # Printed letters may be joined (ff); what is told is the same.
    text = "".join(unicodedata.normalize("NFKC", "".join(sheet.extract_text() for sheet in sheets)).split())
    for key in (*(f"rules.{rule}.words" for rule in "123456"), "agreement.paper.signature", "agreement.paper.not_signing"):
        assert "".join(say(key).split()) in text, key
    assert "zaak14" in text
    assert "StichtingOnderdak" in text
    assert "".join(say("agreement.page.open").split()) not in text
    for step in STEPS:
        for table in step.tables if step.key != "signing" else ():
            for each in table.questions:
                if each.path != "party.acts_for":
                    assert "".join(say(each.text_key).split()) in text, each.path


def test_without_scripts_the_page_says_what_to_do() -> None:
    assert texts(Language.DUTCH)("agreement.page.no_script") in agreement_page(Settings()).decode()


def test_the_toml_library_is_the_one_that_was_published_with_its_licence() -> None:
    data = (Path(page_module.__file__).parent / "smol-toml.js").read_bytes()
    assert hashlib.sha256(data).hexdigest() == "f9029370259e9a43a2f3e64fa1d39e72f3598188380ace83a0abb8261fa33555"
    assert b"SPDX-License-Identifier: BSD-3-Clause" in data
