"""WebM and Matroska (RFC 8794, RFC 9559): clusters of blocks with a time, and an index that points at clusters."""

import math
import struct
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from pipeline.integrity.model import INTERRUPTED, SECOND_GENERATION, CodecClass, FrameGrid, Level, StructureFacts
from pipeline.integrity.structure.ogg_pages import opus_samples
from pipeline.integrity.structure.reading import TESTABLE, UNREADABLE, Reading, Source, TraceList, unknown
from pipeline.integrity.structure.writers import add_writers, printable

_SEGMENT, _INFO, _TRACKS, _CLUSTER, _CUES = 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1C53BB6B
_MASTERS = {_SEGMENT, _INFO, _TRACKS, _CLUSTER, 0xAE, 0xE1, 0xA0, _CUES, 0xBB, 0xB7}
_SCALE, _MUXER, _WRITER = 0x2AD7B1, 0x4D80, 0x5741
_NUMBER, _KIND, _CODEC, _DEFAULT_DURATION, _RATE, _CHANNELS = 0xD7, 0x83, 0x86, 0x23E383, 0xB5, 0x9F
_TIME, _SIMPLE_BLOCK, _BLOCK, _CUE_POSITION = 0xE7, 0xA3, 0xA1, 0xF1
_MOST_ELEMENTS = 8_000_000
_AUDIO = 2
# Browsers stamp blocks with the clock of the capture: single blocks are early or late by tens of milliseconds.
_GAP_MS = 100
_LATER_BLOCKS = 8
_CODECS = {
    "A_OPUS": ("opus", CodecClass.OPUS),
    "A_VORBIS": ("vorbis", CodecClass.VORBIS),
    "A_AAC": ("aac", CodecClass.AAC),
    "A_MPEG/L3": ("mp3", CodecClass.MP3),
    "A_FLAC": ("flac", CodecClass.LOSSLESS),
    "A_PCM/INT/LIT": ("pcm", CodecClass.PCM),
    "A_PCM/FLOAT/IEEE": ("pcm", CodecClass.PCM),
}


@dataclass(slots=True)
class _Track:
    number: int = 0
    kind: int = 0
    codec: str = ""
    duration_ms: float | None = None
    rate: float = 8000.0
    channels: int = 1


@dataclass(slots=True)
class _File:
    segment: int | None = None
    segments: int = 0
    scale: int = 1_000_000
    writers: list[str] = field(default_factory=list)
    tracks: list[_Track] = field(default_factory=list)
    clusters: set[int] = field(default_factory=set)
    cues: list[int] = field(default_factory=list)
    cluster_time: int = 0
    blocks: list[tuple[float, float | None]] = field(default_factory=list)
    cut_off: bool = False

    @property
    def audio(self) -> _Track | None:
        """The first audio track."""
        return next((track for track in self.tracks if track.kind == _AUDIO), None)


def read(source: Source) -> Reading:
    """Walk the elements; hold the times of blocks against how long they last, and the index against the clusters."""
    file = _walk(source)
    audio = file.audio
    if audio is None:
        return Reading(unknown("matroska"), (), UNREADABLE)
    traces = TraceList()
    lengths = [length for _, length in file.blocks if length]
    steps = [after - before for (before, _), (after, _) in pairwise(file.blocks)]
    usual = audio.duration_ms or (median(lengths) if lengths else median(steps) if steps else 0.0)
    start = file.blocks[0][0] if file.blocks else 0.0
    _check_times(file.blocks, usual, start, traces)
    if file.cut_off:
        traces.add(Level.HISTORY, "not_closed", (file.blocks[-1][0] - start) if file.blocks else 0, hypotheses=INTERRUPTED)
    if file.segments > 1:
        traces.add(Level.DISCONTINUITY, "joined_files", 0, until_ms=file.blocks[-1][0] - start if file.blocks else 0)
    astray = [place for place in file.cues if place not in file.clusters]
    if astray and file.segments == 1:
        end = file.blocks[-1][0] - start if file.blocks else 0
        traces.add(Level.DISCONTINUITY, "index_astray", 0, until_ms=end, hypotheses=SECOND_GENERATION, count=len(astray))
    writers = add_writers(traces, file.writers)
    codec, kind = next((found for name, found in _CODECS.items() if audio.codec.startswith(name)), ("other", CodecClass.OTHER))
    same = lengths and all(length == lengths[0] for length in lengths)
    facts = StructureFacts(
        container="matroska",
        codec=codec,
        codec_class=kind,
        sample_rate=round(audio.rate) if 1 <= audio.rate <= 1_000_000 else None,
        channels=audio.channels,
        duration_ms=max(0, round(file.blocks[-1][0] - start + usual)) if file.blocks else 0,
        frames=len(file.blocks),
        # The encoder's priming is not on the clock of the blocks, so that only the length of the frames is sure.
        grid=FrameGrid(samples=round(lengths[0] * 48), offset=0) if same and lengths[0] >= 1 and kind is CodecClass.OPUS else None,
        writers=writers,
    )
    return Reading(facts, traces.close(), TESTABLE if file.blocks else UNREADABLE)


