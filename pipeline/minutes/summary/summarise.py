"""The summary: the sections of its form filled from the conversation, every sentence proven against the lines it cites."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum

from pipeline.minutes.clock import clock, clock_span
from pipeline.minutes.doubt import is_uncertain
from pipeline.minutes.labels import moment
from pipeline.minutes.model import LineFlag, Minutes, SummarySentence
from pipeline.minutes.reading import REMARK_FLAGS
from pipeline.minutes.safe_text import safe_text
from pipeline.minutes.summary.acts.clauses import says
from pipeline.minutes.summary.acts.commitments import Commitment, Quoted, Status, find_commitments
from pipeline.minutes.summary.acts.cues import CUES
from pipeline.minutes.summary.acts.points import Point, PointKind, find_points
from pipeline.minutes.summary.acts.verbs import UNDERTAKINGS
from pipeline.minutes.summary.check import Checker
from pipeline.minutes.summary.check.quotes import QuoteCheck
from pipeline.minutes.summary.content import content_words
from pipeline.minutes.summary.mentions.amounts import find_amounts
from pipeline.minutes.summary.mentions.moments import find_moments, moments_in
from pipeline.minutes.summary.mentions.row import Mention
from pipeline.minutes.summary.salience import Salience
from pipeline.minutes.summary.setting import Setting
from pipeline.minutes.summary.spoken import Conversation, Sentence, Utterance, conversation_of, is_speech, language_of
from pipeline.minutes.summary.template import Form, Section
from pipeline.minutes.summary.topics import Topic, Weights, find_topics
from pipeline.minutes.summary.wording import EXTRACTED, REWORDED, Voices, Wording, Wordings, without_marks
from pipeline.recording.agreement import Role
from pipeline.texts import Texts, texts

RECORD, STAFF = "record", "staff"
_PURPOSE_WITHIN = 12
_WORDS_PER_LINE_SHOWN = {"short": 160, "full": 55}
_MOST_PER_VOICE = {"short": 3, "full": 8}
_SHORT_ANSWER = 8
_LONGEST_PROMPT = 40


class Length(StrEnum):
    """How much of what was said the summary holds."""

    SHORT = "short"
    FULL = "full"


def summarise(minutes: Minutes, setting: Setting, form: Form, length: Length = Length.FULL) -> tuple[SummarySentence, ...]:
    """The summary of these minutes in their report language. The same minutes give the same summary."""
    say = texts(minutes.report_language)
    conversation = conversation_of(minutes, language_of(minutes.lines), setting.day)
    return tuple(_Summary(minutes, setting, form, length, conversation, say).sentences())


class _Summary:
    def __init__(self, minutes: Minutes, setting: Setting, form: Form, length: Length, conversation: Conversation, say: Texts) -> None:
        self.minutes = minutes
        self.setting = setting
        self.form = form
        self.length = length
        self.conversation = conversation
        self.say = say
        self.voices = Voices(voice_labels(minutes, form, say), conversation)
        self.marks = (say("minutes.line.uncertain_open"), say("minutes.line.uncertain_close"))
        self.wordings = Wordings(conversation, self.voices, self.marks)
        self.checker = Checker(conversation)
        self.quotes = QuoteCheck(conversation, voice_labels(minutes, form, say))
        self.commitments = find_commitments(conversation)
        self.points = find_points(conversation)

    def sentences(self) -> Iterator[SummarySentence]:
        """Every sentence, in the order of the form."""
        makers: dict[Section, Callable[[], Iterator[SummarySentence]]] = {
            Section.SETTING: self._setting,
            Section.PRESENT: self._present,
            Section.PURPOSE: self._purpose,
            Section.SAID: self._said,
            Section.AGREEMENTS: self._agreements,
            Section.REQUESTS: lambda: self._of_kind(PointKind.REQUEST, Section.REQUESTS),
            Section.DECISIONS: lambda: self._of_kind(PointKind.DECISION, Section.DECISIONS),
            Section.OPEN: lambda: self._of_kind(PointKind.OPEN, Section.OPEN),
            Section.NOT_UNDERSTOOD: self._not_understood,
        }
        shown: list[SummarySentence] = []
        for section in self.form.sections:
            made = list(self._made(shown) if section is Section.MADE else makers[section]())
            if not made and section in self.form.always:
                made = [self._fact(section, self.say(f"summary.nothing.{section}"))]
            shown += made
            yield from made

    # Facts of the recording and the agreement ---------------------------------------------------------------------------

    def _fact(self, section: Section, text: str, lines: tuple[str, ...] = ()) -> SummarySentence:
        return SummarySentence(section=self._heading(section), text=text, origin=RECORD, lines=lines)

    def _heading(self, section: Section, topic: str = "") -> str:
        return self.form.heading(section, self.say.language, topic)

    def _setting(self) -> Iterator[SummarySentence]:
        started = self.setting.planned_at or self.minutes.recording.claimed_start
        if started:
            yield self._fact(Section.SETTING, self.say("summary.when", at=moment(started, self.say)))
        else:
            yield self._fact(Section.SETTING, self.say("summary.when_unknown"))
        if self.setting.place:
            yield self._fact(Section.SETTING, self.say("summary.place", place=safe_text(self.setting.place)))
        yield self._fact(Section.SETTING, self.say("summary.duration", duration=clock(self.minutes.recording.duration_ms)))

    def _present(self) -> Iterator[SummarySentence]:
        """Who speaks, each with the line of their first words, and whoever was there without speaking."""
        for speaker in self.minutes.speakers:
            first = next((line.id for line in self.minutes.lines if line.speaker == speaker.id and is_speech(line)), None)
            role = self.voices.inside(speaker.id) if speaker.id in self.conversation.voices else None
            number = self.say("speakers.unconfirmed", number=speaker.number)
            if speaker.confirmed and speaker.name:
                text = self.say("summary.present_named", name=safe_text(speaker.name), role=role or number)
            elif speaker.role and role:
                key = "summary.present_confirmed" if speaker.confirmed else "summary.present_presumed"
                text = self.say(key, speaker=number, role=role)
            else:
                text = self.say("summary.present_open", speaker=number)
            yield self._fact(Section.PRESENT, text, (first,) if first else ())
        for name in self.setting.also_present:
            yield self._fact(Section.PRESENT, self.say("summary.also_present", name=safe_text(name)))

    def _purpose(self) -> Iterator[SummarySentence]:
        if self.setting.subject:
            yield self._fact(Section.PURPOSE, self.say("summary.subject", subject=safe_text(self.setting.subject)))
        for utterance in self.conversation.utterances[:_PURPOSE_WITHIN]:
            parts = tuple(
                _part(utterance, at) for at, sentence in enumerate(utterance.sentences) if says(sentence.joined, _PURPOSES[self._language])
            )
            if parts:
                yield from self._quoting(self._heading(Section.PURPOSE), utterance, parts)
                return

    def _not_understood(self) -> Iterator[SummarySentence]:
        """What nobody could make out, and how many words are doubtful."""
        for line in self.minutes.lines:
            if not REMARK_FLAGS.isdisjoint(line.flags):
                kind = next(flag for flag in line.flags if flag in REMARK_FLAGS)
                text = self.say(f"summary.unheard.{kind}", span=clock_span(line.start_ms, line.end_ms))
                yield self._fact(Section.NOT_UNDERSTOOD, text, (line.id,))
        words = [word for line in self.minutes.lines if is_speech(line) for word in line.words]
        doubted = [word for word in words if is_uncertain(word)]
        if doubted:
            lines = tuple(line.id for line in self.minutes.lines if LineFlag.UNCERTAIN in line.flags and is_speech(line))
            text = self.say("summary.doubted", doubted=len(doubted), total=len(words), lines=len(lines))
            yield self._fact(Section.NOT_UNDERSTOOD, text)

    def _made(self, shown: Sequence[SummarySentence]) -> Iterator[SummarySentence]:
        yield self._fact(Section.MADE, self.say("summary.how"))
        key = "summary.read" if self.minutes.read_by else "summary.unread"
        yield self._fact(Section.MADE, self.say(key, readers=", ".join(safe_text(reader) for reader in self.minutes.read_by)))
        if self.minutes.cut_check_said:
            yield self._fact(Section.MADE, safe_text(self.minutes.cut_check_said[0]))
        shares = self._shares(shown)
        if len(shares) > 1:
            listed = "; ".join(
                self.say("summary.share", voice=self.voices.inside(voice), spoken=spoken, written=written)
                for voice, (spoken, written) in shares.items()
            )
            yield self._fact(Section.MADE, self.say("summary.shares", shares=listed))

    def _shares(self, shown: Sequence[SummarySentence]) -> dict[str, tuple[int, int]]:
        """Per voice the share of the speaking time and of the cited words, in whole percent."""
        spoken = dict.fromkeys(self.conversation.voices, 0)
        for utterance in self.conversation.utterances:
            if utterance.speaker:
                spoken[utterance.speaker] += utterance.end_ms - utterance.start_ms
        written = dict.fromkeys(self.conversation.voices, 0)
        cited = {line for sentence in shown if sentence.origin != RECORD for line in sentence.lines}
        for line in cited & set(self.conversation.by_id):
            utterance = self.conversation.by_id[line]
            if utterance.speaker:
                written[utterance.speaker] += len(utterance.words)
        return {voice: (_percent(spoken[voice], spoken.values()), _percent(written[voice], written.values())) for voice in spoken}

    # What was agreed, asked, decided, left open ---------------------------------------------------------------------------

    def _agreements(self) -> Iterator[SummarySentence]:
        """What stands first, what hangs on something next, what was taken back last: that too was said."""
        for status in (Status.MADE, Status.CONDITIONAL, Status.WITHDRAWN):
            for commitment in self.commitments:
                if commitment.status is status:
                    yield from self._agreement(commitment)

    def _agreement(self, commitment: Commitment) -> Iterator[SummarySentence]:
        heading = self._heading(Section.AGREEMENTS)
        when = self._when(commitment)
        for wording, quoted in self._ways(commitment):
            lines = tuple(sorted({*commitment.lines, *quoted}, key=lambda line: self.conversation.by_id[line].number))
            # The moment is a piece of the line itself, so only the rest has to be proven.
            if self._proven(wording.text, lines):
                text = self.say(f"summary.agreement.{commitment.status}", text=wording.text, when=when)
                yield SummarySentence(section=heading, text=text, origin=wording.origin, lines=lines)
                return
        yield from self._lines(heading, [self.conversation.by_id[line] for line in commitment.lines])

    def _ways(self, commitment: Commitment) -> Iterator[tuple[Wording, tuple[str, ...]]]:
        """The ways to word a commitment with the lines they quote, the shortest first; the last one only quotes."""
        parts = self._by_line(commitment.core)
        if len(commitment.core) == 1 and commitment.kind == "action" and commitment.status is Status.MADE and self._same_language:
            utterance = self.conversation.by_id[commitment.core[0].line]
            sentence = next((s for s in utterance.sentences if s.start == commitment.core[0].start), None)
            turned = self.wordings.indirect(utterance, sentence) if sentence else None
            if turned is not None and sentence is not None and not _points(sentence.plain) and self._stands_alone(utterance, sentence):
                yield turned, ()
        shown = self._with_what_it_points_to(commitment, parts)
        yield self._exchange(shown), tuple(shown)

    def _stands_alone(self, utterance: Utterance, sentence: Sentence) -> bool:
        """Whether a sentence says what will be done, not only that something will."""
        about = content_words(utterance, self._language, sentence.start, sentence.end) - UNDERTAKINGS[self._language].infinitives
        return bool(about) or not CUES[self._language].you.isdisjoint(sentence.plain)

    def _with_what_it_points_to(self, commitment: Commitment, parts: dict[str, tuple[Quoted, ...]]) -> dict[str, tuple[Quoted, ...]]:
        """The sentences to quote, with what "die" or "dat" points to before them, and what takes it all back after them."""
        first = self.conversation.by_id[commitment.core[0].line]
        sentence = next(s for s in first.sentences if s.start <= commitment.core[0].start < s.end)
        at = first.sentences.index(sentence)
        before = self.conversation.by_id[commitment.lines[0]]
        if before.number < first.number and before.id not in parts and content_words(before, self._language):
            parts = {before.id: tuple(_part(before, number) for number in range(len(before.sentences))), **parts}
        elif (
            _points(sentence.plain)
            and at > 0
            and content_words(first, self._language, first.sentences[at - 1].start, first.sentences[at - 1].end)
        ):
            parts = {first.id: (_part(first, at - 1), *parts[first.id]), **{line: core for line, core in parts.items() if line != first.id}}
        elif _points(sentence.plain) and first.number and before.id == first.id:
            previous = self.conversation.utterances[first.number - 1]
            if content_words(previous, self._language) and len(previous.words) <= _LONGEST_PROMPT:
                parts = {previous.id: tuple(_part(previous, number) for number in range(len(previous.sentences))), **parts}
        last = self.conversation.by_id[commitment.lines[-1]]
        if commitment.status is Status.WITHDRAWN and last.id not in parts:
            parts = {**parts, last.id: tuple(_part(last, number) for number in range(len(last.sentences)))}
        return parts

    @property
    def _same_language(self) -> bool:
        return self.conversation.language == self.say.language

    @property
    def _language(self) -> str:
        return self.conversation.language

    def _exchange(self, parts: dict[str, tuple[Quoted, ...]]) -> Wording:
        """Lines quoted one after the other, each with its voice."""
        said = sorted(((self.conversation.by_id[line], core) for line, core in parts.items()), key=lambda pair: pair[0].number)
        return self._quoted(said)

    def _quoted(self, said: Sequence[tuple[Utterance, Sequence[Quoted]]]) -> Wording:
        """Lines, or sentences of them, quoted one after the other; a voice is named where it changes."""
        text, origin = "", EXTRACTED
        speaker: str | None = ""
        for utterance, parts in said:
            wording = self.wordings.quote(utterance, parts)
            origin = origin if wording.origin == EXTRACTED else REWORDED
            inside = _inside_quotes(wording.text)
            text += " " + (
                self.say("summary.quote_on", text=inside) if utterance.speaker == speaker else self._with_voice(utterance, inside)
            )
            speaker = utterance.speaker
        return Wording(text.strip(), origin)

    def _with_voice(self, utterance: Utterance, text: str) -> str:
        """De cliënt: “…”, and what an interpreter says for the client."""
        if utterance.speaker is None:
            return self.say("summary.quote_unknown", text=text)
        voice = self.voices.opening(utterance.speaker)
        key = "summary.quote_for" if utterance.role is Role.INTERPRETER and self.conversation.voices_of(Role.CLIENT) else "summary.quote"
        client = next(iter(self.conversation.voices_of(Role.CLIENT)), "")
        other = self.voices.inside(client) if client else ""
        return self.say(key, voice=voice, client=other, text=text)

    def _when(self, commitment: Commitment) -> str:
        if commitment.by is None:
            return self.say("summary.when_not_said")
        return self.say("summary.by", moment=safe_text(self._moment(commitment.by)))

    def _moment(self, mention: Mention) -> str:
        """A moment with the small words that belong to it: "uiterlijk vrijdag", "binnen drie dagen"."""
        utterance = self.conversation.by_id[mention.line]
        start = mention.start
        for word in reversed([word for word in utterance.words if word.end <= mention.start][-2:]):
            if word.plain not in CUES[self._language].by:
                break
            start = word.start
        said = utterance.text[start : self._with_clock(utterance, mention)]
        return said[:1].lower() + said[1:] if self._language == "nl" else said

    def _with_clock(self, utterance: Utterance, mention: Mention) -> int:
        """Where a moment ends when a clock time follows it: maandag om half elf."""
        for following in moments_in(utterance, self._language):
            between = [word.plain for word in utterance.words if mention.end <= word.start < following.start]
            if (
                following.start > mention.end
                and len(between) <= 1
                and set(between) <= CUES[self._language].by
                and "." not in utterance.text[mention.end : following.start]
            ):
                return following.end
        return mention.end

    def _of_kind(self, kind: PointKind, section: Section) -> Iterator[SummarySentence]:
        """The points of a kind; a request that was granted stands under the agreements already."""
        agreed = {line for commitment in self.commitments for line in commitment.lines}
        for point in self.points:
            if point.kind is kind and not (kind is PointKind.REQUEST and (set(point.lines) <= agreed or not self._asks_something(point))):
                yield from self._point(point, section)

    def _asks_something(self, point: Point) -> bool:
        """Whether a request says by itself what is asked; "dat wil ik graag" does not."""
        return any(content_words(self.conversation.by_id[part.line], self._language, part.start, part.end) for part in point.core)

    def _point(self, point: Point, section: Section) -> Iterator[SummarySentence]:
        utterance = self.conversation.by_id[point.core[0].line]
        yield from self._quoting(self._heading(section), utterance, point.core)

    # What was said --------------------------------------------------------------------------------------------------------

    def _said(self) -> Iterator[SummarySentence]:
        """Per part of the conversation the most telling lines of every voice, in the order they were said."""
        weights = Weights(self.conversation)
        fixed = (*find_amounts(self.conversation), *find_moments(self.conversation))
        salience = Salience(self.conversation, weights, fixed)
        for topic in find_topics(self.conversation, weights):
            heading = self._heading(Section.SAID, ", ".join(topic.words) or self.say("summary.other_topic"))
            yield from self._topic(heading, topic, salience)

    def _topic(self, heading: str, topic: Topic, salience: Salience) -> Iterator[SummarySentence]:
        chosen = list(salience.best(topic, self._each(topic)))
        done: set[str] = set()
        for at, utterance in enumerate(chosen):
            if utterance.id in done:
                continue
            lines = [utterance]
            asked = self._question_before(utterance)
            if asked is not None and asked.id not in done:
                lines.insert(0, asked)
            # What one voice said in lines right after each other reads as one.
            for following in chosen[at + 1 :]:
                if following.speaker != utterance.speaker or following.number != lines[-1].number + 1:
                    break
                lines.append(following)
            done |= {line.id for line in lines}
            yield from self._lines(heading, lines)

    def _each(self, topic: Topic) -> int:
        """How many lines of one voice a part gets, by how many words it has."""
        words = sum(len(utterance.words) for utterance in topic.utterances)
        voices = max(1, len({utterance.speaker for utterance in topic.utterances}))
        return max(1, min(_MOST_PER_VOICE[self.length], round(words / _WORDS_PER_LINE_SHOWN[self.length] / voices * 2)))

    def _question_before(self, utterance: Utterance) -> Utterance | None:
        """The question a short answer needs to be understood."""
        if utterance.number == 0 or utterance.asks:
            return None
        before = self.conversation.utterances[utterance.number - 1]
        answers = len(utterance.words) <= _SHORT_ANSWER or (
            bool(utterance.words) and utterance.words[0].plain in CUES[self._language].yes | CUES[self._language].refuses
        )
        return before if before.asks and before.speaker != utterance.speaker and answers else None

    def _lines(self, heading: str, lines: Sequence[Utterance]) -> Iterator[SummarySentence]:
        wording = self._quoted([(utterance, ()) for utterance in lines])
        yield from self._sentence(heading, wording.text, wording.origin, tuple(utterance.id for utterance in lines))

    def _quoting(self, heading: str, utterance: Utterance, parts: Sequence[Quoted]) -> Iterator[SummarySentence]:
        wording = self.wordings.quote(utterance, parts)
        yield from self._sentence(heading, self._with_voice(utterance, _inside_quotes(wording.text)), wording.origin, (utterance.id,))

    def _sentence(self, heading: str, text: str, origin: str, lines: tuple[str, ...]) -> Iterator[SummarySentence]:
        """The sentence if it is proven, else its lines in full; what cannot be proven even so is not said."""
        if self._proven(text, lines):
            yield SummarySentence(section=heading, text=text, origin=origin, lines=lines)
            return
        full = self._quoted([(self.conversation.by_id[line], ()) for line in lines])
        if self._proven(full.text, lines):
            yield SummarySentence(section=heading, text=full.text, origin=full.origin, lines=lines)

    def _by_line(self, core: Sequence[Quoted]) -> dict[str, tuple[Quoted, ...]]:
        parts: dict[str, tuple[Quoted, ...]] = {}
        for part in core:
            parts[part.line] = (*parts.get(part.line, ()), part)
        return parts

    def _proven(self, text: str, lines: Sequence[str]) -> bool:
        """Whether the lines carry the sentence: quoted word for word, or held against them claim by claim."""
        bare = without_marks(text, self.marks)
        return self.quotes.proves(bare, lines) or not self.checker.check(bare, lines)


def voice_labels(minutes: Minutes, form: Form, say: Texts) -> dict[str, str]:
    """What the summary calls each voice inside a sentence: its role, with the name or number where two share it."""
    roles = [speaker.role for speaker in minutes.speakers]
    labels: dict[str, str] = {}
    for speaker in minutes.speakers:
        number = say("speakers.number", number=speaker.number)
        if speaker.role is None:
            labels[speaker.id] = safe_text(speaker.name) if speaker.confirmed and speaker.name else number
            continue
        role = form.voice(speaker.role, say.language) or say(f"summary.voice.{speaker.role}")
        if roles.count(speaker.role) == 1:
            labels[speaker.id] = role
        else:
            labels[speaker.id] = f"{role} {safe_text(speaker.name)}" if speaker.confirmed and speaker.name else f"{role} ({number})"
    return labels


# Dat doe ik, die stuur ik: what it points to must stand beside it.
_POINTING = frozenset(["dat", "die", "dit", "deze", "daar", "er", "het", "that", "it", "this", "them", "those"])
_PURPOSES = {
    "nl": (" het gaat over ", " gaat het over ", " gesprek over ", " zouden het hebben over ", " hebben het over ",
    " wil het hebben over ", " het gaat om ", " klacht over ",
           " naar aanleiding van ", " u hebt op ", " we zijn hier "),
    "en": (" we're here about ", " we are here about ", " it is about ", " it's about ", " to talk about ", " complaint about "),
}  # fmt: skip


def _points(plain: Sequence[str]) -> bool:
    return not _POINTING.isdisjoint(plain)


def _part(utterance: Utterance, at: int) -> Quoted:
    sentence = utterance.sentences[at]
    return Quoted(line=utterance.id, start=sentence.start, end=sentence.end)


def _inside_quotes(text: str) -> str:
    """Quotation marks of the line itself become single ones."""
    return safe_text(text).replace("“", "‘").replace("”", "’")


def _percent(part: int, whole: Iterable[int]) -> int:
    total = sum(whole)
    return round(100 * part / total) if total else 0
