"""More time to respond: for both parties alike, with a reason, and both are told in the same words."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline import documents
from pipeline.dossier.custody import Act
from pipeline.minutes.hearing import SIDES, extend
from pipeline.minutes.labels import day
from pipeline.minutes.safe_text import safe_text
from pipeline.minutes.versions import StoredVersion
from pipeline.review.publish import Desk, put_in_force
from pipeline.texts import texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """A new term: the version that says so, and a notice for each party."""

    stored: StoredVersion
    notices: tuple[Path, ...]


def extend_term(desk: Desk, before: date, *, reason: str, out: Path) -> Extended:
    """Set the day before which both parties respond, or a later one; the notices are written under `out`.

    Raises UsageError without a reason, RefusedByRule for less time than there was or when the minutes are established.
    """
    stored = put_in_force(desk, extend(desk.current().minutes, before, reason=reason, by=desk.actor, at=desk.at))
    say = texts(desk.settings.report_language)
    text = say(
        "respond.extension.text", dossier=desk.dossier.path.name, day=day(before.isoformat(), say), reason=safe_text(reason)
    ).encode()
    entry = desk.log(Act.SENT_TO_PARTIES, hashlib.sha256(text).hexdigest(), {"kind": "extension", "before": before.isoformat()})
    folder = out / f"{desk.dossier.path.name}-{entry.number}-notices"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = tuple(folder / f"{say('release.file.notice')}-{party}.txt" for party in _parties(stored))
    for path in paths:
        documents.write_atomically(path, text)
    return Extended(stored=stored, notices=paths)


def _parties(stored: StoredVersion) -> tuple[str, ...]:
    """Everybody on both sides, client first; the role where the agreement has nobody."""
    parties = stored.minutes.agreement.parties
    return tuple(id_ for side in SIDES for id_ in ([party.id for party in parties if party.role is side] or [str(side)]))
