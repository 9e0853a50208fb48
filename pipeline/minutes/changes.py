"""Changes that make a next version of the minutes. Each gives a new document; the one it started from stays as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import RefusedByRule, UsageError
from pipeline.minutes.model import Change, Minutes, Speaker, State
from pipeline.recording.agreement import Role

_NEXT_STATES = {
    State.CONCEPT: {State.WITH_PARTIES},
    State.WITH_PARTIES: {State.ESTABLISHED},
    State.ESTABLISHED: set[State](),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Who a voice is, according to a person: a role of the agreement, and a name when it may be shown."""

    role: Role
    name: str | None = None


def confirm_speakers(minutes: Minutes, who: Mapping[str, Confirmation], *, actor: str, at: str) -> Minutes:
    """The next version, in which the named voices (S1, S2 ...) are confirmed; the others stay as they were.

    Raises UsageError for a voice that is not in the minutes, RefusedByRule when the minutes are established.
    """
    known = {speaker.id for speaker in minutes.speakers}
    for speaker in who:
        if speaker not in known:
            raise UsageError("unknown_speaker", speaker=speaker, known=", ".join(sorted(known)))
    if not who:
        raise UsageError("no_speakers_named")
    speakers = tuple(_confirmed(speaker, who[speaker.id]) if speaker.id in who else speaker for speaker in minutes.speakers)
    change = _change(minutes, "speakers_confirmed", actor, at)
    return _successor(replace(minutes, speakers=speakers), minutes, replace(change, speakers=tuple(sorted(who))))


def made_anew(draft: Minutes, chain: Sequence[Minutes]) -> Minutes | None:
    """The version to write after a run of the machine; null when the chain already holds what it made.

    `draft` is what the machine made, `chain` the versions there are, oldest first. Other settings give a next version;
    the same settings give the same draft and change nothing, whatever people corrected since. Raises RefusedByRule when
    the minutes are established.
    """
    if not chain:
        return draft
    if any(_content(minutes) == _content(draft) for minutes in chain if minutes.changes[-1].kind == "made"):
        return None
    change = _change(chain[-1], "made", draft.changes[-1].actor, draft.created_at)
    return _successor(draft, chain[-1], change)


def _content(minutes: Minutes) -> Minutes:
    """The minutes without what tells one version from another."""
    return replace(minutes, version="v001", predecessor=None, created_at="", changes=())


def mark_read(minutes: Minutes, *, reader: str, at: str) -> Minutes:
    """The next version, which says that `reader`, a named person, listened along and read it."""
    if not reader.strip():
        raise UsageError("reader_without_name")
    if reader in minutes.read_by:
        return minutes
    return _successor(replace(minutes, read_by=(*minutes.read_by, reader)), minutes, _change(minutes, "read", reader, at))


def advance(minutes: Minutes, state: State, *, actor: str, at: str) -> Minutes:
    """The next version, one state further: concept, with the parties, established. No state is skipped or undone."""
    if state not in _NEXT_STATES[minutes.state]:
        raise RefusedByRule("minutes_state", now=minutes.state, wanted=state)
    return _successor(replace(minutes, state=state), minutes, _change(minutes, state, actor, at))


def _confirmed(speaker: Speaker, confirmation: Confirmation) -> Speaker:
    return Speaker(id=speaker.id, name=confirmation.name, role=confirmation.role, confirmed=True)


def _change(minutes: Minutes, kind: str, actor: str, at: str) -> Change:
    return Change(version=_next_number(minutes.version), kind=kind, actor=actor, at=at)


def _successor(changed: Minutes, predecessor: Minutes, change: Change) -> Minutes:
    if predecessor.state is State.ESTABLISHED:
        raise RefusedByRule("minutes_established")
    return replace(
        changed,
        version=change.version,
        predecessor=predecessor.sha256,
        created_at=change.at,
        changes=(*predecessor.changes, change),
    )


def _next_number(version: str) -> str:
    return f"v{int(version[1:]) + 1:03}"
