"""What was agreed: who will do what after this talk, whether firm, on a condition, or taken back again.

Each sentence is weighed by itself and by what stands around it (features.py, likelihood.py); here the sentences that weigh
enough become commitments: several lines that settle one thing are one, and a later line may take it back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.minutes.summary.acts.clauses import says
from pipeline.minutes.summary.acts.cues import CUES, Cues
from pipeline.minutes.summary.acts.features import FeatureReader
from pipeline.minutes.summary.acts.likelihood import Likelihood, shipped
from pipeline.minutes.summary.acts.reading import is_infinitive
from pipeline.minutes.summary.content import content_words
from pipeline.minutes.summary.mentions.moments import DATE, DAY, TIME, moments_in
from pipeline.minutes.summary.mentions.row import Mention
from pipeline.minutes.summary.spoken import Conversation, Sentence, Utterance
from pipeline.recording.agreement import Role

# An answer stands right after what it answers; a word of agreement may come between.
_ANSWERS_WITHIN = 2
_SETTLED_WITHIN = 3
_REPEATED_WITHIN = 6
_REPLACED_WITHIN = 40
# A line of so few words with a moment in it says little else.
_BARE = 8
_SHORT_OPENING = 4
_GOODBYES = 4


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


@dataclass(frozen=True)
class _Found:
    """A commitment with the features of its sentences, by which it is joined to others."""

    commitment: Commitment
    features: frozenset[str]
    verbs: frozenset[str]


def find_commitments(conversation: Conversation, likelihood: Likelihood | None = None) -> tuple[Commitment, ...]:
    """Everything undertaken, in the order it was said. `likelihood`: other weights than those shipped, to judge them."""
    finder = _Finder(conversation, likelihood or shipped())
    found = [one for utterance in conversation.utterances if (one := finder.in_line(utterance))]
    return tuple(finder.taken_back([one.commitment for one in finder.joined(found)]))


class _Finder:
    def __init__(self, conversation: Conversation, likelihood: Likelihood) -> None:
        self.conversation = conversation
        self.language = conversation.language
        self.likelihood = likelihood
        self.cues: Cues = CUES[conversation.language]
        self.reader = FeatureReader(conversation)

    def in_line(self, utterance: Utterance) -> _Found | None:
        """What a line undertakes: its sentences that weigh enough, together."""
        if utterance.speaker is None:
            return None
        weighed = [
            (sentence, self.reader.features(utterance, sentence))
            for sentence in utterance.sentences
            if not self._is_farewell(utterance, sentence)
        ]
        taken = [(sentence, features) for sentence, features in weighed if self.likelihood.score(features) > self.likelihood.threshold]
        if not taken:
            return None
        features = frozenset().union(*(names for _, names in taken))
        core = tuple(_quoted(utterance, sentence) for sentence in self._meant(utterance, [sentence for sentence, _ in taken], features))
        prompt = self._prompt(utterance, taken[0][0], features)
        accepted = self._accepted(utterance, features)
        settled = list(self._negotiated(utterance)) if "meeting talked of" in features else []
        lines = tuple(dict.fromkeys(line.id for line in (*settled, prompt, utterance, accepted) if line is not None))
        if prompt is not None and features & _ANSWERS:
            core = (_quoted(prompt, prompt.sentences[-1]), *core)
        commitment = Commitment(
            who=self._who(utterance, features, accepted),
            kind=CommitmentKind.MEETING if self._meets(features) else CommitmentKind.ACTION,
            status=Status.CONDITIONAL if self._is_conditional(utterance, taken[0][0], features) else Status.MADE,
            core=core,
            lines=lines,
            by=self._by(utterance, core),
        )
        return _Found(commitment, features, frozenset(name for name in features if name.startswith("verb:")))

    def _is_farewell(self, utterance: Utterance, sentence: Sentence) -> bool:
        """Tot maandag, at the end: a goodbye, not what was agreed."""
        ends = utterance.number >= len(self.conversation.utterances) - _GOODBYES
        return ends and sentence.plain[0] in ("tot", "see") and len(sentence.plain) <= _SHORT_OPENING

    def _meant(self, utterance: Utterance, taken: Sequence[Sentence], features: frozenset[str]) -> Iterator[Sentence]:
        """The sentences that undertake, and before "dat beloof ik" the one that says what is promised."""
        first = utterance.sentences.index(taken[0])
        if "promises" in features and first > 0 and not self._says_something(utterance, taken):
            yield utterance.sentences[first - 1]
        yield from taken

    def _says_something(self, utterance: Utterance, taken: Sequence[Sentence]) -> bool:
        return any(content_words(utterance, self.language, sentence.start, sentence.end) for sentence in taken)

    def _meets(self, features: frozenset[str]) -> bool:
        settled = features & {"bare moment", "bare moment asks", "meeting", "meeting asks", "meeting talked of"}
        return bool(settled) and not features & {"act", "delivers", "does it"}

    def _negotiated(self, utterance: Utterance) -> Iterator[Utterance]:
        """The lines just before in which a moment to meet was proposed and answered."""
        for other in self.conversation.around(utterance, _SETTLED_WITHIN, 0)[:-1]:
            moments = moments_in(other, self.language)
            if any(moment.kind in (DATE, DAY, TIME) for moment in moments) and (other.asks or len(other.words) <= _BARE):
                yield other

    def _prompt(self, utterance: Utterance, sentence: Sentence, features: frozenset[str]) -> Utterance | None:
        """The line that this one answers, where it says too little by itself."""
        opening = utterance.sentences[: utterance.sentences.index(sentence)]
        if sum(len(part.words) for part in opening) > _SHORT_OPENING:
            return None  # what it points to stands in the line itself
        says_little = not self._says_something(utterance, [sentence])
        if "act" in features and not says_little:
            return None
        if not features & (_ANSWERS | {"acts empty"}) and not (says_little and "yes to wanted" in features):
            return None
        before = self.reader.neighbour(utterance, -1)
        return before if before is not None and before.sentences and utterance.number - before.number <= _ANSWERS_WITHIN else None

    def _accepted(self, utterance: Utterance, features: frozenset[str]) -> Utterance | None:
        """The line that takes up what this one proposes or asks."""
        if not any(name.startswith("accepted ") for name in features):
            return None
        return self.reader.neighbour(utterance, 1) if features & {"asks", "orders", "meeting", "bare moment asks"} else None

    def _who(self, utterance: Utterance, features: frozenset[str], accepted: Utterance | None) -> str:
        """The voice that undertakes: an interpreter speaks for the client; what one orders and another accepts is the other's."""
        assert utterance.speaker is not None
        voice = utterance
        if accepted is not None and "act" not in features and "delivers" not in features and "orders" in features:
            voice = accepted
        if voice.role is Role.INTERPRETER and (clients := self.conversation.voices_of(Role.CLIENT)):
            return clients[0]
        return voice.speaker or utterance.speaker

    def _by(self, utterance: Utterance, core: Sequence[Quoted]) -> Mention | None:
        """When: the moment named in what is quoted, else in the rest of the line."""
        moments = list(moments_in(utterance, self.language))
        inside = [moment for moment in moments if any(part.line == moment.line and part.start <= moment.start < part.end for part in core)]
        return next(iter(inside or moments), None)

    def _is_conditional(self, utterance: Utterance, sentence: Sentence, features: frozenset[str]) -> bool:
        """Whether something else has to happen first: said in the sentence itself or in the one beside it."""
        if features & {"act on condition", "then yes"} or ("condition" in features and "act" not in features):
            return True
        at = utterance.sentences.index(sentence)
        beside = utterance.sentences[max(0, at - 1) : at] + utterance.sentences[at + 1 : at + 2]
        later = [
            other.sentences[-1]
            for other in self.conversation.around(utterance, 0, _ANSWERS_WITHIN)[1:]
            if other.speaker == utterance.speaker and other.sentences
        ]
        return any(self.reader.is_condition_alone(part) for part in (*beside, *later))

    # What several lines say together ------------------------------------------------------------------------------------

    def joined(self, found: Sequence[_Found]) -> list[_Found]:
        """The commitments, one where several lines settle one thing or say it again."""
        kept: list[_Found] = []
        for one in found:
            last = next((other for other in reversed(kept) if self._is_same(other, one)), None)
            if last is None:
                kept.append(one)
            else:
                kept[kept.index(last)] = self._both(last, one)
        return kept

    def _both(self, earlier: _Found, later: _Found) -> _Found:
        """One of two: the words of the one that says what is done, the moment named last."""
        first, second = earlier.commitment, later.commitment
        lines = tuple(sorted({*first.lines, *second.lines}, key=lambda line: self.conversation.by_id[line].number))
        meeting = first.kind is CommitmentKind.MEETING and second.kind is CommitmentKind.MEETING
        acts = "act" in later.features and "act" not in earlier.features
        base = second if meeting or acts else first
        core = (*first.core, *second.core) if not meeting and second.by is not None and second.by != first.by else base.core
        conditional = Status.CONDITIONAL in (first.status, second.status)
        together = replace(
            base,
            core=core,
            lines=lines,
            by=second.by or first.by,
            who=second.who if acts else first.who,
            kind=CommitmentKind.MEETING if meeting else CommitmentKind.ACTION,
            status=Status.CONDITIONAL if conditional else base.status,
        )
        return _Found(together, earlier.features | later.features, earlier.verbs | later.verbs)

    def _is_same(self, earlier: _Found, later: _Found) -> bool:
        first, second = earlier.commitment, later.commitment
        last = max(self.conversation.by_id[line].number for line in first.lines)
        begin = self.conversation.by_id[second.core[-1].line].number
        distance = begin - last
        moving = later.features & {"bare moment", "bare moment asks", "meeting talked of", "meeting", "meeting asks", "is there"}
        settling = earlier.features & {"bare moment", "bare moment asks", "meeting", "meeting asks", "meeting talked of", "orders timed"}
        if moving and settling and distance <= _SETTLED_WITHIN and "act" not in later.features:
            return True
        notes = bool(later.verbs) and later.verbs <= _NOTING
        if notes and "moment echoed" in later.features and distance <= _ANSWERS_WITHIN:
            return True  # "maandag half elf, dat schrijf ik op"
        about = self._about(later)
        if first.who != second.who and "act" in earlier.features:
            return False
        if distance <= _ANSWERS_WITHIN:
            if second.lines[0] in first.lines and "act" not in earlier.features:
                return True
            if not about and later.verbs <= earlier.verbs | _CONFIRMING and not (self._asked_between(later) - self._about(earlier)):
                return True
        if first.who != second.who or distance > _REPEATED_WITHIN or not earlier.verbs & later.verbs or not about:
            return False
        return about <= self._about(earlier) and (second.by is None or first.by is None or second.by.text == first.by.text)

    def _asked_between(self, later: _Found) -> set[str]:
        """What the line that a commitment answers is about."""
        before = self.reader.neighbour(self.conversation.by_id[later.commitment.core[-1].line], -1)
        return content_words(before, self.language) if before is not None else set()

    def _about(self, found: _Found) -> set[str]:
        """What the sentences of a commitment are about, the verbs left out."""
        words = {
            form
            for part in found.commitment.core
            for form in content_words(self.conversation.by_id[part.line], self.language, part.start, part.end)
        }
        return {form for form in words if not is_infinitive(form, self.language)}

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
        for named in moments_in(utterance, self.language):
            text = named.text.casefold()
            if text in wanted or wanted in text:
                return True
        return False

    def _topic(self, commitment: Commitment) -> frozenset[str]:
        """What a commitment is about; where it only says "die" or "dat", the line before says it."""
        found: set[str] = set()
        for part in commitment.core:
            utterance = self.conversation.by_id[part.line]
            found |= content_words(utterance, self.language, part.start, part.end)
        core = {
            word.plain
            for part in commitment.core
            for word in self.conversation.by_id[part.line].words
            if part.start <= word.start < part.end
        }
        if not found or not core.isdisjoint(_POINTING):
            first = self.conversation.by_id[commitment.core[0].line]
            for other in self.conversation.around(first, 1, 0)[:-1]:
                found |= content_words(other, self.language)
        return frozenset(form for form in found if not is_infinitive(form, self.language))

    def _content(self, utterance: Utterance) -> frozenset[str]:
        return frozenset(content_words(utterance, self.language))


_ANSWERS = frozenset({"does it", "is there", "yes to wanted timed", "when answered"})
_NOTING = frozenset({"verb:schrijven", "verb:noteren", "verb:zetten", "verb:write", "verb:note", "verb:put"})
_CONFIRMING = frozenset({"verb:doen", "verb:regelen"})
_POINTING = frozenset(["die", "dat", "het", "daar", "dit", "deze", "er", "that", "it", "this", "them"])


def _quoted(utterance: Utterance, sentence: Sentence) -> Quoted:
    return Quoted(line=utterance.id, start=sentence.start, end=sentence.end)
