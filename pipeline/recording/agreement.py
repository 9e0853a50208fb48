"""The agreement two parties make on a recording: the document agreement.toml, written by people.

Everything in it is optional: what is missing is a question on a checklist, never a reason not to make minutes. A value
that cannot be understood counts as missing and its place is named in `Agreement.unreadable`, so that whoever decides on
it (a release, a hold) can tell "not written down" from "written down, but not understood". The fields follow the six
rules for recordings of the Nationale ombudsman (report 2014/166).
"""

import hashlib
import os
import re
import tomllib
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipeline.errors import InputRefused, UsageError

SCHEMA = "wederhoor.agreement/1"
MAX_AGREEMENT_BYTES = 64 * 1024
# tomllib takes quadratic time in the number of parts of a dotted key; no person writes this many dots on one line.
_MAX_DOTS_PER_LINE = 200
_MAX_MISTAKES = 200


def _no_number(value: object) -> object:
    """A bare number is not a date: pydantic would read 2026 as seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError("a date or a time")  # noqa: TRY004 (pydantic wants a ValueError)
    return value


def position(value: object) -> int:
    """A place in a recording, written 0:12, 12:03, 1:12:03 or 1:12:03.250, in milliseconds."""
    if isinstance(value, time):
        value = value.isoformat()
    if isinstance(value, str) and (match := re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,2}):([0-5]?\d)(?:[.,](\d{1,3})\d*)?", value.strip())):
        hours, minutes, seconds, fraction = match.groups(default="0")
        return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))
    raise ValueError("a time such as 00:12:03")


MAX_TEXT = 4000
MAX_SHORT_TEXT = 300

Text = Annotated[str, Field(max_length=MAX_TEXT)]
ShortText = Annotated[str, Field(max_length=MAX_SHORT_TEXT)]
PartyId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Moment = Annotated[datetime | date, BeforeValidator(_no_number)]
Day = Annotated[date, BeforeValidator(_no_number)]
Position = Annotated[int, BeforeValidator(position)]
Flag = Annotated[bool, Field(strict=True)]


class Role(StrEnum):
    """What someone is to the conversation."""

    CLIENT = "client"
    STAFF = "staff"
    SUPPORTER = "supporter"
    INTERPRETER = "interpreter"
    LAWYER = "lawyer"
    CHAIR = "chair"
    SECRETARY = "secretary"
    COMMITTEE_MEMBER = "committee_member"
    OTHER = "other"


class Outcome(StrEnum):
    """What was decided on recording (rule 1)."""

    ALLOWED = "allowed"
    ALTERNATIVE = "alternative"
    REFUSED = "refused"


class AnnouncedWhen(StrEnum):
    """When the other party was told of the recording (rule 3)."""

    BEFORE = "before"
    DURING = "during"
    FOUND_LATER = "found_later"


class EditKind(StrEnum):
    """What was done to a recording and announced (rule 5)."""

    DELETED = "deleted"
    INSERTED = "inserted"
    SILENCED = "silenced"
    REPLACED = "replaced"
    PAUSED = "paused"
    JOINED = "joined"


class Regime(StrEnum):
    """The complaint procedure that applies."""

    WMO = "wmo"
    WKKGZ = "wkkgz"
    AWB = "awb"
    OTHER = "overig"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, coerce_numbers_to_str=True)


class Party(_Table):
    """Someone who takes part. `id` is what logs and minutes use instead of a name; it is made up where none was written.

    `acts_for`: the party whose lawyer, supporter or interpreter this is, and who is therefore no third party to it.
    `age_key`: the age recipient to which copies for this party are encrypted.
    """

    id: PartyId = ""
    role: Role | None = None
    name: ShortText | None = None
    organisation: ShortText | None = None
    contact: ShortText | None = None
    acts_for: PartyId | None = None
    present: Flag | None = None
    speaks: Flag | None = None
    records: Flag | None = None
    language: ShortText | None = None
    age_key: ShortText | None = None


class Conversation(_Table):
    """Which conversation this is. `speakers` is how many voices to expect, where somebody counted them."""

    subject: Text | None = None
    place: ShortText | None = None
    planned_at: Moment | None = None
    ended_at: Moment | None = None
    speakers: Annotated[int, Field(ge=1, le=100)] | None = None
    also_present: tuple[ShortText, ...] = ()


class Decision(_Table):
    """Rule 1: allowed, or a weighty reason and an alternative."""

    outcome: Outcome | None = None
    decided_by: PartyId | None = None
    weighty_reason: Text | None = None
    alternative: Text | None = None
    alternative_accepted: Flag | None = None


class Information(_Table):
    """Rule 2: where and when the organisation told about its arrangements on recordings."""

    where: tuple[ShortText, ...] = ()
    regulations_version: ShortText | None = None
    url: ShortText | None = None
    told_at: Moment | None = None


class Announcement(_Table):
    """Rule 3: who told beforehand, when and how; or when it was found out and what was agreed then."""

    by: PartyId | None = None
    when: AnnouncedWhen | None = None
    at: Moment | None = None
    how: Text | None = None
    on_recording: Flag | None = None
    found_out_at: Moment | None = None
    agreed_afterwards: Text | None = None


class Copy(_Table):
    """Rule 4: a copy somebody asked for."""

    asked_by: PartyId | None = None
    of: PartyId | None = None
    asked_at: Moment | None = None
    form: ShortText | None = None
    due: Moment | None = None
    delivered_at: Moment | None = None
    receipt_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class AnnouncedEdit(_Table):
    """Rule 5: an edit that was told. Places are on the recording as handed in; what was removed has a length only.

    `precision_ms`: how exactly the person could say where it is.
    """

    id: PartyId | None = None
    kind: EditKind | None = None
    start_ms: Annotated[Position | None, Field(alias="from")] = None
    end_ms: Annotated[Position | None, Field(alias="to")] = None
    length_ms: Annotated[Position | None, Field(alias="length")] = None
    precision_ms: Annotated[Position | None, Field(alias="precision")] = None
    recording_of: PartyId | None = None
    by: PartyId | None = None
    told_at: Moment | None = None
    reason: Text | None = None
    original_kept: Flag | None = None


class Edits(_Table):
    """Rule 5: whether the recording was edited, as told. `none` true: the parties say that nothing was."""

    none: Flag | None = None
    announced: tuple[AnnouncedEdit, ...] = ()


class SharingAgreed(_Table):
    """One party's "akkoord om te delen", or its withdrawal."""

    party: PartyId | None = None
    at: Moment | None = None
    scope: Text | None = None
    withdrawn_at: Moment | None = None


