"""What was agreed: who will do what after this talk, whether firm, on a condition, or taken back again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.minutes.summary.acts.clauses import says
from pipeline.minutes.summary.acts.cues import CUES, Cues
from pipeline.minutes.summary.acts.promises import LEAVES, Promise, PromiseReader
from pipeline.minutes.summary.acts.verbs import UNDERTAKINGS
from pipeline.minutes.summary.content import content_words
from pipeline.minutes.summary.mentions.moments import DATE, DAY, TIME, moments_in
from pipeline.minutes.summary.mentions.row import Mention
from pipeline.minutes.summary.spoken import Conversation, Sentence, Utterance
from pipeline.recording.agreement import Role

# An answer stands right after what it answers; a word of agreement may come between.
_ANSWERS_WITHIN = 2
_ACCEPTED_WITHIN = 3
_TALKED_OF_WITHIN = 3
_REPEATED_WITHIN = 6
_SHORT_ANSWER = 7
_REPLACED_WITHIN = 40


class Status(StrEnum):
    """How firm it is."""

    MADE = "made"
    CONDITIONAL = "conditional"
    WITHDRAWN = "withdrawn"


class CommitmentKind(StrEnum):
    """Something one will do, or a moment both will meet."""

    ACTION = "action"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A sentence of a line: what may be quoted."""

    line: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """`who`: the voice that will do it. `core`: the sentences to quote, in order. `lines`: all it rests on, in order."""

    who: str
    kind: CommitmentKind
    status: Status
    core: tuple[Quoted, ...]
    lines: tuple[str, ...]
    by: Mention | None = None


def find_commitments(conversation: Conversation) -> tuple[Commitment, ...]:
    """Everything undertaken, in the order it was said."""
    finder = _Finder(conversation)
    found = [commitment for utterance in conversation.utterances for commitment in finder.in_line(utterance)]
    return tuple(finder.taken_back(_merged(found, conversation)))


