"""Documents for people and for annotation programs, read back with those formats' own libraries."""

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as Xml

import docx
import odfdo
import pytest
import typst
from hypothesis import HealthCheck, given, settings
from pypdf import PdfReader

from pipeline.minutes.clock import clock
from pipeline.minutes.model import SummarySentence
from pipeline.minutes.reading import Reading, read_minutes
from pipeline.minutes.writers import DOCUMENTS, WRITERS, pdf
from pipeline.minutes.writers.tiers import tiers
from pipeline.texts import Language
from tests.minutes import conversations as talk
from tests.minutes.test_writers import anything, hostile_texts, reading_of

RENDER = {writer.file_name.rpartition(".")[2]: writer.render for writer in WRITERS}
few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rows(reading: Reading) -> list[tuple[str, str, str, str]]:
    return [(clock(line.start_ms), line.id, line.speaker, line.text) for line in reading.lines]


def read_docx(data: bytes) -> tuple[str, list[tuple[str, str, str, str]]]:
    document = docx.Document(io.BytesIO(data))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    read = []
    for row in (row for table in document.tables for row in table.rows[1:]):
        time, who, said, _ = row.cells
        read.append((time.paragraphs[0].text, time.paragraphs[1].text, who.text, said.text))
    return text, read


def read_odt(data: bytes) -> tuple[str, list[tuple[str, str, str, str]]]:
    body = odfdo.Document(io.BytesIO(data)).body
    read = []
    for row in body.get_elements("//table:table/table:table-row"):
        read.append(tuple(p.inner_text for p in row.get_elements("table:table-cell/text:p")))
    return "\n".join(p.inner_text for p in body.get_elements("text:p | text:h")), read


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def squeezed(text: str) -> str:
    """Without what a page's layout adds: line breaks, spaces, and places to break a long word."""
    return re.sub("[\\s\u200b]+", "", text)


def read_textgrid(data: bytes) -> dict[str, list[tuple[int, int, str]]]:
    read: dict[str, list[tuple[int, int, str]]] = {}
    for item in re.split(r"\n    item \[\d+\]:\n", data.decode())[1:]:
        (name,) = re.findall(r'^        name = "(.*)"$', item, flags=re.MULTILINE)
        found = re.findall(r'xmin = ([\d.]+)\n +xmax = ([\d.]+)\n +text = "(.*)"$', item, flags=re.MULTILINE)
        intervals = [(milliseconds(start), milliseconds(end), text.replace('""', '"')) for start, end, text in found]
        assert intervals[0][0] == 0
        assert all(before[1] == after[0] for before, after in itertools.pairwise(intervals))
        read[name.replace('""', '"')] = intervals
    return read


def milliseconds(seconds: str) -> int:
    whole, _, fraction = seconds.partition(".")
    return int(whole) * 1000 + int(fraction.ljust(3, "0"))


