"""What became of one recording of the night, and what the operator should know of it; the document result.json."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.integrity.model import Conclusion
from pipeline.minutes.model import Minutes
from pipeline.recording.rules import Standing
from pipeline.speech.model import CoverageKind

RESULT_SCHEMA = "wederhoor.night-result/1"
RESULT = "result.json"
# Above these shares a person should know before the parties do. They say when to look, not what is good enough.
_MUCH_UNWRITTEN = 0.2
_MUCH_UNCERTAIN = 0.4
_SHORT_MS = 5_000


class Outcome(StrEnum):
    """How it ended: minutes were made, the recording was here already, a bundle was taken in, or an agreement came later."""

    DONE = "done"
    DUPLICATE = "duplicate"
    TAKEN_IN = "taken_in"
    AGREED = "agreed"


class AgreementState(StrEnum):
    """Whether an agreement came with the recording."""

    RECORDED = "recorded"
    MISSING = "missing"
    UNREADABLE = "unreadable"


class Quality(StrEnum):
    """What makes a recording one to look at."""

    NO_SPEECH = "no_speech"
    MUCH_UNWRITTEN = "much_unwritten"
    MUCH_UNCERTAIN = "much_uncertain"
    OTHER_LANGUAGE = "other_language"
    DAMAGED = "damaged"
    SHORT = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class NightResult:
    """The document result.json. Moments in UTC; `audio_ms`: the recording's length; `work_ms`: how long it took.

    `dropped`: the file's name as dropped, fit to be shown; `case`: the case's id, null outside a case; `folder`: where the
    dossier lies; `model`: what wrote it out; `rules_not_followed`: the rules' numbers or names.
    """

    schema: str
    id: str
    outcome: Outcome
    dropped: str
    case: str | None
    dossier: str
    folder: str
    recording_sha256: str
    version: str
    model: str
    agreement: AgreementState
    started_at: str
    finished_at: str
    audio_ms: int
    work_ms: int
    quality: tuple[Quality, ...]
    cut_check: Conclusion | None
    rules_not_followed: tuple[str, ...]


def quality_of(minutes: Minutes, *, uncertain_below: float) -> tuple[Quality, ...]:
    """What the operator should look at before the parties do; empty when nothing stands out."""
    return tuple(_remarks(minutes, uncertain_below))


def rules_not_followed(minutes: Minutes) -> tuple[str, ...]:
    """The rules that stand as not followed beside the agreement."""
    return tuple(str(result.rule) for result in minutes.agreement.rules if result.standing is Standing.NOT_FOLLOWED)


def _remarks(minutes: Minutes, uncertain_below: float) -> Iterator[Quality]:
    length = {kind: sum(span.end_ms - span.start_ms for span in minutes.coverage if span.kind is kind) for kind in CoverageKind}
    unwritten, other = length[CoverageKind.UNTRANSCRIBED_SPEECH], length[CoverageKind.OTHER_LANGUAGE]
    speech = length[CoverageKind.TRANSCRIBED] + unwritten + other
    words = [word.confidence for line in minutes.lines for word in line.words]
    if minutes.recording.damaged:
        yield Quality.DAMAGED
    if minutes.recording.duration_ms < _SHORT_MS:
        yield Quality.SHORT
    if speech == 0 or not words:
        yield Quality.NO_SPEECH
        return
    if unwritten > _MUCH_UNWRITTEN * speech:
        yield Quality.MUCH_UNWRITTEN
    if other > _MUCH_UNWRITTEN * speech:
        yield Quality.OTHER_LANGUAGE
    if _share_below(words, uncertain_below) > _MUCH_UNCERTAIN:
        yield Quality.MUCH_UNCERTAIN


def _share_below(confidences: Iterable[float | None], least: float) -> float:
    known = [confidence for confidence in confidences if confidence is not None]
    return sum(confidence < least for confidence in known) / len(known) if known else 0.0
