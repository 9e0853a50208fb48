"""`wederhoor subject`: everything held on a person, for a human to check and give."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import note, print_document, say
from pipeline.cli.options import Json, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.retention import dossiers_in
from pipeline.night.places import archives
from pipeline.release.subject import CHECK_FILE, export_subject
from pipeline.texts import texts


def subject(
    name: Annotated[str, typer.Argument(help=sentences("subject.name"), metavar="NAME")],
    folder: Annotated[Path | None, typer.Option("--in", help=sentences("subject.in"), metavar="DIR")] = None,
    out: Annotated[Path | None, typer.Option("--out", help=sentences("subject.out"), metavar="DIR")] = None,
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> None:
    """Gather what is held on a person and say what must be checked."""
    settings, now = settings_from(report_language=report_language), datetime.now(UTC)
    export = export_subject(
        name,
        (dossier for one in ((folder,) if folder is not None else archives(settings)) for dossier in dossiers_in(one)),
        out=out or settings.paths.output / "subjects",
        actor="staff",
        now=now,
        key=KeyRing(settings.paths.keys).current(now),
    )
    if as_json:
        print_document(export)
        note(str(export.folder))
        return
    words = texts(settings.report_language)
    say(words("subject.found") if export.dossiers else words("subject.none"))
    for share in export.dossiers:
        kind = "party" if share.parties else "spoken_of"
        say("- " + words(f"subject.{kind}", dossier=share.dossier, files=len(share.files), places=len(share.check)))
        if not share.sure:
            say("  " + words("subject.unsure"))
    for dossier in export.unreadable:
        say("- " + words("subject.unreadable", dossier=dossier))
    if export.dossiers:
        say(words("subject.check", file=str(export.folder / CHECK_FILE)))
    say(str(export.folder))
