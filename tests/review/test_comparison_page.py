import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.comparison.model import DifferenceClass
from pipeline.comparison.reading import ComparisonReading, read_comparison
from pipeline.review import comparison_page
from pipeline.review.comparison_page import render
from tests.comparison.readings import SAID, a_report, both_readings, two_sides
from tests.minutes.test_writers import hostile_texts

OUR_TAGS = frozenset(
    re.findall(
        r"\w+",
        "html head meta title style body a header h1 p strong main section h2 h3 h4 div span bdi dl dt dd svg defs pattern rect polygon b"
        " details summary table thead tr th tbody td ol ul li button form fieldset legend label input select option del ins footer audio"
        " noscript script",
    )
)
SOUNDS = {"a": "opname-a.m4a", "b": "opname-b.m4a"}


class Parsed(HTMLParser):
    """The page as a browser takes it apart: elements with their attributes, and the text of all of it."""

    def __init__(self, html: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._raw = False
        self.feed(html.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._raw = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._raw = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._raw else data

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.tags if "id" in attributes]


@pytest.mark.parametrize("reading", both_readings(), ids=["recordings and words", "words", "report"])
def test_everything_a_party_can_point_at_has_its_id_on_the_page_once(reading: ComparisonReading) -> None:
    parsed = Parsed(render(reading, SOUNDS))
    assert len(set(parsed.ids())) == len(parsed.ids())
    named = [one.id for one in (*reading.findings, *reading.differences)]
    if reading.report:
        named += [one.id for one in (*reading.report.statements, *reading.report.omitted)]
    assert named
    assert set(named) <= set(parsed.ids())


def test_the_page_allows_its_own_script_and_the_sound_beside_it_and_nothing_else() -> None:
    page = render(read_comparison(*two_sides()), SOUNDS).decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "media-src &#39;self&#39;;" in policy
    assert not re.findall(r'(?:src|href)="(?!opname-[ab]\.m4a|#)[^"]*"', page)
    assert not re.findall(r"<[^>]+ (?:style|on\w+)=", page)


def test_only_one_side_is_marked_as_taken_out_and_the_other_as_put_in_with_text_labels_on_both() -> None:
    page = render(read_comparison(*two_sides()), SOUNDS).decode()
    deleted, inserted = re.findall(r"<del>(.*?)</del>", page), re.findall(r"<ins>(.*?)</ins>", page)
    assert any("niet" in words for words in deleted)
    assert any("wel" in words for words in inserted)
    assert all("[alleen in A: " in words for words in deleted if "vh" in words)
    assert all("[alleen in B: " in words for words in inserted if "vh" in words)
    assert "line-through" not in page


def test_without_sound_there_is_no_player_and_no_button_that_does_nothing() -> None:
    parsed = Parsed(render(read_comparison(*two_sides(recordings=None)), {}))
    assert not [attributes for _, attributes in parsed.tags if "data-ms" in attributes]
    assert "player" not in parsed.ids()
    assert "00:00:14" in parsed.text


def test_fillers_are_off_until_they_are_asked_for() -> None:
    page = render(read_comparison(*two_sides()), SOUNDS).decode()
    boxes = dict(re.findall(r'name="kind" value="(\w+)"( checked)?', page))
    assert boxes[DifferenceClass.NEGATION] == " checked"
    assert boxes[DifferenceClass.FILLER] == ""


def test_a_list_that_nobody_would_read_is_cut_and_the_rest_told_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison_page, "MOST_LISTED", 1)
    reading = read_comparison(*two_sides())
    parsed = Parsed(render(reading, SOUNDS))
    assert [one.id for one in reading.differences if one.id in parsed.ids()] == [reading.differences[0].id]
    assert f"Nog {len(reading.differences) - 1} verschillen staan niet in deze lijst" in parsed.text
    hrefs = {attributes["href"] for tag, attributes in parsed.tags if tag == "a"}
    assert f"#{reading.differences[0].id}" in hrefs
    assert f"#{reading.differences[1].id}" not in hrefs


@settings(max_examples=25)
@given(hostile_texts, st.text(max_size=60))
def test_hostile_text_is_text(said: list[str], name: str) -> None:
    lines = tuple(("S1", text) for text in said if text.split())
    reading = read_comparison(*two_sides((*SAID, *lines), (*SAID, *lines), names=(name or "naam", "<script>alert(1)</script>")))
    parsed = Parsed(render(reading, SOUNDS))
    assert {tag for tag, _ in parsed.tags} <= OUR_TAGS
    assert [tag for tag, _ in parsed.tags].count("script") == 2
    assert not [key for _, attributes in parsed.tags for key in attributes if key.startswith("on") or key == "style"]
    shown = [" ".join(piece.text for piece in line.pieces) for section in reading.sections for row in section.rows for line in row.a]
    assert all(text in parsed.text for text in shown)


def test_a_hostile_report_is_text() -> None:
    sentence = "</script><script>alert(1)</script> Er zat driehonderdzestig euro in mijn kluisje."
    parsed = Parsed(render(read_comparison(*a_report((sentence,))), {"b": "opname-b.m4a"}))
    assert sentence in parsed.text
    assert [tag for tag, _ in parsed.tags].count("script") == 2