class _Finder:
    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.cues: Cues = CUES[conversation.language]
        self.reader = PromiseReader(conversation.language)
        self.infinitives = UNDERTAKINGS[conversation.language].infinitives

    def in_line(self, utterance: Utterance) -> Iterator[Commitment]:
        if utterance.speaker is None:
            return
        found = [*self._promised(utterance)]
        if not found:
            found = [*self._answered(utterance)]
        yield from found
        yield from self._met(utterance, found)

    # What somebody says they will do ----------------------------------------------------------------------------------

    def _promised(self, utterance: Utterance) -> Iterator[Commitment]:
        """One commitment for the line: its undertaking sentences together."""
        promises = [promise for promise in self.reader.promises(utterance) if not promise.can or self._taken_up(utterance)]
        promises = [promise for promise in promises if not self._is_courtesy(promise, utterance)]
        if not promises:
            return
        core = tuple(_quoted(utterance, promise.sentence) for promise in promises)
        conditional = any(promise.conditional for promise in promises) or self._condition_beside(utterance, promises)
        prompt = self._prompt(utterance) if self._needs_prompt(promises) else None
        lines = ((prompt.id,) if prompt else ()) + (utterance.id,)
        yield self._commitment(utterance, core, lines, Status.CONDITIONAL if conditional else Status.MADE)

    def _commitment(self, utterance: Utterance, core: tuple[Quoted, ...], lines: tuple[str, ...], status: Status) -> Commitment:
        return Commitment(
            who=self._who(utterance),
            kind=CommitmentKind.ACTION,
            status=status,
            core=core,
            lines=lines,
            by=self._by(utterance, core),
        )

    def _who(self, utterance: Utterance) -> str:
        """The voice that undertakes: an interpreter speaks for the client."""
        assert utterance.speaker is not None
        if utterance.role is Role.INTERPRETER and (clients := self.conversation.voices_of(Role.CLIENT)):
            return clients[0]
        return utterance.speaker

    def _by(self, utterance: Utterance, core: Sequence[Quoted]) -> Mention | None:
        """When: the moment named in what is quoted, else in the rest of the line."""
        moments = list(moments_in(utterance, self.conversation.language))
        inside = [moment for moment in moments if any(part.start <= moment.start < part.end for part in core)]
        return next(iter(inside or moments), None)

    def _taken_up(self, utterance: Utterance) -> bool:
        """Whether what one can do is accepted by another, or confirmed, in the next lines."""
        for other in self.conversation.around(utterance, 0, _ANSWERS_WITHIN)[1:]:
            text = other.sentences[0].joined if other.sentences else ""
            if other.speaker != utterance.speaker and says(text, self.cues.urging) and not self._refuses(other):
                return True
        return False

    def _is_courtesy(self, promise: Promise, utterance: Utterance) -> bool:
        """Ik zal langzaam praten: done at once, in the talk."""
        plain = promise.sentence.plain
        acts = [word for word in plain if word in self.infinitives and word not in _TALK]
        immediate = not _TALK.isdisjoint(plain)
        return immediate and not acts and not self._timed(promise.sentence, utterance)

    def _timed(self, sentence: Sentence, utterance: Utterance) -> bool:
        moments = moments_in(utterance, self.conversation.language)
        return any(sentence.start <= moment.start < sentence.end for moment in moments)

    def _condition_beside(self, utterance: Utterance, promises: Sequence[Promise]) -> bool:
        """Whether the sentence right before or after the promise, in its line, makes it hang on something else."""
        sentences = list(utterance.sentences)
        places = {sentences.index(promise.sentence) for promise in promises}
        beside = [sentence for at, sentence in enumerate(sentences) if at not in places and (at + 1 in places or at - 1 in places)]
        # A line or two later the same voice may add it: "maar dan moet ik het eerst vragen. Als hij hem kan missen."
        added = [
            other.sentences[-1]
            for other in self.conversation.around(utterance, 0, _ANSWERS_WITHIN)[1:]
            if other.speaker == utterance.speaker and other.sentences and len(other.sentences[-1].words) <= _SHORT_ANSWER
        ]
        return any(sentence.plain[0] in self.cues.conditions and self.reader.is_conditional(sentence) for sentence in (*beside, *added))

    def _needs_prompt(self, promises: Sequence[Promise]) -> bool:
        """Dat doe ik: what is done, the line before says."""
        return any(says(promise.sentence.joined, self.cues.do_it) or len(promise.sentence.words) <= 4 for promise in promises)

    # What somebody says yes to ----------------------------------------------------------------------------------------

    def _answered(self, utterance: Utterance) -> Iterator[Commitment]:
        """Kunt u dat sturen? – Ja hoor. Also: doe dat dan – oké."""
        if not utterance.sentences or self._refuses(utterance):
            return
        first = utterance.sentences[0]
        if first.asks or not self._says_yes(utterance):
            return
        if says(first.joined, self.cues.do_it) and (prompt := self._asked_before(utterance)):
            core = (_whole(prompt), _whole(utterance))
            yield self._commitment(utterance, core, (prompt.id, utterance.id), Status.MADE)
            return
        asked = self._asked_before(utterance)
        if asked is not None and self._asks_an_action(asked):
            core = (_quoted(asked, asked.sentences[-1]), _whole(utterance))
            conditional = self.reader.is_conditional(first)
            yield self._commitment(utterance, core, (asked.id, utterance.id), Status.CONDITIONAL if conditional else Status.MADE)
        elif offered := self._offered(utterance):
            made = self._commitment(offered, (_quoted(offered, offered.sentences[-1]),), (offered.id, utterance.id), Status.MADE)
            yield made

    def _says_yes(self, utterance: Utterance) -> bool:
        first = utterance.sentences[0]
        return first.plain[0] in self.cues.yes or says(first.joined, self.cues.do_it) or says(first.joined, self.cues.accepting)

    def _refuses(self, utterance: Utterance) -> bool:
        if not utterance.sentences:
            return False
        plain = utterance.sentences[0].plain
        return plain[0] in self.cues.refuses or any(says(sentence.joined, self.cues.refusing) for sentence in utterance.sentences[:2])

    def _asked_before(self, utterance: Utterance) -> Utterance | None:
        """The line of another voice that this one answers."""
        for other in reversed(self.conversation.around(utterance, _ANSWERS_WITHIN, 0)[:-1]):
            if other.speaker != utterance.speaker:
                return other
        return None

    def _asks_an_action(self, asked: Utterance) -> bool:
        """Whether a line asks the other to do something later, not to tell or explain something now."""
        sentence = asked.sentences[-1] if asked.sentences else None
        if sentence is None or not sentence.asks:
            return False
        if says(sentence.joined, _ASKS_FOR[self.conversation.language]) and not _HANDED.isdisjoint(sentence.plain):
            return True
        asks_you = says(sentence.joined, _ASKS_YOU[self.conversation.language])
        acts = any(word in self.infinitives for word in sentence.plain)
        return asks_you and acts and (self.cues.immediate.isdisjoint(sentence.plain) or self._timed(sentence, asked))

    def _offered(self, utterance: Utterance) -> Utterance | None:
        """Zal ik dat vragen? before a yes."""
        asked = self._asked_before(utterance)
        if asked is None or not asked.asks:
            return None
        joined = asked.sentences[-1].joined
        words = set(joined.split())
        offers = says(joined, _OFFERS[self.conversation.language]) and words & self.infinitives and not words & self.cues.immediate
        return asked if offers else None

    def _prompt(self, utterance: Utterance) -> Utterance | None:
        return self._asked_before(utterance)

    # When both meet ---------------------------------------------------------------------------------------------------

    def _met(self, utterance: Utterance, found: Sequence[Commitment]) -> Iterator[Commitment]:
        """A moment that one proposes and another accepts."""
        core = self._proposal(utterance)
        if core is None or any(core.start <= part.start < core.end for commitment in found for part in commitment.core):
            return
        accepted = self._accepted(utterance)
        if accepted is None:
            return
        by = self._by(utterance, [core])
        restated = [
            other.id
            for other in self.conversation.around(utterance, 0, _ACCEPTED_WITHIN)[1:]
            if by is not None and other.id != accepted.id and self._names(other, by)
        ]
        yield Commitment(
            who=self._who(utterance),
            kind=CommitmentKind.MEETING,
            status=Status.MADE,
            core=(core,),
            lines=(utterance.id, accepted.id, *restated),
            by=by,
        )

    def _proposal(self, utterance: Utterance) -> Quoted | None:
        moments = [moment for moment in moments_in(utterance, self.conversation.language) if moment.kind in (DATE, DAY, TIME)]
        for sentence in utterance.sentences:
            timed = [moment for moment in moments if sentence.start <= moment.start < sentence.end]
            denied = not (self.cues.past | self.cues.negations).isdisjoint(sentence.plain)
            if not timed or denied or self.reader.is_conditional(sentence):
                continue
            proposes = says(sentence.joined, self.cues.proposing) or (sentence.asks and not self.cues.meeting.isdisjoint(sentence.plain))
            if proposes or (self._is_fragment(sentence, timed) and self._meeting_is_talked_of(utterance)):
                return _quoted(utterance, sentence)
        return None

    def _is_fragment(self, sentence: Sentence, timed: Sequence[Mention]) -> bool:
        """Donderdag vijftien oktober: little more than the moment itself."""
        rest = [word.plain for word in sentence.words if not any(m.start <= word.start < m.end for m in timed)]
        return len(rest) <= 2 and _STATES.isdisjoint(rest)

    def _meeting_is_talked_of(self, utterance: Utterance) -> bool:
        """Whether the lines just before are about meeting, and not about when something was."""
        for other in reversed(self.conversation.around(utterance, _TALKED_OF_WITHIN, 0)):
            asked = [sentence for sentence in other.sentences if sentence.asks]
            if any(not self.cues.past.isdisjoint(sentence.plain) for sentence in asked):
                return False
            if any(
                says(sentence.joined, self.cues.proposing) or not self.cues.meeting.isdisjoint(sentence.plain)
                for sentence in other.sentences
            ):
                return True
        return False

    def _accepted(self, utterance: Utterance) -> Utterance | None:
        countered = False
        for other in self.conversation.around(utterance, 0, _ACCEPTED_WITHIN)[1:]:
            if not other.sentences or (other.speaker == utterance.speaker and not countered):
                continue
            counters = any(True for _ in moments_in(other, self.conversation.language))
            if self._refuses(other):
                # "Liever vier mei": the refusal is a proposal of its own.
                if counters:
                    countered = True
                    continue
                return None
            first = other.sentences[0]
            short = [sentence for sentence in other.sentences if not sentence.asks and len(sentence.words) <= _SHORT_ANSWER]
            if not first.asks and (first.plain[0] in self.cues.accepts or any(says(s.joined, self.cues.accepting) for s in short)):
                return other
        return None

    # What is taken back -----------------------------------------------------------------------------------------------

    def taken_back(self, found: Sequence[Commitment]) -> Iterator[Commitment]:
        """The commitments, those that a later line takes back or replaces marked so, with that line."""
        for commitment in found:
            line = self._taking_back(commitment)
            if line is None:
                yield commitment
            else:
                lines = tuple(dict.fromkeys((*commitment.lines, line.id)))
                yield replace(commitment, status=Status.WITHDRAWN, lines=lines)

    def _taking_back(self, commitment: Commitment) -> Utterance | None:
        """The line that takes a commitment back: the same voice, about the same thing or moment."""
        said = self.conversation.by_id[commitment.core[-1].line]
        if self._says_after(said, commitment.core[-1].end, self.cues.taken_back_at_once):
            return said
        topic = self._topic(commitment)
        for other in self.conversation.utterances[said.number + 1 :]:
            text = " ".join(sentence.joined for sentence in other.sentences)
            either = commitment.kind is CommitmentKind.MEETING or other.speaker == commitment.who
            replaces = either and other.number - said.number <= _REPLACED_WITHIN and says(text, self.cues.replacing)
            if replaces and commitment.by is not None and self._names(other, commitment.by):
                return other
            mine = other.speaker == commitment.who and says(text, self.cues.withdrawing)
            if mine and (other.number - said.number <= 2 or topic & self._content(other)):
                return other
        return None

    def _says_after(self, utterance: Utterance, end: int, phrases: tuple[str, ...]) -> bool:
        return any(says(sentence.joined, phrases) for sentence in utterance.sentences if sentence.start >= end)

    def _names(self, utterance: Utterance, moment: Mention) -> bool:
        """Whether a line names this moment, wholly or in part: zaterdag tien oktober, de tiende."""
        wanted = moment.text.casefold()
        for named in moments_in(utterance, self.conversation.language):
            text = named.text.casefold()
            if text in wanted or wanted in text:
                return True
        return False

    def _topic(self, commitment: Commitment) -> frozenset[str]:
        """What a commitment is about; where it only says "die" or "dat", the line before says it."""
        found: set[str] = set()
        for part in commitment.core:
            utterance = self.conversation.by_id[part.line]
            found |= content_words(utterance, self.conversation.language, part.start, part.end)
        core = {
            word.plain
            for part in commitment.core
            for word in self.conversation.by_id[part.line].words
            if part.start <= word.start < part.end
        }
        if not found or not core.isdisjoint(_POINTING):
            first = self.conversation.by_id[commitment.core[0].line]
            for other in self.conversation.around(first, 1, 0)[:-1]:
                found |= content_words(other, self.conversation.language)
        return frozenset(found - self.infinitives)

    def _content(self, utterance: Utterance) -> frozenset[str]:
        return frozenset(content_words(utterance, self.conversation.language))


