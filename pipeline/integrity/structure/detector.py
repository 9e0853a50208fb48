"""The structure of the file as one detector: the container is recognised by its first bytes and read by its own reader."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.integrity.model import NO_CLAIM, Applicability, DetectorResult, Family, Level, Subject, Trace
from pipeline.integrity.structure import adts, amr, asf, flac, matroska, mp3, mp4, ogg, wav
from pipeline.integrity.structure.reading import Reading, Source, unknown
from pipeline.recording.source import open_received

_NOT_READ = Applicability(applicable=False, reason="container_not_read")
_MD5_UP_TO_BYTES = 2 * 1024**3


def read_structure(path: Path) -> Reading:
    """Facts and traces of the file's own structure. Raises InputRefused when the file cannot be read at all."""
    with open_received(path) as file:
        source = Source(file)
        reader = _reader(source)
        if reader is None:
            return Reading(unknown("other"), (), _NOT_READ)
        return reader(source)


class StructureDetector:
    """What the container says of its own frames."""

    name = "structure"
    family = Family.STRUCTURE

    def examine(self, subject: Subject) -> DetectorResult:
        """Read the structure; for FLAC also hold the decoded samples against the sum in the header."""
        reading = read_structure(subject.path)
        traces = reading.traces
        if reading.facts.container == "flac" and all(trace.level is Level.HISTORY for trace in traces):
            traces += _other_samples(subject)
        end = subject.recording.duration_ms
        return DetectorResult(findings=tuple(_inside(trace, end) for trace in traces), applicability=reading.applicability)


def _reader(source: Source) -> Callable[[Source], Reading] | None:
    head = source.at(0, 64)
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return wav.read
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return mp4.read
    for mark, reader in (
        (b"OggS", ogg.read),
        (b"fLaC", flac.read),
        (b"#!AMR", amr.read),
        (asf.HEADER, asf.read),
        (b"\x1a\x45\xdf\xa3", matroska.read),
        (b"ID3", _tagged),
    ):
        if head.startswith(mark):
            return reader
    if head[:1] == b"\xff" and len(head) > 1:
        return adts.read if head[1] & 0xF6 == 0xF0 else mp3.read
    return None


def _tagged(source: Source) -> Reading:
    """After an ID3 tag come the frames of MP3, or those of raw AAC."""
    reading = mp3.read(source)
    return reading if reading.facts.frames else adts.read(source)


def _other_samples(subject: Subject) -> tuple[Trace, ...]:
    if subject.recording.size_bytes > _MD5_UP_TO_BYTES:
        return ()
    with open_received(subject.path) as file:
        info = flac.stream_info(Source(file))
    if info is None or not flac.samples_differ(subject.path, info):
        return ()
    # Damage changes the sum as well as an edit does, so that no hypothesis gains.
    whole = Trace(
        level=Level.DISCONTINUITY,
        kind="samples_changed",
        start_ms=0,
        end_ms=subject.recording.duration_ms,
        hypotheses=NO_CLAIM,
    )
    return (whole,)


def _inside(trace: Trace, end_ms: int) -> Trace:
    """A hostile table can place a trace anywhere; on the recording's clock it lies at most at the end."""
    if trace.end_ms <= end_ms:
        return trace
    return replace(trace, start_ms=min(trace.start_ms, end_ms), end_ms=end_ms)
