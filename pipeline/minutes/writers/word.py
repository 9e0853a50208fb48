"""What our word-processor documents share: language, page, header, footer with page numbers, tables that read along."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from pipeline.minutes.writers.fixed_zip import without_clock
from pipeline.texts import Texts

INK = RGBColor(0x1D, 0x23, 0x29)
SOFT = RGBColor(0x54, 0x5D, 0x66)
_LANGUAGE_TAGS = {"nl": "nl-NL", "en": "en-GB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around the text: `over` above the title (may be empty), `header` on top of every page, `footer` under it."""

    over: str
    title: str
    status: str
    header: str
    footer: Sequence[str]
    made_at: datetime
    say: Texts


def new_document(frame: Frame) -> Document:
    """An A4 document in the frame's language, with its title as the first heading and its status under it."""
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = frame.title, "Wederhoor", frame.status
    properties.language = _LANGUAGE_TAGS[frame.say.language]
    properties.created = properties.modified = frame.made_at
    normal = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(3)
    for name in ("Title", "Subtitle", "Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = SOFT if name == "Subtitle" else INK
    document.styles["Subtitle"].font.size = Pt(9.5)
    document.styles["Header"].font.size = document.styles["Footer"].font.size = Pt(8.5)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _LANGUAGE_TAGS[frame.say.language])
    normal.element.get_or_add_rPr().append(language)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.header.paragraphs[0].text = frame.header
    _fill_footer(section.footer.paragraphs[0], frame)
    if frame.over:
        document.add_paragraph(frame.over, style="Subtitle")
    document.add_heading(frame.title, level=0)
    add_status(document, frame.status)
    return document


def add_status(document: Document, status: str) -> None:
    """The status as a paragraph of its own."""
    document.add_paragraph().add_run(status).bold = True


def add_table(document: Document, heads: Sequence[str], widths: Sequence[Length]) -> Table:
    """A table with a head that is repeated on every page and rules between the rows only.

    With more widths than heads the last head spans the rest.
    """
    table = add_plain_table(document, widths)
    cells = add_row(table)
    span(cells[len(heads) - 1], len(widths) - len(heads) + 1)
    _repeat_on_every_page(table.rows[0])
    for cell, head in zip(cells, heads, strict=False):
        cell.paragraphs[0].add_run(head).bold = True
    return table


def add_plain_table(document: Document, widths: Sequence[Length]) -> Table:
    """A table without a head and without rows, with rules between the rows only."""
    table: Table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    _rule_between_rows(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    return table


def add_row(table: Table) -> list[_Cell]:
    """The cells of a new row, which does not run on over two pages. (`Row.cells` walks through the whole table each time.)"""
    row = table.add_row()._tr  # type: ignore[no-untyped-call]
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return [_Cell(cell, table) for cell in row.tc_lst]


def span(cell: _Cell, columns: int) -> _Cell:
    """Let a cell take the place of the ones after it as well."""
    element = cell._tc
    for _ in range(columns - 1):
        element.getparent().remove(element.getnext())
    element.grid_span = columns
    return cell


def add_small(paragraph: Paragraph, text: str) -> None:
    """A run that is quieter than the text."""
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(8), SOFT


def packed(document: Document) -> bytes:
    """The document's bytes; the same content gives the same bytes."""
    file = io.BytesIO()
    document.save(file)
    return without_clock(file.getvalue())


def _fill_footer(paragraph: Paragraph, frame: Frame) -> None:
    run = paragraph.add_run("\n".join(frame.footer) + "\n")
    run.font.size = Pt(7)
    paragraph.add_run(frame.say("formats.page") + " ")
    _add_field(paragraph, "PAGE")
    paragraph.add_run(f" {frame.say('formats.of')} ")
    _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Paragraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    field.append(OxmlElement("w:r"))
    paragraph._p.append(field)


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
