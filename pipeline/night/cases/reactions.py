"""The parties' reactions: what they drop in `reacties/` goes into the minutes, and what was received is read back to them.

A file is taken as received on the day it came into the folder. One that cannot be taken in stays where it is and is named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline import documents
from pipeline.errors import InputRefused, WederhoorError
from pipeline.minutes.versions import version_names
from pipeline.night.cases.case import REACTIONS, RELEASES, Case
from pipeline.review.publish import Desk
from pipeline.review.responses.handing_in import check, respond
from pipeline.review.responses.read_back import write_receipt
from pipeline.settings import Settings

_ENDINGS = frozenset((".jsonld", ".json"))
_MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A file that could not be taken in, and why."""

    path: Path
    error: WederhoorError


def take_reactions(case: Case, settings: Settings, now: datetime) -> tuple[NotTaken, ...]:
    """Add each reaction to the minutes it speaks of; a second run adds nothing."""
    refused: list[NotTaken] = []
    for path in waiting_reactions(case)[:_MOST_FILES]:
        try:
            _take(path, case, settings, now)
        except WederhoorError as error:
            refused.append(NotTaken(path, error))
    return tuple(refused)


def waiting_reactions(case: Case) -> list[Path]:
    """What lies in the folder and was not taken in; links and folders are left alone."""
    folder = case.folder / REACTIONS
    if not folder.is_dir() or folder.is_symlink():
        return []
    return [path for path in sorted(folder.iterdir()) if path.is_file() and not path.is_symlink() and not path.name.startswith(".")]


def _take(path: Path, case: Case, settings: Settings, now: datetime) -> None:
    desk = _desk_for(path, case, settings, now)
    # Later than now it cannot have come, whatever the share's clock says.
    received_on = min(_came_on(path, settings), now.astimezone(ZoneInfo(settings.night.timezone)).date())
    for handed_in in respond(desk, [path], received_on=received_on):
        write_receipt(desk.dossier, handed_in, case.folder / RELEASES, settings.report_language)
        # The dossier has the same bytes now, under lock when the response is closed: a second, open copy may not stay.
        if documents.sha256_file(path) == handed_in.sha256:
            path.unlink()


def _desk_for(path: Path, case: Case, settings: Settings, now: datetime) -> Desk:
    """The dossier whose minutes this reaction speaks of. Raises what the last of them said when it is none of them."""
    if path.suffix.lower() not in _ENDINGS:
        raise InputRefused("response_invalid", file=path.name)
    last: WederhoorError = InputRefused("response_invalid", file=path.name)
    for desk in _desks(case, settings, now):
        try:
            check(desk.dossier, path)
        except WederhoorError as error:
            last = error
        else:
            return desk
    raise last


def _desks(case: Case, settings: Settings, now: datetime) -> Iterator[Desk]:
    for dossier in case.dossiers():
        if version_names(dossier.minutes_folder):
            yield Desk(dossier=dossier, settings=settings, actor="staff", now=now)


def _came_on(path: Path, settings: Settings) -> date:
    """The day the file came into the folder; unlike its date, whoever copies it cannot set that."""
    return datetime.fromtimestamp(path.lstat().st_ctime, UTC).astimezone(ZoneInfo(settings.night.timezone)).date()
