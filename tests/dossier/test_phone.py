import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.dossier import custody
from pipeline.dossier.checking.outside import control_digits, read_receipt
from pipeline.dossier.layout import Dossier
from pipeline.dossier.phone import phone_check
from pipeline.dossier.receipts import Handed, Receipt, hand_in, hand_over
from pipeline.texts import Language
from tests.dossier.conftest import NOW
from tests.review import browser
from tests.review.browser import Page

SIZES = [0, 1, 55, 56, 63, 64, 65, 119, 120, 1_000_003, 9 * 1024 * 1024]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    if not browser.CHROMIUM:
        if os.environ.get("WEDERHOOR_REQUIRE_BROWSER") == "1":
            pytest.fail("no Chromium on this machine")
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with browser.chromium(tmp_path_factory.mktemp("chromium")) as new_page:
        tab = new_page()
        tab.size(360, 740, mobile=True)
        yield tab


@pytest.fixture
def samples(tmp_path: Path) -> list[Path]:
    paths = []
    for size in SIZES:
        path = tmp_path / f"deel {size}.bin"
        path.write_bytes(hashlib.shake_128(str(size).encode()).digest(size))
        paths.append(path)
    return paths


def choose(page: Page, files: list[Path]) -> None:
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    node = page.call("DOM.querySelector", nodeId=root, selector="#files")["nodeId"]
    page.call("DOM.setFileInputFiles", files=[str(path) for path in files], nodeId=node)
    page.wait(f"document.querySelectorAll('li.good, li.bad').length === {len(files)}", 60)


@pytest.mark.browser
def test_files_are_recognised_on_a_phone_without_any_request(page: Page, samples: list[Path], tmp_path: Path) -> None:
    known = {f"recording/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in samples}
    (tmp_path / "controleer.html").write_text(phone_check("2026-03-03-ab</script>", known, ["1" * 60]))
    page.open((tmp_path / "controleer.html").as_uri())
    choose(page, samples)
    shown = page.run("[...document.querySelectorAll('li.good code')].map((code) => code.textContent)")
    assert shown == [f"{path.name} = recording/{path.name}" for path in samples]
    page.open((tmp_path / "controleer.html").as_uri())
    samples[3].write_bytes(samples[3].read_bytes()[:-1] + b"!")
    choose(page, [samples[3]])
    assert page.run("document.querySelector('li.bad code').textContent").endswith(hashlib.sha256(samples[3].read_bytes()).hexdigest())
    assert {url.partition(":")[0] for url in page.requests} == {"file"}
    assert page.problems == []


@pytest.mark.browser
def test_the_number_of_a_receipt_is_recognised(page: Page, tmp_path: Path) -> None:
    numbers = [control_digits(hashlib.sha256(bytes([n])).hexdigest()) for n in range(3)]
    (tmp_path / "controleer.html").write_text(phone_check("x", {}, numbers))
    page.open((tmp_path / "controleer.html").as_uri())
    for typed, kind in ((f"{numbers[1][:5]} {numbers[1][5:]}", "good"), ("9" * 60, "bad"), ("123", "")):
        page.run("document.getElementById('number').value = ''")
        page.run("document.getElementById('number').focus()")
        page.type(typed)
        assert page.run("document.getElementById('number-result').className") == kind
    assert page.run("document.documentElement.scrollWidth <= 360")


def test_data_cannot_end_its_element_early() -> None:
    html = phone_check("</title><script>", {"</script><script>alert(1)</script>": "ab"}, [])
    assert html.count("<script") == 2
    assert "{{" not in html


@pytest.fixture
def receipt(finished: Path) -> Receipt:
    dossier = Dossier(finished)
    files = (Handed(name="kopie <b>.wav", sha256="ab" * 32, size=1234567),)
    return hand_over(dossier, to="de cliënt <i>", entry=custody.read(dossier)[-1], files=files, language=Language.DUTCH)


def test_a_receipt_for_files_names_them_and_the_log(receipt: Receipt, finished: Path) -> None:
    outside = read_receipt(receipt.as_text())
    assert outside.names("ab" * 32)
    assert outside.names(custody.check(Dossier(finished)).head)
    assert "1.234.567 bytes" in receipt.as_text()


def test_the_qr_code_says_what_the_receipt_says(receipt: Receipt, finished: Path) -> None:
    assert read_receipt(receipt.scan).names(custody.check(Dossier(finished)).head)
    assert re.fullmatch(r"[0-9A-Z:]+", receipt.scan)


@pytest.mark.parametrize("language", Language)
def test_a_receipt_prints_as_a_page_that_asks_nothing_of_the_network(finished: Path, receipt: Receipt, language: Language) -> None:
    page = hand_in(Dossier(finished), language, now=NOW).as_page()
    assert "<svg" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert "<b>" not in receipt.as_page()
    assert "<i>" not in receipt.as_page()


@pytest.mark.browser
def test_the_printed_receipt_obeys_its_own_policy(page: Page, receipt: Receipt, tmp_path: Path) -> None:
    (tmp_path / "bewijs.html").write_text(receipt.as_page())
    page.open((tmp_path / "bewijs.html").as_uri())
    assert page.problems == []
    assert page.run("getComputedStyle(document.querySelector('.sign')).display") == "flex"
    assert page.run("document.querySelector('svg').getBoundingClientRect().width") > 150
    shutil.rmtree(tmp_path)
