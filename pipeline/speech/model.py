"""Who said what when: the types that pass between the speech stages. All times are integer milliseconds, ends exclusive."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the recording."""

    start_ms: int
    end_ms: int


class WordFlag(StrEnum):
    """Why a word is not shown as plain text."""

    UNCERTAIN = "uncertain"
    OVERLAP = "overlap"
    OUTSIDE_SPEECH = "outside_speech"
    LOOP = "loop"
    STOCK_PHRASE = "stock_phrase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another reading of a word, and which engine gave it."""

    text: str
    confidence: float | None
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A recognised word. `confidence` in 0-1, or null when the engine gives none; `text` without surrounding spaces."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float | None
    alternatives: tuple[Alternative, ...] = ()
    speaker: str | None = None
    flags: tuple[WordFlag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSpan:
    """The language heard in a stretch: an ISO 639-1 code and its probability in 0-1."""

    start_ms: int
    end_ms: int
    language: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What produced a result: names, versions and the SHA-256 of the weights."""

    name: str
    version: str
    model: str
    weights_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Words that were recognised together (one utterance of the engine), in one language."""

    start_ms: int
    end_ms: int
    language: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcription:
    """The result of the transcribe stage.

    `activity`: where speech was heard; `segments` in time order; `languages`: language per stretch of speech. A stretch in
    a language other than Dutch or English has no segment.
    """

    schema: str
    engine: Engine
    activity: tuple[Span, ...]
    languages: tuple[LanguageSpan, ...]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A stretch in which one speaker talks; `speaker` is the RTTM label (S1, S2 in order of first speech)."""

    start_ms: int
    end_ms: int
    speaker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diarisation:
    """The result of the diarise stage: `turns` keep overlap, `exclusive` has one speaker at a time for attribution."""

    schema: str
    engine: Engine
    turns: tuple[Turn, ...]
    exclusive: tuple[Turn, ...]


class CoverageKind(StrEnum):
    """What a millisecond of the recording is; exactly one of these."""

    TRANSCRIBED = "transcribed"
    UNTRANSCRIBED_SPEECH = "untranscribed_speech"
    OTHER_LANGUAGE = "other_language"
    SILENCE = "silence"
    OTHER_SOUND = "other_sound"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageSpan:
    """A stretch of one kind; the spans of a recording follow each other without gap or overlap."""

    start_ms: int
    end_ms: int
    kind: CoverageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechRecord:
    """The result of the audit stage: segments whose words carry speakers and flags, and the whole recording accounted for."""

    schema: str
    engines: tuple[Engine, ...]
    segments: tuple[Segment, ...]
    turns: tuple[Turn, ...]
    languages: tuple[LanguageSpan, ...]
    coverage: tuple[CoverageSpan, ...]
