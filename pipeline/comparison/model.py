"""The parts `recordings`, `minutes` and `report` of comparison.json.

All times are integer milliseconds on the clock of the account or recording they stand in.
"""

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

SCHEMA = "wederhoor/comparison/1"

# What a party can point at gets its id when the comparison is complete (identify.py).
NOT_GIVEN = ""


class DifferenceClass(StrEnum):
    """What kind of difference it is, the ones that change most first. Only FILLER is harmless."""

    NEGATION = "negation"
    NUMBER = "number"
    TIME = "time"
    NAME = "name"
    MODALITY = "modality"
    SPEAKER = "speaker"
    WORDING = "wording"
    FILLER = "filler"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a difference.

    `line` is the line's id and `word` the place of its first word in that line, from 0; the words may run on into the next
    lines. `text` is the words as they stand, empty where this side has none: the place is then where they would have stood.
    `speaker` as that side names him; `confidence` the lowest recognition confidence of the words in 0-1, null when unknown.
    """

    line: str
    word: int
    start_ms: int
    end_ms: int
    speaker: str | None
    text: str
    confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Words that differ between two accounts. `kind` is written as `class`, a word Python keeps for itself."""

    __pydantic_config__ = ConfigDict(serialize_by_alias=True)

    id: str = NOT_GIVEN
    kind: Annotated[DifferenceClass, Field(alias="class")]
    a: Side
    b: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Lines of A and of B (their ids) that stand beside each other; one of the two may have none.

    All rows together hold every line of both accounts once, each account in its own order.
    """

    a: tuple[str, ...]
    b: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerPair:
    """Which label of A is taken for which label of B. `by` is `name` when both accounts name him so, else `words`."""

    a: str
    b: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesComparison:
    """Two minutes or transcripts beside each other.

    `comparable` is false when they have too few words in common to be one conversation in its own words: there are no
    differences then, since listing every word would say nothing. Words are counted as units: a date or an amount is one.
    `words_same` counts words of A that B has too, whether or not under the same speaker. `identical` means that no word and
    no speaker differs, fillers and spelling included. `differences` are ordered by class, then by A's time. `rows` are in
    the order of the conversation; there are none when the two are not comparable.
    """

    language: str
    comparable: bool
    words_a: int
    words_b: int
    words_same: int
    identical: bool
    speakers: tuple[SpeakerPair, ...]
    differences: tuple[Difference, ...]
    rows: tuple[Row, ...]


class Outcome(StrEnum):
    """Whether a statement was found back in the conversation. It says nothing of whether the statement is true."""

    FOUND = "found"
    POSSIBLY_DIFFERENT = "possibly_different"
    NOT_FOUND = "not_found"


class Reason(StrEnum):
    """What may be different between a statement and the passage nearest to it."""

    NUMBER = "number"
    DAY = "day"
    NEGATION = "negation"
    SPEAKER = "speaker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A place in the conversation. `likeness` in 0-1 says how near its words are; `confidence` as in Side, the mean."""

    lines: tuple[str, ...]
    start_ms: int
    end_ms: int
    speakers: tuple[str, ...]
    text: str
    likeness: float
    confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence of the report. `reasons` is empty unless `possibly_different`; `passages` the three nearest, best first."""

    id: str = NOT_GIVEN
    number: int
    text: str
    outcome: Outcome
    reasons: tuple[Reason, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """A passage of the conversation that no statement touches. `weight` orders them, heaviest first; it has no unit."""

    id: str = NOT_GIVEN
    passage: Passage
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportComparison:
    """A written report beside the conversation, both ways round. `headings`: rows of the report taken for headings, not compared."""

    language: str
    statements: tuple[Statement, ...]
    omitted: tuple[Omission, ...]
    headings: tuple[str, ...] = ()


class SameRecording(StrEnum):
    """What two recordings are to each other."""

    IDENTICAL = "identical"
    OTHER_ENCODING = "other_encoding"
    SAME_CONVERSATION = "same_conversation"
    UNRELATED = "unrelated"


class RecordingFindingKind(StrEnum):
    """What one recording has and the other has not; it cannot be heard which of the two was changed."""

    ONLY_IN_A = "only_in_a"
    ONLY_IN_B = "only_in_b"
    REPEATED_IN_A = "repeated_in_a"
    REPEATED_IN_B = "repeated_in_b"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The same sound on both clocks."""

    a_start_ms: int
    a_end_ms: int
    b_start_ms: int
    b_end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFinding:
    """`a` and `b`: earliest start and latest end in each recording; `length_ms`: the exact length, on the clock of the
    recording that has it (of A for what is not comparable). In a pause the place is uncertain, the length is not.
    """

    id: str = NOT_GIVEN
    kind: RecordingFindingKind
    a: tuple[int, int]
    b: tuple[int, int]
    length_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingComparison:
    """Two recordings beside each other.

    `drift_ppm`: how much faster B's clock runs than A's, in parts per million; 0 when nothing was aligned. `map`: aligned
    stretches in B's order. `findings` in the order of B, then of A. `level_db`: B's level minus A's, only for
    `other_encoding`. `silent`: which of "a" and "b" hold no sound that stands out; nothing could be compared then.
    """

    same: SameRecording
    drift_ppm: float
    map: tuple[Stretch, ...]
    findings: tuple[RecordingFinding, ...]
    level_db: float | None
    silent: tuple[str, ...]

    def time_map(self, b_ms: int) -> int | None:
        """A's time at a time of B; None where B was not aligned with A."""
        at = bisect_right(self.map, b_ms, key=lambda stretch: stretch.b_start_ms) - 1
        if at < 0 or b_ms > self.map[at].b_end_ms:
            return None
        here = self.map[at]
        share = (b_ms - here.b_start_ms) / max(1, here.b_end_ms - here.b_start_ms)
        return round(here.a_start_ms + share * (here.a_end_ms - here.a_start_ms))