def read_eaf(data: bytes) -> Iterator[tuple[str, int, int, str, str]]:
    root = Xml.fromstring(data)
    slots = {slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE", "")) for slot in root.iter("TIME_SLOT")}
    for tier in root.iter("TIER"):
        for note in tier.iter("ALIGNABLE_ANNOTATION"):
            times = slots[note.get("TIME_SLOT_REF1")], slots[note.get("TIME_SLOT_REF2")]
            yield note.get("ANNOTATION_ID", ""), *times, tier.get("PARTICIPANT", ""), note.findtext("ANNOTATION_VALUE") or ""


def check_word_files(reading: Reading) -> None:
    for kind, read in (("docx", read_docx), ("odt", read_odt)):
        text, lines = read(RENDER[kind](reading))
        assert lines == rows(reading), kind
        for sentence in (reading.title, reading.status, *(s for fact in reading.facts for s in fact.sentences)):
            assert sentence in text, kind


def test_word_files_hold_the_same_lines_and_facts() -> None:
    check_word_files(read_minutes(talk.minutes()))
    check_word_files(read_minutes(talk.minutes(Language.ENGLISH)))


@few
@given(hostile_texts, anything)
def test_hostile_text_comes_through_word_files_whole(said: list[str], name: str) -> None:
    check_word_files(reading_of(said, name))


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_word_files_have_real_styles_a_repeating_head_and_the_status_on_every_page(kind: str) -> None:
    reading = read_minutes(talk.minutes())
    archive = zipfile.ZipFile(io.BytesIO(RENDER[kind](reading)))
    xml = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
    content = xml["word/document.xml"] if kind == "docx" else xml["content.xml"]
    every_page = xml["word/header1.xml"] + xml["word/footer1.xml"] if kind == "docx" else xml["styles.xml"]
    if kind == "docx":
        assert "<w:tblHeader" in content
        assert content.count('<w:pStyle w:val="Heading1"/>') == 2
        assert "NUMPAGES" in every_page
    else:
        assert content.count("<table:table-header-rows>") == 1
        assert content.count('text:outline-level="1"') == 2
        assert set(re.findall(r'<text:h[^>]* text:style-name="(\w+)"', content)) == {"Heading_20_1", "Heading_20_2", "New_20_Part"}
        assert {'style:name="Heading_20_1"', 'style:name="Heading_20_2"'} <= set(re.findall(r'style:name="Heading_20_[12]"', every_page))
        assert "text:page-count" in every_page
    assert reading.status in every_page
    assert reading.recording_sha256 in every_page
    assert reading.minutes_sha256 in every_page


def test_the_pdf_says_it_is_archival_accessible_and_tagged() -> None:
    reader = PdfReader(io.BytesIO(RENDER["pdf"](read_minutes(talk.minutes()))))
    catalogue = reader.trailer["/Root"]
    about = catalogue["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part(?:>|=\")2", about)
    assert re.search(r"pdfaid:conformance(?:>|=\")A", about)
    assert re.search(r"pdfuaid:part(?:>|=\")1", about)
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "nl"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    kinds = set(re.findall(r"/S'?: '?/(\w+)", str(walk(catalogue["/StructTreeRoot"]))))
    assert {"Table", "TR", "TH", "TD", "H1", "H2", "H3", "P"} <= kinds
    assert [entry["/Title"] for entry in reader.outline if not isinstance(entry, list)] == ["Verslag van een gesprek"]


def walk(node: object) -> list[str]:
    """The kinds of every element under a node of the structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [kind for child in node for kind in walk(child)]
    if not isinstance(node, dict):
        return []
    return [f"/S: /{str(node['/S'])[1:]}" if "/S" in node else "", *(walk(node["/K"]) if "/K" in node else [])]


def test_a_long_conversation_has_a_bookmark_for_every_ten_minutes() -> None:
    reading = read_minutes(talk.minutes(record=talk.long_speech(6_000)))
    assert reading.lines[-1].start_ms > 45 * 60_000
    reader = PdfReader(io.BytesIO(RENDER["pdf"](reading)))
    _, inside = reader.outline
    about, _, verbatim, stretches = inside
    assert (about["/Title"], verbatim["/Title"]) == ("Over dit verslag", "Woordelijke weergave")
    assert [entry["/Title"] for entry in stretches] == [f"Vanaf 00:{minutes:02}:00" for minutes in range(0, 50, 10)]
    check_word_files(reading)


def test_the_verbatim_transcript_is_a_part_of_its_own() -> None:
    reading = read_minutes(talk.minutes())
    sheets = pages(RENDER["pdf"](reading))
    first = next(number for number, sheet in enumerate(sheets) if "Tijd" in sheet and "Wat er is gezegd" in sheet)
    assert "Woordelijke weergave" in sheets[first]
    assert "Zo leest u dit" not in sheets[first]
    heading = next(p for p in docx.Document(io.BytesIO(RENDER["docx"](reading))).paragraphs if p.text == "Woordelijke weergave")
    assert heading.paragraph_format.page_break_before
    content = zipfile.ZipFile(io.BytesIO(RENDER["odt"](reading))).read("content.xml").decode()
    assert re.search(r'text:style-name="New_20_Part"[^>]*>Woordelijke weergave<', content)


def test_the_summary_stands_in_every_document_with_the_lines_it_rests_on() -> None:
    sentence = SummarySentence(section="Afspraken", text="U krijgt een kopie.", origin="reworded", lines=("L0005",))
    reading = read_minutes(replace(talk.minutes(), summary=(sentence,)))
    told = "U krijgt een kopie. (kort gezegd naar: 00:00:22 L0005)"
    assert told in read_docx(RENDER["docx"](reading))[0]
    assert told in read_odt(RENDER["odt"](reading))[0]
    assert told in " ".join(" ".join(pages(RENDER["pdf"](reading))).split())
    assert told in RENDER["txt"](reading).decode()


def test_a_sentence_from_the_recording_itself_names_no_lines() -> None:
    sentence = SummarySentence(section="Het gesprek", text="De opname duurt lang.", origin="record", lines=())
    reading = read_minutes(replace(talk.minutes(), summary=(sentence,)))
    assert "De opname duurt lang. (uit de gegevens van de opname)" in read_docx(RENDER["docx"](reading))[0]


def test_the_pdf_holds_the_same_lines_and_every_page_says_what_it_is() -> None:
    reading = read_minutes(talk.minutes(record=talk.long_speech(3_000)))
    sheets = pages(RENDER["pdf"](reading))
    assert len(sheets) > 5
    for number, sheet in enumerate(sheets, start=1):
        assert reading.status in sheet
        assert reading.recording_sha256 in sheet
        assert reading.minutes_sha256 in sheet
        assert f"Bladzijde {number} van {len(sheets)}" in sheet
    table = squeezed("".join(sheets))
    at = 0
    for line in reading.lines:
        at = table.index(squeezed(clock(line.start_ms) + line.id), at)
        assert squeezed(line.text) in table[at:]
    assert all("Tijd" in sheet for sheet in sheets[2:-1])


@few
@given(hostile_texts, anything)
def test_hostile_text_is_text_in_the_pdf(said: list[str], name: str) -> None:
    reading = reading_of(said, name)
    reader = PdfReader(io.BytesIO(RENDER["pdf"](reading)))
    assert not [a for sheet in reader.pages for a in sheet.get("/Annots", [])]
    assert "/OpenAction" not in reader.trailer["/Root"]
    text = squeezed("".join(sheet.extract_text() for sheet in reader.pages))
    for line in reading.lines:
        if line.text.isascii():
            assert squeezed(line.text) in text


@pytest.fixture
def only_own_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine may have fonts for anything; here only those that travel with typst draw."""
    compiler = typst.Compiler(ignore_system_fonts=True)
    monkeypatch.setattr(pdf, "_compiler", lambda: compiler)


@pytest.mark.usefixtures("only_own_fonts")
def test_a_sign_no_font_can_draw_is_named_by_its_number() -> None:
    text = squeezed("".join(pages(RENDER["pdf"](reading_of(["voor \U00012000 na"])))))
    assert "voor[U+12000]na" in text


@pytest.mark.usefixtures("only_own_fonts")
def test_many_signs_no_font_can_draw_cost_no_more_than_a_few() -> None:
    said = ["".join(chr(0x12000 + 40 * line + n) for n in range(40)) for line in range(20)]
    text = squeezed("".join(pages(RENDER["pdf"](reading_of(said)))))
    assert all(f"[U+{0x12000 + n:X}]" in text for n in range(0, 800, 97))


def test_a_very_long_word_stays_on_the_page() -> None:
    (line,) = reading_of(["W" * 500]).lines
    text = squeezed("".join(pages(RENDER["pdf"](reading_of(["W" * 500])))))
    assert line.text in text


def test_a_textgrid_holds_the_same_lines_and_times() -> None:
    check_textgrid(read_minutes(talk.minutes()))


def check_textgrid(reading: Reading) -> None:
    read = read_textgrid(RENDER["TextGrid"](reading))
    (status,) = read.pop("status")
    assert status[2].startswith(reading.status)
    assert reading.minutes_sha256 in status[2]
    lines = [interval for intervals in read.values() for interval in intervals if interval[2]]
    assert sorted(lines) == sorted((line.start_ms, line.end_ms, line.text) for line in reading.lines)


def check_eaf(reading: Reading) -> None:
    data = RENDER["eaf"](reading)
    wanted = [(line.id, line.start_ms, line.end_ms, line.speaker, line.text) for line in reading.lines]
    assert sorted(read_eaf(data)) == sorted(wanted)
    assert [p.text for p in Xml.fromstring(data).iter("PROPERTY")] == [reading.status, reading.recording_sha256, reading.minutes_sha256]


def test_an_elan_file_holds_the_same_lines_times_and_ids() -> None:
    check_eaf(read_minutes(talk.minutes()))


@few
@given(hostile_texts, anything)
def test_hostile_text_comes_through_annotation_files_whole(said: list[str], name: str) -> None:
    reading = reading_of(said, name)
    check_textgrid(reading)
    check_eaf(reading)


def test_lines_of_one_voice_that_overlap_stand_in_two_tiers() -> None:
    said = [talk.segment(0, 5_000, "S1", "een."), talk.segment(2_000, 4_000, "S2", "nee."), talk.segment(3_000, 9_000, "S1", "twee.")]
    laid = tiers(read_minutes(talk.minutes(record=talk.speech(*said, duration_ms=9_000))))
    assert [(tier.name, [line.id for line in tier.lines]) for tier in laid] == [
        ("Spreker 1", ["L0001"]),
        ("Spreker 1 2", ["L0003"]),
        ("Spreker 2", ["L0002"]),
    ]


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.file_name)
def test_the_same_minutes_give_the_same_bytes(writer: object) -> None:
    reading = read_minutes(talk.minutes())
    assert writer.render(reading) == writer.render(read_minutes(talk.minutes()))  # type: ignore[attr-defined]


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.file_name)
def test_minutes_without_a_word_are_written_too(writer: object) -> None:
    reading = read_minutes(talk.minutes(record=talk.speech(duration_ms=1_000)))
    assert writer.render(reading)  # type: ignore[attr-defined]


@pytest.mark.parametrize("writer", DOCUMENTS, ids=lambda writer: writer.file_name)
def test_a_date_that_cannot_be_read_stops_no_document(writer: object) -> None:
    assert writer.render(read_minutes(replace(talk.minutes(), created_at="gisteren")))  # type: ignore[attr-defined]
