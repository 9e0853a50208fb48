"""`wederhoor hold`: nothing is deleted while a party or the committee asks so."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import note, print_document, say
from pipeline.cli.options import Json, settings_from
from pipeline.cli.options import say as sentences
from pipeline.dossier import hold as holding
from pipeline.dossier.hold import RunningHold
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.layout import Dossier
from pipeline.dossier.retention_texts import day_in_words
from pipeline.texts import texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """The document of `hold --json`: the holds in force afterwards."""

    schema: str
    dossier: str
    holds: tuple[RunningHold, ...]


def hold(
    dossier: Annotated[Path, typer.Argument(help=sentences("hold.dossier"), metavar="DOSSIER")],
    by: Annotated[str, typer.Option("--by", help=sentences("hold.by"), metavar="PARTY")],
    end: Annotated[bool, typer.Option("--end", help=sentences("hold.end"))] = False,
    reason: Annotated[str | None, typer.Option("--reason", help=sentences("hold.reason"))] = None,
    as_json: Json = False,
) -> None:
    """Start a hold, or end one with a reason; say which holds are in force."""
    settings, now, opened = settings_from(), datetime.now(UTC), Dossier.open(dossier)
    key = KeyRing(settings.paths.keys).current(now)
    if end:
        holding.end_hold(opened, by=by, reason=reason, now=now, signer=key)
    else:
        holding.hold(opened, by=by, reason=reason, now=now, signer=key)
    running = holding.running_holds(opened)
    if as_json:
        print_document(Holds(schema="wederhoor/holds/1", dossier=opened.path.name, holds=running))
        note(str(opened.path))
        return
    words = texts(settings.report_language)
    say(words("hold.running") if running else words("hold.none"))
    for one in running:
        say("  " + words("retention.held_by", by=one.by, day=day_in_words(one.since, words)))
