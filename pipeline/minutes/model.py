"""The minutes of a conversation as data: the document minutes.json."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from pipeline import documents
from pipeline.integrity.model import Conclusion, Finding, Level
from pipeline.integrity.wording import finding_in_words
from pipeline.minutes.reactions import Correction, Established, Extension, Response
from pipeline.recording import agreement as agreements
from pipeline.recording.agreement import Agreement, Role
from pipeline.recording.model import HandedInBy, Recording
from pipeline.recording.rules import RuleReport, RuleResult
from pipeline.speech.model import CoverageSpan, Engine, Word
from pipeline.texts import Language

SCHEMA = "wederhoor/minutes/1"

_VERSION = re.compile(r"v\d{3,6}")
_LINE_ID = re.compile(r"L\d{4,9}")
_SPEAKER_ID = re.compile(r"S\d{1,4}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


# A field that was added later is left out of minutes.json while it is empty, so that older versions keep their digest.
_LEFT_OUT_EMPTY = Field(exclude_if=lambda value: not value)


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
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A voice in the recording. `id` is the RTTM label (S1, S2 in order of first speech).

    While `confirmed` is false, `role` is at most presumed and `presumed_from` holds the words this voice said that the
    presumption rests on.
    """

    id: str
    name: str | None = None
    role: Role | None = None
    confirmed: bool = False
    presumed_from: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require(_SPEAKER_ID, self.id)

    @property
    def number(self) -> int:
        """The number people see: S2 is speaker 2."""
        return int(self.id[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the minutes, at least a millisecond long.

    `id` (L0001) is never reused; `speaker` is null where nobody could be named. `text` is the words of a plain line, or
    the bracketed remark of a line that holds no plain words, or what a person corrected it to; `words` are what the engine
    gave, whatever the text shows. `replaces`: the lines this one was split from or joined of, and theirs; `heard_by`: the
    people who listened to this very line.
    """

    id: str
    start_ms: int
    end_ms: int
    speaker: str | None
    language: str | None
    text: str
    flags: tuple[LineFlag, ...] = ()
    words: tuple[Word, ...] = ()
    replaces: Annotated[tuple[str, ...], _LEFT_OUT_EMPTY] = ()
    heard_by: Annotated[tuple[str, ...], _LEFT_OUT_EMPTY] = ()

    def __post_init__(self) -> None:
        _require(_LINE_ID, self.id)
        if self.speaker is not None:
            _require(_SPEAKER_ID, self.speaker)
        if not 0 <= self.start_ms < self.end_ms:
            raise ValueError("a line starts at or after zero and ends after its start")

    @property
    def is_as_heard(self) -> bool:
        """Whether the text is the words the engine gave, and nothing else."""
        return " ".join(word.text.strip() for word in self.words) == self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySentence:
    """A sentence of the summary and the lines it rests on, under the heading `section` as printed.

    `origin`: extracted, reworded, model, staff, or record for what the agreement and the recording say; only the last two may
    cite no lines.
    """

    section: str
    text: str
    origin: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was changed in `version`, by whom (a role id or a name) and when; `kind` is a key of [minutes.change].

    `made_sha256`: for what the machine made, a digest of that, so that the same run is recognised whatever people did since.
    """

    version: str
    kind: str
    actor: str
    at: str
    lines: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    made_sha256: Annotated[str | None, _LEFT_OUT_EMPTY] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingReference:
    """What the minutes say of the recording they were made from. `claimed_ms`: the length a damaged file promises."""

    sha256: str
    samples_sha256: str
    name: str
    duration_ms: int
    damaged: bool
    claimed_ms: int | None
    claimed_start: str | None
    handed_in_by: str | None
    handed_in_how: HandedInBy | None

    def __post_init__(self) -> None:
        _require(_SHA256, self.sha256)
        _require(_SHA256, self.samples_sha256)

    @classmethod
    def of(cls, recording: Recording) -> "RecordingReference":
        """The reference to a received recording."""
        damage = recording.format.damage
        return cls(
            sha256=recording.sha256,
            samples_sha256=recording.samples_sha256,
            name=recording.received_name,
            duration_ms=recording.format.duration_ms,
            damaged=damage is not None,
            claimed_ms=damage.claimed_ms if damage else None,
            claimed_start=recording.format.claimed_start,
            handed_in_by=recording.handed_in_by,
            handed_in_how=recording.handed_in_how,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Someone named in the agreement, by their `id` in it. `acts_for`: the party they act for, null for themselves."""

    id: str
    role: Role
    name: str | None
    acts_for: Annotated[str | None, _LEFT_OUT_EMPTY] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementReference:
    """What the minutes say of the agreement: `sha256` of agreement.toml, or why there is none.

    `announced_at` and `announced_by`: when the recording was announced and by which party, as the agreement has it.
    `rules`: how each of the rules stands beside the agreement; empty when they were not held against it. `respond_before`: the
    day (YYYY-MM-DD) before which both parties respond to the minutes, as agreed.
    """

    sha256: str | None
    missing_because: str | None = None
    case_id: str | None = None
    parties: tuple[Party, ...] = ()
    announced_by: str | None = None
    announced_at: str | None = None
    rules: tuple[RuleResult, ...] = ()
    respond_before: Annotated[str | None, _LEFT_OUT_EMPTY] = None

    @classmethod
    def of(cls, agreement: Agreement, rules: RuleReport | None = None) -> "AgreementReference":
        """The reference to an agreement that people wrote, and to how the rules stand beside it."""
        announced, before = agreement.announcement, agreement.procedure.respond_before
        return cls(
            sha256=agreement.sha256,
            case_id=agreement.case,
            parties=tuple(_party(party) for party in agreement.parties),
            announced_by=announced.by,
            announced_at=announced.at.isoformat() if announced.at else None,
            rules=rules.rules if rules else (),
            respond_before=before.isoformat() if before else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFinding:
    """What a reader is told of one finding of the cut check; `text` is in the report's language."""

    id: str
    level: Level
    start_ms: int
    end_ms: int
    text: str
    announced: bool

    @classmethod
    def of(cls, finding: Finding, language: Language) -> "CutFinding":
        """What the minutes say of a finding of integrity.json."""
        return cls(
            id=finding.id,
            level=finding.level,
            start_ms=finding.start_ms,
            end_ms=finding.end_ms,
            text=finding_in_words(finding, language),
            announced=finding.announced is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """One immutable version of the minutes.

    `version` is v001, v002 ...; `predecessor` the SHA-256 of the previous version's minutes.json, null for the first;
    `read_by` the people who listened along and read it: while empty every page says that nobody has. `cut_check` is the
    conclusion of integrity.json, null when the recording was not examined; `cut_check_said` says in the report's language what
    was found and how much of what there may be the tests can find. `responses`, `extensions` and `corrections` in the order they
    came in; `established`: who decided, null before.
    """

    schema: str
    version: str
    predecessor: str | None
    state: State
    created_at: str
    report_language: Language
    read_by: tuple[str, ...]
    agreement: AgreementReference
    recording: RecordingReference
    speakers: tuple[Speaker, ...]
    lines: tuple[Line, ...]
    coverage: tuple[CoverageSpan, ...]
    summary: tuple[SummarySentence, ...] | None
    cut_check: Conclusion | None
    cut_check_said: tuple[str, ...]
    findings: tuple[CutFinding, ...]
    changes: tuple[Change, ...]
    engine: tuple[Engine, ...]
    responses: Annotated[tuple[Response, ...], _LEFT_OUT_EMPTY] = ()
    extensions: Annotated[tuple[Extension, ...], _LEFT_OUT_EMPTY] = ()
    corrections: Annotated[tuple[Correction, ...], _LEFT_OUT_EMPTY] = ()
    established: Annotated[Established | None, _LEFT_OUT_EMPTY] = None

    def __post_init__(self) -> None:
        _require(_VERSION, self.version)
        if self.predecessor is not None:
            _require(_SHA256, self.predecessor)

    @property
    def respond_before(self) -> str | None:
        """The day before which both parties respond, extensions included; null when none was agreed."""
        return self.extensions[-1].respond_before if self.extensions else self.agreement.respond_before

    @property
    def sha256(self) -> str:
        """SHA-256 of this version's minutes.json."""
        return hashlib.sha256(documents.encode(self)).hexdigest()


def _party(party: agreements.Party) -> Party:
    return Party(id=party.id, role=party.role or Role.OTHER, name=party.name, acts_for=party.acts_for)


def _require(pattern: re.Pattern[str], value: str) -> None:
    if not pattern.fullmatch(value):
        raise ValueError(f"not of the form {pattern.pattern}")
