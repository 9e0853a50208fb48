"""Where everything stands now, read from the drop folders: works while a night runs, and without Prefect."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pipeline.minutes.safe_text import safe_text
from pipeline.night.capacity import free_bytes
from pipeline.night.claims import Claim, claims_in, progress_of
from pipeline.night.inbox import dropped_files
from pipeline.night.owner import is_gone
from pipeline.night.report import NightStanding, standing_of_night
from pipeline.night.run import drop_folders
from pipeline.night.runs import in_utc, runs_of
from pipeline.night.why import quarantined
from pipeline.night.window import Window
from pipeline.settings import Settings

STATUS_SCHEMA = "wederhoor.status/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningItem:
    """A recording that is being worked on. `stage`: a key of [stages]; `share` in 0-1 of it; `host`: where."""

    id: str
    stage: str
    share: float
    host: str
    urgent: bool
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedItem:
    """A recording that was set aside; `file`: its name, fit to be shown; `what`: the reason in a sentence."""

    id: str
    file: str
    what: str
    retry: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The document of `status --json`. `left`: begun, and waiting to be taken up again; `done`: since noon of the night that is running."""

    schema: str
    at: str
    waiting: int
    urgent: int
    running: tuple[RunningItem, ...]
    left: int
    done: int
    quarantined: tuple[QuarantinedItem, ...]
    last_night: str
    last_night_standing: NightStanding
    free_bytes: int


def status_now(settings: Settings, *, now: Callable[[], datetime]) -> Status:
    """How things stand. Raises UsageError when the inbox is not there."""
    spools, window, moment = drop_folders(settings), Window.of(settings.night), now()
    drops = [drop for spool in spools for drop in dropped_files(spool)]
    claims = [claim for spool in spools for claim in claims_in(spool, spool.claims)]
    running = tuple(_running(claim) for claim in claims if claim.record.owner is not None and is_gone(claim.record.owner) is not True)
    set_aside = [(spool, *item) for spool in spools for item in quarantined(spool)]
    tonight, last = window.night_of(moment), window.night_of(window.began(moment))
    return Status(
        schema=STATUS_SCHEMA,
        at=in_utc(moment),
        waiting=len(drops),
        urgent=sum(drop.urgent for drop in drops),
        running=running,
        left=len(claims) - len(running),
        done=sum(1 for spool in spools for _ in spool.entries(spool.done_on(tonight))),
        quarantined=tuple(
            QuarantinedItem(id=claim.id, file=safe_text(spool.place(claim.record.dropped).name), what=reason.what, retry=reason.retry)
            for spool, claim, reason in set_aside
        ),
        last_night=last.isoformat(),
        last_night_standing=standing_of_night([run for spool in spools for run in runs_of(spool, last)]),
        free_bytes=min(free_bytes(folder) for folder in (settings.paths.output, *(spool.top for spool in spools))),
    )


def _running(claim: Claim) -> RunningItem:
    told, owner = progress_of(claim), claim.record.owner
    return RunningItem(
        id=claim.id,
        stage=told.stage if told else "receive",
        share=told.share if told else 0.0,
        host=owner.host if owner else "",
        urgent=claim.record.urgent,
        since=claim.record.taken_at,
    )
