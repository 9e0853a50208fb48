"""What somebody owes somebody, by the agreements and the dates for deletion: within a week, or late already."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from pipeline.dossier import custody
from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.custody import Act
from pipeline.dossier.layout import Dossier
from pipeline.dossier.retention import Standing, standing_of
from pipeline.recording.agreement import Agreement
from pipeline.settings import Settings

# What is due within a week is told, so that somebody can still do it.
_AHEAD = timedelta(days=7)


class DueKind(StrEnum):
    """What is owed."""

    COPY = "copy"
    REACTION = "reaction"
    DELETION = "deletion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something due. `day`: YYYY-MM-DD; `who`: a party's id, or a part of the dossier for a deletion; `late`: the day has passed."""

    kind: DueKind
    dossier: str
    who: str
    day: str
    late: bool


def due_of(dossier: Dossier, today: date, settings: Settings) -> Iterator[Due]:
    """What is due of one dossier. Raises InputRefused or VerificationFailed when it cannot be read."""
    agreement, name = agreement_of(dossier), dossier.path.name
    given = {str(entry.settings.get("to")) for entry in custody.read(dossier) if entry.act is Act.RELEASED}
    for kind, who, day in _owed(agreement) if agreement else ():
        if day <= today + _AHEAD and not (kind is DueKind.COPY and who in given):
            yield Due(kind=kind, dossier=name, who=who, day=day.isoformat(), late=day < today)
    for part in standing_of(dossier, today=today, settings=settings.retention).parts:
        if part.standing in (Standing.DUE, Standing.SOON) and part.delete_on is not None:
            late = part.standing is Standing.DUE
            yield Due(kind=DueKind.DELETION, dossier=name, who=part.part.value, day=part.delete_on, late=late)


def _owed(agreement: Agreement) -> Iterator[tuple[DueKind, str, date]]:
    for copy in agreement.copies:
        due = copy.due.date() if isinstance(copy.due, datetime) else copy.due
        if due is not None and copy.delivered_at is None:
            yield DueKind.COPY, copy.asked_by or "-", due
    if agreement.procedure.respond_before is not None and agreement.procedure.complaint_closed_at is None:
        yield DueKind.REACTION, "-", agreement.procedure.respond_before