class Recipient(_Table):
    """Rule 6: someone outside the conversation who may receive something, and who agreed to it."""

    id: PartyId | None = None
    name: ShortText | None = None
    age_key: ShortText | None = None
    agreed: tuple[SharingAgreed, ...] = ()
    legal_duty: Text | None = None


class Procedure(_Table):
    """A complaint that may follow, and its terms."""

    regime: Regime | None = None
    committee: ShortText | None = None
    committee_age_key: ShortText | None = None
    committee_may_hear: Flag | None = None
    copies_to: tuple[ShortText, ...] = ()
    notice_hours: Annotated[int, Field(ge=0, le=8784)] | None = None
    complaint_before: Day | None = None
    complaint_registered_at: Moment | None = None
    complaint_reference: ShortText | None = None
    complaint_closed_at: Moment | None = None
    respond_before: Day | None = None


class Privacy(_Table):
    """GDPR: why, who answers for it, how long. `processors`: others who may process it, such as a language model's host."""

    purpose: Text | None = None
    controller: ShortText | None = None
    contact: ShortText | None = None
    automated_transcription_told: Flag | None = None
    everyone_present_told: Flag | None = None
    delete_audio_on: Day | None = None
    delete_minutes_on: Day | None = None
    processors: tuple[ShortText, ...] = ()


class Hold(_Table):
    """Nothing is deleted: a party or the committee asked so."""

    by: PartyId | None = None
    since: Moment | None = None
    reason: Text | None = None
    ended_at: Moment | None = None
    ended_by: PartyId | None = None
    end_reason: Text | None = None


class Tips(_Table):
    """The three tips beside the rules: open, equal, trusting."""

    agreed_at_start: Flag | None = None
    said_on_recording: Flag | None = None
    same_duties: Flag | None = None
    may_be_used_in_procedure: Flag | None = None


class Signature(_Table):
    """A party signed the agreement, or did not want to: both are facts, neither stops anything."""

    party: PartyId | None = None
    signed_at: Moment | None = None
    did_not_want_to: Flag | None = None
    note: Text | None = None


class _Tables(_Table):
    """`copy_asked`, `shared_with_others`: false when the parties say that nobody asked, or that nobody else gets it."""

    schema_name: Annotated[str, Field(alias="schema", pattern=f"^{re.escape(SCHEMA)}$")] = SCHEMA
    case: ShortText | None = None
    language: ShortText | None = None
    made_at: Moment | None = None
    copy_asked: Flag | None = None
    shared_with_others: Flag | None = None
    parties: Annotated[tuple[Party, ...], Field(alias="party")] = ()
    conversation: Conversation = Conversation()
    decision: Decision = Decision()
    information: Information = Information()
    announcement: Announcement = Announcement()
    copies: Annotated[tuple[Copy, ...], Field(alias="copy")] = ()
    edits: Edits = Edits()
    recipients: Annotated[tuple[Recipient, ...], Field(alias="recipient")] = ()
    procedure: Procedure = Procedure()
    privacy: Privacy = Privacy()
    holds: Annotated[tuple[Hold, ...], Field(alias="hold")] = ()
    tips: Tips = Tips()
    signatures: Annotated[tuple[Signature, ...], Field(alias="signature")] = ()


