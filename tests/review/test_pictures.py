"""Drawings of the cut check in the page."""

from pathlib import Path

import pytest

from pipeline.minutes.reading import read_minutes
from pipeline.review.page import render
from tests.review.browser import Page
from tests.review.conftest import examined

HOSTILE_SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20" width="60" height="20"><script>parent.foreign = 1</script>'
    b'<image href="http://127.0.0.1:9/x.png" onerror="parent.foreign = 1"/><rect width="60" height="20" fill="#1f5f8b"/></svg>'
)


@pytest.mark.browser
def test_a_drawing_is_seen_and_can_run_nothing(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "verslag.html"
    path.write_bytes(render(read_minutes(examined()), pictures={"F1": HOSTILE_SVG}))
    page.open(path.as_uri())
    assert page.run("document.querySelector('.picture img').naturalWidth") == 60
    assert page.run("window.foreign") is None
    assert not [url for url in page.requests if url.startswith("http")]
