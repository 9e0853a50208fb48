"""`wederhoor respond`: the parties' responses come in; each party gets what was received read back."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.console import note, print_document, say
from pipeline.cli.options import Json, Out, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.dossier.layout import Dossier
from pipeline.errors import InputRefused, UsageError
from pipeline.minutes.reactions import Form, Opinion
from pipeline.recording.agreement import read_agreement_bytes
from pipeline.review.publish import Desk
from pipeline.review.responses.handing_in import SCHEMA, HandedIn, Received, open_closed
from pipeline.review.responses.handing_in import respond as merge
from pipeline.review.responses.on_behalf import Given, enter
from pipeline.review.responses.read_back import receipt_of, write_receipt
from pipeline.review.term import extend_term
from pipeline.texts import texts

_GIVEN = {"value", "text", "line", "proposal"}


def respond(
    dossier: Annotated[Path, typer.Argument(help=sentences("cli.respond.dossier"), metavar="DOSSIER")],
    files: Annotated[list[Path] | None, typer.Argument(help=sentences("cli.respond.files"), metavar="FILE...")] = None,
    received: Annotated[str | None, typer.Option("--received", help=sentences("cli.respond.received"), metavar="YYYY-MM-DD")] = None,
    on_behalf: Annotated[str | None, typer.Option("--on-behalf", help=sentences("cli.respond.on_behalf"), metavar="PARTY")] = None,
    form: Annotated[Form, typer.Option("--form", help=sentences("cli.respond.form"))] = Form.PAPER,
    value: Annotated[Opinion | None, typer.Option("--value", help=sentences("cli.respond.value"))] = None,
    text: Annotated[str, typer.Option("--text", help=sentences("cli.respond.text"))] = "",
    line: Annotated[str | None, typer.Option("--line", help=sentences("cli.respond.line"), metavar="L0012")] = None,
    proposal: Annotated[str | None, typer.Option("--proposal", help=sentences("cli.respond.proposal"))] = None,
    reactions: Annotated[Path | None, typer.Option("--reactions", help=sentences("cli.respond.reactions"), metavar="FILE")] = None,
    closed: Annotated[bool, typer.Option("--closed", help=sentences("cli.respond.closed"))] = False,
    open_all: Annotated[bool, typer.Option("--open", help=sentences("cli.respond.open"))] = False,
    identity: Annotated[Path | None, typer.Option("--identity", help=sentences("cli.respond.identity"), metavar="FILE")] = None,
    before: Annotated[str | None, typer.Option("--respond-before", help=sentences("cli.respond.before"), metavar="YYYY-MM-DD")] = None,
    reason: Annotated[str, typer.Option("--reason", help=sentences("cli.respond.reason"))] = "",
    by: Annotated[str, typer.Option("--by", help=sentences("cli.respond.by"))] = "staff",
    out: Out = None,
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> None:
    """Add responses, enter one on behalf of a party, open closed ones, or give both parties more time."""
    settings = settings_from(report_language=report_language)
    desk = Desk(dossier=Dossier.open(dossier), settings=settings, actor=by, now=datetime.now(UTC))
    folder = out or settings.paths.releases
    day = _day(received)
    if before is not None:
        if files or on_behalf or open_all:
            raise UsageError("response_options")
        _extend(desk, _day(before) or date.max, reason, folder, as_json=as_json)
        return
    if open_all != (identity is not None) or (open_all and (files or on_behalf)):
        raise UsageError("response_options")
    if identity is not None:
        handed_in = open_closed(desk, identity)
    elif on_behalf is not None:
        given = _given(value, text, line, proposal, reactions)
        handed_in = (enter(desk, on_behalf, given, form=form, evidence=files or (), received_on=day, closed=closed),)
    else:
        if value is not None or reactions is not None or line is not None or proposal is not None or text:
            raise UsageError("response_options")
        handed_in = merge(desk, files or (), received_on=day, closed=closed)
    _tell(desk, handed_in, folder, as_json=as_json)


def _tell(desk: Desk, handed_in: tuple[HandedIn, ...], folder: Path, *, as_json: bool) -> None:
    language = desk.settings.report_language
    written = [write_receipt(desk.dossier, one, folder, language) for one in handed_in]
    if as_json:
        print_document(Received(schema=SCHEMA, responses=handed_in))
        note(str(desk.dossier.path))
        return
    for one, path in zip(handed_in, written, strict=True):
        say(receipt_of(desk.dossier, one, language).as_text())
        say(texts(language)("cli.respond.receipt", file=str(path.with_suffix(".html"))))
    say(str(desk.dossier.path))


def _extend(desk: Desk, before: date, reason: str, folder: Path, *, as_json: bool) -> None:
    extended = extend_term(desk, before, reason=reason, out=folder)
    if as_json:
        print_document(extended.stored.minutes)
        note(str(desk.dossier.path))
        return
    words = texts(desk.settings.report_language)
    for path in extended.notices:
        say(words("release.give_notice", file=str(path)))
    say(str(desk.dossier.path))


def _given(value: Opinion | None, text: str, line: str | None, proposal: str | None, reactions: Path | None) -> list[Given]:
    """The reactions on the command line or in a list."""
    if (value is None) == (reactions is None):
        raise UsageError("response_options")
    if reactions is not None:
        return _listed(reactions)
    return [Given(value=value or Opinion.REMARK, text=text, line=line, proposal=proposal)]


def _listed(path: Path) -> list[Given]:
    """A list in TOML: [[reaction]] with value, text, line and proposal."""
    try:
        plain = tomllib.loads(read_agreement_bytes(path).decode("utf-8-sig"))
        entries: list[dict[str, Any]] = plain["reaction"]
        known = all(entry.keys() <= _GIVEN and {type(part) for part in entry.values()} <= {str} for entry in entries)
        if plain.keys() != {"reaction"} or not known:
            raise ValueError("not a list of reactions")
        return [
            Given(value=Opinion(entry["value"]), text=entry.get("text", ""), line=entry.get("line"), proposal=entry.get("proposal"))
            for entry in entries
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputRefused("reactions_file_invalid", file=path.name) from None


def _day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UsageError("day_invalid", day=written) from None
