"""The head of every document: whose recording this is, how the minutes were made, and what is uncertain."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.integrity.model import Level
from pipeline.minutes.beside import SIDES, by_whom, has_passed
from pipeline.minutes.clock import clock
from pipeline.minutes.doubt import is_uncertain
from pipeline.minutes.labels import day, moment, named, role_label, speaker_labels
from pipeline.minutes.model import CutFinding, LineFlag, Minutes, State
from pipeline.minutes.reactions import Response
from pipeline.minutes.safe_text import safe_text
from pipeline.recording.agreement import Role
from pipeline.recording.rules import Standing
from pipeline.recording.rules_in_words import ground_in_words
from pipeline.speech.model import CoverageKind
from pipeline.texts import Texts


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and the sentences beside it in the head of a document; `key` names it for styling and tests."""

    key: str
    label: str
    sentences: tuple[str, ...]


def facts(minutes: Minutes, sha256: str, say: Texts) -> Iterator[Fact]:
    """What this is, in the order people ask for it. `sha256` is of this version's minutes.json."""
    told = {
        "recording": _recording(minutes, say),
        "agreement": _agreement(minutes, say),
        "rules": _rules(minutes, say),
        "speakers": _speakers(minutes, say),
        "made": _made(minutes, say),
        "responses": _responses(minutes, say),
        "established": _established(minutes, say),
        "uncertain": _uncertain(minutes, say),
        "cut_check": _cut_check(minutes, say),
        "version": _version(minutes, say),
        "hashes": iter((say("minutes.hash.recording", sha256=minutes.recording.sha256), say("minutes.hash.minutes", sha256=sha256))),
        "legend": iter((say("minutes.legend.uncertain"), say("minutes.legend.remarks"), say("minutes.legend.times"))),
    }
    for key, sentences in told.items():
        if lines := tuple(sentences):
            yield Fact(key, say(f"minutes.fact.{key}"), lines)


def _recording(minutes: Minutes, say: Texts) -> Iterator[str]:
    recording = minutes.recording
    yield say("minutes.recording.what", name=safe_text(recording.name), duration=clock(recording.duration_ms))
    if recording.claimed_start:
        yield say("minutes.recording.start", start=moment(recording.claimed_start, say))
    else:
        yield say("minutes.recording.start_unknown")
    if recording.handed_in_by:
        by = _party(minutes, recording.handed_in_by, say)
        how = recording.handed_in_how
        yield say(f"minutes.recording.from_{how}", party=by) if how else say("minutes.recording.from", party=by)
    else:
        yield say("minutes.recording.from_unknown")
    if recording.damaged:
        yield say("minutes.recording.damaged", end=clock(recording.duration_ms))


def _agreement(minutes: Minutes, say: Texts) -> Iterator[str]:
    agreement = minutes.agreement
    if agreement.sha256 is None:
        yield say("minutes.agreement.none")
        if agreement.missing_because:
            yield say("minutes.agreement.because", reason=safe_text(agreement.missing_because))
        return
    yield say("minutes.agreement.case", case=safe_text(agreement.case_id)) if agreement.case_id else say("minutes.agreement.present")
    for party in agreement.parties:
        yield say("minutes.agreement.party", party=_party(minutes, party.id, say))
    if agreement.announced_at and agreement.announced_by:
        yield say(
            "minutes.agreement.announced",
            party=_party(minutes, agreement.announced_by, say),
            at=moment(agreement.announced_at, say),
        )


def _rules(minutes: Minutes, say: Texts) -> Iterator[str]:
    """The rules that are followed in one line; of each other one what is open."""
    rules = minutes.agreement.rules
    if followed := [say(f"rules.{result.rule}.short") for result in rules if result.standing is Standing.FOLLOWED]:
        yield say("minutes.rules_followed", rules=", ".join(followed))
    for result in rules:
        if result.standing is Standing.FOLLOWED:
            continue
        still_open = (ground for ground in result.grounds if ground.standing is not Standing.FOLLOWED)
        grounds = " ".join(safe_text(ground_in_words(ground, say)) for ground in still_open)
        title = say(f"rules.{result.rule}.title")
        yield say("minutes.rule", rule=title, standing=say(f"rules.{result.standing}"), grounds=grounds)


def _party(minutes: Minutes, party_id: str, say: Texts) -> str:
    """A party in words, by its id in the agreement or by its role."""
    party = next((party for party in minutes.agreement.parties if party.id == party_id), None)
    if party is None:
        return role_label(party_id, say)
    return named(party.name, role_label(party.role, say), say)


def _speakers(minutes: Minutes, say: Texts) -> Iterator[str]:
    labels = speaker_labels(minutes.speakers, say)
    if not minutes.speakers:
        yield say("minutes.speakers.none")
    for speaker in minutes.speakers:
        label = labels[speaker.id]
        if speaker.confirmed:
            yield say("minutes.speakers.confirmed", speaker=label)
        elif speaker.presumed_from:
            heard = ", ".join(f"“{safe_text(words)}”" for words in speaker.presumed_from)
            yield say("minutes.speakers.presumed", speaker=label, heard=heard)
        else:
            yield say("minutes.speakers.open", speaker=label)


