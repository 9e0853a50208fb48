"""The six rules for recordings held against an agreement: followed, not followed or unknown, with the ground for it.

The rules and the three tips are those of the Nationale ombudsman (report 2014/166). A check says what stands in the
agreement, never what somebody meant. What is missing, or was written but not understood, makes a rule unknown and asks a
question; it never counts against anyone and never stops minutes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from pipeline.recording.agreement import Agreement, AnnouncedEdit, AnnouncedWhen, Outcome, Recipient, Role, SharingAgreed

SCHEMA = "wederhoor/rules/1"
# Clocks of telephones and of people differ; a smaller difference says nothing.
CLOCK_TOLERANCE = timedelta(minutes=5)


class Rule(StrEnum):
    """What is held against the agreement: the rules by number, the tips and privacy by name."""

    ALLOWED = "1"
    INFORM = "2"
    ANNOUNCE = "3"
    COPY = "4"
    NO_EDITS = "5"
    NO_THIRD_PARTIES = "6"
    OPEN = "open"
    EQUAL = "equal"
    TRUST = "trust"
    PRIVACY = "privacy"


class Standing(StrEnum):
    """How a rule stands; the order is from best to worst known."""

    FOLLOWED = "followed"
    UNKNOWN = "unknown"
    NOT_FOLLOWED = "not_followed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One thing that stands, or does not stand, in the agreement.

    `key` names its sentence and advice in the texts (`rules.ground.<key>`); `details` fill it in: ids, dates and
    numbers, never names or what people wrote.
    """

    key: str
    standing: Standing
    details: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """A rule, how it stands (the worst of its grounds, in the order followed, unknown, not followed) and why."""

    rule: Rule
    standing: Standing
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReport:
    """Every rule held against one agreement. `agreement_sha256` is null when there is none."""

    schema: str
    agreement_sha256: str | None
    rules: tuple[RuleResult, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the checks need to know beside the agreement.

    `recording_start`: what the recording's own clock claims; `unannounced_places`: how many places the cut check found that
    belong to no announced edit. Both null when there is no recording at hand, or when it cannot tell.
    """

    today: date
    recording_start: datetime | None = None
    unannounced_places: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """How one rule is checked: the fields of the agreement it reads and the function that does it."""

    rule: Rule
    fields: tuple[str, ...]
    grounds: Callable[[Agreement, Circumstances], Iterator[Ground]]


def check_rules(agreement: Agreement | None, circumstances: Circumstances) -> RuleReport:
    """Hold every rule against the agreement. Without one every rule is unknown."""
    if agreement is None:
        nothing = (_unknown("no_agreement"),)
        results = tuple(RuleResult(rule=check.rule, standing=Standing.UNKNOWN, grounds=nothing) for check in CHECKS)
        return RuleReport(schema=SCHEMA, agreement_sha256=None, rules=results)
    results = tuple(_result(check, agreement, circumstances) for check in CHECKS)
    return RuleReport(schema=SCHEMA, agreement_sha256=agreement.sha256, rules=results)


def _result(check: Check, agreement: Agreement, circumstances: Circumstances) -> RuleResult:
    not_understood = tuple(_unknown("not_understood", place=place) for place in agreement.unreadable if _reads(check, place))
    grounds = not_understood or tuple(check.grounds(agreement, circumstances))
    order = list(Standing)
    return RuleResult(rule=check.rule, standing=max((ground.standing for ground in grounds), key=order.index), grounds=grounds)


def _reads(check: Check, place: str) -> bool:
    """Whether a place such as `copy[1].due` lies under one of the check's fields."""
    table = place.split(".")[0].split("[")[0]
    return any(field.split(".")[0] == table for field in check.fields)


def _allowed(agreement: Agreement, _: Circumstances) -> Iterator[Ground]:
    decision = agreement.decision
    if decision.outcome is None:
        yield _unknown("decision_missing")
    elif decision.outcome is Outcome.ALLOWED:
        yield _followed("allowed")
    elif decision.weighty_reason and decision.alternative:
        yield _followed("refused_with_reason_and_alternative")
    else:
        if not decision.weighty_reason:
            yield _not_followed("refused_without_reason")
        if not decision.alternative:
            yield _not_followed("refused_without_alternative")


def _informed(agreement: Agreement, _: Circumstances) -> Iterator[Ground]:
    information = agreement.information
    if information.where or information.url or information.regulations_version:
        yield _followed("informed")
    else:
        yield _unknown("information_missing")


def _announced(agreement: Agreement, circumstances: Circumstances) -> Iterator[Ground]:
    announcement = agreement.announcement
    match announcement.when:
        case None:
            yield _unknown("announcement_missing")
        case AnnouncedWhen.DURING:
            yield _not_followed("announced_during")
        case AnnouncedWhen.FOUND_LATER:
            yield _not_followed("found_later_and_agreed" if announcement.agreed_afterwards else "found_later")
        case AnnouncedWhen.BEFORE:
            if _is_after(announcement.at, circumstances.recording_start):
                yield _unknown("announced_before_but_clocks_differ")
            else:
                yield _followed("announced_before")


def _is_after(announced: datetime | date | None, start: datetime | None) -> bool:
    """Whether the announcement is clearly later than the recording's own clock says it began."""
    if start is None or not isinstance(announced, datetime) or announced.tzinfo is None or start.tzinfo is None:
        return False
    return announced > start + CLOCK_TOLERANCE


def _copies(agreement: Agreement, circumstances: Circumstances) -> Iterator[Ground]:
    if not agreement.copies:
        yield _followed("no_copy_asked") if agreement.copy_asked is False else _unknown("copies_not_noted")
    for number, copy in enumerate(agreement.copies, 1):
        due, delivered = _day(copy.due), _day(copy.delivered_at)
        details = {"number": str(number)} | ({"due": due.isoformat()} if due else {})
        if delivered and due and delivered > due:
            yield _not_followed("copy_late", delivered=delivered.isoformat(), **details)
        elif delivered:
            yield _followed("copy_delivered", delivered=delivered.isoformat(), **details)
        elif due is None:
            yield _unknown("copy_without_date", **details)
        elif due < circumstances.today:
            yield _unknown("copy_delivery_not_noted", **details)
        else:
            yield _followed("copy_to_come", **details)


def _edits(agreement: Agreement, circumstances: Circumstances) -> Iterator[Ground]:
    edits = agreement.edits
    if edits.announced:
        yield from (_edit(number, edit) for number, edit in enumerate(edits.announced, 1))
    elif edits.none is None:
        yield _unknown("edits_not_noted")
    else:
        yield _followed("no_edits_told") if edits.none else _unknown("edits_not_described")
    if circumstances.unannounced_places is not None:
        places = circumstances.unannounced_places
        yield _unknown("places_to_explain", count=str(places)) if places else _followed("no_places_found")


def _edit(number: int, edit: AnnouncedEdit) -> Ground:
    if edit.told_at is None:
        return _unknown("edit_not_told", number=str(number))
    if edit.original_kept is None:
        return _unknown("edit_original_unknown", number=str(number))
    return _followed("edit_told" if edit.original_kept else "edit_told_original_gone", number=str(number))


def _third_parties(agreement: Agreement, _: Circumstances) -> Iterator[Ground]:
    if not agreement.recipients:
        yield _followed("no_recipients") if agreement.shared_with_others is False else _unknown("recipients_not_noted")
    for number, recipient in enumerate(agreement.recipients, 1):
        details = {"number": str(number)}
        if recipient.legal_duty:
            yield _followed("recipient_by_duty", **details)
        elif missing := sharing_not_agreed(agreement, recipient):
            yield _unknown("recipient_not_agreed", parties=", ".join(missing), **details)
        else:
            yield _followed("recipient_agreed", **details)


def sharing_not_agreed(agreement: Agreement, recipient: Recipient) -> tuple[str, ...]:
    """The parties (ids) without an unwithdrawn "akkoord om te delen" for this recipient.

    The two sides of the conversation must both agree: every client and every member of staff who is a party. When a side
    is not in the agreement at all, its role stands for it.
    """
    agreed = {consent.party for consent in recipient.agreed if consent.at is not None and not _withdrawn(consent, recipient)}
    missing: list[str] = []
    for side in (Role.CLIENT, Role.STAFF):
        members = [party.id for party in agreement.parties if party.role is side] or [str(side)]
        missing += [member for member in members if member not in agreed]
    return tuple(missing)


def _withdrawn(consent: SharingAgreed, recipient: Recipient) -> bool:
    """Whether this was withdrawn, in its own table or in a later one of the same party."""
    if consent.withdrawn_at is not None:
        return True
    given = _day(consent.at)
    later = (_day(other.withdrawn_at) for other in recipient.agreed if other.party == consent.party and other is not consent)
    return any(day is not None and given is not None and day >= given for day in later)


def _open(agreement: Agreement, _: Circumstances) -> Iterator[Ground]:
    yield _told(agreement.tips.agreed_at_start, "agreed_at_start")
    yield _told(agreement.tips.said_on_recording, "said_on_recording")


def _equal(agreement: Agreement, _: Circumstances) -> Iterator[Ground]:
    yield _told(agreement.tips.same_duties, "same_duties")


def _trust(agreement: Agreement, _: Circumstances) -> Iterator[Ground]:
    yield _told(agreement.tips.may_be_used_in_procedure, "may_be_used")


def _privacy(agreement: Agreement, _: Circumstances) -> Iterator[Ground]:
    privacy = agreement.privacy
    yield _told(privacy.everyone_present_told, "everyone_told")
    yield _told(privacy.automated_transcription_told, "transcription_told")
    for key, value in (
        ("purpose", privacy.purpose),
        ("controller", privacy.controller),
        ("contact", privacy.contact),
        ("delete_audio", privacy.delete_audio_on),
        ("delete_minutes", privacy.delete_minutes_on),
    ):
        yield _followed(f"{key}_noted") if value else _unknown(f"{key}_missing")
    complaint_before, delete_audio = agreement.procedure.complaint_before, privacy.delete_audio_on
    if complaint_before and delete_audio and delete_audio < complaint_before:
        yield _unknown("deleted_before_complaint_term", delete=delete_audio.isoformat(), term=complaint_before.isoformat())


CHECKS = (
    Check(Rule.ALLOWED, ("decision.outcome", "decision.weighty_reason", "decision.alternative"), _allowed),
    Check(Rule.INFORM, ("information.where", "information.regulations_version", "information.url"), _informed),
    Check(Rule.ANNOUNCE, ("announcement.when", "announcement.at", "announcement.agreed_afterwards"), _announced),
    Check(Rule.COPY, ("copy_asked", "copy.due", "copy.delivered_at"), _copies),
    Check(Rule.NO_EDITS, ("edits.none", "edits.announced.told_at", "edits.announced.original_kept"), _edits),
    Check(Rule.NO_THIRD_PARTIES, ("shared_with_others", "recipient.agreed", "recipient.legal_duty", "party.role"), _third_parties),
    Check(Rule.OPEN, ("tips.agreed_at_start", "tips.said_on_recording"), _open),
    Check(Rule.EQUAL, ("tips.same_duties",), _equal),
    Check(Rule.TRUST, ("tips.may_be_used_in_procedure",), _trust),
    Check(
        Rule.PRIVACY,
        (
            "privacy.everyone_present_told",
            "privacy.automated_transcription_told",
            "privacy.purpose",
            "privacy.controller",
            "privacy.contact",
            "privacy.delete_audio_on",
            "privacy.delete_minutes_on",
            "procedure.complaint_before",
        ),
        _privacy,
    ),
)


def _told(answer: bool | None, key: str) -> Ground:
    if answer is None:
        return _unknown(f"{key}_missing")
    return _followed(key) if answer else _not_followed(f"{key}_not")


def _day(moment: datetime | date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment


def _followed(key: str, **details: str) -> Ground:
    return Ground(key=key, standing=Standing.FOLLOWED, details=details)


def _unknown(key: str, **details: str) -> Ground:
    return Ground(key=key, standing=Standing.UNKNOWN, details=details)


def _not_followed(key: str, **details: str) -> Ground:
    return Ground(key=key, standing=Standing.NOT_FOLLOWED, details=details)
