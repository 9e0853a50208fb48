"""The edge between the commands and the person at the keyboard: language, errors, exit codes, progress, JSON.

People's text goes to stdout in the report language; with --json stdout holds exactly one document. Progress and paths
that accompany JSON go to stderr.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

# Typer carries a click of its own and shows its errors nowhere else.
from typer._click.exceptions import ClickException

from pipeline import documents
from pipeline.cli.usage import usage_in_words
from pipeline.errors import UsageError, WederhoorError
from pipeline.texts import Language, Texts, texts
from pipeline.worker import UnexpectedFault, place_of

stderr = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def early_language() -> Language:
    """The language of help texts, which is needed before the settings are read: environment or Dutch."""
    asked = os.environ.get("WEDERHOOR_REPORT_LANGUAGE", "")
    return Language(asked) if asked in set(Language) else Language.DUTCH


def say(line: str) -> None:
    """Print a line of people's text."""
    typer.echo(line)


def print_document(document: object) -> None:
    """Print the one JSON document of a command."""
    sys.stdout.buffer.write(documents.encode(document))
    sys.stdout.buffer.flush()


def note(line: str) -> None:
    """Print a line that is not the result: progress, or the dossier's path beside a JSON document."""
    stderr.print(line)


@contextmanager
def progress(say_stage: Texts) -> Iterator[Callable[[str, float], None]]:
    """Show the progress of named stages; yields `report(stage, share)` with a share in 0-1.

    On a terminal a bar per stage; elsewhere one line when a stage begins and one when it is done.
    """
    if not stderr.is_terminal:
        yield _plain_progress(say_stage)
        return
    with bars_on_terminal() as bars:
        tasks: dict[str, int] = {}

        def report(stage: str, share: float) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(say_stage(f"stages.{stage}"), total=1.0)
            bars.update(bars.task_ids[tasks[stage]], completed=share)

        yield report


def bars_on_terminal() -> Progress:
    """Bars on stderr, which must be a terminal."""
    return Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), console=stderr)


def _plain_progress(say_stage: Texts) -> Callable[[str, float], None]:
    begun: set[str] = set()
    done: set[str] = set()

    def report(stage: str, share: float) -> None:
        if stage not in begun:
            begun.add(stage)
            note(say_stage("stages.begun", stage=say_stage(f"stages.{stage}")))
        if share >= 1.0 and stage not in done:
            done.add(stage)
            note(say_stage("stages.done", stage=say_stage(f"stages.{stage}")))

    return report


def run_command(command: Callable[[], object]) -> int:
    """Run a parsed command line; explain an error in the user's language; return the exit code."""
    try:
        status = command()
    except WederhoorError as error:
        note(texts(early_language()).explain(error))
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        note(texts(early_language())("cli.stopped"))
        return 130
    except ClickException as error:
        say_early = texts(early_language())
        note(say_early("cli.usage.wrong", problem=usage_in_words(error, say_early)))
        return UsageError.exit_code
    except Exception as error:
        # A traceback would show names and paths; the place is enough to find the fault.
        note(texts(early_language()).explain(UnexpectedFault(place_of(error))))
        return UnexpectedFault.exit_code
    return status if isinstance(status, int) else 0
