"""FLAC (RFC 9639): frames are numbered and checked, and the header holds the number of samples and their MD5."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.integrity.model import INTERRUPTED, CodecClass, FrameGrid, Level, StructureFacts
from pipeline.integrity.structure.reading import TESTABLE, UNREADABLE, Reading, Source, TraceList, unknown
from pipeline.integrity.structure.writers import add_writers, printable
from pipeline.recording.track import open_track

_MOST_METADATA_BLOCKS = 10_000
_MOST_FRAMES = 4_000_000
_WINDOW = 1024 * 1024
_LONGEST_HEADER = 16
_SYNC = re.compile(rb"\xff[\xf8\xf9][\x10-\xff]")
_SIZES = {1: 192, **{code: 576 << (code - 2) for code in range(2, 6)}, **{code: 256 << (code - 8) for code in range(8, 16)}}


def _crc8_table() -> bytes:
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value << 1 ^ 0x07) & 0xFF if value & 0x80 else value << 1
        table.append(value)
    return bytes(table)


_CRC8 = _crc8_table()


@dataclass(frozen=True, slots=True)
class _Frame:
    number: int
    samples: int
    start_sample: int | None


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """What the first metadata block says; `samples` and `md5` are null where not written."""

    rate: int
    channels: int
    bits: int
    block: int
    samples: int | None
    md5: bytes | None


def stream_info(source: Source) -> StreamInfo | None:
    """The STREAMINFO block, null when the file does not begin with one."""
    data = source.at(0, 42)
    if len(data) < 42 or data[:4] != b"fLaC" or data[4] & 0x7F:
        return None
    packed = int.from_bytes(data[18:26])
    rate, channels, bits, samples = packed >> 44, (packed >> 41 & 7) + 1, (packed >> 36 & 31) + 1, packed & (1 << 36) - 1
    md5 = data[26:42]
    return StreamInfo(rate or 1, channels, bits, int.from_bytes(data[8:10]) or 4096, samples or None, md5 if any(md5) else None)


def read(source: Source) -> Reading:
    """Walk the frames by their numbers and hold their samples against the header."""
    info = stream_info(source)
    if info is None:
        return Reading(unknown("flac"), (), UNREADABLE)
    traces = TraceList()
    audio, vendor = _skip_metadata(source)
    present = expected = frames = 0
    for frame in _frames(source, audio, info):
        position = frame.start_sample if frame.start_sample is not None else frame.number * info.block
        if position != expected and frames:
            gap = round((position - expected) * 1000 / info.rate)
            at = present * 1000 / info.rate
            if gap > 0:
                traces.add(Level.DISCONTINUITY, "frame_numbers_jump", at, missing_ms=gap, milliseconds=gap)
            else:
                traces.add(Level.DISCONTINUITY, "frame_order", at)
        present, frames, expected = present + frame.samples, frames + 1, position + frame.samples
    end = present * 1000 / info.rate
    if info.samples is not None and info.samples > present and expected == present:
        length = round((info.samples - present) * 1000 / info.rate)
        traces.add(Level.HISTORY, "end_missing", end, missing_ms=length, milliseconds=length)
    elif info.samples is not None and info.samples != present and expected == present:
        length = round((present - info.samples) * 1000 / info.rate)
        traces.add(Level.DISCONTINUITY, "more_samples_than_counted", 0, until_ms=end, hypotheses=INTERRUPTED, milliseconds=length)
    writers = add_writers(traces, [vendor])
    facts = StructureFacts(
        container="flac",
        codec="flac",
        codec_class=CodecClass.LOSSLESS,
        sample_rate=info.rate,
        channels=info.channels,
        duration_ms=round(end),
        frames=frames,
        grid=FrameGrid(samples=info.block, offset=0),
        writers=writers,
    )
    return Reading(facts, traces.close(), TESTABLE if frames else UNREADABLE)


def _skip_metadata(source: Source) -> tuple[int, str]:
    at, vendor = 4, ""
    for _ in range(_MOST_METADATA_BLOCKS):
        head = source.at(at, 4)
        if len(head) < 4:
            break
        if head[0] & 0x7F == 4:
            length = int.from_bytes(source.at(at + 4, 4), "little")
            vendor = printable(source.at(at + 8, min(length, 80)))
        at += 4 + int.from_bytes(head[1:])
        if head[0] & 0x80:
            break
    return at, vendor


def samples_differ(path: Path, info: StreamInfo) -> bool:
    """Whether the decoded samples are others than those whose MD5 the header holds. False where that cannot be said."""
    if info.md5 is None or info.bits not in (16, 24):
        return False
    digest = hashlib.md5(usedforsecurity=False)
    with open_track(path) as track:
        if track.channels != info.channels or track.rate != info.rate:
            return False
        for piece in track.pieces():
            if piece.missing or piece.samples.dtype.itemsize != (2 if info.bits == 16 else 4):
                return False
            together = np.ascontiguousarray(piece.samples.T)
            # 24 bits come left-justified in 32.
            digest.update(together.tobytes() if info.bits == 16 else together.view(np.uint8).reshape(-1, 4)[:, 1:].tobytes())
        return track.errors == 0 and digest.digest() != info.md5


def _frames(source: Source, at: int, info: StreamInfo) -> Iterator[_Frame]:
    """The frames in order. Sound can look like a header: one whose number does not follow counts when a second follows on it."""
    expected: int | None = None
    doubtful: list[tuple[int, _Frame]] = []
    found = 0
    for frame in _headers(source, at):
        position = frame.start_sample if frame.start_sample is not None else frame.number * info.block
        follows = next((held for end, held in doubtful if end == position), None)
        if expected is None or position == expected:
            yield frame
        elif follows is not None:
            yield follows
            yield frame
        else:
            doubtful = [*doubtful[-15:], (position + frame.samples, frame)]
            continue
        doubtful, expected, found = [], position + frame.samples, found + 1
        if found >= _MOST_FRAMES:
            return


def _headers(source: Source, at: int) -> Iterator[_Frame]:
    while at < source.size:
        window = source.at(at, _WINDOW + _LONGEST_HEADER)
        for match in _SYNC.finditer(window, 0, _WINDOW + 3):
            if (frame := _header(window[match.start() : match.start() + _LONGEST_HEADER])) is not None:
                yield frame
        at += _WINDOW


def _header(data: bytes) -> _Frame | None:
    """A frame header whose CRC-8 is right (RFC 9639, 9.1)."""
    if len(data) < 6 or data[3] & 1 or data[3] >> 4 > 10 or data[2] & 15 == 15:
        return None
    length = 1 if data[4] < 0x80 else 8 - (data[4] ^ 0xFF).bit_length()
    if length > 7 or (data[4] >= 0x80 and length < 2):
        return None
    number = data[4] & (0x7F if length == 1 else (0x7F >> length))
    for byte in data[5 : 4 + length]:
        if byte & 0xC0 != 0x80:
            return None
        number = number << 6 | byte & 0x3F
    place, code = 4 + length, data[2] >> 4
    samples = _SIZES.get(code, 0)
    if code in (6, 7):
        samples = int.from_bytes(data[place : place + code - 5]) + 1
        place += code - 5
    place += {12: 1, 13: 2, 14: 2}.get(data[2] & 15, 0)
    crc = 0
    for byte in data[:place]:
        crc = _CRC8[crc ^ byte]
    if place >= len(data) or crc != data[place] or not samples:
        return None
    return _Frame(number, samples, number if data[1] & 1 else None)
