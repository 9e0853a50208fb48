"""`wederhoor overnight`: the night's batch, now."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from pipeline.cli.console import note, print_document, say
from pipeline.cli.night_shown import night_shown
from pipeline.cli.options import Json, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.night.morning import finish
from pipeline.night.report_words import summary_line
from pipeline.night.run import Night
from pipeline.night.window import Window
from pipeline.texts import texts

_LOW_PRIORITY = 10


def overnight(
    inbox: Annotated[Path | None, typer.Option("--inbox", help=sentences("cli.overnight.inbox"), metavar="DIR")] = None,
    urgent: Annotated[bool, typer.Option("--urgent", help=sentences("cli.overnight.urgent"))] = False,
    in_window: Annotated[bool, typer.Option("--in-window", help=sentences("cli.overnight.in_window"))] = False,
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> int:
    """Process what lies ready; ends with 0 (all done), 7 (some set aside) or 1 (the night could not do its work)."""
    settings = settings_from(report_language=report_language, night={"inbox": inbox})
    words = texts(settings.report_language)
    if in_window and not Window.of(settings.night).is_open(_now()):
        note(words("cli.overnight.outside"))
        return 0
    if urgent:
        os.nice(_LOW_PRIORITY)
    night = Night.open(settings, now=_now, urgent_only=urgent)
    with _stops_when_asked(night), night_shown(night, words), ThreadPoolExecutor(night.run.workers) as slots:
        tallies = list(slots.map(lambda _slot: night.work(), range(night.run.workers)))
    report, page = finish(night, tallies)
    if as_json:
        print_document(report)
        note(str(page))
    else:
        say(f"{words(f'night.report.standing.{report.standing}')} {summary_line(report, words)}")
        say(str(page))
    return report.exit_code


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _stops_when_asked(night: Night) -> Iterator[None]:
    """On the signal to end (systemd, Ctrl-C) what runs is handed over to the next night."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        night.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
