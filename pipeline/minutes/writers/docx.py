"""verslag.docx: the minutes for a word processor, with real styles, a repeating table head and the status on every page."""

import io
from collections.abc import Sequence

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from pipeline.minutes.chapters import Chapter, paged
from pipeline.minutes.clock import clock
from pipeline.minutes.reading import Reading, ReadingLine
from pipeline.minutes.writers.fixed_zip import without_clock

_WIDTHS = (Cm(2.2), Cm(4.0), Cm(10.8))
_INK = RGBColor(0x1D, 0x23, 0x29)
_SOFT = RGBColor(0x54, 0x5D, 0x66)
_LANGUAGE_TAGS = {"nl": "nl-NL", "en": "en-GB"}


def render(reading: Reading) -> bytes:
    """An Office Open XML document (ISO/IEC 29500). The same minutes give the same bytes."""
    document = docx.Document()
    _prepare(document, reading)
    document.add_paragraph(reading.over, style="Subtitle")
    document.add_heading(reading.title, level=0)
    _add_status(document, reading)
    content = paged(reading)
    for chapter in content.minutes:
        _add_chapter(document, chapter, reading)
    # A part of its own, on a new page.
    _add_chapter(document, content.verbatim, reading).paragraph_format.page_break_before = True
    _add_status(document, reading)
    packed = io.BytesIO()
    document.save(packed)
    return without_clock(packed.getvalue())


def _add_chapter(document: Document, chapter: Chapter, reading: Reading) -> Paragraph:
    """Adds the chapter and gives its heading."""
    heading: Paragraph = document.add_heading(chapter.title, level=1)
    for section in chapter.sections:
        if section.title:
            document.add_heading(section.title, level=2)
        for sentence in section.sentences:
            document.add_paragraph(sentence)
        if section.lines:
            _add_lines(document, section.lines, reading)
    return heading


def _add_status(document: Document, reading: Reading) -> None:
    document.add_paragraph().add_run(reading.status).bold = True


def _prepare(document: Document, reading: Reading) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = reading.title, "Wederhoor", reading.status
    properties.language = _LANGUAGE_TAGS[reading.say.language]
    properties.created = properties.modified = reading.made_at
    normal = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(3)
    for name in ("Title", "Subtitle", "Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = _SOFT if name == "Subtitle" else _INK
    document.styles["Subtitle"].font.size = Pt(9.5)
    document.styles["Header"].font.size = document.styles["Footer"].font.size = Pt(8.5)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _LANGUAGE_TAGS[reading.say.language])
    normal.element.get_or_add_rPr().append(language)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.header.paragraphs[0].text = f"{reading.status} – {reading.minutes.version}"
    _fill_footer(section.footer.paragraphs[0], reading)


def _fill_footer(paragraph: Paragraph, reading: Reading) -> None:
    hashes = next(fact.sentences for fact in reading.facts if fact.key == "hashes")
    run = paragraph.add_run("\n".join(hashes) + "\n")
    run.font.size = Pt(7)
    paragraph.add_run(reading.say("formats.page") + " ")
    _add_field(paragraph, "PAGE")
    paragraph.add_run(f" {reading.say('formats.of')} ")
    _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Paragraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    field.append(OxmlElement("w:r"))
    paragraph._p.append(field)


def _add_lines(document: Document, lines: Sequence[ReadingLine], reading: Reading) -> None:
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    _rule_between_rows(table)
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = width
    _repeat_on_every_page(table.rows[0])
    for cell, name in zip(table.rows[0].cells, ("time", "who", "said"), strict=True):
        cell.paragraphs[0].add_run(reading.say(f"formats.column.{name}")).bold = True
    for line in lines:
        _add_line(table, line)


def _rule_between_rows(table: Table) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        border = OxmlElement(f"w:{side}")
        border.set(qn("w:val"), "single" if side in ("bottom", "insideH") else "nil")
        border.set(qn("w:sz"), "4")
        border.set(qn("w:color"), "B9B5AD")
        borders.append(border)
    table._tbl.tblPr.append(borders)


def _repeat_on_every_page(row: _Row) -> None:
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(head)


def _add_line(table: Table, line: ReadingLine) -> None:
    time, who, said = (_Cell(cell, table) for cell in table.add_row()._tr.tc_lst)  # type: ignore[no-untyped-call]
    time.paragraphs[0].add_run(clock(line.start_ms))
    identifier = time.add_paragraph().add_run(line.id)
    identifier.font.size, identifier.font.color.rgb = Pt(8), _SOFT
    name, presumed = line.speaker_parts
    who.paragraphs[0].add_run(name).bold = True
    if presumed:
        who.paragraphs[0].add_run(f" {presumed}")
    said.paragraphs[0].add_run(line.text).italic = line.is_remark or None
