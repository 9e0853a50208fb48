"""Two accounts of one conversation beside each other: recordings, minutes, or a written report against the conversation.

What a thing is taken for follows from what it is (a dossier holds a recording and minutes) unless it is said. Neither side
is the norm: what one has and the other has not is said in the same words both ways.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.comparison.minutes import compare_minutes
from pipeline.comparison.model import SCHEMA, MinutesComparison, RecordingComparison, ReportComparison
from pipeline.comparison.read_report import read_report
from pipeline.comparison.recordings.compare import Received, compare_recordings
from pipeline.comparison.report import compare_report
from pipeline.comparison.transcripts import read_transcript
from pipeline.documents import sha256_file
from pipeline.dossier.layout import Dossier
from pipeline.errors import UsageError
from pipeline.minutes.versions import load_current, version_names
from pipeline.recording.probe import inspect
from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.settings import Settings
from pipeline.worker import Worker

_TRANSCRIPTS = {".json", ".vtt", ".srt"}
_REPORTS = {".docx", ".odt", ".pdf", ".txt", ".md"}


class TakenFor(StrEnum):
    """What both sides are taken for."""

    RECORDING = "recording"
    MINUTES = "minutes"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One side: its name as given, and the SHA-256 of its recording, its minutes and its report, null for what it has not."""

    name: str
    recording_sha256: str | None
    minutes_sha256: str | None
    report_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The document comparison.json. A part is null when the two sides do not both have what it needs."""

    schema: str
    a: Reference
    b: Reference
    recordings: RecordingComparison | None
    minutes: MinutesComparison | None
    report: ReportComparison | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """What a side holds, as files."""

    name: str
    recording: Path | None = None
    minutes: Path | None = None
    report: Path | None = None

    @property
    def reference(self) -> Reference:
        return Reference(
            name=self.name,
            recording_sha256=sha256_file(self.recording) if self.recording else None,
            minutes_sha256=sha256_file(self.minutes) if self.minutes else None,
            report_sha256=sha256_file(self.report) if self.report else None,
        )


def compare(a: Path, b: Path, settings: Settings, *, taken_for: TakenFor | None = None) -> Comparison:
    """Compare whatever A and B both hold.

    Raises UsageError when they hold nothing that can be held against each other, InputRefused for what cannot be read.
    """
    side_a, side_b = (_limited(_side(path), taken_for) for path in (a, b))
    recordings = _recordings(side_a, side_b, settings)
    minutes = _minutes(side_a, side_b, recordings)
    report = _report(side_a, side_b)
    if recordings is None and minutes is None and report is None:
        raise UsageError("nothing_to_compare", a=a.name, b=b.name)
    return Comparison(schema=SCHEMA, a=side_a.reference, b=side_b.reference, recordings=recordings, minutes=minutes, report=report)


def _side(path: Path) -> _Side:
    if path.is_dir():
        dossier = Dossier.open(path)
        minutes = load_current(dossier.minutes_folder).folder / "minutes.json" if version_names(dossier.minutes_folder) else None
        return _Side(name=path.name, recording=dossier.original(), minutes=minutes)
    suffix = path.suffix.lower()
    if suffix in _TRANSCRIPTS:
        return _Side(name=path.name, minutes=path)
    if suffix in _REPORTS:
        return _Side(name=path.name, report=path)
    return _Side(name=path.name, recording=path)


def _limited(side: _Side, taken_for: TakenFor | None) -> _Side:
    """The side with only what it is taken for; a report is always held against the other side's minutes."""
    match taken_for:
        case TakenFor.RECORDING:
            return _Side(name=side.name, recording=side.recording)
        case TakenFor.MINUTES:
            return _Side(name=side.name, minutes=side.minutes or side.report)
        case TakenFor.REPORT:
            return _Side(name=side.name, minutes=side.minutes, report=side.report)
        case None:
            return side


def _recordings(a: _Side, b: _Side, settings: Settings) -> RecordingComparison | None:
    if a.recording is None or b.recording is None:
        return None
    with tempfile.TemporaryDirectory(prefix="wederhoor-") as folder, Worker() as worker:
        limit = settings.workers.minimum_limit_seconds + settings.recordings.max_duration_hours * 3600
        received = [
            worker.call(_received, path, Path(folder) / f"{name}.pcm", settings, limit_seconds=limit)
            for name, path in (("a", a.recording), ("b", b.recording))
        ]
        return worker.call(compare_recordings, *received, limit_seconds=limit)


def _received(path: Path, target: Path, settings: Settings) -> Received:
    inspection = inspect(path, settings.recordings)
    write_speech_audio(path, target)
    return Received(SpeechAudio(target), sha256_file(path), inspection.samples_sha256)


def _minutes(a: _Side, b: _Side, recordings: RecordingComparison | None) -> MinutesComparison | None:
    if a.minutes is None or b.minutes is None:
        return None
    on_a = _clock_of_a(recordings) if recordings is not None and recordings.map else None
    return compare_minutes(read_transcript(a.minutes), read_transcript(b.minutes), time_map=on_a)


def _clock_of_a(recordings: RecordingComparison) -> Callable[[int], int]:
    """A's time for any time of B; where B was not aligned, as far from the nearest aligned stretch as in B."""

    def on_a(b_ms: int) -> int:
        found = recordings.time_map(b_ms)
        if found is not None:
            return found
        nearest = min(recordings.map, key=lambda stretch: max(stretch.b_start_ms - b_ms, b_ms - stretch.b_end_ms))
        if b_ms < nearest.b_start_ms:
            return nearest.a_start_ms - (nearest.b_start_ms - b_ms)
        return nearest.a_end_ms + (b_ms - nearest.b_end_ms)

    return on_a


def _report(a: _Side, b: _Side) -> ReportComparison | None:
    if a.report is not None and b.minutes is not None:
        return compare_report(read_report(a.report), read_transcript(b.minutes))
    if b.report is not None and a.minutes is not None:
        return compare_report(read_report(b.report), read_transcript(a.minutes))
    return None
