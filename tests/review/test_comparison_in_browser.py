"""The page of a comparison in a real browser, opened from a folder as a reader does."""

import io
import os
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from pypdf import PdfReader

from pipeline.comparison.reading import read_comparison
from pipeline.review.comparison_page import FILE_NAME, render
from pipeline.texts import Language
from tests.comparison.readings import A_MS, B_MS, SAID, a_report, two_sides
from tests.minutes.conversations import HOSTILE
from tests.review import axe
from tests.review.browser import Page

pytestmark = pytest.mark.browser

RATE = 16_000
Write = Callable[..., str]


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A tone for each side, as long as its recording, as a browser plays it."""
    folder = tmp_path_factory.mktemp("sounds")
    for side, ms, pitch in (("a", A_MS, 220), ("b", B_MS, 330)):
        tone = (np.sin(np.arange(RATE) * 2 * np.pi * pitch / RATE) * 3_000).astype(np.int16)
        with av.open(str(folder / f"opname-{side}.m4a"), "w", format="mp4") as container:
            stream = container.add_stream("aac", rate=RATE, layout="mono")
            for _ in range(ms // 1_000):
                frame = av.AudioFrame.from_ndarray(tone[np.newaxis], format="s16", layout="mono")
                frame.sample_rate = RATE
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return {side: folder / f"opname-{side}.m4a" for side in "ab"}


@pytest.fixture
def folder_page(tmp_path: Path, sounds: dict[str, Path]) -> Write:
    """Writes the page with the sound of both sides beside it; gives its file:// address."""

    def write(language: Language = Language.DUTCH, *, report: bool = False) -> str:
        folder = tmp_path / "een vergelijking"
        folder.mkdir()
        sides = "b" if report else "ab"
        for side in sides:
            (folder / f"opname-{side}.m4a").symlink_to(sounds[side])
        reading = read_comparison(*(a_report() if report else two_sides(language=language)))
        (folder / FILE_NAME).write_bytes(render(reading, {side: f"opname-{side}.m4a" for side in sides}))
        return (folder / FILE_NAME).as_uri()

    return write


def opened(page: Page, address: str, sides: str = "ab") -> Page:
    page.open(address)
    for side in sides:
        page.wait(f"document.getElementById('audio-{side}').readyState > 0")
    return page


def at(page: Page, side: str) -> float:
    return float(page.run(f"document.getElementById('audio-{side}').currentTime"))


def hears(page: Page) -> str:
    """The sides that run and can be heard."""
    sides = "['a', 'b'].filter((s) => ((x) => !x.paused && !x.muted)(document.getElementById('audio-' + s))).join('')"
    return str(page.run(sides))


def test_one_click_plays_both_at_the_same_moment_of_the_conversation(page: Page, folder_page: Write) -> None:
    """What A has at 14.0 s, B has at 10.0 s: four seconds of A are missing in B."""
    opened(page, folder_page())
    page.click(".differences .side-a .time")
    page.wait("document.getElementById('audio-a').currentTime > 14.2")
    page.wait("!document.getElementById('audio-b').paused")
    assert hears(page) == "a"
    assert abs((at(page, "a") - at(page, "b")) - 4.0) < 0.4


def test_switching_goes_on_at_the_same_moment_on_the_other_side(page: Page, folder_page: Write) -> None:
    opened(page, folder_page())
    page.click(".differences .side-a .time")
    page.wait("document.getElementById('audio-a').currentTime > 14.1")
    page.click("input[name=hear][value=b]")
    page.wait("!document.getElementById('audio-b').paused")
    assert hears(page) == "b"
    assert abs((at(page, "a") - at(page, "b")) - 4.0) < 0.4
    page.click("input[name=hear][value=both]")
    assert hears(page) == "ab"


