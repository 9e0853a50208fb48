"""Changes that make a next version of the minutes. Each gives a new document; the one it started from stays as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline import documents
from pipeline.errors import RefusedByRule, UsageError
from pipeline.minutes.model import Change, Line, Minutes, Speaker, State, SummarySentence
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

    @property
    def written(self) -> str:
        """As people write it: `client`, or `client:Name`."""
        return f"{self.role}:{self.name}" if self.name else str(self.role)

    @classmethod
    def read(cls, written: str) -> "Confirmation":
        """What `written` stands for. Raises ValueError for a role there is not."""
        role, _, name = written.partition(":")
        return cls(role=Role(role), name=name or None)

    def applied_to(self, speaker: Speaker) -> Speaker:
        """The voice as a person confirmed it."""
        return Speaker(id=speaker.id, name=self.name, role=self.role, confirmed=True)


def confirm_speakers(minutes: Minutes, who: Mapping[str, Confirmation], *, actor: str, at: str) -> Minutes:
    """The next version, in which the named voices (S1, S2 ...) are confirmed; the others stay as they were. The same again changes nothing.

    Raises UsageError for a voice that is not in the minutes, RefusedByRule when the minutes are established.
    """
    known = {speaker.id for speaker in minutes.speakers}
    for speaker in who:
        if speaker not in known:
            raise UsageError("unknown_speaker", speaker=speaker, known=", ".join(sorted(known)))
    if not who:
        raise UsageError("no_speakers_named")
    speakers = tuple(who[speaker.id].applied_to(speaker) if speaker.id in who else speaker for speaker in minutes.speakers)
    if speakers == minutes.speakers:
        return minutes
    change = change_of(minutes, "speakers_confirmed", actor, at)
    return successor(replace(minutes, speakers=speakers), minutes, replace(change, speakers=tuple(sorted(who))))


def made_anew(draft: Minutes, chain: Sequence[Minutes]) -> Minutes | None:
    """The version to write after a run of the machine; null when the chain already holds what it made.

    `draft` is what the machine made, `chain` the versions there are, oldest first. The same settings give the same draft and
    change nothing, whatever people did since. What is known beside the talk (the agreement, the cut check) is brought up to date
    in the version in force, with everything people did to it. Other words or voices give a next version only while nobody has
    worked on the minutes: raises RefusedByRule when they went to the parties, were corrected, or are established.
    """
    digest = documents.sha256_plain(documents.to_plain(_content(draft)))
    made = replace(draft, changes=tuple(replace(change, made_sha256=digest) for change in draft.changes))
    if not chain:
        return made
    if any(_holds(minutes, digest, draft) for minutes in chain):
        return None
    current = chain[-1]
    same_talk = _talk(draft) == _talk(current)
    if current.state is State.ESTABLISHED and same_talk:
        return None
    change = replace(change_of(current, "made", draft.changes[-1].actor, draft.created_at), made_sha256=digest)
    if same_talk:
        return successor(_brought_up_to_date(current, draft), current, change)
    if _is_worked_on(current) or current.read_by:
        raise RefusedByRule("minutes_worked_on", version=current.version)
    return successor(replace(made, lines=_with_ids_of_their_own(draft.lines, chain)), current, change)


def _holds(minutes: Minutes, digest: str, draft: Minutes) -> bool:
    """Whether this version is what a run of the machine made that gave the same draft."""
    last = minutes.changes[-1]
    return last.kind == "made" and (last.made_sha256 == digest or _content(minutes) == _content(draft))


def _is_worked_on(minutes: Minutes) -> bool:
    return minutes.state is not State.CONCEPT or bool(minutes.corrections or minutes.responses)


def _brought_up_to_date(current: Minutes, draft: Minutes) -> Minutes:
    """The version in force with what is known beside the talk as it is now; what people did to it stays."""
    corrected = {line for correction in current.corrections for line in (*correction.lines, *correction.made)}
    # Only our own remarks change with the language of the report.
    said = {(line.start_ms, line.end_ms, line.words): line.text for line in draft.lines}
    lines = tuple(
        line if line.id in corrected else replace(line, text=said.get((line.start_ms, line.end_ms, line.words), line.text))
        for line in current.lines
    )
    presumed = {speaker.id: speaker for speaker in draft.speakers}
    return replace(
        current,
        report_language=draft.report_language,
        agreement=draft.agreement,
        recording=draft.recording,
        speakers=tuple(one if one.confirmed else presumed.get(one.id, one) for one in current.speakers),
        lines=lines,
        summary=current.summary if _is_worked_on(current) else draft.summary,
        cut_check=draft.cut_check,
        cut_check_said=draft.cut_check_said,
        findings=draft.findings,
    )


def _content(minutes: Minutes) -> Minutes:
    """The minutes without what tells one version from another."""
    return replace(minutes, version="v001", predecessor=None, created_at="", changes=())


def _talk(minutes: Minutes) -> tuple[object, ...]:
    """What was said by whom, as the machine heard it; no correction touches it."""
    return tuple(word for line in minutes.lines for word in line.words), minutes.coverage, minutes.engine


def _with_ids_of_their_own(lines: Sequence[Line], chain: Sequence[Minutes]) -> tuple[Line, ...]:
    """A line that says something else than the line of that id ever did gets an id that no line had."""
    had: dict[str, set[tuple[object, ...]]] = {}
    for minutes in chain:
        for line in minutes.lines:
            had.setdefault(line.id, set()).add((line.start_ms, line.end_ms, line.speaker, line.text))
    free = max((int(id_[1:]) for id_ in had), default=0)
    kept: list[Line] = []
    for line in lines:
        if line.id in had and (line.start_ms, line.end_ms, line.speaker, line.text) not in had[line.id]:
            free += 1
            line = replace(line, id=f"L{free:04}")
        kept.append(line)
    return tuple(kept)


def mark_read(minutes: Minutes, *, reader: str, at: str) -> Minutes:
    """The next version, which says that `reader`, a named person, listened along and read it."""
    name = _named(reader)
    if name in minutes.read_by:
        return minutes
    return successor(replace(minutes, read_by=(*minutes.read_by, name)), minutes, change_of(minutes, "read", name, at))


def mark_heard(minutes: Minutes, lines: Sequence[str], *, listener: str, at: str) -> Minutes:
    """The next version, which says that `listener`, a named person, listened to these lines; to all that must be when none are named.

    Raises UsageError for a line that is not there.
    """
    name = _named(listener)
    known = {line.id for line in minutes.lines}
    for id_ in lines:
        if id_ not in known:
            raise UsageError("line_unknown", line=id_)
    wanted = set(lines) or {line.id for line in minutes.lines if must_be_heard(line)}
    heard = tuple(line.id for line in minutes.lines if line.id in wanted and name not in line.heard_by)
    if not heard:
        return minutes
    marked = tuple(replace(line, heard_by=(*line.heard_by, name)) if line.id in heard else line for line in minutes.lines)
    return successor(replace(minutes, lines=marked), minutes, replace(change_of(minutes, "heard", name, at), lines=heard))


def must_be_heard(line: Line) -> bool:
    """Whether a person must listen to a line before the minutes are established: it is flagged, or its text is not the machine's."""
    return bool(line.flags) or not line.is_as_heard


