"""vergelijking.docx: a comparison for a word processor. A and B stand in columns of equal width, in the same words."""

from docx.document import Document
from docx.shared import Cm
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from pipeline.comparison.model import Outcome
from pipeline.comparison.reading import ComparisonReading
from pipeline.comparison.reading.model import DifferenceReading, PassageReading, ReportReading, StatementReading, Words
from pipeline.comparison.writers.shown import shown_differences, told_of_the_rest
from pipeline.minutes.writers.word import Frame, add_row, add_small, add_status, add_table, new_document, packed

_PAIR = (Cm(8.5), Cm(8.5))
_KIND_AND_PAIR = (Cm(3.4), Cm(6.8), Cm(6.8))


def render(reading: ComparisonReading) -> bytes:
    """An Office Open XML document (ISO/IEC 29500). The same comparison gives the same bytes."""
    document = new_document(
        Frame(
            over="",
            title=reading.title,
            status=reading.status,
            header=reading.status,
            footer=reading.hashes[-1:],
            made_at=reading.made_at,
            say=reading.say,
        )
    )
    _add_sides(document, reading)
    _add_summary(document, reading)
    if reading.comparison.recordings is not None:
        _add_recordings(document, reading)
    if reading.comparison.minutes is not None and reading.comparison.minutes.comparable:
        _add_differences(document, reading)
    if reading.report is not None:
        _add_report(document, reading, reading.report)
    for sentence in reading.hashes:
        add_small(document.add_paragraph(), sentence)
    add_status(document, reading.status)
    return packed(document)


def _add_sides(document: Document, reading: ComparisonReading) -> None:
    document.add_heading(reading.say("comparison.side.sources"), level=1)
    table = add_table(document, [f"{side.letter}: {side.name}" for side in reading.sides], _PAIR)
    for cell, side in zip(add_row(table), reading.sides, strict=True):
        for fact in side.facts:
            paragraph = cell.add_paragraph()
            add_small(paragraph, f"{fact.label}  ")
            paragraph.add_run(" ".join(fact.sentences))


def _add_summary(document: Document, reading: ComparisonReading) -> None:
    document.add_heading(reading.say("comparison.summary.title"), level=1)
    for fact in reading.summary:
        document.add_heading(fact.label, level=2)
        for sentence in fact.sentences:
            document.add_paragraph(sentence)
    for sentence in reading.caution:
        document.add_paragraph().add_run(sentence).italic = True


def _add_recordings(document: Document, reading: ComparisonReading) -> None:
    say = reading.say
    document.add_heading(say("comparison.part.recordings"), level=1)
    if reading.drawing is not None:
        document.add_heading(say("comparison.part.map"), level=2)
        table = add_table(document, [say("comparison.part.what"), "A", "B"], _KIND_AND_PAIR)
        for row in reading.drawing.rows:
            for cell, text in zip(add_row(table), row, strict=True):
                cell.paragraphs[0].add_run(text)
    document.add_heading(say("comparison.part.findings"), level=2)
    if not reading.findings:
        document.add_paragraph(say("comparison.part.no_findings"))
    else:
        table = add_table(document, [say("comparison.part.kind"), "A", "B"], _KIND_AND_PAIR)
        for finding in reading.findings:
            kind, in_a, in_b = add_row(table)
            _add_kind(kind, finding.number, finding.label, finding.id, finding.notes)
            in_a.paragraphs[0].add_run(finding.a.text)
            in_b.paragraphs[0].add_run(finding.b.text)
    document.add_heading(say("comparison.part.cut_checks"), level=2)
    document.add_paragraph(say("comparison.part.cut_checks_intro"))
    table = add_table(document, [check.letter for check in reading.cut_checks], _PAIR)
    for cell, check in zip(add_row(table), reading.cut_checks, strict=True):
        for cut in check.findings:
            cell.add_paragraph(f"{cut.id}, {cut.time}: {cut.text}")
        for sentence in check.sentences:
            cell.add_paragraph(sentence)


def _add_kind(cell: _Cell, number: int, label: str, identifier: str, notes: tuple[str, ...]) -> None:
    cell.paragraphs[0].add_run(f"{number}. {label}").bold = True
    add_small(cell.add_paragraph(), identifier)
    for note in notes:
        cell.add_paragraph(note)


def _add_differences(document: Document, reading: ComparisonReading) -> None:
    say = reading.say
    document.add_heading(say("comparison.part.differences"), level=1)
    for in_a, in_b in reading.voices:
        document.add_paragraph(say("comparison.side.voice", a=in_a, b=in_b))
    shown = shown_differences(reading)
    if shown:
        table = add_table(document, [say("comparison.part.kind"), "A", "B"], _KIND_AND_PAIR)
        for difference in shown:
            _add_difference(add_row(table), difference, say("comparison.side.nothing"))
    for sentence in told_of_the_rest(reading, shown):
        document.add_paragraph(sentence)


def _add_difference(cells: list[_Cell], difference: DifferenceReading, nothing: str) -> None:
    kind, in_a, in_b = cells
    _add_kind(kind, difference.number, difference.label, difference.id, (difference.note,) if difference.note else ())
    for cell, words in ((in_a, difference.a), (in_b, difference.b)):
        _add_words(cell, words, nothing)


def _add_words(cell: _Cell, words: Words, nothing: str) -> None:
    head = cell.paragraphs[0]
    add_small(head, "  ".join(part for part in (words.time, words.speaker, words.doubt) if part))
    said = cell.add_paragraph()
    if words.before:
        said.add_run(f"{words.before} ")
    if words.marked:
        run = said.add_run(words.marked)
        run.bold = run.underline = True
    else:
        said.add_run(f"[{nothing}]").italic = True
    if words.after:
        said.add_run(f" {words.after}")


def _add_report(document: Document, reading: ComparisonReading, report: ReportReading) -> None:
    say = reading.say
    document.add_heading(say("comparison.part.statements"), level=1)
    heads = [
        say("comparison.part.kind"),
        say("comparison.part.statement", side=report.report),
        say("comparison.part.passages", side=report.conversation),
    ]
    table = add_table(document, heads, _KIND_AND_PAIR)
    for statement in report.statements:
        _add_statement(add_row(table), statement, say("comparison.part.nothing_near"))
    document.add_heading(say("comparison.part.omitted"), level=1)
    document.add_paragraph(say("comparison.part.omitted_intro" if report.omitted else "comparison.part.no_omitted"))
    for omission in report.omitted:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{omission.number}. ").bold = True
        _add_passage(paragraph, omission.passage)
        add_small(paragraph, f"  {omission.id}")


def _add_statement(cells: list[_Cell], statement: StatementReading, nothing: str) -> None:
    kind, own, conversation = cells
    _add_kind(kind, statement.number, statement.label, statement.id, ())
    own.paragraphs[0].add_run(statement.text)
    if statement.outcome is Outcome.NOT_FOUND:
        conversation.paragraphs[0].add_run(nothing).italic = True
    for passage in statement.passages:
        _add_passage(conversation.add_paragraph(), passage)


def _add_passage(paragraph: Paragraph, passage: PassageReading) -> None:
    head = "  ".join(part for part in (passage.time, passage.speakers, passage.doubt) if part)
    paragraph.add_run(f"{head}: ").bold = True
    paragraph.add_run(passage.text)