def test_a_stretch_only_one_side_has_is_told_and_the_other_waits(page: Page, folder_page: Write) -> None:
    opened(page, folder_page())
    page.run("document.querySelector('[data-ms=\"9000\"][data-side=a]').click()")
    page.run("document.getElementById('audio-a').currentTime = 10.5")
    page.wait("document.getElementById('sound-note').textContent === 'Dit stuk staat alleen in A.'")
    assert page.run("document.getElementById('audio-b').paused")


def test_the_row_that_is_heard_is_marked_and_both_clocks_run(page: Page, folder_page: Write) -> None:
    opened(page, folder_page())
    page.click(".row:nth-of-type(4) .side-a .time")
    page.wait("document.querySelector('[aria-current]')?.textContent.includes('toezeggen')")
    page.wait("document.getElementById('clock-a').textContent === '00:00:14'")
    assert page.run("document.getElementById('clock-b').textContent") == "00:00:10"


def test_kinds_of_differences_are_filtered_and_a_link_shows_what_is_hidden(page: Page, folder_page: Write) -> None:
    opened(page, folder_page())
    shown = "[...document.querySelectorAll('.differences .entry')].filter((e) => e.offsetParent).map((e) => e.dataset.kind)"
    assert page.run(shown) == ["negation", "number", "speaker", "wording"]
    page.click("input[name=kind][value=negation]")
    page.click("input[name=kind][value=filler]")
    assert page.run(shown) == ["number", "speaker", "wording", "filler"]
    assert page.run("document.getElementById('difference-hits').textContent") == "4 van de 5 worden getoond."
    page.run("location.hash = document.querySelector('.differences .entry').id")
    page.wait("document.querySelector('.differences .entry').offsetParent !== null")


def test_rows_are_filtered_and_searched(page: Page, folder_page: Write) -> None:
    opened(page, folder_page())
    visible = "[...document.querySelectorAll('.row')].filter((row) => !row.hidden).length"
    page.run("document.getElementById('rows').value = 'only-a'; document.getElementById('rows').dispatchEvent(new Event('change'))")
    assert page.run(visible) == 1
    page.run("document.getElementById('rows').value = ''; document.getElementById('rows').dispatchEvent(new Event('change'))")
    page.run("document.getElementById('query').focus()")
    page.type("kluisje")
    page.wait(f"{visible} === 1")
    assert page.run("document.getElementById('row-hits').textContent") == f"1 van de {len(SAID)} rijen."


def test_statements_play_and_are_filtered(page: Page, folder_page: Write) -> None:
    opened(page, folder_page(report=True), "b")
    page.click(".statements .time")
    page.wait("document.getElementById('audio-b').currentTime > 9.2")
    page.click("input[name=outcome][value=found]")
    assert page.run("[...document.querySelectorAll('.statements .entry')].filter((e) => e.offsetParent).length") == 2


def test_keys_step_play_and_switch_and_can_be_switched_off(page: Page, folder_page: Write) -> None:
    opened(page, folder_page())
    page.press("j")
    page.wait("!document.getElementById('audio-a').paused")
    page.press("x")
    page.wait("!document.getElementById('audio-b').paused && !document.getElementById('audio-b').muted")
    page.run("document.activeElement.blur()")
    page.press(" ")
    page.wait("document.getElementById('audio-b').paused")
    page.run("document.getElementById('options').open = true")
    page.click("#keys")
    page.run("document.activeElement.blur()")
    page.press(" ")
    assert page.run("document.getElementById('audio-b').paused")


def test_nothing_leaves_the_page(page: Page, folder_page: Write) -> None:
    address = folder_page()
    opened(page, address)
    page.click(".differences .time")
    assert not [url for url in page.requests if not url.startswith((address.rpartition("/")[0], "data:"))]
    blocked = page.run("fetch('http://127.0.0.1:9/').then(() => 'fetched', () => 'blocked')")
    assert blocked == "blocked"
    assert [problem for problem in page.problems if "Content Security Policy" not in problem and "127.0.0.1:9" not in problem] == []


