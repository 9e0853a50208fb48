"""That a night was run, and how it ended: one small document per run, so that a night that did not run can be told."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from pipeline import documents
from pipeline.errors import WederhoorError
from pipeline.night.owner import Owner, is_gone
from pipeline.night.spool import Spool

RUN_SCHEMA = "wederhoor.night-run/1"


class Ending(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    WINDOW_CLOSED = "window_closed"
    STOPPED = "stopped"
    DISK_FULL = "disk_full"
    SHARE_GONE = "share_gone"
    FAULT = "fault"


# Endings after which somebody must look: the night could not do its work.
FAILED = frozenset((Ending.DISK_FULL, Ending.SHARE_GONE, Ending.FAULT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run. Moments in UTC; `ends_at`: until when it takes new work; `finished_at`, `ending` null while it runs.

    `workers`: recordings at a time; `model`: what it writes out with; `urgent`: whether it takes only what is urgent;
    `counts`: done, duplicate, quarantined, left.
    """

    schema: str
    id: str
    owner: Owner
    began_at: str
    ends_at: str
    finished_at: str | None
    ending: Ending | None
    workers: int
    model: str
    urgent: bool
    counts: dict[str, int]

    @property
    def was_cut_off(self) -> bool:
        """Whether it ended without saying so, as far as this machine can tell."""
        return self.ending is None and is_gone(self.owner) is True


def write_run(spool: Spool, night: str, run: Run) -> None:
    """Write how a run stands."""
    folder = spool.runs / night
    folder.mkdir(mode=0o700, exist_ok=True)
    documents.write_atomically(folder / f"{run.id}.json", documents.encode(run))


def read_run(spool: Spool, identifier: str) -> tuple[str, Run]:
    """A run by its id, with its night."""
    path = next(spool.runs.glob(f"*/{identifier}.json"))
    return path.parent.name, documents.read(Run, path)


def runs_of(spool: Spool, night: date) -> tuple[Run, ...]:
    """The runs of a night, in the order they began. One that cannot be read is left out."""
    found = []
    for path in spool.entries(spool.runs / night.isoformat()):
        try:
            found.append(documents.read(Run, path))
        except (OSError, WederhoorError):
            continue
    return tuple(sorted(found, key=lambda run: run.began_at))


def in_utc(moment: datetime) -> str:
    """A moment as our documents write it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
