"""`wederhoor summary`: the summary made again in another form, given out as text to edit, or taken back edited."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline import documents
from pipeline.cli.console import note, print_document, say
from pipeline.cli.options import Json, settings_from
from pipeline.cli.options import say as sentences
from pipeline.comparison.report_file import read_paragraphs
from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.layout import Dossier
from pipeline.minutes.changes import summary_changed
from pipeline.minutes.clock import clock
from pipeline.minutes.model import Minutes
from pipeline.minutes.reading import read_minutes
from pipeline.minutes.summary.again import summary_of, wanted_form
from pipeline.minutes.summary.editing import EditedSummary, as_markdown, read_edited
from pipeline.minutes.summary.summarise import Length
from pipeline.minutes.summary.template import Form
from pipeline.minutes.summary.word_file import as_docx
from pipeline.review.publish import Desk, put_in_force
from pipeline.texts import Texts, texts
from pipeline.worker import Worker

_READ_LIMIT_SECONDS = 60.0


def summary(
    dossier: Annotated[Path, typer.Argument(help=sentences("cli.summary.dossier"), metavar="DOSSIER")],
    kind: Annotated[str | None, typer.Option("--kind", help=sentences("cli.summary.kind"))] = None,
    length: Annotated[Length | None, typer.Option("--length", help=sentences("cli.summary.length"))] = None,
    text: Annotated[Path | None, typer.Option("--text", help=sentences("cli.summary.text"), metavar="FILE")] = None,
    edit: Annotated[Path | None, typer.Option("--edited", help=sentences("cli.summary.edited"), metavar="FILE")] = None,
    by: Annotated[str, typer.Option("--by", help=sentences("cli.summary.by"))] = "staff",
    as_json: Json = False,
) -> None:
    """Make, give out, or take back the summary."""
    settings = settings_from()
    words = texts(settings.report_language)
    desk = Desk(dossier=Dossier.open(dossier), settings=settings, actor=by, now=datetime.now(UTC))
    wanted = wanted_form(settings, agreement_of(desk.dossier), kind, length)
    current = desk.current().minutes
    if text is not None:
        _give_out(current, text, words)
        return
    if edit is not None:
        made = _read(current, edit, wanted.form, words)
        minutes = summary_changed(current, made.sentences, kind="summary_edited", actor=by, at=desk.at)
        _warn(made, words)
    else:
        minutes = summary_changed(current, summary_of(current, wanted), kind="summarised", actor=by, at=desk.at)
    stored = put_in_force(desk, minutes)
    if as_json:
        print_document(stored.minutes)
        note(str(desk.dossier.path))
        return
    _print(stored.minutes)
    say(words("cli.summary.done", version=stored.minutes.version))
    say(str(desk.dossier.path))


def _give_out(minutes: Minutes, target: Path, words: Texts) -> None:
    title = words("page.summary")
    summary = minutes.summary or ()
    data = as_docx(title, summary, minutes.report_language) if target.suffix.lower() == ".docx" else as_markdown(title, summary).encode()
    documents.write_atomically(target, data)
    say(words("cli.summary.given_out", file=target.name))


def _read(minutes: Minutes, file: Path, form: Form, words: Texts) -> EditedSummary:
    """The file is somebody's own: it is read in a child, which may break on it."""
    with Worker() as worker:
        paragraphs = worker.call(read_paragraphs, file, limit_seconds=_READ_LIMIT_SECONDS)
    return read_edited(minutes, paragraphs, form, words("page.summary"))


def _warn(made: EditedSummary, words: Texts) -> None:
    for doubt in made.doubts:
        listed = "; ".join(f"{words(f'summary.problem.{problem.kind}')} (“{problem.words}”)" for problem in doubt.problems)
        note(words("cli.summary.doubt", number=doubt.number, problems=listed))


def _print(minutes: Minutes) -> None:
    starts = {line.id: line.start_ms for line in minutes.lines}
    for section in read_minutes(minutes).summary:
        say("")
        say(section.title)
        for sentence in section.sentences:
            times = ", ".join(clock(starts[line]) for line in sentence.lines if line in starts)
            say(f"  - {sentence.text}" + (f" ({times})" if times else ""))
    say("")