def summary_changed(minutes: Minutes, summary: tuple[SummarySentence, ...], *, kind: str, actor: str, at: str) -> Minutes:
    """The next version with another summary; `kind`: summarised (by the machine) or summary_edited (by a person).

    The same summary changes nothing. Raises RefusedByRule once the minutes are with the parties: from then on both propose.
    """
    if minutes.state is not State.CONCEPT:
        raise RefusedByRule("summary_sent_out")
    if summary == minutes.summary:
        return minutes
    return successor(replace(minutes, summary=summary), minutes, change_of(minutes, kind, actor, at))


def advance(minutes: Minutes, state: State, *, actor: str, at: str) -> Minutes:
    """The next version, one state further: concept, with the parties, established. No state is skipped or undone."""
    if state not in _NEXT_STATES[minutes.state]:
        raise RefusedByRule("minutes_state", now=minutes.state, wanted=state)
    return successor(replace(minutes, state=state), minutes, change_of(minutes, state, actor, at))


def _named(person: str) -> str:
    name = " ".join(person.split())
    if not name:
        raise UsageError("reader_without_name")
    return name


def change_of(minutes: Minutes, kind: str, actor: str, at: str) -> Change:
    """The change that makes the version after this one."""
    return Change(version=_next_number(minutes.version), kind=kind, actor=actor, at=at)


def successor(changed: Minutes, predecessor: Minutes, change: Change) -> Minutes:
    """`changed` as the version after `predecessor`. Raises RefusedByRule when that is established."""
    if predecessor.state is State.ESTABLISHED:
        raise RefusedByRule("minutes_established")
    return succeeding(changed, predecessor, change)


def succeeding(changed: Minutes, predecessor: Minutes, change: Change) -> Minutes:
    """As `successor`, also after established minutes: only for what is added to them and says so."""
    return replace(
        changed,
        version=change.version,
        predecessor=predecessor.sha256,
        created_at=change.at,
        changes=(*predecessor.changes, change),
    )


def _next_number(version: str) -> str:
    return f"v{int(version[1:]) + 1:03}"
