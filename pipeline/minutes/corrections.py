"""Correcting the minutes: words, speakers, splits and joins of lines. Each act gives a next version; the one before stays.

What the machine heard is never changed: a line keeps its words, whatever its text says, and a line that is split or joined
gives lines with ids of their own. Before the concept went out, staff corrections are made at once. From then on every
correction is a proposal with an author, and only the secretary takes one over or not, with a reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import RefusedByRule, UsageError
from pipeline.minutes.asked import Asked, Decision, Join, NewSpeaker, NewText, NewVoice, Request, Split
from pipeline.minutes.changes import Confirmation, change_of, confirm_speakers, successor
from pipeline.minutes.compose import shown_flags
from pipeline.minutes.model import Line, LineFlag, Minutes, State
from pipeline.minutes.reactions import Correction, CorrectionKind, ProposedField, Reaction, Standing
from pipeline.recording.agreement import Role
from pipeline.speech.model import Word
from pipeline.texts import texts

_SEPARATOR = " | "
# What a person replaced the text of is no remark of ours and no doubt of the machine's any more.
_ANSWERED = frozenset(set(LineFlag) - {LineFlag.OVERLAP, LineFlag.DAMAGED})


def correct(minutes: Minutes, requests: Sequence[Request], *, by: str, at: str) -> Minutes:
    """The next version with these corrections, made or proposed, all of them or none. `by`: a party's or role's id.

    What the same person asked before and still stands is not asked twice: a run after a kill finds it done and changes nothing.
    Raises UsageError for what cannot be done to these lines, RefusedByRule when the minutes are established.
    """
    if not requests:
        raise UsageError("correction_empty")
    requests = [request for request in requests if not _stands(minutes, request, by=by)]
    if not requests:
        return minutes
    change = change_of(minutes, "corrected" if _may_make(minutes, by) else "proposed", by, at)
    made = minutes
    for request in requests:
        made = _noted(made, request, by=by, at=at, version=change.version)
    touched = tuple(dict.fromkeys(line for correction in made.corrections[len(minutes.corrections) :] for line in correction.lines))
    return successor(made, minutes, replace(change, lines=touched))


def name_voices(minutes: Minutes, who: Mapping[str, Confirmation], *, by: str, at: str) -> Minutes:
    """The next version, in which these voices (S1, S2 ...) are confirmed, or once the minutes went out: proposed to be.

    Raises UsageError for a voice that is not in the minutes, RefusedByRule when the minutes are established.
    """
    if _may_make(minutes, by):
        return confirm_speakers(minutes, who, actor=by, at=at)
    asked = [NewVoice(speaker=speaker, who=confirmation) for speaker, confirmation in who.items()]
    return correct(minutes, [Request(asked=one) for one in asked], by=by, at=at)


def note_proposals(minutes: Minutes, reactions: Iterable[Reaction], *, by: str, at: str, version: str) -> Minutes:
    """The minutes with the proposals in these reactions noted, those that can still be made; this makes no version of its own."""
    for reaction in reactions:
        request = request_of(reaction, minutes)
        if request is not None and not _says_the_same(minutes, request.asked):
            minutes = _proposed(minutes, request, by=by, at=at, version=version)
    return minutes


def request_of(reaction: Reaction, minutes: Minutes) -> Request | None:
    """The correction a reaction proposes; null when it proposes none, or the line or voice is not there any more."""
    line = next((line for line in minutes.lines if line.id == reaction.subject), None)
    if reaction.proposal is None or line is None:
        return None
    if reaction.field is ProposedField.SPEAKER:
        known = {speaker.id for speaker in minutes.speakers}
        fits = reaction.proposal in known and reaction.proposal != line.speaker
        return Request(asked=NewSpeaker(line=line.id, speaker=reaction.proposal), reaction=reaction.id) if fits else None
    quote = reaction.quote if reaction.quote != line.text else None
    return Request(asked=NewText(line=line.id, text=reaction.proposal, quote=quote), reaction=reaction.id)


def _says_the_same(minutes: Minutes, asked: Asked) -> bool:
    """Whether a new text would leave the line as it is: a party may propose what somebody corrected meanwhile."""
    return isinstance(asked, NewText) and (not asked.text.strip() or _new_text(minutes, asked)[0] == _line(minutes, asked.line).text)


def decide(minutes: Minutes, decisions: Sequence[Decision], *, by: str, at: str) -> Minutes:
    """The next version, in which the secretary took proposals over or not. A decision may be changed by a later one.

    Raises UsageError for a proposal that is not there or has no reason, RefusedByRule for whoever is not the secretary.
    """
    if not is_secretary(minutes, by):
        raise RefusedByRule("secretary_only", by=by)
    decisions = [decision for decision in decisions if not _is_decided(minutes, decision, by=by)]
    if not decisions:
        return minutes
    change = change_of(minutes, "decided", by, at)
    made = minutes
    for decision in decisions:
        made = _decided(made, decision, by=by, at=at)
    return successor(made, minutes, change)


def _stands(minutes: Minutes, request: Request, *, by: str) -> bool:
    """Whether this person asked exactly this before, and nothing came of those lines or that voice since."""
    asked, note = request.asked, request.note.strip()
    about = [one for one in minutes.corrections if one.by == by and one.note == note and _asks_the_same(minutes, one, asked)]
    if not about:
        return False
    last, touched = about[-1], {*about[-1].lines, *about[-1].made}
    later = minutes.corrections[minutes.corrections.index(last) + 1 :]
    overtaken = any(one.is_made and (not touched.isdisjoint(one.lines) or (one.voice and one.voice == last.voice)) for one in later)
    return not overtaken and last.standing in (Standing.PROPOSED, Standing.APPLIED)


def _asks_the_same(minutes: Minutes, correction: Correction, asked: Asked) -> bool:
    match asked:
        case NewText():
            on_line = (correction.kind, correction.lines) == (CorrectionKind.TEXT, (asked.line,))
            return on_line and (correction.after, correction.quote) == _new_text(minutes, asked)
        case NewSpeaker():
            return (correction.kind, correction.lines, correction.after) == (CorrectionKind.SPEAKER, (asked.line,), asked.speaker)
        case NewVoice():
            return (correction.voice, correction.after) == (asked.speaker, asked.who.written)
        case Split():
            same_place = (asked.at_words, asked.at_ms, asked.speaker)
            found = (correction.at_words, correction.at_ms, correction.split_speaker)
            return (correction.kind, correction.lines, found) == (CorrectionKind.SPLIT, (asked.line,), same_place)
        case Join():
            return correction.kind is CorrectionKind.JOIN and set(correction.lines) == set(asked.lines)


def _is_decided(minutes: Minutes, decision: Decision, *, by: str) -> bool:
    """Whether this is the decision that stands, with the same reason."""
    standing = Standing.ACCEPTED if decision.accepted else Standing.DECLINED
    said = (decision.correction, standing, by, decision.reason.strip())
    return any((one.id, one.standing, one.decided_by, one.reason) == said for one in minutes.corrections)


def is_secretary(minutes: Minutes, by: str) -> bool:
    """Whether this is the secretary of the agreement, or says to be where the agreement has none."""
    secretaries = {party.id for party in minutes.agreement.parties if party.role is Role.SECRETARY}
    return by in secretaries or by == Role.SECRETARY


def _may_make(minutes: Minutes, by: str) -> bool:
    """Whether corrections are made at once: in a concept that did not go out, by anybody but the client's side."""
    clients = {party.id for party in minutes.agreement.parties if party.role is Role.CLIENT} | {Role.CLIENT}
    acts_for_client = any(party.id == by and party.acts_for in clients for party in minutes.agreement.parties)
    return minutes.state is State.CONCEPT and by not in clients and not acts_for_client


