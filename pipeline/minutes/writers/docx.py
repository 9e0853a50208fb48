"""verslag.docx: the minutes for a word processor, with real styles, a repeating table head and the status on every page."""

from collections.abc import Sequence

from docx.document import Document
from docx.shared import Cm
from docx.table import Table
from docx.text.paragraph import Paragraph

from pipeline.minutes.beside import SideReactions
from pipeline.minutes.chapters import Chapter, paged
from pipeline.minutes.clock import clock
from pipeline.minutes.reading import Reading, ReadingLine
from pipeline.minutes.writers.word import Frame, add_plain_table, add_row, add_small, add_status, add_table, new_document, packed, span

# Time, who, and what was said in two: so that the reactions of both sides under it get halves of the same width.
_WIDTHS = (Cm(2.2), Cm(4.0), Cm(2.3), Cm(8.5))
_HALVES = (Cm(8.5), Cm(8.5))


def render(reading: Reading) -> bytes:
    """An Office Open XML document (ISO/IEC 29500). The same minutes give the same bytes."""
    document = new_document(_frame(reading))
    content = paged(reading)
    for chapter in content.minutes:
        _add_chapter(document, chapter, reading)
    # A part of its own, on a new page.
    _add_chapter(document, content.verbatim, reading).paragraph_format.page_break_before = True
    add_status(document, reading.status)
    return packed(document)


def _frame(reading: Reading) -> Frame:
    return Frame(
        over=reading.over,
        title=reading.title,
        status=reading.status,
        header=f"{reading.status} – {reading.minutes.version}",
        footer=next(fact.sentences for fact in reading.facts if fact.key == "hashes"),
        made_at=reading.made_at,
        say=reading.say,
    )


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
        if section.sides:
            _add_sides(add_plain_table(document, _HALVES), section.sides, first_half=1)
    return heading


def _add_lines(document: Document, lines: Sequence[ReadingLine], reading: Reading) -> None:
    table = add_table(document, [reading.say(f"formats.column.{name}") for name in ("time", "who", "said")], _WIDTHS)
    for line in lines:
        _add_line(table, line)
        if line.reactions:
            _add_sides(table, line.reactions, first_half=3)


def _add_sides(table: Table, sides: Sequence[SideReactions], *, first_half: int) -> None:
    """Both sides next to each other in halves of the same width, each with a label, also where one of them said nothing."""
    cells = add_row(table)
    for cell, side in zip((span(cells[0], first_half), cells[first_half]), sides, strict=True):
        cell.paragraphs[0].add_run(side.label).bold = True
        for reaction in side.reactions:
            for sentence in reaction.sentences:
                cell.add_paragraph(sentence)
        if not side.reactions:
            cell.add_paragraph(side.none)


def _add_line(table: Table, line: ReadingLine) -> None:
    time, who, said, _ = add_row(table)
    span(said, 2)
    time.paragraphs[0].add_run(clock(line.start_ms))
    add_small(time.add_paragraph(), line.id)
    name, presumed = line.speaker_parts
    who.paragraphs[0].add_run(name).bold = True
    if presumed:
        who.paragraphs[0].add_run(f" {presumed}")
    said.paragraphs[0].add_run(line.text).italic = line.is_remark or None
    for remark in line.remarks:
        add_small(said.add_paragraph(), remark)
