"""The page that opens itself with a passphrase, in a real browser."""

import zipfile
from pathlib import Path

import pytest

from pipeline.errors import InputRefused
from pipeline.release import locked
from pipeline.release.decision import What
from pipeline.release.locked import ITERATIONS, lock
from pipeline.release.protection import WithPassphrase
from pipeline.review import parts
from pipeline.texts import Language, texts
from tests.release.conftest import Release
from tests.review.browser import Page
from tests.review.conftest import new_page, page  # noqa: F401

WORDS = "een lange wachtzin é"


@pytest.mark.browser
def test_the_page_opens_with_its_passphrase_and_plays(page: Page, released: Release) -> None:  # noqa: F811
    ready = released(What.PAGE, protection=WithPassphrase(WORDS))
    file = ready.folder / ready.files[0].name
    assert b"koffie of thee" not in file.read_bytes()
    page.open(file.as_uri())
    page.click("#words")
    page.type("verkeerde wachtzin")
    page.press("Enter")
    page.wait(f"document.getElementById('status').textContent === {texts(Language.DUTCH)('release.locked.wrong')!r}")
    page.run("document.getElementById('words').value = ''")
    page.click("#words")
    page.type(f" {WORDS} ")
    page.press("Enter")
    page.wait("document.querySelector('#lines') !== null && document.body.textContent.includes('Fatima Yilmaz')")
    page.wait("document.getElementById('audio').readyState > 0")
    page.click("#L0003 .time")
    page.wait("document.querySelector('[aria-current]')?.id === 'L0003'")
    assert page.problems == []
    assert [url for url in page.requests if not url.startswith(("file:", "blob:", "data:"))] == []


def test_the_key_costs_enough_and_nothing_of_the_page_shows() -> None:
    secret = b"<html>de tas stond in de gang</html>"
    made = lock(secret, WORDS, texts(Language.DUTCH))
    assert ITERATIONS >= 600_000
    assert b"600000" in made
    assert b"de gang" not in made
    assert lock(secret, WORDS, texts(Language.DUTCH)) != made


def test_a_page_no_phone_can_open_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locked, "MAX_PAGE_BYTES", 10)
    with pytest.raises(InputRefused):
        lock(b"x" * 11, WORDS, texts(Language.DUTCH))


def test_without_a_passphrase_the_page_is_the_plain_one(released: Release) -> None:
    ready = released(What.PAGE)
    assert "Fatima Yilmaz" in Path(ready.folder / ready.files[0].name).read_text()


def test_a_long_conversation_is_handed_over_in_parts_that_each_ask_for_the_passphrase(
    released: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_MS", 50_000)
    ready = released(What.PAGE, protection=WithPassphrase(WORDS))
    with zipfile.ZipFile(ready.folder / ready.files[0].name) as archive:
        assert archive.namelist() == [f"verslag-met-geluid-deel-{number}-van-3.html" for number in (1, 2, 3)]
        assert all(b"koffie" not in (page := archive.read(name)) and b"Wachtzin" in page for name in archive.namelist())
    told = (ready.folder / "lees-mij.html").read_text()
    assert "pak de zip uit" in told
    assert "papieren reactieformulier" in told