def _noted(minutes: Minutes, request: Request, *, by: str, at: str, version: str) -> Minutes:
    if not _may_make(minutes, by):
        return _proposed(minutes, request, by=by, at=at, version=version)
    correction = _correction(minutes, request, by=by, at=at, version=version)
    if correction.quote is not None:
        raise UsageError("correction_words_unclear", line=correction.lines[0])
    made, lines = _made(minutes, correction)
    return replace(made, corrections=(*minutes.corrections, replace(correction, standing=Standing.APPLIED, made=lines)))


def _proposed(minutes: Minutes, request: Request, *, by: str, at: str, version: str) -> Minutes:
    return replace(minutes, corrections=(*minutes.corrections, _correction(minutes, request, by=by, at=at, version=version)))


def _decided(minutes: Minutes, decision: Decision, *, by: str, at: str) -> Minutes:
    found = next((one for one in minutes.corrections if one.id == decision.correction), None)
    if found is None or found.standing in (Standing.APPLIED, Standing.ACCEPTED):
        still_open = ", ".join(one.id for one in minutes.corrections if one.standing in (Standing.PROPOSED, Standing.DECLINED))
        raise UsageError("correction_unknown", correction=decision.correction, known=still_open or "-")
    if not decision.reason.strip():
        raise UsageError("decision_without_reason", correction=found.id)
    decided = replace(found, decided_by=by, decided_at=at, reason=decision.reason.strip(), standing=Standing.DECLINED)
    if decision.accepted:
        decided = replace(decided, standing=Standing.ACCEPTED)
        if decision.text is not None:
            decided = replace(decided, after=_text(decision.text), quote=None)
        if decided.quote is not None:
            raise UsageError("correction_words_unclear", line=decided.lines[0])
        minutes, lines = _made(minutes, decided)
        decided = replace(decided, made=lines)
    return replace(minutes, corrections=tuple(decided if one.id == found.id else one for one in minutes.corrections))


