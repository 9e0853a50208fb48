"""The `wederhoor` command: its sub-commands and the one place where errors become sentences and exit codes."""

import importlib
import sys
from dataclasses import dataclass
from typing import Any

import typer

from pipeline.cli import help as help_page
from pipeline.cli.console import early_language, run_command
from pipeline.texts import texts

_say = texts(early_language())


@dataclass(frozen=True, slots=True)
class _Command:
    """Where a sub-command lives: a function, or an app of its own with sub-commands; and the text key of its help."""

    module: str
    attribute: str
    help_key: str


COMMANDS = {
    "demo": _Command("pipeline.cli.demo", "demo", "cli.demo.help"),
    "receive": _Command("pipeline.cli.receive", "receive", "cli.receive.help"),
    "minutes": _Command("pipeline.cli.minutes", "minutes", "cli.minutes.help"),
    "speakers": _Command("pipeline.cli.speakers", "speakers", "cli.speakers.help"),
    "summary": _Command("pipeline.cli.summary", "summary", "cli.summary.help"),
    "correct": _Command("pipeline.cli.correct", "correct", "cli.correct.help"),
    "respond": _Command("pipeline.cli.respond", "respond", "cli.respond.help"),
    "establish": _Command("pipeline.cli.establish", "establish", "cli.establish.help"),
    "examine": _Command("pipeline.cli.examine", "examine", "cli.examine.help"),
    "compare": _Command("pipeline.cli.compare", "compare", "cli.compare.help"),
    "agreement": _Command("pipeline.cli.agreement", "app", "cli.agreement.help"),
    "verify": _Command("pipeline.cli.verify", "verify", "cli.verify.help"),
    "release": _Command("pipeline.cli.release", "release", "release.help"),
    "countersign": _Command("pipeline.cli.countersign", "app", "cli.countersign.help"),
    "keys": _Command("pipeline.cli.keys", "app", "cli.keys.help"),
    "hold": _Command("pipeline.cli.hold", "hold", "hold.help"),
    "retention": _Command("pipeline.cli.retention", "retention", "retention.help"),
    "subject": _Command("pipeline.cli.subject", "subject", "subject.help"),
    "doctor": _Command("pipeline.cli.doctor", "doctor", "doctor.help"),
    "overnight": _Command("pipeline.cli.overnight", "overnight", "cli.overnight.help"),
    "status": _Command("pipeline.cli.status", "status", "cli.status.help"),
    "models": _Command("pipeline.cli.models", "app", "cli.models.help"),
}


def application(asked: str | None = None) -> typer.Typer:
    """The command line. With the name of a sub-command only its module is imported: `receive` should take a moment."""
    help_page.speak(_say)
    app = typer.Typer(
        name="wederhoor",
        help=_say("cli.help"),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    # A second entry keeps the first a sub-command: typer makes a lone command the whole program.
    app.callback()(lambda: None)
    for name in [asked] if asked in COMMANDS else COMMANDS:
        _add(app, name, COMMANDS[name])
    return app


def _add(app: typer.Typer, name: str, command: _Command) -> None:
    found: Any = getattr(importlib.import_module(command.module), command.attribute)
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name, help=_say(command.help_key))
    else:
        app.command(name, help=_say(command.help_key))(found)


def run() -> None:
    """Entry point of the installed command."""
    asked = sys.argv[1] if len(sys.argv) > 1 else None
    sys.exit(run_command(lambda: application(asked)(standalone_mode=False)))