def _check_times(blocks: list[tuple[float, float | None]], usual: float, start: float, traces: TraceList) -> None:
    # How far each block is ahead of the sum of what came before it.
    ahead, sounded = [], 0.0
    for time, length in blocks:
        ahead.append(time - start - sounded)
        sounded += length or usual
    threshold = max(_GAP_MS, 2 * usual)
    base = 0.0
    for place, lead in enumerate(ahead):
        later = ahead[place : place + _LATER_BLOCKS]
        at = blocks[place][0] - start
        if min(later) - base > threshold and lead - ahead[place - 1] > threshold:
            gap = lead - ahead[place - 1]
            traces.add(Level.DISCONTINUITY, "time_gap", at - gap, until_ms=at, missing_ms=round(gap), milliseconds=round(gap), frames=0)
            base = lead
        elif base - max(later) > threshold and ahead[place - 1] - lead > threshold:
            traces.add(Level.DISCONTINUITY, "time_overlap", at, milliseconds=round(ahead[place - 1] - lead), frames=0)
            base = lead
        else:
            # A clock that drifts is followed; it is no gap.
            base += (lead - base) * 0.05


def _walk(source: Source) -> _File:
    file = _File()
    at = 0
    track: _Track | None = None
    for _ in range(_MOST_ELEMENTS):
        element = _element(source, at)
        if element is None:
            break
        identifier, content, size = element
        if identifier == _SEGMENT:
            file.segments += 1
            file.segment = content if file.segment is None else file.segment
        elif identifier == _CLUSTER and file.segment is not None:
            file.clusters.add(at - file.segment)
        elif identifier == 0xAE and len(file.tracks) < 16:
            track = _Track()
            file.tracks.append(track)
        if size is not None and content + size > source.size:
            file.cut_off = True
        if identifier in _MASTERS:
            at = content
            continue
        if size is None:
            break
        _take(source, file, track, identifier, content, size)
        at = content + size
    return file


def _take(source: Source, file: _File, track: _Track | None, identifier: int, content: int, size: int) -> None:
    def number() -> int:
        return int.from_bytes(source.at(content, min(size, 8)))

    if identifier in (_SIMPLE_BLOCK, _BLOCK):
        _take_block(source, file, content, size)
    elif identifier == _TIME:
        file.cluster_time = number()
    elif identifier == _SCALE:
        file.scale = number() or 1_000_000
    elif identifier in (_MUXER, _WRITER) and len(file.writers) < 16:
        file.writers.append(printable(source.at(content, min(size, 80))))
    elif identifier == _CUE_POSITION and len(file.cues) < 1_000_000:
        file.cues.append(number())
    elif track is not None:
        if identifier == _NUMBER:
            track.number = number()
        elif identifier == _KIND:
            track.kind = number()
        elif identifier == _CODEC:
            track.codec = printable(source.at(content, min(size, 80)))
        elif identifier == _DEFAULT_DURATION:
            track.duration_ms = number() / 1e6 or None
        elif identifier == _CHANNELS:
            track.channels = number() or 1
        elif identifier == _RATE:
            track.rate = _real(source.at(content, min(size, 8)))


def _take_block(source: Source, file: _File, content: int, size: int) -> None:
    head = source.at(content, min(size, 16))
    width = 9 - head[0].bit_length() if head and head[0] else 0
    audio = file.audio
    if not width or len(head) < width + 4 or audio is None or int.from_bytes(head[:width]) & (1 << 7 * width) - 1 != audio.number:
        return
    time = file.cluster_time + int.from_bytes(head[width : width + 2], signed=True)
    laced = head[width + 2] & 6
    samples = opus_samples(head[width + 3 :]) if audio.codec == "A_OPUS" and not laced else None
    file.blocks.append((min(time, 2**50) * file.scale / 1e6, samples / 48 if samples else None))


def _element(source: Source, at: int) -> tuple[int, int, int | None] | None:
    """Identifier, place of the content and its size (null: unknown) of the element here."""
    head = source.at(at, 12)
    if len(head) < 2 or not head[0]:
        return None
    width = 9 - head[0].bit_length()
    if width > 4 or len(head) <= width or not head[width]:
        return None
    size_width = 9 - head[width].bit_length()
    raw = int.from_bytes(head[width : width + size_width])
    if len(head) < width + size_width:
        return None
    mask = (1 << 7 * size_width) - 1
    size = raw & mask
    return int.from_bytes(head[:width]), at + width + size_width, None if size == mask else size


def _real(data: bytes) -> float:
    value = float(struct.unpack(">f" if len(data) == 4 else ">d", data)[0]) if len(data) in (4, 8) else 8000.0
    return value if math.isfinite(value) and abs(value) < 1e9 else 8000.0
