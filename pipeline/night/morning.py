"""The end of a run: cases are kept up, the report is written, whoever wants to know is told. And the check of the next morning."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from pipeline.minutes.safe_text import safe_text
from pipeline.night.cases.case import cases_in
from pipeline.night.cases.tend import tend
from pipeline.night.notify import notify
from pipeline.night.report import CaseProblem, NightReport, make_report
from pipeline.night.report_words import write_report
from pipeline.night.run import Night, Tally, drop_folders
from pipeline.night.window import Window
from pipeline.settings import Settings

_log = logging.getLogger("wederhoor.night")


def finish(night: Night, tallies: Iterable[Tally]) -> tuple[NightReport, Path]:
    """Keep the cases up and wrap a run up; returns the report of its night and where it lies as a page."""
    problems = tuple(_keep_cases_up(night))
    run = night.wrap_up(tallies)
    began = night.window.night_of(datetime.fromisoformat(run.began_at))
    report = make_report(night.settings, night.spools, began, night.now(), problems)
    page = write_report(report, night.settings)
    _tell(report, night.settings)
    return report, page


def check_last_night(settings: Settings, *, now: Callable[[], datetime]) -> NightReport:
    """The report of the last night that should have begun by now; it is also sent where the settings say.

    Raises UsageError when the inbox is not there: then nobody can tell.
    """
    window, moment = Window.of(settings.night), now()
    report = make_report(settings, drop_folders(settings), window.night_of(window.began(moment)), moment)
    _tell(report, settings)
    return report


def _keep_cases_up(night: Night) -> Iterator[CaseProblem]:
    for spool in night.spools:
        for case in cases_in(spool):
            for what in tend(case, spool, night.settings, night.now):
                yield CaseProblem(case=safe_text(case.id), what=what)


def _tell(report: NightReport, settings: Settings) -> None:
    for way in notify(report, settings):
        _log.warning("the counts of the night could not be sent by %s", way)
