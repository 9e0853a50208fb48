"""What stands beside a line or a point, in words: corrections and proposals, and the reactions of both parties.

Both parties get the same place: wherever one of them reacted, the other has a place of the same size, client first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.minutes.clock import clock
from pipeline.minutes.labels import day, local_day, moment, named, role_label, speaker_labels
from pipeline.minutes.model import Minutes
from pipeline.minutes.placing import all_reactions, lines_of
from pipeline.minutes.reactions import Correction, CorrectionKind, Form, ProposedField, Reaction, Response, SubjectKind
from pipeline.minutes.safe_text import safe_lines, safe_text
from pipeline.recording.agreement import Role
from pipeline.texts import Texts

SIDES = (Role.CLIENT, Role.STAFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionText:
    """A reaction as it is read. `value`: eens, oneens ...; `quote` and `proposal`: sentences, empty when there is none.

    `text`: the party's own words, one element per line they wrote; `language` of those words when the party said so;
    `about`: on which version, received when, by whom entered.
    """

    id: str
    value: str
    quote: str
    text: tuple[str, ...]
    language: str | None
    proposal: str
    about: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything of it in the order it is read, for formats without a layout of their own."""
        return tuple(part for part in (f"{self.value}.", self.quote, *self.text, self.proposal, f"({self.about})") if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideReactions:
    """The reactions of one side on one point; `none` is what stands there when there are none."""

    side: Role
    label: str
    reactions: tuple[ReactionText, ...]
    none: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointReactions:
    """The reactions of both sides on a point that is no line of this version; `subject`: what it is, as the party's page named it."""

    kind: SubjectKind
    subject: str
    title: str
    sides: tuple[SideReactions, ...]


def both_sides(placed: Sequence[tuple[Response, Reaction]], minutes: Minutes, say: Texts) -> tuple[SideReactions, ...]:
    """Both sides' reactions on one point; nothing when neither reacted."""
    if not placed:
        return ()
    replaced = {reaction.replaces for _, reaction in all_reactions(minutes.responses) if reaction.replaces}
    return tuple(
        SideReactions(
            side=side,
            label=_capital(role_label(side, say)),
            reactions=tuple(
                _in_words(response, reaction, replaced, minutes, say) for response, reaction in placed if response.side is side
            ),
            none=say("minutes.reactions.none_here"),
        )
        for side in SIDES
    )


def points(minutes: Minutes, say: Texts) -> Iterator[PointReactions]:
    """The reactions that stand beside no line: on the whole, findings, summary sentences, differences, lines that are gone."""
    found: dict[tuple[SubjectKind, str], list[tuple[Response, Reaction]]] = {}
    for response, reaction in all_reactions(minutes.responses):
        if not lines_of(reaction, minutes.lines):
            found.setdefault((reaction.kind, reaction.subject), []).append((response, reaction))
    order = [SubjectKind.WHOLE, SubjectKind.SUMMARY, SubjectKind.FINDING, SubjectKind.DIFFERENCE, SubjectKind.LINE]
    for (kind, subject), placed in sorted(found.items(), key=lambda item: order.index(item[0][0])):
        yield PointReactions(
            kind=kind, subject=subject, title=_title(kind, subject, placed[0][1], minutes, say), sides=both_sides(placed, minutes, say)
        )


def corrections_by_line(minutes: Minutes, say: Texts) -> dict[str, list[str]]:
    """What was corrected or proposed on each line, in words."""
    told: dict[str, list[str]] = {}
    for correction in minutes.corrections:
        if correction.is_open and correction.reaction:
            # It stands among the reactions of its party, word for word.
            continue
        sentence = correction_in_words(correction, minutes, say)
        touched = {*correction.lines, *correction.made}
        for line in minutes.lines:
            if line.id in touched or not touched.isdisjoint(line.replaces):
                told.setdefault(line.id, []).append(sentence)
    return told


def correction_in_words(correction: Correction, minutes: Minutes, say: Texts) -> str:
    """One correction: what, by whom, when, and what became of it."""
    sentence = say(
        f"minutes.correction.{correction.standing}",
        id=correction.id,
        what=_what(correction, minutes, say),
        by=by_whom(correction.by, minutes, say),
        at=moment(correction.at, say),
        decided_by=by_whom(correction.decided_by or "", minutes, say),
        decided_at=moment(correction.decided_at or "", say),
        reason=safe_text(correction.reason or ""),
    )
    return f"{sentence} {say('minutes.correction.note', note=safe_text(correction.note))}" if correction.note else sentence


def by_whom(actor: str, minutes: Minutes, say: Texts) -> str:
    """A party of the agreement or a role, as the documents name it."""
    party = next((party for party in minutes.agreement.parties if party.id == actor), None)
    return role_label(party.role if party else actor, say)


def _what(correction: Correction, minutes: Minutes, say: Texts) -> str:
    lines = ", ".join(correction.lines)
    before, after = correction.before or "", correction.after or ""
    if correction.kind is CorrectionKind.SPEAKER:
        labels = speaker_labels(minutes.speakers, say)
        nobody = say("speakers.unknown")
        before, after = labels.get(before, nobody), labels.get(after, nobody)
    if correction.kind is CorrectionKind.VOICE:
        lines = (correction.voice or "").removeprefix("S")
        before, after = _who(before, say) or say("speakers.unconfirmed", number=lines), _who(after, say)
    kind = "part" if correction.quote else str(correction.kind)
    quote = safe_text(correction.quote or "")
    return say(f"minutes.correction.what.{kind}", lines=lines, before=safe_text(before), after=safe_text(after), quote=quote)


def _who(written: str, say: Texts) -> str:
    """Who a voice is said to be: `client`, or `client:Name`; empty for nobody yet."""
    role, _, name = written.partition(":")
    return named(name or None, role_label(role, say), say) if role else ""


def _in_words(response: Response, reaction: Reaction, replaced: Iterable[str], minutes: Minutes, say: Texts) -> ReactionText:
    return ReactionText(
        id=reaction.id,
        value=say(f"respond.value.{reaction.value}"),
        quote=say("minutes.reactions.quote", quote=safe_text(reaction.quote)) if reaction.quote else "",
        text=safe_lines(reaction.text),
        language=reaction.language,
        proposal=_proposal(reaction, minutes, say),
        about=", ".join(_about(response, reaction, replaced, minutes, say)),
    )


def _proposal(reaction: Reaction, minutes: Minutes, say: Texts) -> str:
    if reaction.proposal is None:
        return ""
    if reaction.field is ProposedField.SPEAKER:
        label = speaker_labels(minutes.speakers, say).get(reaction.proposal, safe_text(reaction.proposal))
        proposed = say("minutes.reactions.proposal_speaker", speaker=label)
    else:
        proposed = say("minutes.reactions.proposal_text", text=safe_text(reaction.proposal))
    made = next((correction for correction in minutes.corrections if correction.reaction == reaction.id), None)
    return f"{proposed} {say('minutes.reactions.undecided', id=made.id)}" if made is not None and made.is_open else proposed


def _about(response: Response, reaction: Reaction, replaced: Iterable[str], minutes: Minutes, say: Texts) -> Iterator[str]:
    if response.acts_for:
        yield by_whom(response.party, minutes, say)
    yield say("minutes.reactions.about", version=response.on_version, day=day(response.received_on, say))
    if response.is_late(minutes.respond_before):
        yield say("minutes.reactions.late")
    if response.form is not Form.PAGE:
        by = by_whom(response.entered_by or "", minutes, say)
        yield say(f"minutes.reactions.form.{response.form}", by=by)
    if reaction.id in set(replaced):
        yield say("minutes.reactions.replaced")


def _title(kind: SubjectKind, subject: str, reaction: Reaction, minutes: Minutes, say: Texts) -> str:
    """What a point is called; of what is no longer in this version the words that were quoted stand there."""
    match kind:
        case SubjectKind.WHOLE:
            return say("minutes.reactions.point.whole")
        case SubjectKind.FINDING:
            ids: Mapping[str, int] = {finding.id: number for number, finding in enumerate(minutes.findings, start=1)}
            if subject in ids:
                at = clock(minutes.findings[ids[subject] - 1].start_ms)
                return say("minutes.reactions.point.finding", number=ids[subject], at=at)
        case SubjectKind.SUMMARY:
            return say("minutes.reactions.point.summary", text=safe_text(reaction.quote or subject))
        case SubjectKind.LINE:
            at = clock(reaction.start_ms) if reaction.start_ms is not None else "-"
            return say("minutes.reactions.point.line", line=subject, at=at)
        case SubjectKind.DIFFERENCE:
            pass
    return say("minutes.reactions.point.difference", subject=subject.rpartition("/")[2] if "/" in subject else subject)


def has_passed(before: str, minutes: Minutes) -> bool:
    """Whether the day before which parties could respond had come when this version was made."""
    return local_day(minutes.created_at) >= date.fromisoformat(before)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
