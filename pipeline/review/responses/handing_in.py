"""Handing in responses: each file is checked, kept as it came, named in the log, and added to the minutes.

The merge is a union: what a party said once stays, a file that comes twice changes nothing, and of two reactions under one
id with different words both stay. The log names a file before it is there: after a kill the same command finishes the work.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyrage

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.custody import Act, CustodyEntry
from pipeline.dossier.layout import Dossier
from pipeline.errors import InputRefused, RefusedByRule, UsageError, WederhoorError
from pipeline.minutes.hearing import add_response, new_reactions, open_response, side_of, silent_sides
from pipeline.minutes.labels import local_day
from pipeline.minutes.model import Minutes
from pipeline.minutes.reactions import CLOSED_BY_PAGE, Form, Reaction, Response, SubjectKind
from pipeline.minutes.versions import load_chain
from pipeline.recording.agreement import Role
from pipeline.review.publish import Desk, put_in_force
from pipeline.review.responses.closing import committee_recipient, is_committees
from pipeline.review.responses.document import Annotation, ClosedFile, FragmentSelector, ResponseFile
from pipeline.review.responses.keys import check_key
from pipeline.review.responses.reading import Received as FromParty
from pipeline.review.responses.reading import ReceivedClosed, parse_received, parse_response, read_response_bytes
from pipeline.review.responses.released import released_versions

SCHEMA = "wederhoor/read-back/1"
_MAX_IDENTITY_BYTES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What was received, as read back to the party.

    `file`: its place in the dossier; `sha256`: of the file as the party brought it; `late`: on or after the day before which
    both had to respond; `closed`: not to be read by anybody before both have responded; `again`: it was there already;
    `version`: of the minutes in which it stands; `entry`: the line of the log that names it.
    """

    dossier: str
    party: str
    acts_for: str | None
    side: Role
    file: str
    sha256: str
    on_version: str
    received_on: str
    late: bool
    closed: bool
    again: bool
    form: Form
    entered_by: str | None
    reactions: tuple[Reaction, ...]
    version: str
    entry: CustodyEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The document of `wederhoor respond`: everything that was handed in at once."""

    schema: str
    responses: tuple[HandedIn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A response whose origin was checked, ready to be kept. `data`: the file's bytes."""

    data: bytes
    response: ResponseFile | ClosedFile

    @property
    def readable(self) -> ResponseFile | None:
        """What it says; null when the party's page closed it."""
        return self.response if isinstance(self.response, ResponseFile) else None

    @property
    def reactions(self) -> tuple[Reaction, ...]:
        """Its reactions as the minutes hold them; none that can be read when it is closed."""
        return tuple(reaction_of(one) for one in self.readable.first.items) if self.readable else ()

    @property
    def sha256(self) -> str:
        """Of the file as it came in."""
        return hashlib.sha256(self.data).hexdigest()


def respond(desk: Desk, files: Sequence[Path], *, received_on: date | None = None, closed: bool = False) -> tuple[HandedIn, ...]:
    """Add the responses that the parties' pages saved. `received_on`: when they came in, null for today; `closed`: see `keep`.

    All files are checked before any is kept. Raises InputRefused for what is no response to a version of these minutes,
    VerificationFailed for an unknown key or a wrong signature, RefusedByRule or UsageError when it cannot be closed.
    """
    if not files:
        raise UsageError("response_options")
    checked = [check(desk.dossier, path) for path in files]
    return tuple(keep(desk, one, received_on=received_on, closed=closed) for one in checked)


def check(dossier: Dossier, path: Path) -> Incoming:
    """A response file from outside: is it one, to a version of these minutes, with the key of its party?"""
    received = parse_received(read_response_bytes(path), path.name)
    _require_known_versions(dossier, received, path.name)
    check_key(dossier, received, path.name)
    return Incoming(data=received.data, response=received.response)


def _nothing_beside(_: str) -> None:
    """A page's file is all there is."""