def test_missing_sound_is_told(page: Page, folder_page: Write, tmp_path: Path) -> None:
    address = folder_page()
    next(tmp_path.rglob("opname-b.m4a")).unlink()
    page.open(address)
    page.wait("document.querySelector('.sound-note.missing')?.textContent.includes('Het geluid is niet gevonden')")


@pytest.mark.parametrize("report", [False, True])
@pytest.mark.parametrize("width", [320, 360, 1200])
def test_nothing_sticks_out_and_a_and_b_get_the_same_room(page: Page, folder_page: Write, width: int, report: bool) -> None:
    page.size(width, 800, mobile=width < 400)
    opened(page, folder_page(report=report), "b" if report else "ab")
    assert page.run("document.documentElement.scrollWidth") <= width
    unequal = page.run(
        "[...document.querySelectorAll('.pair')].map((pair) => [...pair.children].map((side) => side.clientWidth))"
        ".filter((widths) => widths.length === 2 && Math.abs(widths[0] - widths[1]) > 1)"
    )
    assert unequal == []


def test_targets_are_large_enough(page: Page, folder_page: Write) -> None:
    page.size(360, 740, mobile=True)
    opened(page, folder_page())
    small = page.run(
        "[...document.querySelectorAll('button, select, summary, label.check, .row-notes a')].filter((e) => e.offsetParent)"
        ".filter((e) => { const r = e.getBoundingClientRect(); return r.width < 24 || r.height < 24 }).map((e) => e.outerHTML)"
    )
    assert small == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("language", list(Language))
def test_axe_finds_nothing(page: Page, folder_page: Write, width: int, dark: bool, language: Language) -> None:
    page.size(width, 800, mobile=width < 400, dark=dark)
    opened(page, folder_page(language))
    page.run("for (const it of document.querySelectorAll('details')) it.open = true")
    page.run("document.querySelector('input[value=filler]').click()")
    page.click(".row .time")
    assert axe.violations(page) == []


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_on_a_report(page: Page, folder_page: Write, dark: bool) -> None:
    page.size(1200, 800, dark=dark)
    opened(page, folder_page(report=True), "b")
    page.run("for (const it of document.querySelectorAll('details')) it.open = true")
    assert axe.violations(page) == []


def test_hostile_text_does_nothing_in_a_browser(page: Page, tmp_path: Path) -> None:
    said = tuple(("S1", text) for text in HOSTILE if text.split())
    path = tmp_path / FILE_NAME
    path.write_bytes(render(read_comparison(*two_sides((*SAID, *said), SAID, names=("<img src=x onerror=alert(1)>", "b"))), {}))
    page.open(path.as_uri())
    assert page.run("document.images.length") == 0
    assert page.problems == []


def test_printing_shows_everything_that_was_filtered_or_folded(page: Page, folder_page: Write) -> None:
    opened(page, folder_page())
    page.click("input[name=kind][value=negation]")
    text = " ".join(" ".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(page.pdf())).pages)
    assert "ontkenning" in text
    assert "[alleen in A:" in text
    assert "Niet te vergelijken, 1,0 seconden" in text
    assert "5 sec. terug" not in text
    assert text.count("zegt niet wie gelijk heeft") >= 2


def test_pictures_for_the_eye(new_page: Callable[[], Page], folder_page: Write) -> None:
    """Writes screenshots to the folder in WEDERHOOR_SCREENSHOTS; without it there is nothing to look at."""
    folder = os.environ.get("WEDERHOOR_SCREENSHOTS")
    if not folder:
        pytest.skip("WEDERHOOR_SCREENSHOTS names no folder")
    address = folder_page()
    Path(folder).mkdir(parents=True, exist_ok=True)
    for width, dark in ((360, False), (1200, False), (1200, True)):
        page = new_page()
        page.size(width, 900, mobile=width < 400, dark=dark)
        opened(page, address)
        time.sleep(0.2)
        page.screenshot(Path(folder) / f"vergelijking-{width}-{'dark' if dark else 'light'}.png")
