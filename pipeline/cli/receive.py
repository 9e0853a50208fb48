"""`wederhoor receive`: secure recordings in seconds, without models."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.access import open_to_group
from pipeline.cli.console import note, print_document, say
from pipeline.cli.options import AgreementFile, Json, Out, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.dossier.receipts import hand_in_receipt
from pipeline.dossier.receive import receive as receive_recording
from pipeline.errors import InputRefused, UsageError
from pipeline.recording.model import HandedInBy
from pipeline.texts import texts


def receive(
    files: Annotated[list[Path], typer.Argument(help=sentences("cli.receive.files"), metavar="FILE...")],
    agreement: AgreementFile = None,
    handed_in_by: Annotated[str | None, typer.Option("--from", help=sentences("cli.receive.from"), metavar="PARTY")] = None,
    how: Annotated[HandedInBy | None, typer.Option("--by", help=sentences("cli.receive.by"))] = None,
    out: Out = None,
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> int:
    """Secure each recording in a dossier and print a receipt for both parties; one that is refused does not stop the others."""
    settings = settings_from(report_language=report_language, paths={"output": out})
    if as_json and len(files) > 1:
        raise UsageError("json_one_recording")
    status = 0
    for file in files:
        now = datetime.now(UTC)
        try:
            dossier = receive_recording(
                file,
                settings=settings,
                out=settings.paths.output,
                now=now,
                agreement=agreement,
                handed_in_by=handed_in_by,
                how=how,
            )
        except InputRefused as refused:
            # The other recordings must be secured all the same.
            note(texts(settings.report_language).explain(refused))
            status = refused.exit_code
            continue
        open_to_group(dossier.path, settings.paths.group)
        if as_json:
            print_document(dossier.recording())
            note(str(dossier.path))
        else:
            say(hand_in_receipt(dossier, settings.report_language, now=now))
            say(str(dossier.path))
    return status