def keep(
    desk: Desk, incoming: Incoming, *, received_on: date | None, closed: bool, beside: Callable[[str], None] = _nothing_beside
) -> HandedIn:
    """Keep a response and add it to the minutes; again without effect.

    `beside(name)` keeps what comes with it, before the minutes speak of it. `closed`: encrypted to the committee's age key until
    both have responded. Whoever runs this command holds the open file: a party that does not want the organisation to read it
    closes it in its page. Once one response is closed, those that follow are too.
    """
    minutes = desk.current().minutes
    day = _received_on(desk, received_on)
    party = incoming.response.creator.party
    side, acts_for = side_of(minutes, party)
    name = _name_in_log(desk, incoming.sha256)
    again = name is not None and any(response.file == name for response in minutes.responses)
    if not again:
        recipient = committee_recipient(desk.dossier, minutes, party, closed=closed or incoming.readable is None)
        seal = recipient if incoming.readable else None
        data = incoming.data if seal is None else _sealed(incoming.data, seal)
        ending = CLOSED_BY_PAGE if incoming.readable is None else ".jsonld" if seal is None else ".jsonld.age"
        name = name or _free_name(desk.dossier, party, ending, desk)
        _store(desk, name, data, incoming, party)
        beside(name)
        entered = incoming.readable.on_behalf if incoming.readable else None
        response = Response(
            file=name,
            sha256=hashlib.sha256(data).hexdigest(),
            party=party,
            acts_for=acts_for,
            side=side,
            on_version=incoming.response.minutes.version,
            received_on=day.isoformat(),
            form=entered.form if entered else Form.PAGE,
            entered_by=entered.entered_by if entered else None,
            afterwards=False,
            closed=recipient is not None,
            reactions=() if recipient is not None else new_reactions(minutes, incoming.reactions),
        )
        minutes = add_response(minutes, response, actor=desk.actor, at=desk.at)
    stored = put_in_force(desk, minutes)
    return _handed_in(desk, incoming, stored.minutes, name or "", again=again)


def open_closed(desk: Desk, identity: Path) -> tuple[HandedIn, ...]:
    """Open the closed responses with the committee's key, once both have responded or the term has passed."""
    minutes = desk.current().minutes
    waiting = [response for response in minutes.responses if response.closed]
    if not waiting:
        raise UsageError("open_nothing")
    before = minutes.respond_before
    passed = before is not None and local_day(desk.at) >= date.fromisoformat(before)
    if (silent := silent_sides(minutes)) and not passed:
        raise RefusedByRule("open_too_early", parties=", ".join(silent))
    key = _identity(identity)
    opened: list[HandedIn] = []
    for closed in waiting:
        incoming = _unsealed(desk, closed, key)
        if incoming.readable:
            name = re.sub(r"\.age$|\.closed\.json$", "", closed.file).removesuffix(".jsonld") + ".jsonld"
            _store(desk, name, incoming.data, incoming, closed.party)
            now_open = _opened(closed, name, incoming.sha256, new_reactions(minutes, incoming.reactions))
        else:
            name = closed.file
            now_open = _opened(closed, name, closed.sha256, ())
        minutes = open_response(minutes, closed, now_open, actor=desk.actor, at=desk.at)
        minutes = put_in_force(desk, minutes).minutes
        opened.append(_handed_in(desk, incoming, minutes, name, again=False))
    return tuple(opened)


def _unsealed(desk: Desk, closed: Response, key: Any) -> Incoming:
    """What a closed response says. One that its own page closed so that the committee's key does not open it, or that holds no
    response of that party, stays as it came: it may not keep the other's closed. Raises InputRefused for another key."""
    name = Path(closed.file).name
    kept = (desk.dossier.path / closed.file).read_bytes()
    if not name.endswith(CLOSED_BY_PAGE):
        return _read_sealed(desk, kept, closed, key)
    outside = parse_received(kept, name)
    if not isinstance(outside, ReceivedClosed):
        raise InputRefused("response_invalid", file=name)
    try:
        inside = _read_sealed(desk, outside.response.age_file, closed, key)
        if inside.response.proof is None:
            raise InputRefused("response_invalid", file=name)
    except WederhoorError:
        if not is_committees(desk.dossier, key):
            raise
        return Incoming(data=kept, response=outside.response)
    return inside


def _read_sealed(desk: Desk, sealed: bytes, closed: Response, key: Any) -> Incoming:
    name = Path(closed.file).name
    try:
        data: bytes = pyrage.decrypt(sealed, [key])
    except pyrage.DecryptError as error:
        raise InputRefused("identity_unusable") from error
    received = parse_response(data, name)
    if received.response.proof is not None:
        _require_known_versions(desk.dossier, received, name)
        check_key(desk.dossier, received, name)
    if received.response.creator.party != closed.party:
        raise InputRefused("response_invalid", file=name)
    return Incoming(data=data, response=received.response)


def reaction_of(annotation: Annotation) -> Reaction:
    """One annotation as the minutes hold it."""
    fragment = next((one for one in annotation.target.selector if isinstance(one, FragmentSelector)), None)
    start, end = _stretch(fragment) if fragment else (None, None)
    quote, proposal, comment = annotation.target.quote, annotation.proposal, annotation.comment
    subject = annotation.target.subject
    whole_line = subject.kind is SubjectKind.LINE and quote is None
    return Reaction(
        id=annotation.id,
        value=annotation.value,
        text=annotation.text,
        language=comment.language if comment else None,
        kind=subject.kind,
        subject=subject.id,
        quote=None if whole_line or quote is None else quote.exact,
        start_ms=start,
        end_ms=end,
        field=proposal.field if proposal else None,
        proposal=proposal.value if proposal else None,
        made_at=annotation.created,
        replaces=annotation.replaces,
    )


def _stretch(fragment: FragmentSelector) -> tuple[int, int]:
    start, end = (_milliseconds(part) for part in fragment.value.removeprefix("t=").split(","))
    return start, end


