"""`wederhoor correct`: words, speakers, splits and joins of lines; decisions on proposals; who listened to what."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.console import note, print_document, say
from pipeline.cli.options import Json, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.dossier.layout import Dossier
from pipeline.errors import UsageError
from pipeline.minutes.asked import Decision, Request
from pipeline.minutes.beside import correction_in_words
from pipeline.minutes.hearing import unheard_lines
from pipeline.minutes.model import Minutes
from pipeline.minutes.versions import StoredVersion
from pipeline.review.correcting import (
    asked,
    correct_minutes,
    decide_proposals,
    note_heard,
    note_read,
    read_corrections,
    require_some,
)
from pipeline.review.publish import Desk
from pipeline.texts import texts


def correct(
    dossier: Annotated[Path, typer.Argument(help=sentences("cli.correct.dossier"), metavar="DOSSIER")],
    line: Annotated[str | None, typer.Option("--line", help=sentences("cli.correct.line"), metavar="L0012")] = None,
    text: Annotated[str | None, typer.Option("--text", help=sentences("cli.correct.text"))] = None,
    speaker: Annotated[str | None, typer.Option("--speaker", help=sentences("cli.correct.speaker"), metavar="S2")] = None,
    split: Annotated[str | None, typer.Option("--split", help=sentences("cli.correct.split"), metavar="L0012")] = None,
    at: Annotated[str | None, typer.Option("--at", help=sentences("cli.correct.at"))] = None,
    at_time: Annotated[str | None, typer.Option("--at-time", help=sentences("cli.correct.at_time"), metavar="0:12:03")] = None,
    join: Annotated[list[str] | None, typer.Option("--join", help=sentences("cli.correct.join"), metavar="L0012")] = None,
    remark: Annotated[str, typer.Option("--note", help=sentences("cli.correct.note"))] = "",
    accept: Annotated[list[str] | None, typer.Option("--accept", help=sentences("cli.correct.accept"), metavar="C0003")] = None,
    decline: Annotated[list[str] | None, typer.Option("--decline", help=sentences("cli.correct.decline"), metavar="C0003")] = None,
    reason: Annotated[str, typer.Option("--reason", help=sentences("cli.correct.reason"))] = "",
    file: Annotated[Path | None, typer.Option("--file", help=sentences("cli.correct.file"), metavar="FILE")] = None,
    heard: Annotated[list[str] | None, typer.Option("--heard", help=sentences("cli.correct.heard"), metavar="L0012")] = None,
    heard_by: Annotated[str | None, typer.Option("--heard-by", help=sentences("cli.correct.heard_by"), metavar="NAME")] = None,
    read_by: Annotated[str | None, typer.Option("--read-by", help=sentences("cli.correct.read_by"), metavar="NAME")] = None,
    by: Annotated[str, typer.Option("--by", help=sentences("cli.correct.by"))] = "staff",
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> None:
    """Correct or propose, decide on proposals, record who listened and who read."""
    settings = settings_from(report_language=report_language)
    desk = Desk(dossier=Dossier.open(dossier), settings=settings, actor=by, now=datetime.now(UTC))
    before = desk.current()
    one = {"line": line, "text": text, "speaker": speaker, "split": split, "at": at, "time": at_time, "join": join}
    single = {name: value for name, value in one.items() if value}
    decisions = (*_decisions(accept, reason, text, accepted=True), *_decisions(decline, reason, text, accepted=False))
    acts = [bool(single) and not decisions, bool(decisions), file is not None, bool(heard_by or heard), read_by is not None]
    if acts.count(True) != 1 or (heard and not heard_by):
        raise UsageError("correction_options")
    if file is not None:
        stored = _from_list(desk, file, heard_by)
    elif decisions:
        if single.keys() - {"text"}:
            raise UsageError("correction_options")
        stored = decide_proposals(desk, decisions)
    elif heard_by is not None:
        stored = note_heard(desk, heard or (), listener=heard_by)
    elif read_by is not None:
        stored = note_read(desk, reader=read_by)
    else:
        stored = correct_minutes(desk, [_request(single, remark)])
    _tell(desk, before, stored, as_json=as_json)


def _request(single: dict[str, Any], remark: str) -> Request:
    try:
        return Request(asked=asked(single), note=remark)
    except (ValueError, TypeError):
        raise UsageError("correction_options") from None


def _decisions(proposals: list[str] | None, reason: str, text: str | None, *, accepted: bool) -> list[Decision]:
    return [Decision(correction=one, accepted=accepted, reason=reason, text=text) for one in proposals or ()]


def _from_list(desk: Desk, file: Path, listener: str | None) -> StoredVersion:
    """Everything a list asks for: corrections first, then decisions, then what was listened to."""
    wanted = require_some(read_corrections(file))
    if wanted.heard and listener is None:
        raise UsageError("reader_without_name")
    stored = desk.current()
    if wanted.requests:
        stored = correct_minutes(desk, wanted.requests)
    if wanted.decisions:
        stored = decide_proposals(desk, wanted.decisions)
    if wanted.heard and listener is not None:
        stored = note_heard(desk, wanted.heard, listener=listener)
    return stored


def _tell(desk: Desk, before: StoredVersion, stored: StoredVersion, *, as_json: bool) -> None:
    if as_json:
        print_document(stored.minutes)
        note(str(desk.dossier.path))
        return
    words = texts(desk.settings.report_language)
    for sentence in _news(before.minutes, stored.minutes, desk):
        say(sentence)
    still = unheard_lines(stored.minutes)
    say(words("cli.correct.done", version=stored.minutes.version))
    say(words("cli.correct.unheard", count=len(still)) if still else words("cli.correct.all_heard"))
    say(str(desk.dossier.path))


def _news(before: Minutes, after: Minutes, desk: Desk) -> list[str]:
    words = texts(desk.settings.report_language)
    return [correction_in_words(one, after, words) for one in after.corrections if one not in before.corrections]
