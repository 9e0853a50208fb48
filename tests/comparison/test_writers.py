import io
import re
import zipfile

import docx
import pytest
from pypdf import PdfReader

from pipeline.comparison.reading import ComparisonReading, read_comparison
from pipeline.comparison.writers import WRITERS, pdf
from pipeline.comparison.writers import docx as word
from pipeline.comparison.writers import shown as shown_on_paper
from pipeline.texts import Language
from tests.comparison.readings import SAID, a_report, both_readings, two_sides
from tests.minutes.conversations import HOSTILE


def pdf_text(data: bytes) -> str:
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(data)).pages)


def docx_text(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("reading", both_readings(), ids=["recordings and words", "words", "report"])
def test_paper_says_what_the_page_says(reading: ComparisonReading) -> None:
    on_paper = pdf_text(pdf.render(reading))
    in_word = " ".join(docx_text(word.render(reading)).split())
    summary = [sentence for fact in reading.summary for sentence in fact.sentences]
    findings = [finding.a.text for finding in reading.findings]
    differences = [difference.id for difference in shown_on_paper.shown_differences(reading)]
    report = [statement.text for statement in reading.report.statements] if reading.report else []
    for sentence in (reading.title, reading.status, *reading.caution, *summary, *findings, *differences, *report):
        assert "".join(sentence.split()) in "".join(on_paper.split())
        assert " ".join(sentence.split()) in in_word


def test_the_pdf_is_for_keeping_and_for_reading_aloud() -> None:
    catalogue = PdfReader(io.BytesIO(pdf.render(read_comparison(*two_sides())))).trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"].startswith("nl")
    metadata = catalogue["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>2<", metadata)
    assert re.search(r"pdfuaid:part>1<", metadata)


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.file_name)
def test_the_same_comparison_gives_the_same_bytes(writer: object) -> None:
    assert isinstance(writer, type(WRITERS[0]))
    once, again = (writer.render(read_comparison(*two_sides())) for _ in range(2))
    assert once == again


def test_columns_of_both_sides_are_equally_wide() -> None:
    document = docx.Document(io.BytesIO(word.render(read_comparison(*two_sides()))))
    for table in document.tables:
        widths = [column.width for column in table.columns]
        assert widths[-1] == widths[-2]


def test_what_is_left_off_the_paper_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown_on_paper, "MOST", 1)
    reading = read_comparison(*two_sides())
    told = f"Nog {len(reading.differences) - 1} verschillen"
    assert told in docx_text(word.render(reading))


def test_hostile_text_is_text_in_both() -> None:
    said = tuple(("S1" if number % 2 else "S2", text) for number, text in enumerate(HOSTILE) if text.strip())
    reading = read_comparison(*two_sides((*SAID, *said), SAID, names=('#import "x"', "=cmd|' /C calc'!A1")))
    assert "#import" in docx_text(word.render(reading))
    assert "#import" in pdf_text(pdf.render(reading))
    with zipfile.ZipFile(io.BytesIO(word.render(reading))) as archive:
        assert not [name for name in archive.namelist() if "vba" in name or "external" in name.lower()]


def test_english_documents_have_no_dutch_sentences_of_ours() -> None:
    reading = read_comparison(*two_sides(language=Language.ENGLISH))
    text = docx_text(word.render(reading))
    assert "In A, not in B: one stretch of 4.0 seconds" in text
    assert "Staat in" not in text
    assert "negation" in text


def test_a_report_says_teruggevonden_or_not_with_the_nearest_passages() -> None:
    text = docx_text(word.render(read_comparison(*a_report())))
    assert "Niet teruggevonden" in text
    assert "00:00:09–00:00:14" in text
