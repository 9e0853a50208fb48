"""One run of the night: what it needs is laid ready, N slots take recordings until the window closes, then it is wrapped up.

A slot can run in a thread, or in another process or on another machine that joins the run by its id. Nothing is shared but the
drop folders and the archive.
"""

import contextlib
import secrets
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self

from pipeline.errors import UsageError
from pipeline.night.capacity import free_bytes, model_for, recordings_at_a_time
from pipeline.night.causes import Reason, is_worth_a_retry
from pipeline.night.claims import ORIGINAL, Claim, sweep, take_over
from pipeline.night.inbox import dropped_files
from pipeline.night.owner import this_process
from pipeline.night.queue import Empty, Queue
from pipeline.night.results import NightResult, Outcome
from pipeline.night.runs import RUN_SCHEMA, Ending, Run, in_utc, read_run, write_run
from pipeline.night.spool import Kind, Spool
from pipeline.night.why import WhyPages, quarantined, write_why
from pipeline.night.window import Window
from pipeline.night.work import Bureau, finish_committed, process
from pipeline.night.workers import NightWorkers
from pipeline.settings import Settings
from pipeline.stages import Workers, require
from pipeline.texts import texts

Perform = Callable[[Claim, Bureau], NightResult | Reason | None]
Told = Callable[[str, str, float], None]
_POLL_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a slot did, and why it stopped."""

    done: int = 0
    duplicate: int = 0
    quarantined: int = 0
    left: int = 0
    ending: Ending = Ending.FINISHED

    @classmethod
    def of(cls, counts: Counter[str], ending: Ending) -> "Tally":
        """From counted outcomes."""
        return cls(**{name: counts[name] for name in ("done", "duplicate", "quarantined", "left")}, ending=ending)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers by name."""
        return {"done": self.done, "duplicate": self.duplicate, "quarantined": self.quarantined, "left": self.left}


def drop_folders(settings: Settings) -> tuple[Spool, ...]:
    """The inbox, and the folder of the cases where there is one. Raises UsageError when the inbox is not there."""
    inbox, cases = settings.night.inbox.expanduser(), settings.night.cases.expanduser()
    if not inbox.is_dir():
        raise UsageError("night_inbox_missing", folder=str(inbox))
    return (Spool(inbox, Kind.INBOX), *((Spool(cases, Kind.CASES),) if cases.is_dir() else ()))


