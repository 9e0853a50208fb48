"""`wederhoor verify`: proves that nothing was changed, or names what was."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import print_document, say
from pipeline.cli.options import Json, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.dossier.verify import report_text
from pipeline.dossier.verify import verify as verify_path
from pipeline.errors import VerificationFailed


def verify(
    path: Annotated[Path, typer.Argument(help=sentences("cli.verify.path"), metavar="DOSSIER|BUNDLE|COPY")],
    key: Annotated[Path | None, typer.Option("--key", help=sentences("cli.verify.key"), metavar="PUB")] = None,
    receipt: Annotated[Path | None, typer.Option("--receipt", help=sentences("cli.verify.receipt"), metavar="R")] = None,
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> int:
    """Check a dossier, a bundle or a single copy; exit code 4 when something does not match."""
    settings = settings_from(report_language=report_language)
    report = verify_path(path, public_keys=key, receipt=receipt)
    if as_json:
        print_document(report)
    else:
        say(report_text(report, settings.report_language))
    return 0 if report.holds else VerificationFailed.exit_code
