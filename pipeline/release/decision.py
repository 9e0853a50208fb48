"""Who may receive what: rules 4 and 6 as a pure decision, with the ground for it.

The parties to a conversation have the same rights: whatever one of them may receive, the other may too. Who acts for a
party is no third party to it. Anyone else gets something only on a ground that stands in the agreement; what was written
there but not understood is never a ground.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pipeline.recording.agreement import Agreement, Party, Recipient, Role
from pipeline.recording.rules import Rule, sharing_not_agreed

COMMITTEE = "committee"
SIDES = (Role.CLIENT, Role.STAFF)
COMMITTEE_ROLES = frozenset((Role.CHAIR, Role.SECRETARY, Role.COMMITTEE_MEMBER))


class What(StrEnum):
    """What can be released."""

    RECORDING = "recording"
    BUNDLE = "bundle"
    MINUTES = "minutes"
    PAGE = "page"
    COMPARISON = "comparison"
    PSEUDONYMISED = "pseudonymised"
    PSEUDONYMISED_WITH_SOUND = "pseudonymised_with_sound"


class ReleaseGround(StrEnum):
    """Why somebody may receive something, or may not."""

    PARTY = "party"
    ACTS_FOR = "acts_for"
    COMMITTEE = "committee"
    LEGAL_DUTY = "legal_duty"
    BOTH_AGREED = "both_agreed"
    NO_AGREEMENT = "no_agreement"
    NOT_REGISTERED = "not_registered"
    NOT_UNDERSTOOD = "not_understood"
    NOT_AGREED = "not_agreed"


ALLOWING = frozenset(
    (ReleaseGround.PARTY, ReleaseGround.ACTS_FOR, ReleaseGround.COMMITTEE, ReleaseGround.LEGAL_DUTY, ReleaseGround.BOTH_AGREED)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCircumstances:
    """What the decision needs beside the agreement: what is asked for, and today."""

    what: What
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether `to` may receive it, and why.

    `to`: the id for the log, `other` for somebody the agreement does not know; `missing`: the parties whose "akkoord om te
    delen" is not there; `told`: the parties that get a notice; `age_key`: the receiver's key, null when none was noted.
    """

    to: str
    ground: ReleaseGround
    rule: Rule
    missing: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    age_key: str | None = None

    @property
    def allowed(self) -> bool:
        """Whether the release may be made."""
        return self.ground in ALLOWING


def may_receive(agreement: Agreement | None, to: str, circumstances: ReleaseCircumstances) -> Decision:
    """Decide. `to`: the id of a party or recipient in the agreement, or `committee`.

    Without an agreement only rule 4 stands: a copy of the recording for the client or the staff; everything else waits until
    the agreement is settled.
    """
    if agreement is None:
        return _without_agreement(to, circumstances)
    own = _as_party(agreement, to)
    if own is not None:
        return own
    if to == COMMITTEE or _role_of(agreement, to) in COMMITTEE_ROLES:
        return _committee(agreement, to, circumstances)
    return _third_party(agreement, to, circumstances, ReleaseGround.NOT_AGREED)


def members_of(agreement: Agreement, side: Role) -> tuple[str, ...]:
    """The ids of the parties on one side; the role stands for a side that is not in the agreement."""
    return tuple(party.id for party in agreement.parties if party.role is side) or (str(side),)


def both_sides(agreement: Agreement | None) -> tuple[str, ...]:
    """The ids of everyone who is a party, client first."""
    return tuple(member for side in SIDES for member in (members_of(agreement, side) if agreement else (str(side),)))


def complaint_registered(agreement: Agreement, today: date) -> bool:
    """Whether a complaint runs: registered, and not closed."""
    procedure = agreement.procedure
    registered, closed = _day(procedure.complaint_registered_at), _day(procedure.complaint_closed_at)
    return registered is not None and registered <= today and (closed is None or closed > today)


def _without_agreement(to: str, circumstances: ReleaseCircumstances) -> Decision:
    if to not in both_sides(None):
        return Decision(to="other", ground=ReleaseGround.NO_AGREEMENT, rule=Rule.NO_THIRD_PARTIES)
    copy_of_recording = circumstances.what is What.RECORDING
    return Decision(to=to, ground=ReleaseGround.PARTY if copy_of_recording else ReleaseGround.NO_AGREEMENT, rule=Rule.COPY)


