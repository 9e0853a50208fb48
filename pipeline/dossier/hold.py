"""A hold: nothing is deleted while somebody asked so. It starts at once, at either party's request.

A hold ends only by the committee, or by who asked for it while no complaint is registered; always with a reason. Holds
come from the custody log and from every agreement there has been: a later agreement that leaves a hold out does not end it.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.custody import Act, CustodyEntry, Signer
from pipeline.dossier.layout import Dossier
from pipeline.errors import InputRefused, RefusedByRule, UsageError
from pipeline.recording.agreement import Agreement, Hold, Role, read_agreement

COMMITTEE = "committee"
UNKNOWN = "unknown"
MAX_REASON = 2000
_COMMITTEE_ROLES = frozenset((Role.CHAIR, Role.SECRETARY, Role.COMMITTEE_MEMBER))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningHold:
    """A hold in force. `by`: the id of who asked, `unknown` when the agreement does not say; `since`: YYYY-MM-DD."""

    by: str
    since: str


def running_holds(dossier: Dossier) -> tuple[RunningHold, ...]:
    """The holds in force, oldest first."""
    agreements = {agreement.sha256: agreement for agreement in _agreements(dossier)}
    running: dict[str, RunningHold] = {}
    ended: dict[str, date] = {}
    for entry in custody.read(dossier):
        at = datetime.fromisoformat(entry.at).date()
        if entry.act is Act.HELD:
            running.setdefault(entry.actor, RunningHold(by=entry.actor, since=at.isoformat()))
        elif entry.act is Act.HOLD_ENDED:
            of = str(entry.settings.get("of", entry.actor))
            running.pop(of, None)
            ended[of] = at
        elif entry.act is Act.AGREEMENT_RECORDED and entry.object_sha256 in agreements:
            agreement = agreements[entry.object_sha256]
            for noted in agreement.holds:
                _take_over(noted, agreement, at, running, ended)
            if any(re.fullmatch(r"hold(\[\d+\])?", place) for place in agreement.unreadable):
                running.setdefault(UNKNOWN, RunningHold(by=UNKNOWN, since=at.isoformat()))
    return tuple(sorted(running.values(), key=lambda hold: (hold.since, hold.by)))


def hold(dossier: Dossier, *, by: str, now: datetime, reason: str | None, signer: Signer) -> CustodyEntry:
    """Start a hold. Asked again by the same one it stays as it was. Raises UsageError for who is neither party nor committee."""
    require_may_ask(dossier, by)
    own = [entry for entry in custody.read(dossier) if _is_about(entry, by)]
    if own and own[-1].act is Act.HELD:
        return own[-1]
    return custody.append(dossier, Act.HELD, by, _kept(dossier, reason), now=now, signer=signer)


def end_hold(dossier: Dossier, *, by: str, reason: str | None, now: datetime, signer: Signer) -> tuple[CustodyEntry, ...]:
    """End holds: the committee all of them, anybody else their own.

    Raises UsageError without a reason or when there is nothing to end; RefusedByRule when this one may not end it.
    """
    require_may_ask(dossier, by)
    if reason is None or not reason.strip():
        raise UsageError("hold_reason_missing")
    agreement, running = agreement_of(dossier), running_holds(dossier)
    if not running:
        raise UsageError("hold_none", dossier=dossier.path.name)
    if is_committee(agreement, by):
        ending = running
    else:
        ending = tuple(one for one in running if one.by == by)
        if not ending:
            raise RefusedByRule("hold_of_another", by=by, holders=", ".join(one.by for one in running))
        if may_be_registered(agreement):
            raise RefusedByRule("hold_complaint_registered", by=by)
    sha256 = _kept(dossier, reason)
    return tuple(custody.append(dossier, Act.HOLD_ENDED, by, sha256, now=now, settings={"of": one.by}, signer=signer) for one in ending)


def _is_about(entry: CustodyEntry, by: str) -> bool:
    """Whether a line starts or ends the hold of this one."""
    return (entry.act is Act.HELD and entry.actor == by) or (entry.act is Act.HOLD_ENDED and entry.settings.get("of") == by)


def require_may_ask(dossier: Dossier, by: str) -> None:
    """Raise UsageError for who is neither a party, nor acts for one, nor the committee."""
    agreement = agreement_of(dossier)
    known = {COMMITTEE, Role.CLIENT.value, Role.STAFF.value}
    if agreement is not None:
        known |= {party.id for party in agreement.parties}
    if by not in known:
        raise UsageError("unknown_party", party=by, known=", ".join(sorted(known)))


def is_committee(agreement: Agreement | None, by: str) -> bool:
    """Whether this is the committee, or somebody who sits in it."""
    members = {party.id for party in agreement.parties if party.role in _COMMITTEE_ROLES} if agreement else set()
    return by == COMMITTEE or by in members


def may_be_registered(agreement: Agreement | None) -> bool:
    """Whether a complaint runs, or may run: a date that was not understood counts as one."""
    if agreement is None:
        return False
    if any(place.startswith("procedure") for place in agreement.unreadable):
        return True
    return agreement.procedure.complaint_registered_at is not None and agreement.procedure.complaint_closed_at is None


def _take_over(noted: Hold, agreement: Agreement, at: date, running: dict[str, RunningHold], ended: dict[str, date]) -> None:
    """A hold as an agreement has it: it starts one, or ends one when whoever is said to have ended it may."""
    by = noted.by or UNKNOWN
    if noted.ended_at is not None and _may_have_ended(noted, agreement):
        running.pop(by, None)
        return
    since = noted.since.date() if isinstance(noted.since, datetime) else noted.since
    if since is None or by not in ended or since > ended[by]:
        running.setdefault(by, RunningHold(by=by, since=(since or at).isoformat()))


def _may_have_ended(noted: Hold, agreement: Agreement) -> bool:
    if noted.ended_by is None or not (noted.end_reason or "").strip():
        return False
    return is_committee(agreement, noted.ended_by) or (noted.ended_by == noted.by and not may_be_registered(agreement))


def _agreements(dossier: Dossier) -> Iterator[Agreement]:
    for path in (dossier.agreement, *sorted(dossier.earlier_agreements.glob("*.toml"))):
        if path.exists():
            try:
                yield read_agreement(path)
            except InputRefused:
                # What can no longer be read holds nothing; the seal tells that it was changed.
                continue


def _kept(dossier: Dossier, reason: str | None) -> str | None:
    """Keep the reason beside the log, which holds no text; its digest, null without a reason."""
    if reason is None or not reason.strip():
        return None
    data = reason.strip()[:MAX_REASON].encode(errors="replace")
    sha256 = hashlib.sha256(data).hexdigest()
    dossier.holds.mkdir(mode=0o700, exist_ok=True)
    documents.write_atomically(dossier.holds / f"{sha256[:16]}.txt", data)
    documents.fsync_folder(dossier.path)
    return sha256
