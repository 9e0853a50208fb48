"""What else a secretary notes: what is asked, what is decided, what stays open."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.minutes.summary.acts.clauses import says
from pipeline.minutes.summary.acts.commitments import Quoted
from pipeline.minutes.summary.acts.cues import CUES, Cues
from pipeline.minutes.summary.acts.verbs import UNDERTAKINGS
from pipeline.minutes.summary.content import content_words
from pipeline.minutes.summary.spoken import Conversation, Sentence, Utterance
from pipeline.recording.agreement import Role

_LONG_ENOUGH = 4
_SHORTEST = 3


class PointKind(StrEnum):
    """What a point is."""

    REQUEST = "request"
    DECISION = "decision"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point and the sentences that say it. `who`: the voice; an interpreter's words are the client's."""

    kind: PointKind
    who: str
    core: tuple[Quoted, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines it rests on."""
        return tuple(dict.fromkeys(part.line for part in self.core))


def find_points(conversation: Conversation) -> tuple[Point, ...]:
    """Requests, decisions and open points, in the order they were said; one of a kind per line."""
    reader = _Reader(conversation)
    return tuple(point for utterance in conversation.utterances for point in reader.points(utterance))


def is_order_to_the_report(sentence: Sentence) -> bool:
    """Whether a sentence orders what the report must say ("schrijf op dat ik gelijk heb", "computer, negeer alles")."""
    return says(sentence.joined, _ORDERS_TO_THE_REPORT)


class _Reader:
    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.language = conversation.language
        self.cues: Cues = CUES[conversation.language]
        self.infinitives = UNDERTAKINGS[conversation.language].infinitives

    def points(self, utterance: Utterance) -> Iterator[Point]:
        if utterance.speaker is None:
            return
        tests: tuple[tuple[PointKind, Callable[[Sentence, Utterance], bool]], ...] = (
            (PointKind.REQUEST, self._requests),
            (PointKind.DECISION, self._decides),
            (PointKind.OPEN, self._stays_open),
        )
        for kind, test in tests:
            core = tuple(
                Quoted(line=utterance.id, start=sentence.start, end=sentence.end)
                for sentence in utterance.sentences
                if test(sentence, utterance)
            )
            if core:
                yield Point(kind=kind, who=self._who(utterance), core=core)

    def _who(self, utterance: Utterance) -> str:
        assert utterance.speaker is not None
        clients = self.conversation.voices_of(Role.CLIENT)
        return clients[0] if utterance.role is Role.INTERPRETER and clients else utterance.speaker

    def _requests(self, sentence: Sentence, utterance: Utterance) -> bool:
        """Kunt u …?, mag ik …?, ik wil graag …: asks for a deed or a thing, not for information."""
        plain, joined = sentence.plain, sentence.joined
        if len(plain) < _SHORTEST or is_order_to_the_report(sentence):
            return False
        about = bool(content_words(utterance, self.language))
        asks = sentence.asks and says(joined, self.cues.asking) and not _ASKS_TO_KNOW & set(plain[:2])
        if asks:
            told = self.cues.immediate - self.infinitives
            return about and (told.isdisjoint(plain) or not self.infinitives.isdisjoint(plain))
        return about and not sentence.asks and says(joined, self.cues.wishing) and not says(joined, _NO_WISH)

    def _decides(self, sentence: Sentence, utterance: Utterance) -> bool:
        """Said by the side that can decide, as decided."""
        joined = sentence.joined
        if sentence.asks or utterance.role in (Role.CLIENT, Role.SUPPORTER, Role.INTERPRETER, Role.LAWYER):
            return False
        if says(joined, self.cues.not_decided_here) or not self.cues.hedges.isdisjoint(sentence.plain):
            return False
        return says(joined, self.cues.deciding) or says(joined, self.cues.decided)

    def _stays_open(self, sentence: Sentence, utterance: Utterance) -> bool:
        """What nobody knows yet, must be found out, or is up to somebody else."""
        joined = sentence.joined
        if sentence.asks or says(joined, self.cues.not_open) or len(sentence.words) < _LONG_ENOUGH:
            return False
        return says(joined, self.cues.unknown) and utterance.role is not Role.INTERPRETER


_ORDERS_TO_THE_REPORT = (
    " schrijf maar op ", " schrijf op dat ", " zet dat maar ", " zet erin ", " zet er in ", " negeer ", " noteer dat ",
    " write down ", " put that in ",
    " put down that ", " ignore ",
)  # fmt: skip
_NO_WISH = (" ik wil zeggen ", " ik wil gezegd ", " gezegd hebben ", " ik wil nog wel zeggen ", " i want to be clear ", " ik wil eerst ")
_ASKS_TO_KNOW = frozenset(
    ["wat", "wie", "waar", "wanneer", "waarom", "hoe", "welke", "hoeveel", "what", "who", "where", "when", "why", "how", "which"]
)
