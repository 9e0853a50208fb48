"""A comparison as it is read: safe text in the language of the documents, times as people write them.

Wherever A and B stand beside each other both are of one type: neither gets more room, other words or another order.
Times in milliseconds are on the clock of the side they belong to, for playing; null where that side has no times.
"""

from dataclasses import dataclass
from datetime import datetime

from pipeline.comparison.compare import Comparison
from pipeline.comparison.model import DifferenceClass, Outcome, RecordingFindingKind
from pipeline.minutes.facts import Fact
from pipeline.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class SideReading:
    """What one side is. `letter`: A or B."""

    letter: str
    name: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a recording: from where it plays, in words and milliseconds, and what is said of it."""

    time: str
    start_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingReading:
    """A finding of the alignment, told from both sides; `notes`: what else a reader must know of this place."""

    id: str
    number: int
    kind: RecordingFindingKind
    label: str
    a: Place
    b: Place
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFindingReading:
    """A finding of the cut check of one recording."""

    id: str
    time: str
    start_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CutCheckReading:
    """What the cut check says of one recording, or that it was not done."""

    letter: str
    sentences: tuple[str, ...]
    findings: tuple[CutFindingReading, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Part of the drawing, as shares 0-1 of its width: from `start` to `end`; `kind` names how it is drawn."""

    kind: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Band:
    """The same sound in both: where it lies in A and in B, as shares 0-1 of the drawing's width."""

    a_start: float
    a_end: float
    b_start: float
    b_end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Both recordings as two bars on one scale, with bands between what is the same; `rows` says all of it in words.

    `rows`: what, the stretch in A, the stretch in B, in the order of A.
    """

    a: tuple[Shape, ...]
    b: tuple[Shape, ...]
    bands: tuple[Band, ...]
    a_end: str
    b_end: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One side of a difference in its context. `marked` is empty where this side has nothing; `doubt`: "" or how sure the engine was."""

    time: str
    start_ms: int | None
    speaker: str
    before: str
    marked: str
    after: str
    doubt: str
    is_unsure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceReading:
    """A difference between the words of both sides. `note`: what else a reader must know, "" for nothing."""

    id: str
    number: int
    kind: DifferenceClass
    label: str
    a: Words
    b: Words
    note: str


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """Words that follow each other. `difference`: the number of the difference they belong to, 0 for none."""

    text: str
    difference: int
    is_filler: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReading:
    """A line of one account; `is_remark`: a remark of ours instead of words."""

    id: str
    time: str
    start_ms: int | None
    speaker: str
    pieces: tuple[MarkedPiece, ...]
    is_remark: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReading:
    """Lines beside each other, and the numbers of the differences in them."""

    a: tuple[LineReading, ...]
    b: tuple[LineReading, ...]
    differences: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSection:
    """A stretch of the conversation that can be read at one go."""

    title: str
    rows: tuple[RowReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageReading:
    """A passage of the conversation."""

    time: str
    start_ms: int | None
    speakers: str
    text: str
    doubt: str
    is_unsure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReading:
    """A sentence of a written report, what was found, and the passages nearest to it."""

    id: str
    number: int
    text: str
    outcome: Outcome
    label: str
    passages: tuple[PassageReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OmissionReading:
    """A passage of the conversation that the report leaves out."""

    id: str
    number: int
    passage: PassageReading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReading:
    """A written report beside a conversation. `report` and `conversation`: the letters of the sides they are."""

    report: str
    conversation: str
    statements: tuple[StatementReading, ...]
    omitted: tuple[OmissionReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonReading:
    """Everything the documents show, in order. `caution`: what this comparison does not say."""

    comparison: Comparison
    say: Texts
    title: str
    status: str
    caution: tuple[str, ...]
    sides: tuple[SideReading, SideReading]
    summary: tuple[Fact, ...]
    drawing: Drawing | None
    findings: tuple[FindingReading, ...]
    cut_checks: tuple[CutCheckReading, ...]
    voices: tuple[tuple[str, str], ...]
    differences: tuple[DifferenceReading, ...]
    sections: tuple[RowSection, ...]
    report: ReportReading | None
    hashes: tuple[str, ...]
    made_at: datetime