_TALK = frozenset(
    [
        "praten",
        "zeggen",
        "vertellen",
        "uitleggen",
        "herhalen",
        "luisteren",
        "vertalen",
        "spellen",
        "talk",
        "say",
        "tell",
        "explain",
        "repeat",
        "listen",
        "translate",
    ]
)
_POINTING = frozenset(["die", "dat", "het", "daar", "dit", "deze", "er", "that", "it", "this", "them"])
_STATES = frozenset(["is", "dat", "het", "was", "it's", "that", "it", "that's", "this"])
_ASKS_YOU = {
    "nl": (" kunt u ", " kun je ", " kan je ", " kun jij ", " wilt u ", " wil je ", " wil jij ", " zou u ", " zou je ",
    " zou jij ", " kan u ",
           " willen jullie ", " kunnen jullie ", " lukt dat ", " stuurt u ", " stuur je ", " vraagt u ", " belt u ", " bel je ",
           " brengt u "),
    "en": (" can you ", " could you ", " will you ", " would you "),
}  # fmt: skip
# Mag ik een kopie?
_ASKS_FOR = {
    "nl": (" mag ik ", " krijg ik ", " kan ik ", " mogen wij ", " mogen we "),
    "en": (" can i ", " may i ", " could i ", " can we "),
}
_HANDED = frozenset(["kopie", "kopieën", "afschrift", "copy", "copies"])
_OFFERS = {
    "nl": (" zal ik ", " zullen we ", " zullen wij ", " moet ik "),
    "en": (" shall i ", " should i ", " shall we ", " do you want me to "),
}


