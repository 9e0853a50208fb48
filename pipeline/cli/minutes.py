"""`wederhoor minutes`: timestamped minutes of a recording or of a dossier."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import note, print_document, progress, say
from pipeline.cli.options import AgreementFile, Json, Out, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.dossier.agreements import record_agreement, record_missing
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receive import receive
from pipeline.minutes.versions import StoredVersion
from pipeline.recipe import make_minutes
from pipeline.recording.agreement import read_agreement_bytes
from pipeline.settings import Settings
from pipeline.stages import Bench, Workers
from pipeline.texts import texts


def minutes(
    recording: Annotated[Path, typer.Argument(help=sentences("cli.minutes.recording"), metavar="RECORDING|DOSSIER")],
    agreement: AgreementFile = None,
    without_agreement: Annotated[
        str | None, typer.Option("--without-agreement", help=sentences("cli.minutes.without_agreement"), metavar="REASON")
    ] = None,
    out: Out = None,
    speakers: Annotated[int | None, typer.Option("--speakers", help=sentences("cli.minutes.speakers"), min=1, max=100)] = None,
    language: Annotated[str | None, typer.Option("--language", help=sentences("cli.minutes.language"), metavar="nl|en|auto")] = None,
    engine: Annotated[str | None, typer.Option("--engine", help=sentences("cli.minutes.engine"))] = None,
    model: Annotated[str | None, typer.Option("--model", help=sentences("cli.minutes.model"))] = None,
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> None:
    """Make the minutes; print the dossier's path as the last line."""
    speech = {"language": language, "engine": engine, "model": model}
    settings = settings_from(report_language=report_language, paths={"output": out}, speech=speech)
    dossier = secured(recording, settings, agreement=agreement, without_agreement=without_agreement)
    stored = minutes_of(dossier, settings, speakers=speakers)
    if as_json:
        print_document(stored.minutes)
        note(str(dossier.path))
    else:
        say(str(stored.folder))
        say(str(dossier.path))


def secured(recording: Path, settings: Settings, *, agreement: Path | None, without_agreement: str | None) -> Dossier:
    """The dossier at this path, or the one in which this recording is secured now."""
    now = datetime.now(UTC)
    if recording.is_dir():
        dossier = Dossier.open(recording)
        key = KeyRing(settings.paths.keys).current(now)
        if agreement is not None:
            record_agreement(dossier, read_agreement_bytes(agreement), actor="staff", now=now, signer=key)
        elif without_agreement is not None:
            record_missing(dossier, without_agreement, actor="staff", now=now, signer=key)
        return dossier
    return receive(
        recording,
        settings=settings,
        out=settings.paths.output,
        now=now,
        agreement=agreement,
        without_agreement_reason=without_agreement,
    )


def minutes_of(dossier: Dossier, settings: Settings, *, speakers: int | None = None) -> StoredVersion:
    """Run the recipe on a dossier, showing its progress."""
    with progress(texts(settings.report_language)) as report, Workers(settings) as workers:
        return make_minutes(
            Bench(dossier=dossier, settings=settings, workers=workers, report=report, now=lambda: datetime.now(UTC), speakers=speakers)
        )