def _as_party(agreement: Agreement, to: str) -> Decision | None:
    """The decision for a party, or for who acts for one; null for everybody else."""
    party = _party(agreement, to)
    if to in both_sides(agreement):
        return Decision(to=to, ground=ReleaseGround.PARTY, rule=Rule.COPY, age_key=party.age_key if party else None)
    if party is None:
        return None
    if party.role in COMMITTEE_ROLES and party.present:
        # Of a hearing the committee is itself a participant.
        return Decision(to=to, ground=ReleaseGround.PARTY, rule=Rule.COPY, age_key=party.age_key)
    if party.acts_for is not None and party.acts_for in both_sides(agreement):
        return Decision(to=to, ground=ReleaseGround.ACTS_FOR, rule=Rule.COPY, age_key=party.age_key)
    return None


def _committee(agreement: Agreement, to: str, circumstances: ReleaseCircumstances) -> Decision:
    if not complaint_registered(agreement, circumstances.today):
        not_understood = any(place.startswith("procedure.complaint_") for place in agreement.unreadable)
        ground = ReleaseGround.NOT_UNDERSTOOD if not_understood else ReleaseGround.NOT_REGISTERED
        return _third_party(agreement, to, circumstances, ground)
    party = _party(agreement, to)
    key = (party.age_key if party else None) or agreement.procedure.committee_age_key
    told = both_sides(agreement)
    return Decision(to=to, ground=ReleaseGround.COMMITTEE, rule=Rule.NO_THIRD_PARTIES, told=told, age_key=key)


def _third_party(agreement: Agreement, to: str, circumstances: ReleaseCircumstances, otherwise: ReleaseGround) -> Decision:
    """Only a legal duty, or everybody's agreement to share with this recipient, is a ground; else it is `otherwise`."""
    recipient = next((entry for entry in agreement.recipients if entry.id == to), None)
    known = to if recipient is not None or to == COMMITTEE or _party(agreement, to) is not None else "other"
    recipient = recipient or Recipient()
    told = both_sides(agreement)
    if recipient.legal_duty and recipient.legal_duty.strip():
        ground = ReleaseGround.LEGAL_DUTY
        return Decision(to=known, ground=ground, rule=Rule.NO_THIRD_PARTIES, told=told, age_key=recipient.age_key)
    missing = tuple(member for member in told if member in _not_agreed(agreement, recipient, circumstances.today))
    if missing:
        return Decision(to=known, ground=otherwise, rule=Rule.NO_THIRD_PARTIES, missing=missing)
    if any(place.startswith(("party", "recipient")) for place in agreement.unreadable):
        return Decision(to=known, ground=ReleaseGround.NOT_UNDERSTOOD, rule=Rule.NO_THIRD_PARTIES)
    return Decision(to=known, ground=ReleaseGround.BOTH_AGREED, rule=Rule.NO_THIRD_PARTIES, told=told, age_key=recipient.age_key)


def _not_agreed(agreement: Agreement, recipient: Recipient, today: date) -> frozenset[str]:
    """Who did not agree, agreed for a later day only, or took it back after agreeing, wherever that was written."""
    return frozenset((*sharing_not_agreed(agreement, recipient), *_agreed_later(recipient, today), *_took_back(recipient)))


def _agreed_later(recipient: Recipient, today: date) -> Iterator[str]:
    days: dict[str, list[date]] = {}
    for agreed in recipient.agreed:
        if agreed.party is not None and (day := _day(agreed.at)) is not None:
            days.setdefault(agreed.party, []).append(day)
    yield from (party for party, agreed_on in days.items() if min(agreed_on) > today)


def _took_back(recipient: Recipient) -> Iterator[str]:
    """A withdrawal may stand in a table of its own; on the same day it weighs more than the agreement."""
    for withdrawal in recipient.agreed:
        withdrawn = _day(withdrawal.withdrawn_at)
        if withdrawn is None or withdrawal.party is None:
            continue
        later = (_day(agreed.at) for agreed in recipient.agreed if agreed.party == withdrawal.party and agreed.withdrawn_at is None)
        if not any(day is not None and day > withdrawn for day in later):
            yield withdrawal.party


def _party(agreement: Agreement, party_id: str) -> Party | None:
    return next((party for party in agreement.parties if party.id == party_id), None)


def _role_of(agreement: Agreement, party_id: str) -> Role | None:
    party = _party(agreement, party_id)
    return party.role if party else None


def _day(moment: datetime | date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment
