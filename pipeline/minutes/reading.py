"""What a reader sees of the minutes: the one list that every document is written from, word for word the same.

Marks are text, not looks: a word the engine doubts reads "[onzeker: woord]" in every format.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby

from pipeline.minutes.beside import PointReactions, SideReactions, both_sides, correction_in_words, corrections_by_line, points
from pipeline.minutes.doubt import is_uncertain, other_readings
from pipeline.minutes.facts import Fact, facts
from pipeline.minutes.labels import moment, speaker_labels, status
from pipeline.minutes.model import Line, LineFlag, Minutes, SummarySentence
from pipeline.minutes.placing import reactions_by_line
from pipeline.minutes.safe_text import safe_text
from pipeline.speech.model import Word
from pipeline.texts import Texts, texts

# These say all there is to say in the line's own text; the others are put before it.
_IN_TEXT = frozenset(set(LineFlag) - {LineFlag.OVERLAP})
# A line with one of these holds a remark, not plain words.
REMARK_FLAGS = frozenset(set(LineFlag) - {LineFlag.OVERLAP, LineFlag.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that follow each other and share a mark. `before` and `after` are the brackets of an uncertain piece."""

    text: str
    before: str = ""
    after: str = ""

    @property
    def uncertain(self) -> bool:
        """Whether the reader is warned of these words."""
        return bool(self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLine:
    """A line as it is read: safe text, in the report's language. `note` precedes the text, empty when there is none.

    Beside it stand `remarks` (what was corrected or proposed) and `reactions`: of both sides, or of none.
    """

    id: str
    start_ms: int
    end_ms: int
    speaker_id: str | None
    speaker: str
    language: str | None
    flags: tuple[LineFlag, ...]
    note: str
    pieces: tuple[Piece, ...]
    remarks: tuple[str, ...] = ()
    reactions: tuple[SideReactions, ...] = ()

    @property
    def text(self) -> str:
        """The whole line as text, marks included."""
        said = " ".join(f"{piece.before}{piece.text}{piece.after}" for piece in self.pieces)
        return f"{self.note} {said}" if self.note else said

    @property
    def speaker_parts(self) -> tuple[str, str]:
        """The name, and what is presumed or sets two of a kind apart (empty when nothing): quieter than the name."""
        name, bracket, rest = self.speaker.partition(" (")
        return name, bracket.strip() + rest

    @property
    def is_remark(self) -> bool:
        """Whether this line is a remark of ours instead of plain words."""
        return not REMARK_FLAGS.isdisjoint(self.flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSentence:
    """A sentence of the summary. `number`: from 1 through the whole summary; `origin`: how it came about, in words."""

    number: int
    text: str
    origin: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSection:
    """Sentences of the summary that stand under one title."""

    title: str
    sentences: tuple[ReadingSentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A version of the minutes as every document shows it.

    `status`: the state, and who has read it or that nobody has; on every page and export. `facts`: what this is, in order;
    `summary`: empty when none was made; `points`: the reactions on what is no line of this version; `corrections`: every
    correction, in order.
    """

    minutes: Minutes
    say: Texts
    title: str
    status: str
    facts: tuple[Fact, ...]
    summary: tuple[ReadingSection, ...]
    lines: tuple[ReadingLine, ...]
    points: tuple[PointReactions, ...]
    corrections: tuple[str, ...]
    recording_sha256: str
    minutes_sha256: str

    @property
    def over(self) -> str:
        """The case, the day and the version: what somebody with several of these looks for first."""
        case, start = self.minutes.agreement.case_id, self.minutes.recording.claimed_start
        told = (
            self.say("page.case", case=safe_text(case)) if case else None,
            moment(start, self.say) if start else None,
            self.say("page.version", version=self.minutes.version),
        )
        return " · ".join(part for part in told if part)

    @property
    def made_at(self) -> datetime:
        """When this version was made; formats that must have a date get the start of 1980 where there is none to read."""
        try:
            at = datetime.fromisoformat(self.minutes.created_at)
        except ValueError:
            return datetime(1980, 1, 1, tzinfo=UTC)
        return at if at.tzinfo else at.replace(tzinfo=UTC)


def read_minutes(minutes: Minutes) -> Reading:
    """The minutes as a reader sees them, in their report language."""
    say = texts(minutes.report_language)
    labels = speaker_labels(minutes.speakers, say)
    sha256 = minutes.sha256
    remarks, reactions = corrections_by_line(minutes, say), reactions_by_line(minutes)
    return Reading(
        minutes=minutes,
        say=say,
        title=say("minutes.title"),
        status=status(minutes, say),
        facts=tuple(facts(minutes, sha256, say)),
        summary=tuple(_sections(minutes.summary or (), say)),
        lines=tuple(
            replace(
                _reading_line(line, labels, say),
                remarks=tuple(remarks.get(line.id, ())),
                reactions=both_sides(reactions.get(line.id, ()), minutes, say),
            )
            for line in minutes.lines
        ),
        points=tuple(points(minutes, say)),
        corrections=tuple(correction_in_words(correction, minutes, say) for correction in minutes.corrections),
        recording_sha256=minutes.recording.sha256,
        minutes_sha256=sha256,
    )


def _sections(summary: Iterable[SummarySentence], say: Texts) -> Iterator[ReadingSection]:
    """Sentences that follow each other under one heading make a section. A heading we have no words for stands as it was given."""
    known = say.all_keys()
    for section, group in groupby(enumerate(summary, start=1), key=lambda numbered: numbered[1].section):
        key = f"minutes.section.{section}"
        sentences = (
            ReadingSentence(number=number, text=safe_text(one.text), origin=say(f"minutes.origin.{one.origin}"), lines=one.lines)
            for number, one in group
        )
        yield ReadingSection(title=say(key) if key in known else safe_text(section), sentences=tuple(sentences))


def _reading_line(line: Line, labels: dict[str, str], say: Texts) -> ReadingLine:
    return ReadingLine(
        id=line.id,
        start_ms=line.start_ms,
        end_ms=line.end_ms,
        speaker_id=line.speaker,
        speaker=labels.get(line.speaker, say("speakers.unknown")) if line.speaker else say("speakers.unknown"),
        language=line.language,
        flags=line.flags,
        note=" ".join(say(f"minutes.line.{flag}") for flag in line.flags if flag not in _IN_TEXT),
        pieces=tuple(_pieces(line, say)),
    )


def _pieces(line: Line, say: Texts) -> Iterator[Piece]:
    """The text in pieces. Where the words do not make up the text (a remark, a correction), the text stands as it is."""
    if " ".join(word.text.strip() for word in line.words) != line.text:
        yield Piece(safe_text(line.text))
        return
    for doubted, group in groupby(line.words, key=is_uncertain):
        text = safe_text(" ".join(_with_other_readings(word, say) for word in group))
        yield Piece(text, say("minutes.line.uncertain_open"), say("minutes.line.uncertain_close")) if doubted else Piece(text)


def _with_other_readings(word: Word, say: Texts) -> str:
    readings = other_readings(word)
    return say("minutes.line.other_readings", text=word.text, readings=", ".join(readings)) if readings else word.text
