"""`wederhoor countersign`: a party's signature under the log, on paper or with a key of its own."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline import documents
from pipeline.cli.console import say
from pipeline.cli.options import say as sentences
from pipeline.cli.options import settings_from
from pipeline.dossier import custody
from pipeline.dossier.countersign import countersign as sign
from pipeline.dossier.countersign import record, record_paper
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.layout import Dossier

app = typer.Typer(no_args_is_help=True)

DossierPath = Annotated[Path, typer.Argument(help=sentences("cli.countersign.dossier"), metavar="DOSSIER")]
Party = Annotated[str, typer.Option("--party", help=sentences("cli.countersign.party"))]


@app.command("make", help=sentences("cli.countersign.make"))
def make(dossier: DossierPath, party: Party, target: Annotated[Path, typer.Option("--out", help=sentences("cli.countersign.out"))]) -> None:
    """Made by the party on its own machine, with its own key, for the last line of the log it received."""
    now = datetime.now(UTC)
    entries = custody.read(Dossier.open(dossier))
    key = KeyRing(settings_from().paths.keys).current(now)
    signed = sign(entry=entries[-1].number, head=entries[-1].head, party=party, key=key, now=now)
    documents.write_atomically(target, documents.encode(signed), mode=0o644)
    say(str(target))


@app.command("record", help=sentences("cli.countersign.record"))
def record_file(
    dossier: DossierPath, file: Annotated[Path, typer.Argument(help=sentences("cli.countersign.file"), metavar="FILE")]
) -> None:
    """Keep a party's countersignature in the dossier."""
    now = datetime.now(UTC)
    record(Dossier.open(dossier), documents.read_bytes(file), now=now, key=KeyRing(settings_from().paths.keys).current(now))
    say(str(dossier))


@app.command("paper", help=sentences("cli.countersign.paper"))
def record_scan(
    dossier: DossierPath,
    scan: Annotated[Path, typer.Argument(help=sentences("cli.countersign.scan"), metavar="SCAN")],
    party: Party,
    line: Annotated[int, typer.Option("--line", help=sentences("cli.countersign.line"))],
) -> None:
    """Keep the scan of a receipt that a party signed on paper; `line` is the line of the log on that receipt."""
    now = datetime.now(UTC)
    key = KeyRing(settings_from().paths.keys).current(now)
    record_paper(Dossier.open(dossier), scan, entry=line, party=party, now=now, key=key)
    say(str(dossier))
