"""Two accounts of one conversation beside each other: recordings, minutes, or a written report against the conversation.

Neither side is the norm: what one has and the other has not is said in the same words both ways.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.comparison.identify import identified_minutes, identified_recordings, identified_report
from pipeline.comparison.minutes import compare_minutes
from pipeline.comparison.model import SCHEMA, MinutesComparison, RecordingComparison, ReportComparison
from pipeline.comparison.recordings.compare import Received, compare_recordings
from pipeline.comparison.report import compare_report
from pipeline.comparison.sources import Account, Source
from pipeline.documents import sha256_file
from pipeline.errors import InputRefused, UsageError
from pipeline.recording.probe import inspect
from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.settings import Settings
from pipeline.texts import Language
from pipeline.worker import Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One side: its name as given, and the SHA-256 of what it holds, null for what it has not.

    `minutes_sha256` is of minutes, subtitles or a text taken for minutes; `integrity_sha256` of what the cut check found in
    its recording; `duration_ms`: the length of the recording, null when the recordings were not compared.
    """

    name: str
    recording_sha256: str | None
    duration_ms: int | None
    minutes_sha256: str | None
    report_sha256: str | None
    integrity_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCompared:
    """A part that both sides have and that could not be compared; `reason` is a key of [errors] in the texts, `details` fill it in."""

    part: str
    reason: str
    details: dict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The document comparison.json. A part is null when the two sides do not both have what it needs.

    `report_language`: the language of the documents that are made of it. `not_compared`: why a part is null after all.
    """

    schema: str
    report_language: Language
    a: Reference
    b: Reference
    recordings: RecordingComparison | None
    minutes: MinutesComparison | None
    report: ReportComparison | None
    not_compared: tuple[NotCompared, ...]


def compare(a: Account, b: Account, settings: Settings) -> Comparison:
    """Compare whatever A and B both hold.

    Raises UsageError when they hold nothing that can be held against each other, InputRefused for what cannot be read or
    compared.
    """
    if not (_both_have_sound(a, b) or _both_have_words(a, b) or _report_and_words(a, b)):
        raise UsageError("nothing_to_compare", a=a.source.name, b=b.source.name)
    heard = _recordings(a.source, b.source, settings) if _both_have_sound(a, b) else None
    minutes = _minutes(a, b, heard.compared if heard else None)
    return Comparison(
        schema=SCHEMA,
        report_language=settings.report_language,
        a=_reference(a, heard.durations_ms[0] if heard else None),
        b=_reference(b, heard.durations_ms[1] if heard else None),
        recordings=identified_recordings(heard.compared) if heard else None,
        minutes=None if isinstance(minutes, NotCompared) else minutes,
        report=_report(a, b),
        not_compared=(minutes,) if isinstance(minutes, NotCompared) else (),
    )


def _both_have_sound(a: Account, b: Account) -> bool:
    return a.source.recording is not None and b.source.recording is not None


def _both_have_words(a: Account, b: Account) -> bool:
    return a.transcript is not None and b.transcript is not None


def _report_and_words(a: Account, b: Account) -> bool:
    return (a.report is not None and b.transcript is not None) or (b.report is not None and a.transcript is not None)


def _reference(account: Account, duration_ms: int | None) -> Reference:
    source = account.source
    words = source.minutes or source.subtitles or (source.text if account.transcript else None)
    return Reference(
        name=source.name,
        recording_sha256=sha256_file(source.recording) if source.recording else None,
        duration_ms=duration_ms,
        minutes_sha256=sha256_file(words) if words else None,
        report_sha256=sha256_file(source.text) if source.text and account.report else None,
        integrity_sha256=sha256_file(source.dossier.integrity) if source.dossier and account.examined else None,
    )


# Recordings ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Heard:
    """Two recordings compared, and how long each lasts."""

    compared: RecordingComparison
    durations_ms: tuple[int, int]


def _recordings(a: Source, b: Source, settings: Settings) -> _Heard:
    with tempfile.TemporaryDirectory(prefix="wederhoor-") as folder, Worker() as worker:
        limit = settings.workers.minimum_limit_seconds + settings.recordings.max_duration_hours * 3600
        received = [
            worker.call(_received, source.recording, Path(folder) / f"{name}.pcm", settings, limit_seconds=limit)
            for name, source in (("a", a), ("b", b))
        ]
        compared = worker.call(compare_recordings, *received, limit_seconds=limit)
        return _Heard(compared, (received[0].audio.duration_ms, received[1].audio.duration_ms))


def _received(path: Path, target: Path, settings: Settings) -> Received:
    inspection = inspect(path, settings.recordings)
    write_speech_audio(path, target)
    return Received(SpeechAudio(target), sha256_file(path), inspection.samples_sha256)


# Words ---------------------------------------------------------------------------------------------------------------


def _minutes(a: Account, b: Account, recordings: RecordingComparison | None) -> MinutesComparison | NotCompared | None:
    if a.transcript is None or b.transcript is None:
        silent = a.source.has_words and b.source.has_words
        return NotCompared(part="minutes", reason="transcript_empty", details={}) if silent else None
    on_a = _clock_of_a(recordings) if recordings is not None and recordings.map else None
    try:
        return identified_minutes(compare_minutes(a.transcript, b.transcript, time_map=on_a))
    except InputRefused as error:
        # Two recordings of one conversation are worth comparing whatever language they are in.
        if recordings is None:
            raise
        return NotCompared(part="minutes", reason=error.text_key, details=error.details)


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


def _report(a: Account, b: Account) -> ReportComparison | None:
    for report, conversation in ((a.report, b.transcript), (b.report, a.transcript)):
        if report is not None and conversation is not None:
            return identified_report(compare_report(report, conversation))
    return None
