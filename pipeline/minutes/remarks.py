"""Lines that hold no words: speech nobody could make out, another language, a damaged end. What is missing stays visible."""

import itertools
from collections.abc import Iterable, Iterator

from pipeline.minutes.clock import clock, clock_span
from pipeline.minutes.model import Line, LineFlag, RecordingReference
from pipeline.speech.model import CoverageKind, CoverageSpan, SpeechRecord, Turn
from pipeline.texts import Texts

# The id of a line before the lines are put in order and numbered.
UNNUMBERED = "L0000"

# Remarks of one kind that follow each other so closely are one remark.
_JOIN_REMARKS_MS = 500
_REMARKED = {
    CoverageKind.UNTRANSCRIBED_SPEECH: LineFlag.UNINTELLIGIBLE,
    CoverageKind.OTHER_LANGUAGE: LineFlag.OTHER_LANGUAGE,
}


def remarks_on(speech: SpeechRecord, recording: RecordingReference, say: Texts) -> list[Line]:
    """The remark lines of a recording, not yet numbered."""
    return [*_coverage_remarks(speech, say), *_damage_remark(recording, say)]


def _coverage_remarks(speech: SpeechRecord, say: Texts) -> Iterator[Line]:
    for span in _joined(speech.coverage):
        flag = _REMARKED[span.kind]
        yield Line(
            id=UNNUMBERED,
            start_ms=span.start_ms,
            end_ms=span.end_ms,
            speaker=_only_speaker(speech.turns, span),
            language=None,
            text=say(f"minutes.line.{flag}", span=clock_span(span.start_ms, span.end_ms)),
            flags=(flag,),
        )


def _joined(coverage: Iterable[CoverageSpan]) -> list[CoverageSpan]:
    """The spans that need a remark; those of one kind with only a short silence in between are joined."""
    joined: list[CoverageSpan] = []
    for kind, group in itertools.groupby(_ignore_short_gaps(coverage), key=lambda span: span.kind):
        spans = list(group)
        if kind in _REMARKED:
            joined.append(CoverageSpan(start_ms=spans[0].start_ms, end_ms=spans[-1].end_ms, kind=kind))
    return [span for span in joined if span.end_ms > span.start_ms]


def _ignore_short_gaps(coverage: Iterable[CoverageSpan]) -> Iterator[CoverageSpan]:
    quiet = {CoverageKind.SILENCE, CoverageKind.OTHER_SOUND}
    return (span for span in coverage if span.kind not in quiet or span.end_ms - span.start_ms > _JOIN_REMARKS_MS)


def _only_speaker(turns: Iterable[Turn], span: CoverageSpan) -> str | None:
    speakers = {turn.speaker for turn in turns if turn.start_ms < span.end_ms and turn.end_ms > span.start_ms}
    return speakers.pop() if len(speakers) == 1 else None


def _damage_remark(recording: RecordingReference, say: Texts) -> Iterator[Line]:
    if not recording.damaged:
        return
    start, claimed = recording.duration_ms, recording.claimed_ms
    longer = claimed is not None and claimed > start
    text = say("minutes.line.damaged_until", start=clock(start), end=clock(claimed)) if longer and claimed else say("minutes.line.damaged")
    yield Line(
        id=UNNUMBERED,
        start_ms=start,
        end_ms=claimed if longer and claimed else start + 1,
        speaker=None,
        language=None,
        text=text,
        flags=(LineFlag.DAMAGED,),
    )
