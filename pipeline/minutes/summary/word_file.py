"""The summary as a docx file that staff edit in a word processor."""

import io
from collections.abc import Iterable

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from pipeline.minutes.model import SummarySentence
from pipeline.minutes.summary.editing import as_rows
from pipeline.minutes.writers.fixed_zip import without_clock
from pipeline.texts import Language

_LANGUAGE_TAGS = {Language.DUTCH: "nl-NL", Language.ENGLISH: "en-GB"}


def as_docx(title: str, summary: Iterable[SummarySentence], language: Language) -> bytes:
    """The file: a heading per section, a list item per sentence with the ids of its lines. The same summary gives the same bytes."""
    document = docx.Document()
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), _LANGUAGE_TAGS[language])
    document.styles["Normal"].element.get_or_add_rPr().append(spoken)
    document.add_heading(title, level=1)
    for section, sentences in as_rows(summary):
        document.add_heading(section, level=2)
        for sentence in sentences:
            document.add_paragraph(sentence, style="List Bullet")
    packed = io.BytesIO()
    document.save(packed)
    return without_clock(packed.getvalue())