def _quoted(utterance: Utterance, sentence: Sentence) -> Quoted:
    return Quoted(line=utterance.id, start=sentence.start, end=sentence.end)


def _whole(utterance: Utterance) -> Quoted:
    return Quoted(line=utterance.id, start=0, end=len(utterance.text))


def _merged(found: Sequence[Commitment], conversation: Conversation) -> list[Commitment]:
    """The commitments, one where several lines are one: a moment settled in turns, or the same thing said again."""
    kept: list[Commitment] = []
    for commitment in found:
        last = next((other for other in reversed(kept) if _is_same(other, commitment, conversation)), None)
        if last is None:
            kept.append(commitment)
        else:
            kept[kept.index(last)] = _joined(last, commitment)
    return kept


def _joined(earlier: Commitment, later: Commitment) -> Commitment:
    """One commitment of two. An action keeps its words and takes the moment that was settled after it."""
    lines = tuple(dict.fromkeys((*earlier.lines, *later.lines)))
    if earlier.kind is CommitmentKind.ACTION:
        core = earlier.core if later.kind is CommitmentKind.ACTION else (*earlier.core, *later.core)
        return replace(earlier, lines=lines, core=core, by=earlier.by or later.by)
    return replace(later, lines=lines, who=earlier.who if later.kind is CommitmentKind.MEETING else later.who)


