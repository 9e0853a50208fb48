"""A party's page in a real browser: mark, write, save, open again; the file is read by the reader of the dossier."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from pipeline import documents
from pipeline.minutes.model import Minutes
from pipeline.minutes.reactions import Opinion
from pipeline.review.differences import read_points
from pipeline.review.responses.closing import Closing, raw_key
from pipeline.review.responses.document import Annotation
from pipeline.review.responses.reading import ReceivedClosed, ReceivedFile, parse_received, parse_response
from pipeline.texts import Language, texts
from tests.minutes.hearings import heard
from tests.review import axe
from tests.review.browser import Page
from tests.review.comparisons import comparison_of
from tests.review.conftest import DOSSIER, PartyPages, summarised

pytestmark = pytest.mark.browser

COUNT = "document.getElementById('my-count').textContent"
TOLD = "document.getElementById('respond-told').textContent"
WRONG = "document.getElementById('reply-wrong').textContent"
UNSAVED = "!document.getElementById('unsaved').hidden"


def answer(page: Page, where: str, value: str, comment: str = "", **fields: str) -> None:
    """Fill in the form at a place as a person does, and put the reaction in the list."""
    page.run(f"document.querySelector({json.dumps(where)}).click()")
    page.run(f"document.querySelector('#reply [value={value}]').click()")
    for field, text in {"comment": comment, **fields}.items():
        if text:
            page.run(
                f"(() => {{ const field = document.getElementById({json.dumps(field.replace('_', '-'))}); field.value = {json.dumps(text)};"
                "field.dispatchEvent(new Event('change', {bubbles: true})) })()"
            )
    page.run("document.querySelector('#reply button.main').click()")


def saved_file(page: Page, folder: Path) -> Path:
    """Press save and give the file that comes, under a name of its own."""
    folder.mkdir(exist_ok=True)
    page.save_downloads_in(folder)
    before = set(folder.iterdir())
    page.run("document.querySelector('#save').click()")
    end = time.monotonic() + 20
    while not (new := [path for path in set(folder.iterdir()) - before if path.suffix in (".jsonld", ".json", ".txt")]):
        assert time.monotonic() < end, "no file came"
        time.sleep(0.05)
    page.wait(f"{TOLD}.startsWith('Bewaard als')")
    return new[0].rename(folder / f"{len(before)}{new[0].suffix}")


def saved(page: Page, folder: Path) -> ReceivedFile:
    """Save, and read the file as the dossier does."""
    path = saved_file(page, folder)
    return parse_response(path.read_bytes(), path.name)


def media_time(minutes: Minutes, line_id: str) -> str:
    line = next(line for line in minutes.lines if line.id == line_id)
    return f"t={line.start_ms / 1000:.3f},{line.end_ms / 1000:.3f}"


def notes(file: ReceivedFile) -> list[Annotation]:
    return list(file.response.first.items)


def test_everything_can_be_marked_and_the_file_is_what_the_dossier_reads(page: Page, party_page: PartyPages, tmp_path: Path) -> None:
    party = party_page()
    page.open(party.path.as_uri())
    answer(page, "#L0008 .react", "oneens", "Dat heb ik niet gezegd.\nمرحبا 👋")
    answer(page, "#L0002 .react", "voorstel", quote="onze opname", instead="ons gesprek")
    assert page.run(WRONG).startswith("Deze woorden staan niet zo in de regel.")
    page.run("document.getElementById('reply-cancel').click()")
    answer(page, "#L0002 .react", "voorstel", quote="ons gesprek", instead="dit gesprek")
    answer(page, "#L0004 .react", "voorstel", proposal_kind="speaker", speaker="S2")
    answer(page, "#finding-1 .react", "opmerking", "De telefoon ging.")
    answer(page, "#summary-1 .react", "eens")
    answer(page, "#whole .react", "opmerking", "x" * 3000)
    assert page.run(COUNT) == "Aantal reacties: 6."
    assert page.run(UNSAVED)
    file = saved(page, tmp_path / "downloads")
    assert not page.run(UNSAVED)
    file.check_signature(party.key)
    assert file.response.dossier == DOSSIER
    assert file.response.minutes.sha256 == party.minutes.sha256
    line, words, voice, finding, summary, whole = notes(file)
    assert (line.value, line.text, line.target.subject.id) == (Opinion.DISAGREE, "Dat heb ik niet gezegd.\nمرحبا 👋", "L0008")
    assert [one.value for one in line.target.selector if hasattr(one, "value")] == [media_time(party.minutes, "L0008")]
    assert words.target.quote
    assert (words.target.quote.exact, words.target.quote.suffix) == ("ons gesprek", " graag opnemen.")
    assert words.proposal
    assert (words.proposal.field, words.proposal.value) == ("text", "dit gesprek")
    assert voice.proposal
    assert (voice.proposal.field, voice.proposal.value) == ("speaker", "S2")
    assert (finding.target.subject.id, finding.text) == ("F1", "De telefoon ging.")
    assert (summary.target.subject.id, summary.value) == ("1", Opinion.AGREE)
    assert summary.target.quote
    assert summary.target.quote.exact == party.minutes.summary[0].text  # type: ignore[index]
    assert (whole.target.subject.id, len(whole.text)) == ("whole", 3000)
    assert page.problems == []
    assert not [url for url in page.requests if not url.startswith((party.path.as_uri(), "data:", "blob:"))]


def test_selected_words_are_what_the_reaction_is_about(page: Page, party_page: PartyPages, tmp_path: Path) -> None:
    page.open(party_page().path.as_uri())
    page.run(
        "(() => { const text = document.querySelector('#L0008 .said').firstChild, range = new Range();"
        "range.setStart(text, 3); range.setEnd(text, 19); getSelection().removeAllRanges(); getSelection().addRange(range) })()"
    )
    page.wait("document.querySelector('#L0008 .react').textContent.startsWith('Reageer op deze woorden')")
    answer(page, "#L0008 .react", "oneens", "Het was de dertiende.")
    (note,) = notes(saved(page, tmp_path / "downloads"))
    assert note.target.quote
    assert note.target.quote.exact == "twaalf februari"
    assert page.run("document.querySelector('#L0008 .react').textContent").startswith("Reageer op regel")


def test_a_saved_reaction_is_replaced_and_not_changed(page: Page, party_page: PartyPages, tmp_path: Path) -> None:
    page.open(party_page().path.as_uri())
    answer(page, "#L0003 .react", "eens")
    (first,) = notes(saved(page, tmp_path / "downloads"))
    page.run("document.querySelector('#L0003 .mine button').click()")
    assert page.run("document.querySelector('#reply [value=eens]').checked")
    page.run("document.querySelector('#reply [value=oneens]').click(); document.querySelector('#reply button.main').click()")
    assert page.run("document.querySelectorAll('#L0003 .mine').length") == 1
    old, new = notes(saved(page, tmp_path / "downloads"))
    assert old == first
    assert (new.value, new.replaces) == (Opinion.DISAGREE, first.id)


def test_a_saved_file_is_opened_again_and_nothing_is_lost(page: Page, party_page: PartyPages, tmp_path: Path) -> None:
    party = party_page()
    page.open(party.path.as_uri())
    answer(page, "#L0003 .react", "opmerking", "Eerst dit.")
    file = saved(page, tmp_path / "downloads")
    path = next((tmp_path / "downloads").glob("*.jsonld"))
    page.run("sessionStorage.clear()")
    page.open(party.path.as_uri())
    assert page.run(COUNT) == "U hebt nog niet gereageerd."
    page.choose_file("#reopen", path)
    page.wait(f"{TOLD} === 'Geopend. Aantal reacties: 1.'")
    assert "Eerst dit." in page.run("document.querySelector('#L0003 .mine').textContent")
    answer(page, "#L0005 .react", "eens")
    assert notes(saved(page, tmp_path / "downloads"))[0] == notes(file)[0]


@pytest.mark.parametrize("content", ["geen json", "{}", '{"schema": "wederhoor/response/1"}', "[1]"])
def test_a_file_that_is_something_else_changes_nothing(page: Page, party_page: PartyPages, tmp_path: Path, content: str) -> None:
    page.open(party_page().path.as_uri())
    path = tmp_path / "iets.txt"
    path.write_text(content)
    page.choose_file("#reopen", path)
    page.wait(f"{TOLD} !== ''")
    assert page.run(TOLD).startswith("Dit bestand hoort niet bij u en dit gesprek")
    assert page.run(COUNT) == "U hebt nog niet gereageerd."


def test_the_other_partys_file_is_not_opened(page: Page, party_page: PartyPages, tmp_path: Path) -> None:
    page.open(party_page("staff", name="de medewerker").path.as_uri())
    answer(page, "#L0003 .react", "eens")
    saved(page, tmp_path / "downloads")
    page.open(party_page("client").path.as_uri())
    page.choose_file("#reopen", next((tmp_path / "downloads").glob("*.jsonld")))
    page.wait(f"{TOLD} !== ''")
    assert page.run(COUNT) == "U hebt nog niet gereageerd."


def test_unsaved_work_survives_a_reload_and_leaving_is_warned_of(page: Page, party_page: PartyPages) -> None:
    page.open(party_page().path.as_uri())
    leaving = "!dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert not page.run(leaving)
    answer(page, "#L0003 .react", "eens")
    assert page.run(leaving)
    page.click("#L0003 .said")
    page.run("window.before = true")
    page.call("Page.reload")
    page.leave_anyway()
    page.wait("!window.before && document.readyState === 'complete'")
    page.wait(f"{COUNT} === 'Aantal reacties: 1.'")
    assert page.run(UNSAVED)


def test_a_response_is_closed_in_the_page_and_only_the_committees_key_opens_it(page: Page, party_page: PartyPages, tmp_path: Path) -> None:
    committee = pyrage.x25519.Identity.generate()
    party = party_page(closing=Closing(key=raw_key(str(committee.to_public())).hex(), usual=False))
    page.size(360, 740, mobile=True)
    page.open(party.path.as_uri())
    long = "Ik kreeg wél een brief. " * 800
    for number in range(4):
        answer(page, '[data-id="L0009"]', "oneens", f"{number} {long}")
    page.click("#closed")
    path = saved_file(page, tmp_path / "gesloten")
    assert "wél een brief" not in path.read_text()
    closed = parse_received(path.read_bytes(), path.name)
    assert isinstance(closed, ReceivedClosed)
    closed.check_signature(party.key)
    inside = parse_response(pyrage.decrypt(closed.response.age_file, [committee]), "x")
    inside.check_signature(party.key)
    assert [note.text for note in notes(inside)] == [f"{number} {long}".strip() for number in range(4)]
    assert "Alleen de commissie kan dit bestand openen" in page.run(TOLD)
    assert axe.violations(page) == []
    # For the party itself: the same, open.
    page.click("#closed")
    assert len(notes(saved(page, tmp_path / "open"))) == 4


def test_closing_is_not_offered_without_a_key_of_the_committee(page: Page, party_page: PartyPages) -> None:
    page.open(party_page().path.as_uri())
    answer(page, '[data-id="L0009"]', "eens")
    assert page.run("document.getElementById('closed')") is None
    assert page.run("typeof ageEncrypt") == "undefined"


def test_a_browser_that_cannot_sign_saves_words_for_people(page: Page, party_page: PartyPages, tmp_path: Path) -> None:
    page.call("Page.enable")
    page.call("Page.addScriptToEvaluateOnNewDocument", source="Object.defineProperty(crypto, 'subtle', {value: undefined})")
    page.open(party_page().path.as_uri())
    answer(page, "#L0003 .react", "oneens", "Zo was het niet.")
    page.run("document.getElementById('show-text').click()")
    page.wait("document.getElementById('as-text').value !== ''")
    text = page.run("document.getElementById('as-text').value")
    assert "Regel L0003: Oneens" in text
    assert "Zo was het niet." in text


def test_hostile_words_of_a_party_stay_words(page: Page, party_page: PartyPages, tmp_path: Path) -> None:
    page.open(party_page().path.as_uri())
    said = "</script><img src=x onerror=alert(1)> \ud800 =1+1 \u202e"
    answer(page, "#L0003 .react", "opmerking", said)
    (note,) = notes(saved(page, tmp_path / "downloads"))
    assert note.text == said.replace("\ud800", "\ufffd").strip()
    assert page.run("document.querySelectorAll('#L0003 .mine img').length") == 0
    assert page.problems == []


# Each width and each scheme on every run; the other two pairs in the long tier.
PAIRS = [
    (360, False),
    (1200, True),
    pytest.param(360, True, marks=pytest.mark.long),
    pytest.param(1200, False, marks=pytest.mark.long),
]


@pytest.mark.parametrize(("width", "dark"), PAIRS)
def test_axe_finds_nothing_in_any_state_of_responding(page: Page, party_page: PartyPages, tmp_path: Path, width: int, dark: bool) -> None:
    page.size(width, 800, mobile=width < 400, dark=dark)
    comparison = tmp_path / "comparison.json"
    comparison.write_bytes(documents.encode(comparison_of("1" * 64)))
    everything = replace(heard(), summary=summarised().summary, findings=summarised().findings)
    page.open(party_page(minutes=everything, differences=(read_points(comparison, texts(Language.DUTCH)),)).path.as_uri())
    assert page.run("[...document.querySelectorAll('.contents a')].length") == 7
    assert axe.violations(page) == []
    page.run("document.querySelector('#L0003 .react').click(); document.querySelector('#reply [value=voorstel]').click()")
    page.run("document.getElementById('quote').value = 'iets anders'; document.querySelector('#reply button.main').click()")
    assert page.run(WRONG) != ""
    assert axe.violations(page) == []
    assert page.run("document.documentElement.scrollWidth") <= width
    page.run("document.getElementById('quote').value = ''; document.querySelector('#reply button.main').click()")
    page.run("document.getElementById('show-text').click()")
    page.wait("document.getElementById('as-text').value !== ''")
    assert axe.violations(page) == []
    small = page.run(
        "[...document.querySelectorAll('button, select, input, textarea, summary, label.choice, .contents a, .my-list a')]"
        ".filter((e) => e.offsetParent && !e.closest('label.choice, label.check') || e.matches('label.choice'))"
        ".filter((e) => e.offsetParent).filter((e) => { const r = e.getBoundingClientRect(); return r.width < 24 || r.height < 24 })"
        ".map((e) => e.outerHTML)"
    )
    assert small == []


def test_the_whole_response_is_made_by_keyboard_on_a_phone(page: Page, party_page: PartyPages, tmp_path: Path) -> None:
    page.size(360, 740, mobile=True)
    page.open(party_page().path.as_uri())
    page.run("document.querySelector('#L0001 .react').focus()")
    page.press("Enter")
    assert page.run("document.activeElement.name") == "value"
    page.press(" ")
    for _ in range(2):
        page.press("Tab")
    assert page.run("document.activeElement.id") == "comment"
    page.type("Zo was het.")
    page.press("Tab")
    page.press("Enter")
    assert page.run("document.activeElement.closest('.line').id") == "L0001"
    page.press("Tab")
    assert page.run("document.activeElement.textContent") == "Wijzig"
    page.run("document.getElementById('save').focus()")
    page.save_downloads_in(tmp_path)
    page.press("Enter")
    page.wait(f"{TOLD}.startsWith('Bewaard als reactie-client-')")