class Agreement(_Tables):
    """The whole agreement.

    `sha256` is of the file as handed in. `unreadable` names the places (`hold[1].ended_at`) whose value was not
    understood and therefore left out: a rule that rests on such a place must ask, not assume.
    """

    sha256: str
    unreadable: tuple[str, ...] = ()

    def party(self, party_id: str) -> Party:
        """The party with this id. Raises UsageError that names the ids there are."""
        for party in self.parties:
            if party.id == party_id:
                return party
        raise UsageError("unknown_party", party=party_id, known=", ".join(party.id for party in self.parties) or "-")

    @property
    def speakers_expected(self) -> int | None:
        """How many voices to expect: the number written down, else the parties said to speak; null when nobody said so."""
        speaking = sum(1 for party in self.parties if party.speaks)
        return self.conversation.speakers or speaking or None


def read_agreement(path: Path) -> Agreement:
    """Read agreement.toml. Raises InputRefused when there is no such file or it is not TOML of a person's size."""
    return parse_agreement(read_agreement_bytes(path))


def read_agreement_bytes(path: Path) -> bytes:
    """The bytes of an agreement file, bounded; links, folders and devices are refused."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(MAX_AGREEMENT_BYTES + 1)
    except OSError as error:
        raise InputRefused("agreement_not_readable", file=path.name) from error
    if len(data) > MAX_AGREEMENT_BYTES:
        raise InputRefused("agreement_too_large", kilobytes=MAX_AGREEMENT_BYTES // 1024)
    return data


def parse_agreement(data: bytes) -> Agreement:
    """The agreement in these bytes of TOML. What does not fit the schema is left out and named in `unreadable`."""
    plain = _load(data)
    mistakes = _name_parties(plain)
    while True:
        try:
            tables = _Tables.model_validate(plain)
        except ValidationError as error:
            mistakes += _leave_out(plain, error)
            if len(mistakes) > _MAX_MISTAKES:
                raise InputRefused("agreement_not_understood") from None
        else:
            known = {name: getattr(tables, name) for name in tables.model_fields_set}
            return Agreement.model_construct(**known, sha256=hashlib.sha256(data).hexdigest(), unreadable=tuple(sorted(mistakes)))


def _load(data: bytes) -> dict[str, Any]:
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.count(b".") > _MAX_DOTS_PER_LINE:
            raise InputRefused("agreement_not_toml", line=number)
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        found = re.search(r"at line (\d+)", str(error))
        raise InputRefused("agreement_not_toml", line=int(found[1]) if found else 1) from None
    except RecursionError:
        raise InputRefused("agreement_not_toml", line=1) from None


def _name_parties(plain: dict[str, Any]) -> list[str]:
    """Give each party without an id of its own one from its role, so that logs never need a name."""
    parties = plain.get("party")
    if not isinstance(parties, list):
        return []
    mistakes: list[str] = []
    taken: set[str] = set()
    for number, party in enumerate(parties, 1):
        if not isinstance(party, dict):
            continue
        written = party.get("id")
        if not isinstance(written, str) or not re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", written) or written in taken:
            if written is not None:
                mistakes.append(f"party[{number}].id")
            role = party.get("role")
            own = role if isinstance(role, str) and role in set(Role) else "party"
            party["id"] = own if own not in taken and own != "party" else f"{own}-{number}"
        taken.add(party["id"])
    return mistakes


def _leave_out(plain: dict[str, Any], error: ValidationError) -> list[str]:
    """Remove the values that `error` complains of; return their places as people count them, from one."""
    found = {_place_in(plain, problem["loc"]) for problem in error.errors(include_url=False, include_input=False)}
    # From the back, so that the numbers of list entries still to be removed stay right.
    for place in sorted(found, key=_order, reverse=True):
        holder: Any = plain
        for step in place[:-1]:
            holder = holder[step]
        del holder[place[-1]]
    return [_written(place) for place in found]


def _place_in(data: Any, steps: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The part of an error's location that exists in the data; pydantic adds the names of union members."""
    place: list[int | str] = []
    for step in steps:
        if not (isinstance(data, dict) and step in data) and not (isinstance(data, list) and isinstance(step, int)):
            break
        place.append(step)
        data = cast(Any, data)[step]
    return tuple(place)


def _order(place: tuple[int | str, ...]) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in place)


def _written(place: tuple[int | str, ...]) -> str:
    name = ""
    for step in place:
        name += f"[{step + 1}]" if isinstance(step, int) else "." + re.sub(r"[^\w-]", "?", step)[:40]
    return name.removeprefix(".")
