"""The points of a comparison in the page of the minutes."""

import hashlib
from pathlib import Path

import pytest

from pipeline import documents
from pipeline.errors import InputRefused
from pipeline.minutes.reading import read_minutes
from pipeline.review.differences import read_points
from pipeline.review.page import render
from pipeline.texts import Language, texts
from tests.minutes import conversations as talk
from tests.review.browser import Page
from tests.review.comparisons import comparison_of
from tests.review.conftest import PartyPages
from tests.review.test_responding_in_browser import answer, notes, saved

SAY = texts(Language.DUTCH)


@pytest.fixture
def comparison_json(tmp_path: Path) -> Path:
    path = tmp_path / "comparison.json"
    path.write_bytes(documents.encode(comparison_of("1" * 64)))
    return path


def test_every_difference_has_the_id_a_response_names_and_stop_words_are_left_out(comparison_json: Path) -> None:
    found = read_points(comparison_json, SAY)
    sha256 = hashlib.sha256(comparison_json.read_bytes()).hexdigest()
    assert [(point.id, point.number, point.label) for point in found.points] == [
        (f"{sha256}/minutes/0", 1, "ontkenning"),
        (f"{sha256}/minutes/2", 3, "getal"),
    ]
    assert found.points[0].b == "00:00:36 (niets)"


def test_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "comparison.json").write_text("{}")
    with pytest.raises(InputRefused):
        read_points(tmp_path / "comparison.json", SAY)


def test_the_page_shows_them_as_text(comparison_json: Path) -> None:
    html = render(read_minutes(talk.minutes()), differences=(read_points(comparison_json, SAY),)).decode()
    assert "geen &lt;b&gt;brief&lt;/b&gt;" in html


@pytest.mark.browser
def test_a_party_responds_to_a_difference(page: Page, party_page: PartyPages, comparison_json: Path, tmp_path: Path) -> None:
    found = read_points(comparison_json, SAY)
    party = party_page(differences=(found,))
    page.open(party.path.as_uri())
    answer(page, "#differences li:nth-child(2) .react", "oneens", "Het was 450 euro.")
    assert page.run("document.querySelector('#my-list li').textContent") == "Verschil 3: Oneens"
    file = saved(page, tmp_path / "downloads")
    file.check_signature(party.key)
    assert [note.target.subject.id for note in notes(file)] == [found.points[1].id]
