"""Hearing both sides: responses that came in, more time for both, and establishing the minutes.

Each act gives a next version. A response is only ever added; after the minutes were established it is added as such, and
nothing else changes any more.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipeline.errors import RefusedByRule, UsageError
from pipeline.minutes.changes import change_of, must_be_heard, succeeding, successor
from pipeline.minutes.corrections import note_proposals
from pipeline.minutes.labels import local_day
from pipeline.minutes.model import Minutes, State
from pipeline.minutes.reactions import Established, Extension, Reaction, Response
from pipeline.recording.agreement import Role

SIDES = (Role.CLIENT, Role.STAFF)


def side_of(minutes: Minutes, party: str) -> tuple[Role, str | None]:
    """Which side a party is on, and the party it acts for (null for itself). Raises UsageError for somebody who has no side."""
    parties = {one.id: one for one in minutes.agreement.parties}
    found = parties.get(party)
    if found is not None and found.role in SIDES:
        return found.role, None
    if found is not None and found.acts_for is not None:
        principal = parties.get(found.acts_for)
        role = principal.role if principal else _role(found.acts_for)
        if role is not None and role in SIDES:
            return role, found.acts_for
    own = _role(party)
    if found is None and own is not None and own in SIDES and all(one.role is not own for one in parties.values()):
        return own, None
    known = [one.id for one in parties.values() if one.role in SIDES or one.acts_for] or [side.value for side in SIDES]
    raise UsageError("unknown_party", party=party, known=", ".join(known))


def add_response(minutes: Minutes, response: Response, *, actor: str, at: str) -> Minutes:
    """The next version with one more response; what its reactions propose is noted as proposals while there is still to decide."""
    established = minutes.state is State.ESTABLISHED
    response = replace(response, afterwards=established)
    change = change_of(minutes, "responded_afterwards" if established else "responded", actor, at)
    added = replace(minutes, responses=(*minutes.responses, response))
    if not established:
        added = note_proposals(added, response.reactions, by=response.party, at=at, version=change.version)
    return succeeding(added, minutes, change)


def open_response(minutes: Minutes, closed: Response, opened: Response, *, actor: str, at: str) -> Minutes:
    """The next version, in which a response that was closed can be read."""
    change = change_of(minutes, "opened", actor, at)
    opened = replace(opened, afterwards=closed.afterwards)
    added = replace(minutes, responses=tuple(opened if one == closed else one for one in minutes.responses))
    if minutes.state is not State.ESTABLISHED:
        added = note_proposals(added, opened.reactions, by=opened.party, at=at, version=change.version)
    return succeeding(added, minutes, change)


def new_reactions(minutes: Minutes, reactions: Sequence[Reaction]) -> tuple[Reaction, ...]:
    """The reactions that are not there yet. One that is there under the same id with other words is new: neither overwrites the other."""
    known = {reaction for response in minutes.responses for reaction in response.reactions}
    return tuple(reaction for reaction in reactions if reaction not in known)


def extend(minutes: Minutes, before: date, *, reason: str, by: str, at: str) -> Minutes:
    """The next version, in which both parties have until `before` to respond. The same again changes nothing.

    Raises UsageError without a reason, RefusedByRule for less time than there was.
    """
    if not reason.strip():
        raise UsageError("extension_without_reason")
    last = minutes.extensions[-1] if minutes.extensions else None
    if last is not None and (last.respond_before, last.reason, last.by) == (before.isoformat(), " ".join(reason.split()), by):
        return minutes
    now = minutes.respond_before
    if now is not None and before <= date.fromisoformat(now):
        raise RefusedByRule("extension_shortens", before=now)
    extension = Extension(respond_before=before.isoformat(), reason=" ".join(reason.split()), by=by, at=at)
    return successor(replace(minutes, extensions=(*minutes.extensions, extension)), minutes, change_of(minutes, "extended", by, at))


def silent_sides(minutes: Minutes) -> tuple[Role, ...]:
    """The sides from which nothing was received."""
    heard = {response.side for response in minutes.responses}
    return tuple(side for side in SIDES if side not in heard)


def unheard_lines(minutes: Minutes) -> tuple[str, ...]:
    """The lines that a named person must still listen to."""
    return tuple(line.id for line in minutes.lines if must_be_heard(line) and not line.heard_by)


def establish(minutes: Minutes, *, decided_by: Sequence[str], by: str, at: str) -> Minutes:
    """The next version, established by these named people. Proposals that were not decided on keep both readings.

    Once more by the same people changes nothing: a run after a kill finds it done.

    Raises RefusedByRule when the minutes did not go to the parties, a party still has time or was given none, a response is still
    closed, or a line that must be heard was not; UsageError without a name.
    """
    names = tuple(dict.fromkeys(" ".join(name.split()) for name in decided_by if name.strip()))
    if not names:
        raise UsageError("establish_without_name")
    if minutes.established is not None and minutes.established.decided_by == names:
        return minutes
    if minutes.state is not State.WITH_PARTIES:
        raise RefusedByRule("minutes_state", now=minutes.state, wanted=State.ESTABLISHED)
    if any(response.closed for response in minutes.responses):
        raise RefusedByRule("establish_closed_response")
    if silent := silent_sides(minutes):
        before = minutes.respond_before
        if before is None:
            raise RefusedByRule("establish_without_term", parties=", ".join(silent))
        if local_day(at) < date.fromisoformat(before):
            raise RefusedByRule("establish_too_early", parties=", ".join(silent), before=before)
    if unheard := unheard_lines(minutes):
        raise RefusedByRule("establish_unheard", count=len(unheard), lines=", ".join(unheard[:20]))
    undecided = tuple(correction.id for correction in minutes.corrections if correction.is_open)
    established = Established(decided_by=names, at=at, undecided=undecided)
    change = change_of(minutes, State.ESTABLISHED, by, at)
    return successor(replace(minutes, state=State.ESTABLISHED, established=established), minutes, change)


def _role(name: str) -> Role | None:
    return Role(name) if name in set(Role) else None
