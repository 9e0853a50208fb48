"""`wederhoor keys`: the organisation's signing key."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline import documents
from pipeline.cli.console import say
from pipeline.cli.options import say as sentences
from pipeline.cli.options import settings_from
from pipeline.dossier.keys import KeyRing
from pipeline.texts import texts

app = typer.Typer(no_args_is_help=True)

Target = Annotated[Path, typer.Argument(help=sentences("cli.keys.target"), metavar="FILE")]
Passphrase = Annotated[
    str, typer.Option("--passphrase", help=sentences("cli.keys.passphrase"), prompt=sentences("cli.keys.passphrase"), hide_input=True)
]


@app.command("show", help=sentences("cli.keys.show"))
def show() -> None:
    """Name the key in use; the first time one is made."""
    ring, now = _ring()
    say(_sentence("cli.keys.in_use", key=ring.current(now).key_id))


@app.command("export", help=sentences("cli.keys.export"))
def export(target: Target) -> None:
    """Write the public keys for others, who check with `wederhoor verify --key`."""
    ring, now = _ring()
    documents.write_atomically(target, ring.export_public(now), mode=0o644)
    say(str(target))


@app.command("rotate", help=sentences("cli.keys.rotate"))
def rotate() -> None:
    """Take a new key into use, endorsed by the old one."""
    ring, now = _ring()
    say(_sentence("cli.keys.in_use", key=ring.rotate(now).key_id))


@app.command("backup", help=sentences("cli.keys.backup"))
def backup(target: Target, passphrase: Passphrase) -> None:
    """Write everything in the ring to a file, encrypted with a passphrase."""
    ring, now = _ring()
    documents.write_atomically(target, ring.backup(passphrase, now))
    ring.note_backup(now)
    say(str(target))


@app.command("restore", help=sentences("cli.keys.restore"))
def restore(source: Target, passphrase: Passphrase) -> None:
    """Put a backup back into an empty ring."""
    ring, _ = _ring()
    say(_sentence("cli.keys.in_use", key=ring.restore(documents.read_bytes(source), passphrase).key_id))


def _ring() -> tuple[KeyRing, datetime]:
    return KeyRing(settings_from().paths.keys), datetime.now(UTC)


def _sentence(text_key: str, **details: str) -> str:
    return texts(settings_from().report_language)(text_key, **details)
