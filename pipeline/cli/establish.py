"""`wederhoor establish`: named people establish the minutes; what was not decided keeps both readings."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import note, print_document, say
from pipeline.cli.options import Json, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.dossier.layout import Dossier
from pipeline.minutes.reading import read_minutes
from pipeline.review.correcting import establish_minutes
from pipeline.review.publish import Desk


def establish(
    dossier: Annotated[Path, typer.Argument(help=sentences("cli.establish.dossier"), metavar="DOSSIER")],
    decided_by: Annotated[list[str], typer.Option("--decided-by", help=sentences("cli.establish.decided_by"), metavar="NAME")],
    by: Annotated[str, typer.Option("--by", help=sentences("cli.establish.by"))] = "committee",
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> None:
    """Establish the minutes and say what was decided."""
    settings = settings_from(report_language=report_language)
    desk = Desk(dossier=Dossier.open(dossier), settings=settings, actor=by, now=datetime.now(UTC))
    stored = establish_minutes(desk, decided_by)
    if as_json:
        print_document(stored.minutes)
        note(str(desk.dossier.path))
        return
    for fact in read_minutes(stored.minutes).facts:
        if fact.key in ("established", "responses"):
            for sentence in fact.sentences:
                say(sentence)
    say(str(desk.dossier.path))
