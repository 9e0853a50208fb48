"""Recordings of known history, and edits of their bytes as a person or a tool would make them."""

import io
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from pipeline.integrity.structure.mp3_frames import frame_header, info_frame
from pipeline.integrity.structure.ogg_pages import pages
from pipeline.integrity.structure.reading import Source
from pipeline.recording.decode import decode_mono
from tests.fixtures.audio import Samples

_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"}


def speech(path: Path, rate: int, seconds: float, channels: int = 1) -> Samples:
    """The first seconds of a recording, at this rate."""
    parts: list[Samples] = []
    for block in decode_mono(path, rate):
        parts.append(block.samples)
        if sum(part.shape[1] for part in parts) >= rate * seconds:
            break
    return np.repeat(np.concatenate(parts, axis=1)[:, : round(rate * seconds)], channels, axis=0)


def mp3_frames(data: bytes) -> tuple[bytes, bytes, list[bytes]]:
    """The tag in front, the frame with the counts (or nothing), and the audio frames."""
    at = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True)) if data[:3] == b"ID3" else 0
    tag, frames = data[:at], []
    while (header := frame_header(data[at : at + 4])) is not None:
        frames.append(data[at : at + header.size])
        at += header.size
    first = frame_header(frames[0][:4])
    assert first is not None
    counts = frames.pop(0) if info_frame(first, frames[0]) else b""
    return tag, counts, frames


def without_mp3_frames(data: bytes, first: int, count: int, *, keep_counts: bool) -> bytes:
    """A copy without these frames, as a frame editor makes it; with or without the old frame with the counts."""
    tag, counts, frames = mp3_frames(data)
    return tag + (counts if keep_counts else b"") + b"".join(frames[:first] + frames[first + count :])


def page_starts(data: bytes) -> list[int]:
    """Where the pages of an Ogg file start, and its end."""
    return [page.start for page in pages(Source(io.BytesIO(data)))] + [len(data)]


def without_pages(data: bytes, first: int, count: int) -> bytes:
    """A copy without these pages."""
    starts = page_starts(data)
    return data[: starts[first]] + data[starts[first + count] :]


def box(kind: bytes, content: bytes) -> bytes:
    """A box of an MP4 file."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def change_boxes(data: bytes, changes: dict[bytes, Callable[[bytes], bytes]]) -> bytes:
    """The same MP4 with the content of some boxes changed; the media must stand before the tables."""
    out, at = b"", 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        content = data[at + 8 : at + size]
        if kind in changes:
            content = changes[kind](content)
        elif kind in _CONTAINERS:
            content = change_boxes(content, changes)
        out += box(kind, content)
        at += size
    return out


def table(*rows: tuple[int, ...]) -> bytes:
    """The content of a table box: version, flags, count, rows of 32-bit numbers."""
    return struct.pack(">II", 0, len(rows)) + b"".join(struct.pack(f">{len(row)}I", *(value & 0xFFFFFFFF for value in row)) for row in rows)


def not_named(data: bytes, first: int, count: int) -> bytes:
    """An m4a whose tables name these frames no longer, while their bytes are still there."""
    sizes: list[int] = []
    change_boxes(data, {b"stsz": lambda old: sizes.extend(struct.unpack(f">{(len(old) - 12) // 4}I", old[12:])) or old})
    start = data.index(b"mdat") + 4
    places = [(start + sum(sizes[:number]),) for number in range(len(sizes))]
    kept = [number for number in range(len(sizes)) if not first <= number < first + count]
    return change_boxes(
        data,
        {
            b"stts": lambda _: table((len(kept), 1024)),
            b"stsz": lambda _: struct.pack(">III", 0, 0, len(kept)) + b"".join(struct.pack(">I", sizes[number]) for number in kept),
            b"stsc": lambda _: table((1, 1, 1)),
            b"stco": lambda _: table(*(places[number] for number in kept)),
        },
    )


def with_edits(data: bytes, *edits: tuple[int, int]) -> bytes:
    """An m4a with another edit list: length in ticks of the movie, and media time (-1 shows nothing)."""
    return change_boxes(data, {b"elst": lambda _: table(*((length, start, 0x10000) for length, start in edits))})


def stream_copy(source: Path, target: Path, place: Callable[[int, int], int | None], container: str | None = None) -> Path:
    """A copy of the packets without encoding; `place(number, time)` gives each its new time, null leaves it out."""
    with av.open(str(source)) as received, av.open(str(target), "w", format=container) as written:
        stream = received.streams.audio[0]
        copy = written.add_stream_from_template(stream)
        number, last = 0, None
        for packet in received.demux(stream):
            if packet.dts is None:
                continue
            time = place(number, packet.dts)
            number += 1
            if time is None:
                continue
            # As FFmpeg does with times that do not rise.
            packet.dts = packet.pts = last = time if last is None else max(time, last + 1)
            packet.time_base = stream.time_base or Fraction(1, 1)
            packet.stream = copy
            written.mux(packet)
    return target


def cut_keeping_times(first: int, count: int) -> Callable[[int, int], int | None]:
    """Leave out packets; the others keep their times."""
    return lambda number, time: None if first <= number < first + count else time


def cut_closing_times(first: int, count: int, step: int) -> Callable[[int, int], int | None]:
    """Leave out packets and move the later ones forward by exactly as much."""
    return lambda number, time: None if first <= number < first + count else time - (count * step if number >= first else 0)


def cut_and_joined(first: int, count: int, step: int) -> Callable[[int, int], int | None]:
    """Two copies put together as FFmpeg's concat does: the second begins with its priming, on the length of the first."""
    return lambda number, time: None if first <= number < first + count else time - ((count + 1) * step if number >= first else 0)
