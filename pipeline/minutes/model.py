"""The minutes of a conversation as data: the document minutes.json."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.speech.model import CoverageSpan, Engine, Word


class State(StrEnum):
    """How far the minutes are: concept, with the parties for their response, established."""

    CONCEPT = "concept"
    WITH_PARTIES = "with_parties"
    ESTABLISHED = "established"


class LineFlag(StrEnum):
    """What a reader must know of a line."""

    UNCERTAIN = "uncertain"
    OVERLAP = "overlap"
    UNINTELLIGIBLE = "unintelligible"
    OTHER_LANGUAGE = "other_language"
    NOT_SPEECH = "not_speech"
    LOOP = "loop"
    STOCK_PHRASE = "stock_phrase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A voice in the recording. `id` is the RTTM label; `role` is only presumed while `confirmed` is false."""

    id: str
    name: str | None
    role: str | None
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the minutes. `id` (L0001) is never reused; `speaker` is null where nobody could be named."""

    id: str
    start_ms: int
    end_ms: int
    speaker: str | None
    language: str | None
    text: str
    flags: tuple[LineFlag, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySentence:
    """A sentence of the summary and the lines it rests on; `origin`: extracted, reworded, model or staff."""

    section: str
    text: str
    origin: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What made this version differ from its predecessor, by whom (a role id) and when."""

    kind: str
    actor: str
    at: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingReference:
    """What the minutes say of the recording they were made from."""

    sha256: str
    samples_sha256: str
    name: str
    duration_ms: int
    readable_ms: int
    damaged: bool
    claimed_start: str | None
    handed_in_by: str | None
    handed_in_how: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementReference:
    """What the minutes say of the agreement: `sha256` of agreement.toml, or why there is none."""

    sha256: str | None
    missing_because: str | None
    case_id: str | None
    parties: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """One immutable version of the minutes.

    `version` is v001, v002 ...; `predecessor` the SHA-256 of the previous version's minutes.json, null for the first;
    `read_by` the people who listened along and read it: while empty every page says that nobody has.
    """

    schema: str
    version: str
    predecessor: str | None
    state: State
    created_at: str
    report_language: str
    read_by: tuple[str, ...]
    agreement: AgreementReference
    recording: RecordingReference
    speakers: tuple[Speaker, ...]
    lines: tuple[Line, ...]
    coverage: tuple[CoverageSpan, ...]
    summary: tuple[SummarySentence, ...] | None
    findings: tuple[dict[str, object], ...]
    changes: tuple[Change, ...]
    engine: tuple[Engine, ...]