def _is_same(earlier: Commitment, later: Commitment, conversation: Conversation) -> bool:
    first, second = conversation.by_id[earlier.core[-1].line], conversation.by_id[later.core[0].line]
    distance = second.number - first.number
    if later.kind is CommitmentKind.MEETING and earlier.kind is CommitmentKind.MEETING:
        return distance <= _ACCEPTED_WITHIN
    if later.kind is CommitmentKind.MEETING:
        return earlier.by is None and distance <= _ACCEPTED_WITHIN and len(later.core) == 1 and _is_bare(later, conversation)
    if earlier.kind is CommitmentKind.MEETING or distance > _REPEATED_WITHIN:
        return False
    if distance <= _ANSWERS_WITHIN and (says(_text(second), LEAVES) or (earlier.who == later.who and _only_confirms(second, conversation))):
        return True
    return _repeats(earlier, later, conversation)


def _text(utterance: Utterance) -> str:
    return " ".join(sentence.joined for sentence in utterance.sentences)


def _only_confirms(utterance: Utterance, conversation: Conversation) -> bool:
    """Doe ik: a yes to what was said just before, with nothing new in it."""
    return says(_text(utterance), CUES[conversation.language].do_it) and not content_words(utterance, conversation.language)


def _is_bare(commitment: Commitment, conversation: Conversation) -> bool:
    """Whether a proposal says nothing but when."""
    part = commitment.core[0]
    return not content_words(conversation.by_id[part.line], conversation.language, part.start, part.end)


def _repeats(earlier: Commitment, later: Commitment, conversation: Conversation) -> bool:
    """Whether the later one says the earlier one again: same voice, same verb, no new moment."""
    if earlier.who != later.who:
        return False
    language = conversation.language
    verbs = [
        {form for part in commitment.core for form in _actions(conversation.by_id[part.line], language, part)}
        for commitment in (earlier, later)
    ]
    words = _all_content(later, conversation)
    return bool(verbs[0] & verbs[1]) and bool(words) and words <= _all_content(earlier, conversation) and later.by is None


def _all_content(commitment: Commitment, conversation: Conversation) -> set[str]:
    return {
        form
        for part in commitment.core
        for form in content_words(conversation.by_id[part.line], conversation.language, part.start, part.end)
    } - UNDERTAKINGS[conversation.language].infinitives


def _actions(utterance: Utterance, language: str, part: Quoted) -> set[str]:
    pairs = zip(utterance.words, utterance.lemmas(language), strict=True)
    actions = UNDERTAKINGS[language]
    inside = [(word, form) for word, form in pairs if part.start <= word.start < part.end]
    return {actions.first[word.plain].infinitive if word.plain in actions.first else form for word, form in inside} & actions.infinitives
