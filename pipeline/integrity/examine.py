"""The cut check of one recording: every test on the received bytes, weighed, put in words, held against what was announced."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.documents import sha256_file
from pipeline.integrity.announced import Found, match
from pipeline.integrity.calibration import TOGETHER, Calibration, calibration
from pipeline.integrity.detectors import DETECTORS
from pipeline.integrity.fusion import fused
from pipeline.integrity.model import (
    SCHEMA,
    CodecClass,
    Detector,
    DetectorResult,
    ExaminedRecording,
    Finding,
    IntegrityDocument,
    Level,
    PerformedTest,
    Subject,
    Trace,
    conclude,
)
from pipeline.integrity.structure.detector import read_structure
from pipeline.integrity.wording import in_words
from pipeline.recording.agreement import Agreement
from pipeline.recording.source import open_received, refusal
from pipeline.recording.track import open_track
from pipeline.settings import Settings

_CLASSES = {
    "aac": CodecClass.AAC,
    "mp3": CodecClass.MP3,
    "opus": CodecClass.OPUS,
    "vorbis": CodecClass.VORBIS,
    "amr": CodecClass.AMR,
    "pcm": CodecClass.PCM,
    "wma": CodecClass.WMA,
    "flac": CodecClass.LOSSLESS,
    "alac": CodecClass.LOSSLESS,
}


def examine(
    path: Path,
    agreement: Agreement | None,
    settings: Settings,
    *,
    detectors: Sequence[Detector] = DETECTORS,
    figures: Calibration | None = None,
) -> IntegrityDocument:
    """Examine one recording as received. Raises InputRefused when it is no recording that can be used."""
    figures = figures or calibration()
    with open_received(path) as file:
        size = file.seek(0, 2)
    if size > settings.recordings.max_size_gb * 1e9:
        raise refusal("too_large", path, limit=round(settings.recordings.max_size_gb))
    subject = _subject(path, size)
    results = [(detector, detector.examine(subject)) for detector in detectors]
    found = _findings(results, subject.recording, figures)
    edits = agreement.edits.announced if agreement else ()
    matched, announced = match(found, edits, subject.recording.duration_ms)
    findings = fused(matched, {detector.name: detector.family for detector in detectors})
    codec_class = subject.recording.codec_class
    together = PerformedTest(detector=TOGETHER, applicable=True, reason=None, power=figures.power(TOGETHER, codec_class))
    each = tuple(
        PerformedTest(
            detector=detector.name,
            applicable=result.applicability.applicable,
            reason=result.applicability.reason,
            power=figures.power(detector.name, codec_class),
        )
        for detector, result in results
    )
    return IntegrityDocument(
        schema=SCHEMA,
        recording=subject.recording,
        conclusion=conclude(findings, {detector.family for detector, result in results if result.applicability.applicable}),
        findings=findings,
        announced_edits=announced,
        tests=(together, *each),
    )


def _subject(path: Path, size: int) -> Subject:
    structure = read_structure(path).facts
    with open_track(path) as track:
        samples = 0
        for piece in track.pieces():
            samples += piece.missing + piece.samples.shape[1]
        codec = track.stream.codec_context.name if track.stream.codec_context else structure.codec
        recording = ExaminedRecording(
            sha256=sha256_file(path),
            size_bytes=size,
            container=structure.container,
            codec=codec,
            codec_class=next((kind for name, kind in _CLASSES.items() if codec.startswith(name)), CodecClass.OTHER),
            sample_rate=track.rate,
            channels=track.channels,
            duration_ms=samples * 1000 // track.rate,
        )
    return Subject(path=path, recording=recording, structure=structure)


def _findings(results: list[tuple[Detector, DetectorResult]], recording: ExaminedRecording, figures: Calibration) -> tuple[Found, ...]:
    """All traces by time, numbered; statements on the whole file's history come last."""
    traces = [(detector.name, trace) for detector, result in results for trace in result.findings]
    traces.sort(key=lambda each: (each[1].level is Level.HISTORY, each[1].start_ms, each[1].end_ms, each[0], each[1].kind))
    return tuple(Found(_finding(number, name, trace, recording, figures), trace) for number, (name, trace) in enumerate(traces, 1))


def _finding(number: int, detector: str, trace: Trace, recording: ExaminedRecording, figures: Calibration) -> Finding:
    return Finding(
        id=f"F{number:03d}",
        level=trace.level,
        kind=trace.kind,
        start_ms=trace.start_ms,
        end_ms=trace.end_ms,
        channel=trace.channel,
        detector=detector,
        strength=figures.strength(detector, recording.codec_class, trace.level, recording.duration_ms),
        hypotheses=trace.hypotheses,
        announced=None,
        text=in_words(trace),
        evidence=dict(trace.evidence),
    )
