import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.integrity.model import Level
from pipeline.minutes.reading import read_minutes
from pipeline.review.page import EmbeddedAudio, render
from pipeline.texts import Language
from tests.minutes import conversations as talk
from tests.minutes.test_writers import anything, hostile_texts, reading_of
from tests.review.conftest import examined


class Parsed(HTMLParser):
    """The page as a browser takes it apart: the text of each line, every element's attributes, raw scripts and styles."""

    def __init__(self, html: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.lines: list[str] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self._in_said = False
        self._in: str | None = None
        self.feed(html.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "p":
            self._in_said = attributes.get("class") == "said"
            if self._in_said:
                self.lines.append("")
        if tag in self.raw:
            self._in = tag
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._in_said = False
        if tag == self._in:
            self._in = None

    def handle_data(self, data: str) -> None:
        if self._in:
            self.raw[self._in][-1] += data
        elif self._in_said:
            self.lines[-1] += data

    @property
    def policy(self) -> str:
        return next(a["content"] or "" for tag, a in self.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")


def sha256(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_page_holds_the_same_lines_as_every_other_document() -> None:
    reading = read_minutes(talk.minutes())
    assert Parsed(render(reading)).lines == [line.text for line in reading.lines]


def test_a_finding_stands_at_the_lines_it_touches() -> None:
    told = [line for line in Parsed(render(read_minutes(examined()))).lines if "[plek 1 die uitleg vraagt]" in line]
    assert len(told) == 1
    assert "In ons dossier staat" in told[0]


def test_what_a_file_tells_of_its_history_is_no_place_that_asks_for_an_explanation() -> None:
    minutes = examined()
    history = replace(minutes.findings[0], id="F2", level=Level.HISTORY, start_ms=0, end_ms=135_000, text="Gemaakt met ffmpeg.")
    html = render(read_minutes(replace(minutes, findings=(history,)))).decode()
    assert "geschiedenis van het bestand (geen plek)" in html
    assert "Over het bestand: Gemaakt met ffmpeg." in html
    assert "Plek 1" not in html
    assert "plek die uitleg vraagt" not in html


def test_the_policy_allows_only_the_pages_own_style_script_and_sound() -> None:
    parsed = Parsed(render(read_minutes(talk.minutes()), peaks=(1, 2, 3)))
    _, script = parsed.raw["script"]
    (style,) = parsed.raw["style"]
    assert parsed.policy == (
        f"default-src 'none'; style-src {sha256(style)}; script-src {sha256(script)}; img-src data:; "
        "media-src 'self'; base-uri 'none'; form-action 'none'"
    )


def test_the_page_asks_for_nothing_but_its_listening_copy() -> None:
    parsed = Parsed(render(read_minutes(talk.minutes())))
    asked = [value for _, a in parsed.tags for name, value in a.items() if name in ("src", "href", "srcset", "action", "poster", "data")]
    assert asked == ["#lines", "#about", "#talk", "../../recording/listening.m4a"]
    assert not [name for _, a in parsed.tags for name in a if name.startswith("on") or name == "style"]


def test_the_single_file_holds_its_sound_and_asks_for_nothing() -> None:
    parsed = Parsed(render(read_minutes(talk.minutes()), audio=EmbeddedAudio(data=b"sound", media_type="audio/mp4")))
    assert [a["src"] for _, a in parsed.tags if a.get("src")] == [f"data:audio/mp4;base64,{base64.b64encode(b'sound').decode()}"]
    assert "media-src blob: data:;" in parsed.policy


@settings(max_examples=40, deadline=None)
@given(hostile_texts, anything)
def test_hostile_text_is_text(said: list[str], name: str) -> None:
    reading = reading_of(said, name)
    calm = Parsed(render(reading_of(["ja" if text.strip() else text for text in said])))
    parsed = Parsed(render(reading))
    assert parsed.lines == [line.text for line in reading.lines]
    assert [tag for tag, _ in parsed.tags] == [tag for tag, _ in calm.tags]
    assert json.loads(parsed.raw["script"][0])["lines"] == [[line.start_ms, line.end_ms] for line in reading.lines]


@settings(max_examples=40, deadline=None)
@given(st.text())
def test_a_readers_name_cannot_leave_the_print_rule(name: str) -> None:
    reading = read_minutes(replace(talk.minutes(record=talk.speech(duration_ms=1_000)), read_by=(name, '"; } * { display: none')))
    (style,) = Parsed(render(reading)).raw["style"]
    assert re.search(r'@bottom-left \{ content: "[A-Za-z0-9\\ ]*"; font: 8pt sans-serif; \} \} \}\n\Z', style)


@pytest.mark.parametrize("language", list(Language))
def test_the_page_says_what_it_is(language: Language) -> None:
    minutes = talk.minutes(language)
    html = render(read_minutes(minutes)).decode()
    say = read_minutes(minutes).say
    assert f'<html lang="{language}">' in html
    assert html.count(say("minutes.unread")) >= 3
    assert minutes.sha256 in html
    assert minutes.recording.sha256 in html


def test_without_agreement_the_page_says_so() -> None:
    minutes = replace(talk.minutes(), agreement=talk.AgreementReference(sha256=None, missing_because="spoed <b>"))
    html = render(read_minutes(minutes)).decode()
    assert "Geen afspraak vastgelegd." in html
    assert "Reden: spoed &lt;b&gt;." in html


def test_the_script_is_small() -> None:
    assert len(Parsed(render(read_minutes(talk.minutes()))).raw["script"][1].encode()) <= 15_000
