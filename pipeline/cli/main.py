"""The `wederhoor` command: its sub-commands and the one place where errors become sentences and exit codes."""

import sys

import typer

from pipeline.cli import agreement, countersign, keys, models
from pipeline.cli.compare import compare
from pipeline.cli.console import early_language, run_command
from pipeline.cli.demo import demo
from pipeline.cli.examine import examine
from pipeline.cli.hold import hold
from pipeline.cli.minutes import minutes
from pipeline.cli.receive import receive
from pipeline.cli.release import release
from pipeline.cli.retention import retention
from pipeline.cli.speakers import speakers
from pipeline.cli.subject import subject
from pipeline.cli.verify import verify
from pipeline.texts import texts

_say = texts(early_language())

app = typer.Typer(
    name="wederhoor",
    help=_say("cli.help"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command(help=_say("cli.demo.help"))(demo)
app.command(help=_say("cli.receive.help"))(receive)
app.command(help=_say("cli.minutes.help"))(minutes)
app.command(help=_say("cli.speakers.help"))(speakers)
app.command(help=_say("cli.examine.help"))(examine)
app.command(help=_say("release.help"))(release)
app.command(help=_say("hold.help"))(hold)
app.command(help=_say("retention.help"))(retention)
app.command(help=_say("subject.help"))(subject)
app.add_typer(agreement.app, name="agreement", help=_say("cli.agreement.help"))
app.command(help=_say("cli.compare.help"))(compare)
app.command(help=_say("cli.verify.help"))(verify)
app.add_typer(countersign.app, name="countersign", help=_say("cli.countersign.help"))
app.add_typer(keys.app, name="keys", help=_say("cli.keys.help"))
app.add_typer(models.app, name="models", help=_say("cli.models.help"))


def run() -> None:
    """Entry point of the installed command."""
    sys.exit(run_command(lambda: app(standalone_mode=False)))