class Night:
    """A run that was opened or joined; `now` is the clock on the wall, which may jump."""

    def __init__(self, settings: Settings, spools: tuple[Spool, ...], run: Run, now: Callable[[], datetime]) -> None:
        speech = settings.speech.model_copy(update={"model": run.model})
        self.settings = settings.model_copy(update={"speech": speech})
        self.spools, self.run, self.now = spools, run, now
        self.window = Window.of(settings.night)
        # How many recordings waited when the run was opened, and who wants to hear how it goes.
        self.waiting = 0
        self.progress: Told = lambda _claim, _stage, _share: None
        self.ended: Callable[[str], None] = lambda _claim: None
        self._queue = Queue(spools, settings.night, self.window, urgent_only=run.urgent, now=now)
        self._stopping = threading.Event()
        self._ending: Ending | None = None
        self._why = WhyPages(texts(settings.report_language))
        self._workers: list[Workers] = []
        self._closing = threading.Lock()

    @classmethod
    def open(cls, settings: Settings, *, now: Callable[[], datetime], urgent_only: bool = False) -> Self:
        """Lay everything ready: leftovers of earlier runs, what may be tried again, the model for the hours there are.

        Raises UsageError when the inbox is not there, ModelUnavailable when no recording could be done.
        """
        spools, window, began = drop_folders(settings), Window.of(settings.night), now()
        for spool in spools:
            spool.recognise(settings.paths.data.expanduser() / "night")
            sweep(spool)
            finish_committed(spool)
            _forget(spool, window.night_of(began) - timedelta(days=settings.night.keep_days))
            _try_again(spool, settings, began)
            write_why(spool, texts(settings.report_language))
        workers = recordings_at_a_time(settings)
        ends_at = window.next_end(began)
        lengths = [drop.audio_seconds for spool in spools for drop in dropped_files(spool) if drop.urgent or not urgent_only]
        seconds_left = (ends_at - began).total_seconds()
        run = Run(
            schema=RUN_SCHEMA,
            id=secrets.token_hex(6),
            owner=this_process(),
            began_at=in_utc(began),
            ends_at=in_utc(ends_at),
            finished_at=None,
            ending=None,
            workers=workers,
            model=model_for(settings, audio_seconds=sum(lengths), seconds_left=seconds_left, workers=workers),
            urgent=urgent_only,
            counts={},
        )
        night = cls(settings, spools, run, now)
        night.waiting = len(lengths) + sum(1 for spool in spools for _ in spool.entries(spool.claims))
        require(night.settings)
        write_run(spools[0], window.night_of(began).isoformat(), run)
        return night

    @classmethod
    def join(cls, settings: Settings, run_id: str, *, now: Callable[[], datetime]) -> Self:
        """The run with this id, for a slot in another process or on another machine."""
        spools = drop_folders(settings)
        return cls(settings, spools, read_run(spools[0], run_id)[1], now)

    @property
    def ends_at(self) -> datetime:
        """Until when new work is taken."""
        return datetime.fromisoformat(self.run.ends_at)

    def night(self) -> str:
        """The folder name of the night it is now."""
        return self.window.night_of(self.now()).isoformat()

    def work(self, perform: Perform = process) -> Tally:
        """One slot: take a recording, have it done, until there is nothing left or the night is over."""
        counts: Counter[str] = Counter()
        cases = next((spool for spool in self.spools if spool.kind is Kind.CASES), None)
        with NightWorkers(self.settings) as workers, self._watched(workers):
            bureau = Bureau(
                settings=self.settings,
                workers=workers,
                cases=cases,
                now=self.now,
                night=self.night,
                stopping=self._stopping,
                progress=lambda claim, stage, share: self.progress(claim, stage, share),
                why=self._why,
            )
            while (claim := self._next()) is not None:
                counts[_name_of(self._done(claim, bureau, perform))] += 1
        if counts["quarantined"]:
            self._why.finish(self.spools)
        return Tally.of(counts, self._ending or Ending.FINISHED)

    def stop(self, ending: Ending = Ending.STOPPED) -> None:
        """End the work now: what runs is handed over to the next run, with what was finished of it."""
        with self._closing:
            self._ending = self._ending or ending
            self._stopping.set()
            for workers in self._workers:
                workers.close()

    def wrap_up(self, tallies: Iterable[Tally]) -> Run:
        """Note how the run ended. Cases and the report are for whoever called."""
        tallies = tuple(tallies)
        ending = next((tally.ending for tally in tallies if tally.ending is not Ending.FINISHED), Ending.FINISHED)
        total = Counter[str]()
        for tally in tallies:
            total.update(tally.counts)
        self.run = replace(self.run, finished_at=in_utc(self.now()), ending=ending, counts={name: total[name] for name in Tally().counts})
        began = self.window.night_of(datetime.fromisoformat(self.run.began_at)).isoformat()
        write_run(self.spools[0], began, self.run)
        return self.run

    def _done(self, claim: Claim, bureau: Bureau, perform: Perform) -> NightResult | Reason | None:
        try:
            fate = perform(claim, bureau)
            if fate is None and not self._folders_are_there():
                self._queue.try_again(claim)
            return fate
        finally:
            self._queue.let_go(claim)
            self.ended(claim.id)

    def _next(self) -> Claim | None:
        """The next claim; null when this slot has nothing more to do. Waits for files that are still being written."""
        idle_since = time.monotonic()
        patience = max(self.settings.night.settle_seconds, self.settings.night.lease_seconds) + 1
        while not self._stopping.is_set():
            if self.now() >= self.ends_at:
                self._ending = self._ending or Ending.WINDOW_CLOSED
                return None
            if self._disk_is_full():
                self._ending = Ending.DISK_FULL
                return None
            try:
                found = self._queue.take()
            except OSError:
                if not self._share_comes_back():
                    self._ending = Ending.SHARE_GONE
                    return None
                continue
            if isinstance(found, Claim):
                return found
            if found is Empty.NOTHING or (found is Empty.NOT_YET and time.monotonic() - idle_since > patience):
                return None
            self._stopping.wait(_POLL_SECONDS)
        return None

    def _disk_is_full(self) -> bool:
        least = self.settings.night.minimum_free_gb * 1e9
        folders = (self.settings.paths.output, *(spool.top for spool in self.spools))
        with contextlib.suppress(OSError):
            return any(free_bytes(folder) < least for folder in folders)
        return False

    def _folders_are_there(self) -> bool:
        return all(spool.root.is_dir() for spool in self.spools)

    def _share_comes_back(self) -> bool:
        deadline = time.monotonic() + self.settings.night.share_back_minutes * 60
        while not self._stopping.wait(_POLL_SECONDS):
            if self._folders_are_there():
                return True
            if time.monotonic() > deadline:
                return False
        return False

    @contextlib.contextmanager
    def _watched(self, workers: Workers) -> Iterator[None]:
        """While a slot works, somebody looks at the clock: past the end and its grace, what runs is handed over."""
        last = self.ends_at + timedelta(minutes=self.settings.night.grace_minutes)
        done = threading.Event()

        def look() -> None:
            while not done.wait(_POLL_SECONDS):
                if self.now() >= last:
                    self.stop(Ending.WINDOW_CLOSED)
                    return

        watch = threading.Thread(target=look, name="window", daemon=True)
        with self._closing:
            self._workers.append(workers)
        watch.start()
        try:
            yield
        finally:
            done.set()
            watch.join()
            with self._closing:
                self._workers.remove(workers)


def _forget(spool: Spool, before: date) -> None:
    """Remove what is told of nights long past: it names files. A night in which a dropped file still lies is kept."""
    for folder in (*spool.entries(spool.done), *spool.entries(spool.runs)):
        if folder.name < before.isoformat() and not any(folder.glob(f"*/{ORIGINAL}")):
            shutil.rmtree(folder, ignore_errors=True)


def _try_again(spool: Spool, settings: Settings, now: datetime) -> None:
    """Take out of quarantine what failed through no fault of its own in an earlier night, free for whoever comes first."""
    window = Window.of(settings.night)
    for claim, reason in quarantined(spool):
        if is_worth_a_retry(reason) and window.night_of(datetime.fromisoformat(reason.at)) != window.night_of(now):
            taken = take_over(claim, this_process(), now=in_utc(now), attempts=claim.record.attempts + 1)
            if taken is not None:
                taken.set_free()


def _name_of(fate: NightResult | Reason | None) -> str:
    match fate:
        case NightResult():
            return "duplicate" if fate.outcome is Outcome.DUPLICATE else "done"
        case Reason():
            return "quarantined"
        case None:
            return "left"
