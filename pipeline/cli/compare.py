"""`wederhoor compare`: two accounts of one conversation beside each other."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline import documents
from pipeline.cli.console import print_document, say
from pipeline.cli.options import Json, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.comparison.compare import TakenFor
from pipeline.comparison.compare import compare as compare_accounts
from pipeline.comparison.wording import comparison_in_words


def compare(
    a: Annotated[Path, typer.Argument(help=sentences("cli.compare.a"), metavar="A")],
    b: Annotated[Path, typer.Argument(help=sentences("cli.compare.b"), metavar="B")],
    taken_for: Annotated[TakenFor | None, typer.Option("--as", help=sentences("cli.compare.as"))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=sentences("cli.compare.out"), metavar="DIR")] = None,
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> None:
    """Say what is the same, what only one side has, and which differences matter; with --out also as comparison.json."""
    settings = settings_from(report_language=report_language)
    comparison = compare_accounts(a, b, settings, taken_for=taken_for)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        documents.write_atomically(out / "comparison.json", documents.encode(comparison))
    if as_json:
        print_document(comparison)
        return
    for line in comparison_in_words(comparison, settings.report_language):
        say(line)