def _correction(minutes: Minutes, request: Request, *, by: str, at: str, version: str) -> Correction:
    """The correction as a proposal, checked against the minutes as they are."""
    change = _checked(minutes, request.asked)
    split = request.asked if isinstance(request.asked, Split) else None
    return Correction(
        id=f"C{len(minutes.corrections) + 1:04}",
        kind=change.kind,
        lines=change.lines,
        before=change.before,
        after=change.after,
        quote=change.quote,
        note=request.note.strip(),
        by=by,
        at=at,
        version=version,
        standing=Standing.PROPOSED,
        reaction=request.reaction,
        at_words=split.at_words if split else None,
        at_ms=split.at_ms if split else None,
        split_speaker=split.speaker if split else None,
        voice=change.voice,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """What a correction would change."""

    kind: CorrectionKind
    lines: tuple[str, ...]
    before: str | None
    after: str | None
    quote: str | None = None
    voice: str | None = None


def _checked(minutes: Minutes, asked: Asked) -> _Checked:
    match asked:
        case NewText():
            line, (text, quote) = _line(minutes, asked.line), _new_text(minutes, asked)
            if text == line.text:
                raise UsageError("correction_changes_nothing", line=line.id)
            return _Checked(kind=CorrectionKind.TEXT, lines=(line.id,), before=line.text, after=text, quote=quote)
        case NewSpeaker():
            line = _line(minutes, asked.line)
            _require_speaker(minutes, asked.speaker)
            if asked.speaker == line.speaker:
                raise UsageError("correction_changes_nothing", line=line.id)
            return _Checked(kind=CorrectionKind.SPEAKER, lines=(line.id,), before=line.speaker, after=asked.speaker)
        case NewVoice():
            _require_speaker(minutes, asked.speaker)
            voice = next(speaker for speaker in minutes.speakers if speaker.id == asked.speaker)
            before = Confirmation(role=voice.role, name=voice.name).written if voice.role else None
            if voice.confirmed and before == asked.who.written:
                raise UsageError("voice_named_already", speaker=voice.id)
            return _Checked(kind=CorrectionKind.VOICE, lines=(), before=before, after=asked.who.written, voice=voice.id)
        case Split():
            line = _line(minutes, asked.line)
            _require_speaker(minutes, asked.speaker)
            parts = [part.text for part in _parts(line, asked.at_words, asked.at_ms)]
            return _Checked(kind=CorrectionKind.SPLIT, lines=(line.id,), before=line.text, after=_SEPARATOR.join(parts))
        case Join():
            lines = _neighbours(minutes, asked.lines)
            said = [line.text for line in lines]
            ids = tuple(line.id for line in lines)
            return _Checked(kind=CorrectionKind.JOIN, lines=ids, before=_SEPARATOR.join(said), after=" ".join(said))


def _made(minutes: Minutes, correction: Correction) -> tuple[Minutes, tuple[str, ...]]:
    """The minutes that follow a correction, and the ids of the lines it gave."""
    match correction.kind:
        case CorrectionKind.TEXT:
            line = _line(minutes, correction.lines[0])
            flags = tuple(flag for flag in line.flags if flag not in _ANSWERED)
            return _with_lines(minutes, [line], [replace(line, text=correction.after or "", flags=flags)])
        case CorrectionKind.SPEAKER:
            line = _line(minutes, correction.lines[0])
            return _with_lines(minutes, [line], [replace(line, speaker=correction.after)])
        case CorrectionKind.VOICE:
            who = Confirmation.read(correction.after or "")
            speakers = tuple(who.applied_to(one) if one.id == correction.voice else one for one in minutes.speakers)
            return replace(minutes, speakers=speakers), ()
        case CorrectionKind.SPLIT:
            line = _line(minutes, correction.lines[0])
            first, second = _parts(line, correction.at_words or "", correction.at_ms)
            speaker = correction.split_speaker or line.speaker
            return _with_lines(minutes, [line], _numbered(minutes, [first, replace(second, speaker=speaker)], [line]))
        case CorrectionKind.JOIN:
            lines = _neighbours(minutes, correction.lines)
            return _with_lines(minutes, lines, _numbered(minutes, [_joined(lines)], lines))


def _with_lines(minutes: Minutes, old: Sequence[Line], new: Sequence[Line]) -> tuple[Minutes, tuple[str, ...]]:
    """The minutes with these lines in the place of those; the summary then rests on the new ones."""
    gone = {line.id for line in old}
    first = next(index for index, line in enumerate(minutes.lines) if line.id in gone)
    kept = [line for line in minutes.lines if line.id not in gone]
    made = tuple(line.id for line in new)
    made = () if set(made) == gone else made
    summary = minutes.summary
    if made and summary is not None:
        summary = tuple(
            replace(sentence, lines=tuple(dict.fromkeys(one for line in sentence.lines for one in (made if line in gone else (line,)))))
            for sentence in summary
        )
    return replace(minutes, lines=(*kept[:first], *new, *kept[first:]), summary=summary), made


def _numbered(minutes: Minutes, lines: Sequence[Line], old: Sequence[Line]) -> list[Line]:
    """New lines get ids that no line ever had, and remember what they came of."""
    came_of = tuple(dict.fromkeys((*(line.id for line in old), *(earlier for line in old for earlier in line.replaces))))
    return [replace(line, id=f"L{number:04}", replaces=came_of) for number, line in enumerate(lines, start=next_line_number(minutes))]


def next_line_number(minutes: Minutes) -> int:
    """The first number that no line of these minutes has or had."""
    ids = [line.id for line in minutes.lines] + [earlier for line in minutes.lines for earlier in line.replaces]
    return max((int(id_[1:]) for id_ in ids), default=0) + 1


def _joined(lines: Sequence[Line]) -> Line:
    words = tuple(word for line in lines for word in line.words)
    heard = [by for by in lines[0].heard_by if all(by in line.heard_by for line in lines)]
    return replace(
        lines[0],
        end_ms=max(line.end_ms for line in lines),
        text=" ".join(line.text for line in lines),
        flags=tuple(dict.fromkeys(flag for line in lines for flag in line.flags)),
        words=words,
        heard_by=tuple(heard),
    )


def _parts(line: Line, at_words: str, at_ms: int | None) -> tuple[Line, Line]:
    """A line in two, without ids of their own."""
    wanted = " ".join(at_words.split())
    places = [at for at in range(1, len(line.text)) if line.text.startswith(wanted, at) and line.text[at - 1] == " "] if wanted else []
    if len(places) != 1:
        raise UsageError("split_place_unclear", line=line.id, words=at_words, found=len(places))
    texts_ = line.text[: places[0]].rstrip(), line.text[places[0] :]
    if line.is_as_heard:
        words = _words_up_to(line.words, len(texts_[0]))
    elif at_ms is not None:
        words = sum(1 for word in line.words if word.start_ms < at_ms)
    else:
        raise UsageError("split_needs_time", line=line.id)
    first, second = line.words[:words], line.words[words:]
    begins = at_ms if at_ms is not None else min((word.start_ms for word in second), default=line.end_ms)
    if not line.start_ms < begins < line.end_ms:
        raise UsageError("split_time_outside", line=line.id)
    ends = begins if not first else min(max(line.start_ms + 1, *(word.end_ms for word in first)), line.end_ms)
    kept = tuple(flag for flag in line.flags if flag not in (LineFlag.UNCERTAIN, LineFlag.OVERLAP))
    return (
        replace(line, end_ms=ends, text=texts_[0], words=first, flags=(*kept, *_flags(first))),
        replace(line, start_ms=begins, text=texts_[1], words=second, flags=(*kept, *_flags(second))),
    )


def _words_up_to(words: Sequence[Word], length: int) -> int:
    """How many words make up the first `length` signs of a text."""
    at = 0
    for count, word in enumerate(words):
        if at >= length:
            return count
        at += len(word.text.strip()) + 1
    return len(words)


def _flags(words: Sequence[Word]) -> list[LineFlag]:
    return [flag for flag, applies in shown_flags(words) if applies]


def _neighbours(minutes: Minutes, ids: Sequence[str]) -> list[Line]:
    lines = [_line(minutes, id_) for id_ in dict.fromkeys(ids)]
    order = [line.id for line in minutes.lines]
    places = sorted(order.index(line.id) for line in lines)
    if len(places) < 2 or places != list(range(places[0], places[0] + len(places))):
        raise UsageError("join_not_neighbours", lines=", ".join(ids))
    if len({line.speaker for line in lines}) != 1:
        raise UsageError("join_speakers_differ", lines=", ".join(ids))
    return [minutes.lines[place] for place in places]


def _new_text(minutes: Minutes, asked: NewText) -> tuple[str, str | None]:
    """The text a line gets; with a quotation that cannot be placed in it, the text for that quotation and the quotation."""
    line, text = _line(minutes, asked.line), _text(asked.text)
    if asked.quote is None:
        return text, None
    quote = _without_marks(asked.quote, minutes)
    if line.text.count(quote) == 1:
        return line.text.replace(quote, text), None
    return text, asked.quote


def _without_marks(quote: str, minutes: Minutes) -> str:
    """A quotation from the page without the brackets of a doubtful word, which stand in the page and not in the text."""
    say = texts(minutes.report_language)
    for mark in (say("minutes.line.uncertain_open"), say("minutes.line.uncertain_close")):
        quote = quote.replace(mark, "")
    return " ".join(quote.split())


def _text(text: str) -> str:
    spaced = " ".join(text.split())
    if not spaced:
        raise UsageError("correction_empty")
    return spaced


def _line(minutes: Minutes, id_: str) -> Line:
    for line in minutes.lines:
        if line.id == id_:
            return line
    heirs = ", ".join(line.id for line in minutes.lines if id_ in line.replaces)
    raise UsageError("line_gone", line=id_, heirs=heirs) if heirs else UsageError("line_unknown", line=id_)


def _require_speaker(minutes: Minutes, speaker: str | None) -> None:
    known = [one.id for one in minutes.speakers]
    if speaker is not None and speaker not in known:
        raise UsageError("unknown_speaker", speaker=speaker, known=", ".join(known))
