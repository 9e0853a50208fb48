"""MP3 and other MPEG audio without a container: every frame is walked."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.integrity.model import FRAMES_GONE, INTERRUPTED, NO_CLAIM, SECOND_GENERATION, CodecClass, FrameGrid, Level, StructureFacts
from pipeline.integrity.structure.mp3_frames import FrameHeader, InfoFrame, frame_header, info_frame, is_layer_3, side_info
from pipeline.integrity.structure.mp3_order import Blocks, Joint, Reservoir, Rhythm, merged
from pipeline.integrity.structure.reading import TESTABLE, UNREADABLE, WITHOUT_COUNTERS, Reading, Source, TraceList, unknown
from pipeline.integrity.structure.writers import add_writers, printable

# The delay of a decoder beside that of the encoder (LAME's header counts without it).
_DECODER_DELAY = 529
# Programs differ in whether the frame with the counts counts itself, and in the last, empty frame.
_COUNT_TOLERANCE = 2
_MOST_FRAMES = 8_000_000
_MOST_BYTES_WITHOUT_FRAMES = 64 * 1024 * 1024
_MOST_JOINTS = 200
_SYNC = re.compile(rb"\xff[\xe2-\xff][\x10-\xef]")
_TAGS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3")


@dataclass(slots=True)
class _Walk:
    """What was met on the way through the file. Places are numbers of frames."""

    frames: int = 0
    first: FrameHeader | None = None
    info: InfoFrame | None = None
    audio_start: int = 0
    audio_end: int = 0
    cut_off: bool = False
    bit_rates: dict[int, int] = field(default_factory=dict)
    tags_inside: list[int] = field(default_factory=list)
    infos_inside: list[int] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)
    lost: list[tuple[int, int]] = field(default_factory=list)
    reservoir: Reservoir = field(default_factory=Reservoir)
    rhythm: Rhythm = field(default_factory=Rhythm)
    blocks: Blocks = field(default_factory=Blocks)

    def lose(self) -> None:
        """What comes next does not join what was."""
        self.reservoir.lose()
        self.rhythm.lose()
        self.blocks.lose()


def read(source: Source) -> Reading:
    """Walk the frames and hold them against each other and against the counts in the first one."""
    walk = _walk(source)
    traces = TraceList()
    header = walk.first
    if header is None:
        return Reading(_facts(walk, ()), (), UNREADABLE)
    skip = walk.info.delay + _DECODER_DELAY if walk.info and walk.info.delay is not None else 0

    def at_ms(frame: int) -> float:
        return (frame * header.samples - skip) * 1000 / header.rate

    joints = walk.reservoir.joints() + walk.rhythm.joints() + walk.blocks.joints()
    if walk.cut_off:
        traces.add(Level.HISTORY, "not_closed", at_ms(walk.frames), hypotheses=INTERRUPTED)
    if walk.reservoir.starts_inside:
        traces.add(Level.HISTORY, "starts_inside_stream", 0, hypotheses=NO_CLAIM)
    for frame in walk.infos_inside or walk.tags_inside:
        traces.add(Level.DISCONTINUITY, "joined_files", at_ms(frame), hypotheses=INTERRUPTED)
    for frame in walk.changes:
        traces.add(Level.DISCONTINUITY, "parameters_change", at_ms(frame), hypotheses=INTERRUPTED)
    for frame, count in walk.lost:
        traces.add(Level.DISCONTINUITY, "bytes_without_frames", at_ms(frame), hypotheses=INTERRUPTED, bytes=count)
    for joint, signs in merged(joints[:_MOST_JOINTS]):
        _add_joint(traces, joint, signs, at_ms)
    _check_counts(walk, traces, at_ms, joints=bool(joints))
    writers = add_writers(traces, [printable(walk.info.writer)] if walk.info else [])
    return Reading(_facts(walk, writers), traces.close(), TESTABLE if is_layer_3(header) else WITHOUT_COUNTERS)


def _add_joint(traces: TraceList, joint: Joint, signs: tuple[str, ...], at_ms: Callable[[int], float]) -> None:
    if joint.restarted and signs == ("reservoir",):
        kind, hypotheses = "encoder_restarted", INTERRUPTED
    else:
        kind, hypotheses = "frames_missing", FRAMES_GONE
    traces.add(Level.DISCONTINUITY, kind, at_ms(joint.first), until_ms=at_ms(joint.last), hypotheses=hypotheses, signs=", ".join(signs))


def _check_counts(walk: _Walk, traces: TraceList, at_ms: Callable[[int], float], *, joints: bool) -> None:
    if not walk.info or not walk.info.frames:
        return
    missing = walk.info.frames - walk.frames
    if abs(missing) <= _COUNT_TOLERANCE:
        return
    milliseconds = round(at_ms(abs(missing)) - at_ms(0))
    if missing > 0 and walk.cut_off:
        # The last frame is not whole either: the copy broke off.
        traces.add(Level.HISTORY, "end_missing", at_ms(walk.frames), missing_ms=milliseconds, milliseconds=milliseconds)
        return
    traces.add(
        Level.DISCONTINUITY,
        "fewer_frames_than_counted" if missing > 0 else "more_frames_than_counted",
        0,
        until_ms=at_ms(walk.frames),
        # Where no joint is found either, a copy may have broken off just between two frames.
        hypotheses=SECOND_GENERATION if missing > 0 and joints else INTERRUPTED,
        missing_ms=milliseconds if missing > 0 else None,
        milliseconds=milliseconds,
        counted=walk.info.frames,
        present=walk.frames,
    )


def _walk(source: Source) -> _Walk:
    walk, at = _Walk(), 0
    while walk.frames < _MOST_FRAMES:
        header = frame_header(source.at(at, 4))
        if header is None or (
            walk.first is None and frame_header(source.at(at + header.size, 4)) is None and at + header.size < source.size
        ):
            found = _next_frame(source, at, walk)
            if found is None:
                # A copy can break off inside a header as well.
                walk.cut_off |= 0 < source.size - at < 4 and source.at(at, 1) == b"\xff"
                break
            _note_gap(source, walk, at, found)
            at = found
            continue
        if at + header.size > source.size:
            walk.cut_off = True
            break
        _follow(source, walk, at, header)
        at += header.size
    walk.audio_end = at
    return walk


def _follow(source: Source, walk: _Walk, at: int, header: FrameHeader) -> None:
    frame = source.at(at, min(header.size, 256)) if is_layer_3(header) else b""
    info = info_frame(header, frame) if frame else None
    if info is not None:
        if walk.frames == 0 and walk.info is None:
            walk.first, walk.info, walk.audio_start = header, info, at
        else:
            walk.infos_inside.append(walk.frames)
            walk.lose()
        return
    if walk.first is None:
        walk.first, walk.audio_start = header, at
    elif walk.frames and header.stream != walk.first.stream:
        walk.changes.append(walk.frames)
        walk.first = header
        walk.lose()
    walk.bit_rates[header.bit_rate] = walk.bit_rates.get(header.bit_rate, 0) + 1
    walk.rhythm.follow(walk.frames, header)
    side = side_info(header, frame) if frame else None
    if side is not None:
        walk.reservoir.follow(walk.frames, header, side)
        walk.blocks.follow(walk.frames, side)
    walk.frames += 1


def _next_frame(source: Source, at: int, walk: _Walk) -> int | None:
    """Where frames go on, sure enough: two headers of one stream, one frame apart."""
    end = min(source.size, at + _MOST_BYTES_WITHOUT_FRAMES)
    at = _after_tag(source, at)
    while at < end:
        window = source.at(at, 64 * 1024)
        for found in _SYNC.finditer(window):
            place = at + found.start()
            header = frame_header(source.at(place, 4))
            following = frame_header(source.at(place + header.size, 4)) if header else None
            if (
                header
                and following
                and header.stream == following.stream
                and (walk.first is None or walk.frames == 0 or header.stream == walk.first.stream)
            ):
                return place
        at += max(1, len(window) - 2)
    return None


def _after_tag(source: Source, at: int) -> int:
    head = source.at(at, 10)
    if head[:3] == b"ID3" and len(head) == 10:
        size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        return min(source.size, at + 10 + size)
    return at


def _note_gap(source: Source, walk: _Walk, start: int, end: int) -> None:
    if not walk.frames:
        return
    if source.at(start, 11).startswith(_TAGS):
        walk.tags_inside.append(walk.frames)
    else:
        walk.lost.append((walk.frames, end - start))
    walk.lose()


def _facts(walk: _Walk, writers: tuple[str, ...]) -> StructureFacts:
    header = walk.first
    if header is None:
        return unknown("mp3")
    skip = walk.info.delay + _DECODER_DELAY if walk.info and walk.info.delay is not None else 0
    layer_3 = is_layer_3(header)
    return StructureFacts(
        container="mp3",
        codec="mp3" if layer_3 else "mp2",
        codec_class=CodecClass.MP3 if layer_3 else CodecClass.OTHER,
        sample_rate=header.rate,
        channels=header.channels,
        duration_ms=max(0, round((walk.frames * header.samples - skip) * 1000 / header.rate)),
        frames=walk.frames,
        grid=FrameGrid(samples=header.samples, offset=-skip % header.samples) if layer_3 else None,
        writers=writers,
    )