def _milliseconds(seconds: str) -> int:
    whole, _, fraction = seconds.partition(".")
    return int(whole) * 1000 + int(fraction.ljust(3, "0") or 0)


def _require_known_versions(dossier: Dossier, received: FromParty, name: str) -> None:
    """Every version a response speaks of must be one of these minutes, be called what it says, and have been released."""
    chain = {stored.sha256: stored.minutes for stored in load_chain(dossier.minutes_folder)}
    said = received.response.minutes
    about = chain.get(said.sha256)
    if about is None or about.version != said.version or about.recording.sha256 != said.recording:
        raise InputRefused("response_version_unknown", file=name)
    if not chain.keys() >= received.spoken_of:
        raise InputRefused("response_version_unknown", file=name)
    released = {stored.sha256 for stored in released_versions(dossier)}
    if kept_back := sorted({chain[sha256].version for sha256 in received.spoken_of if sha256 not in released}):
        raise InputRefused("response_version_not_released", file=name, versions=", ".join(kept_back))


def _received_on(desk: Desk, received_on: date | None) -> date:
    today = local_day(desk.at)
    if received_on is not None and received_on > today:
        raise UsageError("response_future_day", day=received_on.isoformat())
    return received_on or today


def _sealed(data: bytes, recipient: Any) -> bytes:
    encrypted: bytes = pyrage.encrypt(data, [recipient])
    return encrypted


def _identity(path: Path) -> Any:
    """The committee's private key: the line of an age key file that holds it."""
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_IDENTITY_BYTES).decode()
        line = next(line for line in text.splitlines() if line.startswith("AGE-SECRET-KEY-"))
        return pyrage.x25519.Identity.from_str(line.strip())
    except (OSError, ValueError, StopIteration, pyrage.IdentityError) as error:
        raise InputRefused("identity_unusable") from error


def _name_in_log(desk: Desk, inside: str) -> str | None:
    """The name under which a file with these bytes was or is to be kept, as the log says."""
    for entry in custody.read(desk.dossier):
        if entry.act is Act.RESPONDED and entry.settings.get("inside") == inside:
            return str(entry.settings["file"])
    return None


def _free_name(dossier: Dossier, party: str, ending: str, desk: Desk) -> str:
    """responses/<party>-<n>: the first number that neither the folder nor the log knows."""
    taken = {path.name for path in dossier.responses.glob(f"{party}-*")} if dossier.responses.is_dir() else set()
    taken |= {str(entry.settings.get("file", "")).rpartition("/")[2] for entry in custody.read(desk.dossier) if entry.act is Act.RESPONDED}
    numbers = (re.match(rf"{re.escape(party)}-(\d+)", name) for name in taken)
    return f"responses/{party}-{max((int(found[1]) for found in numbers if found), default=0) + 1}{ending}"


def _store(desk: Desk, name: str, data: bytes, incoming: Incoming, party: str) -> None:
    """Log a file and then keep it. `inside`: the digest of what is in it, when it is encrypted; else its own."""
    sha256 = hashlib.sha256(data).hexdigest()
    if all((entry.act, entry.object_sha256) != (Act.RESPONDED, sha256) for entry in custody.read(desk.dossier)):
        facts: dict[str, str | int] = {"file": name, "inside": incoming.sha256, "party": party}
        if incoming.readable:
            facts["reactions"] = incoming.readable.total
        desk.log(Act.RESPONDED, sha256, facts)
    path = desk.dossier.path / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        documents.write_atomically(path, data, mode=0o400)
        documents.fsync_folder(desk.dossier.path)


def _opened(closed: Response, name: str, sha256: str, reactions: tuple[Reaction, ...]) -> Response:
    return Response(
        file=name,
        sha256=sha256,
        party=closed.party,
        acts_for=closed.acts_for,
        side=closed.side,
        on_version=closed.on_version,
        received_on=closed.received_on,
        form=closed.form,
        entered_by=closed.entered_by,
        afterwards=closed.afterwards,
        closed=False,
        reactions=reactions,
    )


def _handed_in(desk: Desk, incoming: Incoming, minutes: Minutes, name: str, *, again: bool) -> HandedIn:
    response = next(one for one in minutes.responses if one.file == name)
    entries = [one for one in custody.read(desk.dossier) if one.act is Act.RESPONDED and one.settings.get("file") == name]
    return HandedIn(
        dossier=desk.dossier.path.name,
        party=response.party,
        acts_for=response.acts_for,
        side=response.side,
        file=name,
        sha256=incoming.sha256,
        on_version=response.on_version,
        received_on=response.received_on,
        late=response.is_late(minutes.respond_before),
        closed=response.closed,
        again=again,
        form=response.form,
        entered_by=response.entered_by,
        reactions=incoming.reactions,
        version=minutes.version,
        entry=entries[-1],
    )
