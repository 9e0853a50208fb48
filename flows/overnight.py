"""The night as a Prefect flow: one task per slot, and in it one per recording. Parameters are opaque ids and numbers only.

Whatever Prefect forgets or misses, the drop folders know: claims, results and the report are files.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture, wait
from prefect.states import Completed, Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.night_bars import Bars
from flows.stage_task import Sealed
from pipeline.night.causes import Reason
from pipeline.night.claims import Claim
from pipeline.night.morning import finish
from pipeline.night.report import NightReport
from pipeline.night.report_words import as_artifact, summary_line
from pipeline.night.results import NightResult
from pipeline.night.run import Night, Tally
from pipeline.night.window import Window
from pipeline.night.work import Bureau, process
from pipeline.settings import Settings
from pipeline.texts import texts

_TELL_EVERY_SECONDS = 10.0
# Prefect names the kind of future too narrowly for its own decorator.
_SLOTS = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=256))


@task(name="recording-of-the-night", task_run_name="{claim_id}", cache_policy=NO_CACHE, persist_result=False)
def one_recording(claim_id: str, work: Sealed[Callable[[], NightResult | Reason | None]]) -> Sealed[NightResult | Reason | None]:
    """Make the minutes of one claimed recording, or set it aside."""
    del claim_id
    return Sealed(work.content())


@task(name="slot", task_run_name="slot-{number}", cache_policy=NO_CACHE, persist_result=False)
def slot(run_id: str, number: int) -> Tally:
    """Take recordings until nothing is left or the night is over; `number` only tells the slots apart."""
    del number

    def perform(claim: Claim, bureau: Bureau) -> NightResult | Reason | None:
        return one_recording(claim.id, Sealed(lambda: process(claim, bureau))).content

    return _joined(run_id).work(perform)


@flow(name="overnight", task_runner=_SLOTS, persist_result=False)
def overnight(urgent_only: bool = False, in_window: bool = False) -> State:
    """Process what lies in the inbox and the cases, and write the morning report.

    `urgent_only`: only what was dropped as urgent; `in_window`: do nothing outside the hours of the settings. Ends Completed,
    or Failed when the night could not do its work.
    """
    settings = Settings()
    if in_window and not Window.of(settings.night).is_open(_now()):
        return Completed(name="OutsideWindow", message="outside the hours of the settings")
    night = Night.open(settings, now=_now, urgent_only=urgent_only)
    slots = [slot.submit(night.run.id, number) for number in range(night.run.workers)]
    bars = Bars(night)
    try:
        while wait(slots, timeout=_TELL_EVERY_SECONDS).not_done:
            bars.tell()
    except BaseException:
        # Cancelled or told to end: what runs is handed over instead of going on without us.
        _joined(night.run.id).stop()
        raise
    bars.tell()
    report, _ = finish(night, [future.result() for future in slots])
    create_markdown_artifact(key="night-report", markdown=as_artifact(report, texts(settings.report_language)))
    return _state(report, settings)


def _state(report: NightReport, settings: Settings) -> State:
    """The truth in a state: what failed is Failed, what was set aside is in the name."""
    message = summary_line(report, texts(settings.report_language))
    match report.exit_code:
        case 0:
            return Completed(message=message)
        case 7:
            return Completed(name="CompletedWithQuarantine", message=message)
        case _:
            return Failed(message=message)


# A worker of a cluster lives longer than a night.
@lru_cache(maxsize=2)
def _joined(run_id: str) -> Night:
    """The run as this process knows it: its slots share one queue."""
    return Night.join(Settings(), run_id, now=_now)


def _now() -> datetime:
    return datetime.now(UTC)
