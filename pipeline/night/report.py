"""The morning report as data, made from what lies on disk: run again after a kill it says the same."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pipeline import documents
from pipeline.dossier.layout import Dossier
from pipeline.dossier.retention import dossiers_in
from pipeline.errors import WederhoorError
from pipeline.minutes.safe_text import safe_text
from pipeline.night.capacity import free_bytes
from pipeline.night.causes import Reason
from pipeline.night.claims import claims_in
from pipeline.night.due import Due, due_of
from pipeline.night.inbox import dropped_files
from pipeline.night.places import archives
from pipeline.night.results import RESULT, NightResult, Outcome
from pipeline.night.runs import FAILED, Run, in_utc, runs_of
from pipeline.night.spool import Spool
from pipeline.night.why import quarantined
from pipeline.night.window import Window
from pipeline.settings import Settings

REPORT_SCHEMA = "wederhoor.night-report/1"


class NightStanding(StrEnum):
    """Whether the night was run."""

    RAN = "ran"
    FAILED = "failed"
    NOT_RUN = "not_run"
    CUT_OFF = "cut_off"
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A recording in quarantine. `dropped`: its file name, fit to be shown; `folder`: the drop folder's part of the path;
    `tonight`: whether it was set aside in the night of this report."""

    dropped: str
    folder: str
    reason: Reason
    tonight: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProblem:
    """A case that could not be kept up: `what` explains it."""

    case: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NightReport:
    """The document of a night. Moments in UTC; sizes in bytes; `waiting`: dropped and not taken, `unfinished`: taken and not done.

    `damaged`: names of dossiers that could not be read.
    """

    schema: str
    night: str
    made_at: str
    standing: NightStanding
    runs: tuple[Run, ...]
    results: tuple[NightResult, ...]
    set_aside: tuple[SetAside, ...]
    waiting: int
    unfinished: int
    due: tuple[Due, ...]
    case_problems: tuple[CaseProblem, ...]
    damaged: tuple[str, ...]
    free_bytes: int

    @property
    def done(self) -> tuple[NightResult, ...]:
        """The recordings of which minutes were made, also because an agreement came later, and bundles taken in."""
        return tuple(result for result in self.results if result.outcome is not Outcome.DUPLICATE)

    @property
    def duplicates(self) -> tuple[NightResult, ...]:
        """Recordings that were there already."""
        return tuple(result for result in self.results if result.outcome is Outcome.DUPLICATE)

    @property
    def set_aside_tonight(self) -> tuple[SetAside, ...]:
        """What went to quarantine in this night."""
        return tuple(item for item in self.set_aside if item.tonight)

    @property
    def exit_code(self) -> int:
        """0: all well; 7: done, with some in quarantine; 1: the night could not do its work."""
        if self.standing in (NightStanding.RAN, NightStanding.RUNNING):
            return 7 if self.set_aside_tonight else 0
        return 1


def make_report(
    settings: Settings, spools: Sequence[Spool], night: date, now: datetime, problems: Sequence[CaseProblem] = ()
) -> NightReport:
    """How a night went, and what is due."""
    window = Window.of(settings.night)
    runs = tuple(run for spool in spools for run in runs_of(spool, night))
    dossiers = [dossier for folder in archives(settings) for dossier in dossiers_in(folder)]
    due, damaged = _all_due(dossiers, now.astimezone(window.zone).date(), settings)
    return NightReport(
        schema=REPORT_SCHEMA,
        night=night.isoformat(),
        made_at=in_utc(now),
        standing=standing_of_night(runs),
        runs=runs,
        results=tuple(sorted(_results(spools, night), key=lambda result: result.finished_at)),
        set_aside=tuple(_set_aside(spools, window, night)),
        waiting=sum(1 for spool in spools for _ in dropped_files(spool)),
        unfinished=sum(1 for spool in spools for _ in claims_in(spool, spool.claims)),
        due=due,
        case_problems=tuple(problems),
        damaged=damaged,
        free_bytes=min(free_bytes(folder) for folder in (settings.paths.output, *(spool.top for spool in spools))),
    )


def standing_of_night(runs: Sequence[Run]) -> NightStanding:
    """Whether a night was run, judged by its runs in the order they began; the last whole one decides."""
    whole = [run for run in runs if not run.urgent]
    if not whole:
        return NightStanding.NOT_RUN
    last = whole[-1]
    if last.ending is None:
        return NightStanding.CUT_OFF if last.was_cut_off else NightStanding.RUNNING
    return NightStanding.FAILED if last.ending in FAILED else NightStanding.RAN


def _results(spools: Sequence[Spool], night: date) -> Iterator[NightResult]:
    for spool in spools:
        for folder in spool.entries(spool.done_on(night)):
            with contextlib.suppress(OSError, WederhoorError):
                yield documents.read(NightResult, folder / RESULT)


def _set_aside(spools: Sequence[Spool], window: Window, night: date) -> Iterator[SetAside]:
    for spool in spools:
        for claim, reason in quarantined(spool):
            place = spool.place(claim.record.dropped)
            yield SetAside(
                dropped=safe_text(place.name),
                folder=safe_text(str(place.parent.relative_to(spool.top.parent))),
                reason=reason,
                tonight=window.night_of(datetime.fromisoformat(reason.at)) == night,
            )


def _all_due(dossiers: Sequence[Dossier], today: date, settings: Settings) -> tuple[tuple[Due, ...], tuple[str, ...]]:
    found: list[Due] = []
    damaged: list[str] = []
    for dossier in dossiers:
        try:
            found += due_of(dossier, today, settings)
        except (OSError, WederhoorError):
            damaged.append(dossier.path.name)
    return tuple(sorted(found, key=lambda due: (due.day, due.dossier, due.kind, due.who))), tuple(sorted(damaged))