def _made(minutes: Minutes, say: Texts) -> Iterator[str]:
    yield say("minutes.made.by_computer", at=moment(minutes.created_at, say))
    for engine in minutes.engine:
        yield say("minutes.made.engine", name=safe_text(engine.name), version=safe_text(engine.version), model=safe_text(engine.model))
    if minutes.read_by:
        yield say("minutes.made.read_by", readers=", ".join(safe_text(reader) for reader in minutes.read_by))
    else:
        yield say("minutes.made.unread")


def _uncertain(minutes: Minutes, say: Texts) -> Iterator[str]:
    """How much is doubtful, for each voice, so that nobody has to guess whose words came through worse."""
    labels = speaker_labels(minutes.speakers, say)
    shown = [line for line in minutes.lines if set(line.flags) <= {LineFlag.UNCERTAIN, LineFlag.OVERLAP}]
    for speaker in minutes.speakers:
        words = [word for line in shown if line.speaker == speaker.id for word in line.words]
        doubted = sum(is_uncertain(word) for word in words)
        yield say("minutes.uncertain.words", speaker=labels[speaker.id], doubted=doubted, total=len(words))
    yield say("minutes.uncertain.caution")
    for kind in (CoverageKind.UNTRANSCRIBED_SPEECH, CoverageKind.OTHER_LANGUAGE):
        if length := sum(span.end_ms - span.start_ms for span in minutes.coverage if span.kind is kind):
            yield say(f"minutes.uncertain.{kind}", length=clock(-(-length // 1000) * 1000))
    marked = sum(1 for line in minutes.lines if not {LineFlag.NOT_SPEECH, LineFlag.LOOP, LineFlag.STOCK_PHRASE}.isdisjoint(line.flags))
    if marked:
        yield say("minutes.uncertain.marked", count=marked)


def _responses(minutes: Minutes, say: Texts) -> Iterator[str]:
    """Until when both could respond, and what came of it. Silence is told as silence."""
    if minutes.state is State.CONCEPT and not minutes.responses:
        return
    if minutes.agreement.respond_before:
        yield say("minutes.respond.before", day=day(minutes.agreement.respond_before, say))
    for extension in minutes.extensions:
        by, at = by_whom(extension.by, minutes, say), moment(extension.at, say)
        yield say("minutes.respond.extended", day=day(extension.respond_before, say), by=by, at=at, reason=safe_text(extension.reason))
    for side in SIDES:
        yield from _side(side, minutes, say)


def _side(side: Role, minutes: Minutes, say: Texts) -> Iterator[str]:
    label, before = role_label(side, say), minutes.respond_before
    label = label[:1].upper() + label[1:]
    received = [response for response in minutes.responses if response.side is side]
    for response in received:
        yield say(f"minutes.respond.{_how_received(response, before)}", side=label, day=day(response.received_on, say))
    if before is not None and has_passed(before, minutes):
        if all(response.is_late(before) for response in received):
            yield say("minutes.respond.none_before", side=label, day=day(before, say))
    elif not received:
        yield say("minutes.respond.none_yet", side=label)


def _how_received(response: Response, before: str | None) -> str:
    if response.closed:
        return "received_closed"
    if response.unreadable:
        return "received_unreadable"
    return "received_late" if response.is_late(before) else "received"


def _established(minutes: Minutes, say: Texts) -> Iterator[str]:
    established = minutes.established
    if established is None:
        return
    names = ", ".join(safe_text(name) for name in established.decided_by)
    yield say("minutes.established.by", at=moment(established.at, say), names=names)
    listeners = dict.fromkeys(safe_text(name) for line in minutes.lines for name in line.heard_by)
    if listeners:
        yield say("minutes.established.heard", names=", ".join(listeners))
    if established.undecided:
        yield say("minutes.established.undecided", ids=", ".join(established.undecided))
    elif minutes.corrections:
        yield say("minutes.established.all_decided")


def _cut_check(minutes: Minutes, say: Texts) -> Iterator[str]:
    if minutes.cut_check is None:
        yield say("minutes.cut_check.not_examined")
        return
    yield from minutes.cut_check_said
    for number, finding in enumerate(minutes.findings, start=1):
        yield say(_told(finding), number=number, at=clock(finding.start_ms), text=safe_text(finding.text))


def _told(finding: CutFinding) -> str:
    """What a file tells of its own history is no place that anything was found at, and needs no announcement."""
    if finding.level is Level.HISTORY:
        return "minutes.cut_check.history"
    return "minutes.cut_check.finding_announced" if finding.announced else "minutes.cut_check.finding_unannounced"


def _version(minutes: Minutes, say: Texts) -> Iterator[str]:
    yield say("minutes.version", version=minutes.version)
    for change in minutes.changes:
        what = say(f"minutes.change.{change.kind}")
        actor = role_label(change.actor, say)
        yield say("minutes.changed", version=change.version, at=moment(change.at, say), what=what, actor=actor)
    if minutes.predecessor:
        yield say("minutes.hash.predecessor", sha256=minutes.predecessor)
