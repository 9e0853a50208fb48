"""Fragmented MP4: browser and streaming recorders write a `moof` and an `mdat` per stretch of sound."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.integrity.structure.mp4_boxes import Box, Numbers, boxes, inside
from pipeline.integrity.structure.reading import Source

_MOST_SAMPLES = 2_500_000
_LARGEST_CLAIM = 2**31


@dataclass(frozen=True, slots=True)
class Fragment:
    """One run of samples of one track. `base_time` in ticks, null when not written; `number`: the fragment's own count."""

    number: int
    track: int
    base_time: int | None
    durations: Numbers
    offset: int
    size: int


def fragments(source: Source, top: list[Box], default_duration: dict[int, int], default_size: dict[int, int]) -> Iterator[Fragment]:
    """All runs of all tracks, in file order. The defaults are those of the `trex` boxes, by track."""
    left = _MOST_SAMPLES
    for moof in (box for box in top if box.kind == b"moof"):
        header = inside(source, moof, b"mfhd")
        number = (source.number(header.content + 4, 4) if header else None) or 0
        for traf in (box for box in boxes(source, moof.content, moof.end) if box.kind == b"traf"):
            for fragment in _runs(source, moof, traf, number, default_duration, default_size):
                left -= len(fragment.durations)
                if left < 0:
                    return
                yield fragment


def _runs(
    source: Source, moof: Box, traf: Box, number: int, default_duration: dict[int, int], default_size: dict[int, int]
) -> Iterator[Fragment]:
    children = list(boxes(source, traf.content, traf.end))
    tfhd = next((box for box in children if box.kind == b"tfhd"), None)
    if tfhd is None:
        return
    flags = source.number(tfhd.content + 1, 3) or 0
    track = source.number(tfhd.content + 4, 4) or 0
    place, values = tfhd.content + 8, {}
    for flag, width in ((1, 8), (2, 4), (8, 4), (16, 4), (32, 4)):
        if flags & flag:
            values[flag] = source.number(place, width) or 0
            place += width
    duration, size = values.get(8, default_duration.get(track, 0)), values.get(16, default_size.get(track, 0))
    base = values.get(1, moof.start)
    tfdt = next((box for box in children if box.kind == b"tfdt"), None)
    time = source.number(tfdt.content + 4, 8 if source.number(tfdt.content, 1) == 1 else 4) if tfdt else None
    end_of_previous = base
    for trun in (box for box in children if box.kind == b"trun"):
        durations, sizes, offset = _samples(source, trun, duration, size)
        start = end_of_previous if offset is None else base + offset
        total = int(sizes.sum())
        yield Fragment(number, track, time, durations, start, total)
        time, end_of_previous = None, start + total


def _samples(source: Source, trun: Box, duration: int, size: int) -> tuple[Numbers, Numbers, int | None]:
    flags, count = source.number(trun.content + 1, 3) or 0, source.number(trun.content + 4, 4) or 0
    place, offset = trun.content + 8, None
    if flags & 1:
        offset = int.from_bytes(source.at(place, 4), signed=True)
        place += 4
    if flags & 4:
        place += 4
    fields = [flag for flag in (0x100, 0x200, 0x400, 0x800) if flags & flag]
    if not fields:
        # Nothing is stored per sample, so that a count costs nothing: it is as large as the file says, within reason.
        count = min(count, _MOST_SAMPLES)
        return np.full(count, duration, np.int64), np.full(count, min(size, _LARGEST_CLAIM), np.int64), offset
    width = 4 * len(fields)
    count = max(0, min(count, (trun.end - place) // width, _MOST_SAMPLES))
    data = source.at(place, count * width)
    table = np.frombuffer(data[: len(data) // width * width], ">u4").astype(np.int64).reshape(-1, len(fields))

    def column(flag: int, default: int) -> Numbers:
        return table[:, fields.index(flag)] if flag in fields else np.full(len(table), min(default, _LARGEST_CLAIM), np.int64)

    return column(0x100, duration), np.minimum(column(0x200, size), _LARGEST_CLAIM), offset
