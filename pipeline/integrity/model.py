"""What the cut check says: the document integrity.json, and what a detector hands over for it.

A detector examines the received bytes or the decode at native rate and returns traces. Strength, words and announced edits
are added afterwards (calibration.py, wording.py, announced.py), the same way for every detector. There is no verdict: a
reader gets findings, three hypotheses for each, and the power of every test.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pipeline.texts import Language

SCHEMA = "wederhoor/integrity/1"

Evidence = Mapping[str, int | float | str]


class Level(StrEnum):
    """What kind of statement a finding is; never mixed.

    History: how the file came about, no claim that anything was edited. Discontinuity: at this place something is missing
    or joined. Source anomaly: sound that is repeated or comes from elsewhere.
    """

    HISTORY = "history"
    DISCONTINUITY = "discontinuity"
    SOURCE_ANOMALY = "source_anomaly"


class Stance(StrEnum):
    """What a trace says of a hypothesis."""

    SUPPORTS = "supports"
    NEUTRAL = "neutral"
    AGAINST = "against"


class Conclusion(StrEnum):
    """`indication`: at least one discontinuity or source anomaly was not announced; it does not mean "edited"."""

    NO_INDICATION = "no_indication"
    INDICATION = "indication"
    NOT_TESTABLE = "not_testable"


class Family(StrEnum):
    """Detectors of one family look at the same thing: only across families may likelihood ratios be multiplied."""

    STRUCTURE = "structure"
    GRID = "grid"
    HUM = "hum"
    COPY = "copy"
    LEVEL = "level"


class CodecClass(StrEnum):
    """Codecs for which a test has the same power."""

    PCM = "pcm"
    LOSSLESS = "lossless"
    AAC = "aac"
    MP3 = "mp3"
    VORBIS = "vorbis"
    OPUS = "opus"
    WMA = "wma"
    AMR = "amr"
    OTHER = "other"


class StrengthLabel(StrEnum):
    """How much more likely a trace is with an interruption than without; the words of the NFI's scale.

    `not_applicable`: a fact about the file, from which nothing is inferred. `not_calibrated`: too little untouched audio
    from real devices was measured to give a figure.
    """

    NOT_APPLICABLE = "not_applicable"
    NOT_CALIBRATED = "not_calibrated"
    ABOUT_AS_LIKELY = "about_as_likely"
    SLIGHTLY_MORE_LIKELY = "slightly_more_likely"
    MORE_LIKELY = "more_likely"
    MUCH_MORE_LIKELY = "much_more_likely"


class Outcome(StrEnum):
    """What became of an announced edit. A finding that belongs to none (`announced` null) is the fourth case: found, not announced."""

    FOUND = "announced_and_found"
    NOT_FOUND = "announced_not_found"
    DIFFERENT = "announced_but_different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypotheses:
    """What a trace says of: edited after recording, recorded without interruption, interrupted for an innocent reason.

    Innocent reasons are a pause in the recorder, an incoming call, lost packets, mute, a crash. Both the first and the
    last may be supported by the same trace: then it does not tell them apart.
    """

    edited: Stance
    uninterrupted: Stance
    benign_interruption: Stance


NO_CLAIM = Hypotheses(edited=Stance.NEUTRAL, uninterrupted=Stance.NEUTRAL, benign_interruption=Stance.NEUTRAL)
# Something is missing, and a pause, a lost packet or a crash explains it as well as a cut does.
INTERRUPTED = Hypotheses(edited=Stance.NEUTRAL, uninterrupted=Stance.AGAINST, benign_interruption=Stance.SUPPORTS)
# Whole frames of a finished stream are gone: a cut does that; a recorder does not, though a stream that was sent may lose them.
FRAMES_GONE = Hypotheses(edited=Stance.SUPPORTS, uninterrupted=Stance.AGAINST, benign_interruption=Stance.NEUTRAL)
# A trace that comes about when a finished file is changed, and not when recording is paused.
SECOND_GENERATION = Hypotheses(edited=Stance.SUPPORTS, uninterrupted=Stance.AGAINST, benign_interruption=Stance.AGAINST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """`likelihood_ratio` of interrupted against uninterrupted; null where it may not be given."""

    label: StrengthLabel
    likelihood_ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BothLanguages:
    """One statement in the two languages of the documents."""

    nl: str
    en: str

    def in_language(self, language: Language) -> str:
        """The statement in one of them."""
        return self.en if language is Language.ENGLISH else self.nl


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a detector saw, on the recording's clock (time zero is the first presented sample).

    `kind` is a key of [integrity.kind] in the texts, whose sentences `evidence` fills in. `channel` counts from 0, null for
    all. `score`: the detector's own statistic, held against the calibration; null where seeing it is all there is.
    `missing_ms`: how much is gone at this place, where the trace tells; `also_ms`: the other place where the same sound is.
    """

    level: Level
    kind: str
    start_ms: int
    end_ms: int
    hypotheses: Hypotheses
    channel: int | None = None
    score: float | None = None
    missing_ms: int | None = None
    also_ms: tuple[int, int] | None = None
    evidence: Evidence = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.start_ms <= self.end_ms:
            raise ValueError("a trace ends at or after its start, at or after zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicability:
    """Whether this test can find anything in this recording; `reason` is a key of [integrity.reason], null when it can."""

    applicable: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorResult:
    """What one detector has to say. Traces may be given although the test as a whole is not applicable."""

    findings: tuple[Trace, ...]
    applicability: Applicability


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameGrid:
    """The codec frames of the file itself: one starts at sample `offset` (0 to `samples` - 1) of the presented clock."""

    samples: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureFacts:
    """What the container says of itself. `grid` is null where the frames are not of one length or are unknown.

    `duration_ms` as presented, null when the container cannot tell; `writers`: tags of programs that wrote it; `frames`:
    codec frames that are in the file.
    """

    container: str
    codec: str
    codec_class: CodecClass
    sample_rate: int | None
    channels: int | None
    duration_ms: int | None
    frames: int | None
    grid: FrameGrid | None
    writers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedRecording:
    """Which bytes were examined. `duration_ms` of what can be decoded."""

    sha256: str
    size_bytes: int
    container: str
    codec: str
    codec_class: CodecClass
    sample_rate: int
    channels: int
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a detector gets: the received file, untouched. The decode at native rate is `recording.decode.decode(path)`."""

    path: Path
    recording: ExaminedRecording
    structure: StructureFacts


class Detector(Protocol):
    """One test. `name` is a key of [integrity.detector] and of the calibration file."""

    @property
    def name(self) -> str:
        """The name of the test."""

    @property
    def family(self) -> Family:
        """What it looks at."""

    def examine(self, subject: Subject) -> DetectorResult:
        """Examine one recording, streamed. Raises InputRefused when it cannot be decoded, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A trace as a reader gets it. `announced`: id of the announced edit it belongs to, null when it was not announced."""

    id: str
    level: Level
    kind: str
    start_ms: int
    end_ms: int
    channel: int | None
    detector: str
    strength: Strength
    hypotheses: Hypotheses
    announced: str | None
    text: BothLanguages
    evidence: dict[str, int | float | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedEditResult:
    """What became of one announced edit; `finding_id` null when nothing was found there."""

    id: str
    outcome: Outcome
    finding_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """In our own trial the test found `detected` of `n` edits of this kind; `ci95` is the Clopper-Pearson interval, 0 to 1."""

    edit_kind: str
    codec_class: CodecClass
    detected: int
    n: int
    ci95: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformedTest:
    """Whether a test could be done, why not (a key of [integrity.reason]), and what it can find in this kind of file.

    The first of a document has no test of its own: it tells what all tests find together.
    """

    detector: str
    applicable: bool
    reason: str | None
    power: tuple[Power, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityDocument:
    """The document integrity.json."""

    schema: str
    recording: ExaminedRecording
    conclusion: Conclusion
    findings: tuple[Finding, ...]
    announced_edits: tuple[AnnouncedEditResult, ...]
    tests: tuple[PerformedTest, ...]


def conclude(findings: tuple[Finding, ...], done: Collection[Family]) -> Conclusion:
    """An unannounced discontinuity or source anomaly is an indication; without any test that could find a cut, nothing is said.

    `done`: families of the tests that could be done. Copies alone leave a cut unseen.
    """
    if any(finding.level is not Level.HISTORY and finding.announced is None for finding in findings):
        return Conclusion.INDICATION
    return Conclusion.NO_INDICATION if set(done) - {Family.COPY} else Conclusion.NOT_TESTABLE
