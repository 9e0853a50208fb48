"""`wederhoor compare`: two accounts of one conversation beside each other."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import note, print_document, say
from pipeline.cli.options import Json, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.comparing import compare as compare_accounts
from pipeline.comparison.sources import TakenFor
from pipeline.comparison.wording import comparison_in_words


def compare(
    a: Annotated[Path, typer.Argument(help=sentences("cli.compare.a"), metavar="A")],
    b: Annotated[Path, typer.Argument(help=sentences("cli.compare.b"), metavar="B")],
    taken_for: Annotated[TakenFor | None, typer.Option("--as", help=sentences("cli.compare.as"))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=sentences("cli.compare.out"), metavar="DIR")] = None,
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> None:
    """Say what is the same, what only one side has, and which differences matter; the last line is the folder with the page."""
    settings = settings_from(report_language=report_language)
    stored = compare_accounts(a, b, settings, now=datetime.now(UTC), out=out, taken_for=taken_for)
    if as_json:
        print_document(stored.comparison)
        note(str(stored.folder))
        return
    for line in comparison_in_words(stored.comparison, settings.report_language):
        say(line)
    say(str(stored.page))
