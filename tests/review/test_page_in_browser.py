"""The page in a real browser, opened from a folder as a reader does."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from pipeline.minutes.reading import read_minutes
from pipeline.review.page import EmbeddedAudio, render
from pipeline.review.parts import embedded_parts
from pipeline.texts import Language
from tests.minutes import conversations as talk
from tests.minutes.hearings import heard
from tests.minutes.test_writers import reading_of
from tests.review import axe
from tests.review.browser import Page
from tests.review.conftest import PartyPages, examined, summarised

pytestmark = pytest.mark.browser

FolderPage = Callable[..., str]
TIME = "document.getElementById('audio').currentTime"
CURRENT = "document.querySelector('[aria-current]')?.id"
FOCUSED = "document.activeElement.closest('.line')?.id"


def open_ready(page: Page, address: str) -> Page:
    page.open(address)
    page.wait("document.getElementById('audio').readyState > 0")
    return page


def pause(page: Page) -> None:
    page.run("document.getElementById('audio').pause()")


@pytest.mark.parametrize("line", ["L0002", "L0008", "L0018"])
def test_a_clicked_line_plays_from_its_time(page: Page, folder_page: FolderPage, line: str) -> None:
    open_ready(page, folder_page())
    start = next(entry.start_ms for entry in talk.minutes().lines if entry.id == line)
    page.run("document.getElementById('audio').addEventListener('seeked', (e) => { window.landed ??= e.target.currentTime })")
    page.click(f"#{line} .time")
    page.wait("window.landed !== undefined")
    assert abs(page.run("window.landed") - start / 1000) <= 0.1
    assert page.run(CURRENT) == line
    page.wait(f"{TIME} > {start / 1000 + 0.1}")


def test_a_click_on_the_words_plays_too_but_selecting_them_does_not(page: Page, folder_page: FolderPage) -> None:
    open_ready(page, folder_page())
    page.click("#L0003 .said")
    page.wait(f"{CURRENT} === 'L0003'")
    pause(page)
    page.run("getSelection().selectAllChildren(document.querySelector('#L0006 .said'))")
    page.run("document.querySelector('#L0006 .said').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    assert page.run(CURRENT) == "L0003"


def test_the_line_being_spoken_is_followed_and_kept_in_sight(page: Page, folder_page: FolderPage) -> None:
    open_ready(page, folder_page())
    page.run(f"{TIME} = 102")
    page.wait(f"{CURRENT} === 'L0017'")
    page.wait(
        "(({top, bottom}) => top >= 0 && bottom <= document.getElementById('player').getBoundingClientRect().top)"
        "(document.getElementById('L0017').getBoundingClientRect())"
    )


def test_a_line_can_be_repeated(page: Page, folder_page: FolderPage) -> None:
    open_ready(page, folder_page())
    page.click("#loop")
    page.click("#L0002 .time")
    page.run(f"{TIME} = 9.3")
    page.wait(f"{TIME} < 7")
    assert page.run(CURRENT) == "L0002"


def test_the_speed_can_be_set(page: Page, folder_page: FolderPage) -> None:
    open_ready(page, folder_page())
    page.run("document.getElementById('speed').value = '0.75'")
    page.run("document.getElementById('speed').dispatchEvent(new Event('change'))")
    assert page.run("document.getElementById('audio').playbackRate") == 0.75


def test_nothing_leaves_the_page(page: Page, folder_page: FolderPage) -> None:
    address = folder_page()
    open_ready(page, address)
    page.click("#L0002 .time")
    root = address.partition("minutes/")[0]
    assert not [url for url in page.requests if not url.startswith((root, "data:"))]
    assert page.problems == []


def test_the_policy_stops_a_script_that_is_not_ours(page: Page, folder_page: FolderPage) -> None:
    page.open(folder_page())
    page.run("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.foreign = 1'}))")
    page.run("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.foreign = 1\">')")
    blocked = page.run("fetch('http://127.0.0.1:9/').then(() => 'fetched', () => 'blocked')")
    assert page.run("window.foreign") is None
    assert blocked == "blocked"
    assert any("Content Security Policy" in problem for problem in page.problems)


def test_missing_sound_is_told(page: Page, folder_page: FolderPage, tmp_path: Path) -> None:
    address = folder_page()
    next(tmp_path.rglob("listening.m4a")).unlink()
    page.open(address)
    page.wait("document.querySelector('[role=alert]')?.textContent.includes('Het geluid is niet gevonden')")


def test_search_finds_lines_and_walks_through_them(page: Page, folder_page: FolderPage) -> None:
    page.open(folder_page())
    page.run("document.getElementById('query').focus()")
    page.type("Kamer")
    page.wait("document.getElementById('hits').textContent === '3 regels gevonden.'")
    page.press("Enter")
    assert page.run(FOCUSED) == "L0006"
    assert page.run("document.getElementById('hits').textContent") == "Regel 1 van de 3 gevonden regels."
    page.click("#next-hit")
    assert page.run(FOCUSED) == "L0008"
    page.click("#previous-hit")
    page.click("#previous-hit")
    assert page.run(FOCUSED) == "L0013"
    assert page.run("CSS.highlights.get('hit').size") == 3


def test_search_without_result_says_so(page: Page, folder_page: FolderPage) -> None:
    page.open(folder_page())
    page.run("document.getElementById('query').focus()")
    page.type("olifant")
    page.wait("document.getElementById('hits').textContent === 'Niets gevonden.'")
    assert page.run("document.getElementById('next-hit').disabled")


@pytest.mark.parametrize(
    ("control", "value", "lines"),
    [
        ("voice", "S1", ["L0001", "L0003", "L0005", "L0007", "L0009", "L0011", "L0013", "L0017"]),
        ("kind", "uncertain", ["L0008", "L0010"]),
        ("kind", "other_language", ["L0016"]),
        ("kind", "finding", ["L0011"]),
    ],
)
def test_lines_are_filtered(page: Page, folder_page: FolderPage, control: str, value: str, lines: list[str]) -> None:
    page.open(folder_page())
    page.run(f"document.getElementById('{control}').value = '{value}'")
    page.run(f"document.getElementById('{control}').dispatchEvent(new Event('change'))")
    assert page.run("[...document.querySelectorAll('.line')].filter((line) => line.offsetParent).map((line) => line.id)") == lines
    assert page.run("document.getElementById('hits').textContent") == f"{len(lines)} van de 19 regels."


def test_the_next_uncertain_word_is_found_and_after_the_last_comes_the_first(page: Page, folder_page: FolderPage) -> None:
    page.open(folder_page())
    for line in ("L0008", "L0010", "L0008"):
        page.run("document.getElementById('next-uncertain').click()")
        assert page.run(FOCUSED) == line


def test_keys_play_and_step_and_can_be_switched_off(page: Page, folder_page: FolderPage) -> None:
    open_ready(page, folder_page())
    page.press("j")
    page.press("j")
    page.wait(f"{CURRENT} === 'L0002'")
    page.press("k")
    page.wait(f"{CURRENT} === 'L0001'")
    page.press(" ")
    page.wait("document.getElementById('audio').paused")
    page.press("n")
    assert page.run(FOCUSED) == "L0008"
    page.press("n")
    assert page.run(FOCUSED) == "L0010"
    page.press("n")
    assert page.run(FOCUSED) == "L0008"
    page.run("document.activeElement.blur()")
    page.click("#keys")
    page.press("j")
    assert page.run(CURRENT) == "L0001"


def test_keys_do_nothing_while_somebody_types(page: Page, folder_page: FolderPage) -> None:
    open_ready(page, folder_page())
    page.run("document.getElementById('query').focus()")
    for key in "jnk ":
        page.press(key)
    assert page.run(CURRENT) is None
    assert page.run("document.getElementById('query').value") == "jnk "


def test_every_control_is_reached_by_tab_and_focus_is_never_hidden(page: Page, folder_page: FolderPage) -> None:
    page.open(folder_page())
    reached, hidden = set(), []
    for _ in range(60):
        page.press("Tab")
        name = page.run("document.activeElement.id || document.activeElement.closest('.line')?.id || document.activeElement.tagName")
        reached.add(name)
        covered = page.run(
            "(() => { const e = document.activeElement, player = document.getElementById('player'); if (player.contains(e)) return false;"
            "const r = e.getBoundingClientRect(); return r.bottom > player.getBoundingClientRect().top || r.top < 0 })()"
        )
        if covered and name != "BODY":
            hidden.append(name)
    wanted = {"query", "voice", "kind", "next-uncertain", "audio", "speed", "follow", "loop", "keys"}
    assert wanted | {line.id for line in talk.minutes().lines} <= reached
    assert hidden == []


def test_targets_are_large_enough(page: Page, folder_page: FolderPage) -> None:
    page.open(folder_page())
    small = page.run(
        "[...document.querySelectorAll('button, select, input, summary, label.check')].filter((e) => e.offsetParent)"
        ".filter((e) => !e.closest('label.check') || e.matches('label.check'))"
        ".filter((e) => { const r = e.getBoundingClientRect(); return r.width < 24 || r.height < 24 }).map((e) => e.outerHTML)"
    )
    assert small == []


@pytest.mark.parametrize("width", [320, 360, 800, 1400])
def test_nothing_sticks_out_sideways(page: Page, folder_page: FolderPage, width: int) -> None:
    said = [talk.segment(0, 5_000, "S1", "x" * 400), talk.segment(6_000, 9_000, "S2", "gewoon")]
    page.size(width, 700, mobile=width < 400)
    page.open(folder_page(talk.minutes(record=talk.speech(*said, duration_ms=9_000))))
    assert page.run("document.documentElement.scrollWidth") <= width


def test_at_four_hundred_percent_the_player_leaves_the_text_alone(page: Page, folder_page: FolderPage) -> None:
    page.size(320, 256)
    page.open(folder_page())
    assert page.run("getComputedStyle(document.getElementById('player')).position") == "static"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("language", list(Language))
def test_axe_finds_nothing(page: Page, folder_page: FolderPage, width: int, dark: bool, language: Language) -> None:
    page.size(width, 800, mobile=width < 400, dark=dark)
    open_ready(page, folder_page(examined(language)))
    page.run("document.getElementById('options').open = true")
    assert axe.violations(page) == []
    page.click("#L0008 .time")
    page.run("document.getElementById('query').value = 'kamer'; document.getElementById('query').dispatchEvent(new Event('input'))")
    page.wait("document.querySelectorAll('.hit').length === 3")
    assert axe.violations(page) == []


def test_axe_finds_nothing_when_sound_is_missing_and_nothing_is_found(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "verslag.html"
    path.write_bytes(render(read_minutes(examined()), peaks=(1, 2, 3)))
    page.open(path.as_uri())
    page.wait("document.querySelector('[role=alert]') !== null")
    page.run("document.getElementById('query').value = 'olifant'; document.getElementById('tools').requestSubmit()")
    page.run("document.getElementById('kind').value = 'finding'; document.getElementById('kind').dispatchEvent(new Event('change'))")
    assert axe.violations(page) == []


def test_hostile_text_does_nothing_in_a_browser(page: Page, tmp_path: Path) -> None:
    reading = reading_of(list(talk.HOSTILE), "<script>alert(1)</script>")
    path = tmp_path / "verslag.html"
    path.write_bytes(render(reading))
    page.open(path.as_uri())
    shown = page.run("[...document.querySelectorAll('.said')].map((said) => said.textContent)")
    assert shown == [line.text for line in reading.lines]
    assert not [problem for problem in page.problems if "listening" not in problem and "ERR_FILE_NOT_FOUND" not in problem]


def test_the_single_file_plays_on_a_phone(page: Page, tmp_path: Path, listening_copy: Path) -> None:
    path = tmp_path / "mijn verslag.html"
    sound = EmbeddedAudio(data=listening_copy.read_bytes(), media_type="audio/mp4")
    path.write_bytes(render(read_minutes(talk.minutes()), audio=sound))
    page.size(360, 740, mobile=True)
    open_ready(page, path.as_uri())
    page.click("#L0008 .time")
    page.wait(f"{TIME} > 36.1 && {TIME} < 40")
    assert not [url for url in page.requests if not url.startswith((path.as_uri(), "data:", "blob:"))]
    assert page.problems == []


def test_a_part_of_a_long_conversation_plays_its_own_lines(page: Page, tmp_path: Path, listening_copy: Path) -> None:
    path = tmp_path / "deel 2.html"
    minutes = talk.minutes()
    parts = list(embedded_parts(listening_copy, minutes, part_ms=40_000))
    assert len(parts) == 4
    path.write_bytes(render(read_minutes(minutes), range(400), parts[1]))
    open_ready(page, path.as_uri())
    assert page.run("document.querySelector('.part').textContent").startswith("Dit is deel 2 van 4: 00:00:36–00:01:")
    assert page.run("[...document.querySelectorAll('.line')].map((line) => line.id)") == [
        "L0008",
        "L0009",
        "L0010",
        "L0011",
        "L0012",
        "L0013",
    ]
    page.run("document.getElementById('audio').addEventListener('seeked', (e) => { window.landed ??= e.target.currentTime })")
    page.click("#L0009 .time")
    page.wait("window.landed !== undefined")
    assert abs(page.run("window.landed") + parts[1].sound_from_ms / 1000 - 47.525) <= 0.1
    assert page.run(CURRENT) == "L0009"


def test_without_scripts_the_single_file_is_read_and_says_what_else_there_is(page: Page, tmp_path: Path, listening_copy: Path) -> None:
    path = tmp_path / "verslag.html"
    sound = EmbeddedAudio(data=listening_copy.read_bytes(), media_type="audio/mp4")
    path.write_bytes(render(read_minutes(talk.minutes()), audio=sound))
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.size(360, 740, mobile=True)
    page.open(path.as_uri())
    text = page.run("document.body.textContent")
    assert "Open dit bestand in een browser" in text
    assert "papieren reactieformulier" in text
    assert "Goedemiddag." in text
    page.wait("document.getElementById('audio').duration > 130")


def test_sixty_thousand_words_open_and_the_last_line_plays(page: Page, folder_page: FolderPage) -> None:
    minutes = talk.minutes(record=talk.long_speech())
    open_ready(page, folder_page(minutes, peaks=range(2000)))
    assert page.run("document.querySelectorAll('.line').length") == len(minutes.lines) == 2000
    page.click(f"#{minutes.lines[-1].id} .time")
    assert page.run(CURRENT) == minutes.lines[-1].id
    page.run("document.getElementById('query').focus()")
    page.type("begeleider")
    page.wait("document.getElementById('hits').textContent.endsWith('regels gevonden.')")


def test_a_sentence_of_the_summary_plays_what_it_rests_on(page: Page, folder_page: FolderPage) -> None:
    open_ready(page, folder_page(summarised()))
    page.run("document.getElementById('audio').addEventListener('seeked', (e) => { window.landed ??= e.target.currentTime })")
    page.click("#summary-2 .time")
    page.wait("window.landed !== undefined")
    start = next(line.start_ms for line in talk.minutes().lines if line.id == "L0013")
    assert abs(page.run("window.landed") - start / 1000) <= 0.1
    page.click("#summary-2 a")
    page.wait("(({top}) => top >= 0 && top < innerHeight)(document.getElementById('L0013').getBoundingClientRect())")


def test_nothing_moves_by_itself(page: Page, party_page: PartyPages) -> None:
    page.open(party_page().path.as_uri())
    moving = page.run(
        "[...document.querySelectorAll('*')].filter((e) => { const s = getComputedStyle(e);"
        " return s.transitionDuration !== '0s' || s.animationName !== 'none' || s.scrollBehavior !== 'auto' }).map((e) => e.outerHTML)"
    )
    assert moving == []


def test_printing_shows_times_marks_status_and_everything_that_was_folded(page: Page, folder_page: FolderPage, tmp_path: Path) -> None:
    page.open(folder_page())
    page.run("document.getElementById('voice').value = 'S1'; document.getElementById('voice').dispatchEvent(new Event('change'))")
    text = pdf_text(page.pdf())
    assert "[onzeker: vierhonderdvijftig]" in text
    assert "00:01:24" in text
    assert "mijn spullen" in text
    assert "model whisper-base" in text
    assert "Sneltoetsen" not in text
    assert text.count("nog niet nagelezen") >= 4


def pdf_text(data: bytes) -> str:
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(data)).pages)


def test_pictures_for_the_eye(new_page: Callable[[], Page], party_page: PartyPages, tmp_path: Path) -> None:
    """Writes pictures to look at, in the folder of WEDERHOOR_SCREENSHOTS or build/screenshots; neither is committed."""
    folder = Path(os.environ.get("WEDERHOOR_SCREENSHOTS") or Path(__file__).resolve().parents[2] / "build" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    address = party_page(minutes=heard()).path.as_uri()
    page = new_page()
    for width, dark in ((360, False), (360, True), (800, False), (1400, False), (1400, True)):
        page.size(width, 900, mobile=width < 400, dark=dark)
        open_ready(page, address)
        for name, place in (("head", "document.body"), ("talk", "document.getElementById('L0008')")):
            page.run(f"{place}.scrollIntoView()")
            page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            path = folder / f"verslag-{name}-{width}-{'dark' if dark else 'light'}.png"
            page.screenshot(path)
            assert path.stat().st_size > 5_000
    (folder / "verslag-print.pdf").write_bytes(page.pdf())
