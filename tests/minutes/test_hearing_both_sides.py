"""What both parties said stands in every format, in full, the same for both; what was corrected says so."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import docx
import pytest
from pypdf import PdfReader

from pipeline.minutes.model import Minutes
from pipeline.minutes.reading import read_minutes
from pipeline.minutes.writers import WRITERS
from tests.minutes import conversations as talk
from tests.minutes.hearings import heard

RENDER = {writer.file_name: writer.render for writer in WRITERS}
BOTH = ("verslag.pdf", "verslag.docx", "verslag.odt", "transcript.txt", "transcript.vtt", "transcript.csv")


def text_in(name: str, data: bytes) -> str:
    """All text of a document, without marks and layout."""
    if name.endswith(".pdf"):
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    elif name.endswith((".docx", ".odt")):
        member = "word/document.xml" if name.endswith(".docx") else "content.xml"
        text = re.sub("<[^>]+>", " ", zipfile.ZipFile(io.BytesIO(data)).read(member).decode())
    elif name.endswith(".csv"):
        text = " ".join(" ".join(row) for row in csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    else:
        text = data.decode()
    return re.sub("[\\s\u200b\u00a0]+", "", text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))


@pytest.fixture(scope="module")
def both() -> Minutes:
    return heard()


@pytest.mark.parametrize("name", BOTH)
def test_both_reactions_and_every_correction_stand_in_full(name: str, both: Minutes) -> None:
    reading = read_minutes(both)
    text = text_in(name, RENDER[name](reading))
    sentences = [sentence for line in reading.lines for side in line.reactions for one in side.reactions for sentence in one.sentences]
    assert len(sentences) > 8
    wanted = [*sentences, *(remark for line in reading.lines for remark in line.remarks)]
    if name.startswith("verslag") or name.endswith(".txt"):
        wanted += [sentence for point in reading.points for side in point.sides for one in side.reactions for sentence in one.sentences]
        wanted += [*reading.corrections, "Geen reactie op dit punt."]
    assert [one for one in wanted if re.sub(r"\s+", "", one) not in text] == []


@pytest.mark.parametrize("name", ["transcript.srt", "speakers.rttm", "transcript.TextGrid", "transcript.eaf"])
def test_a_format_without_room_for_reactions_says_where_they_stand(name: str, both: Minutes) -> None:
    told = "DereactiesvandepartijenstaaninVERSLAG.html".lower()
    assert told in text_in(name, RENDER[name](read_minutes(both))).lower()
    assert told not in text_in(name, RENDER[name](read_minutes(talk.minutes()))).lower()


def test_both_sides_have_places_of_the_same_width_in_the_word_file(both: Minutes) -> None:
    document = docx.Document(io.BytesIO(RENDER["verslag.docx"](read_minutes(both))))
    table = next(table for table in document.tables if len(table.columns) == 4)
    widths = [column.width for column in table.columns]
    assert sum(widths[:3]) == widths[3]
    sides = [row for row in table.rows if row.cells[0].text.startswith("Cliënt\n")]
    assert len(sides) == 3
    assert all(row.cells[3].text.startswith("Medewerker\n") and row.cells[0].text == row.cells[2].text for row in sides)


def test_what_the_machine_heard_stays_under_a_corrected_line(both: Minutes) -> None:
    corrected, machine = both.lines[0], talk.minutes().lines[0]
    assert corrected.text == "Goedemiddag mevrouw."
    assert corrected.words == machine.words
    assert machine.text in read_minutes(both).lines[0].remarks[0]


def test_older_minutes_keep_their_digest() -> None:
    """What was added to the model later is left out while it is empty: a version of before stays the version it was."""
    assert b"responses" not in RENDER["transcript.csv"](read_minutes(talk.minutes()))
    assert replace(talk.minutes(), responses=()).sha256 == "a5fd9ec0edbb9e8e8db68a0f08e5b69391574e6d8f8a4f4bf9461c7db619bad5"
