"""Boxes of an ISO 14496-12 file, and the tables of one track in them. Sizes and counts are claims, never trusted."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.integrity.structure.reading import Source

Numbers = NDArray[np.int64]

_MOST_BOXES = 500_000
_MOST_EDITS = 2_000
MOST_ENTRIES = 8_000_000
# Products of two claims must stay inside 64 bits.
_LARGEST_CLAIM = 2**31


@dataclass(frozen=True, slots=True)
class Box:
    """A box whose content lies in [content, end); `cut_off` when the file or the parent ends before the box does."""

    kind: bytes
    start: int
    content: int
    end: int
    cut_off: bool


def boxes(source: Source, start: int, end: int) -> Iterator[Box]:
    """The boxes in [start, end), in order; stops at the first that cannot be one."""
    for _ in range(_MOST_BOXES):
        header = source.at(start, min(16, end - start))
        if len(header) < 8:
            return
        size, content = int.from_bytes(header[:4]), start + 8
        if size == 1 and len(header) == 16:
            size, content = int.from_bytes(header[8:]), start + 16
        box_end = end if size == 0 else start + size
        if box_end < content:
            return
        yield Box(header[4:8], start, content, min(box_end, end), box_end > end)
        start = box_end


def inside(source: Source, box: Box, *path: bytes) -> Box | None:
    """The first box at this path inside `box`."""
    for kind in path:
        found = next((child for child in boxes(source, box.content, box.end) if child.kind == kind), None)
        if found is None:
            return None
        box = found
    return box


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of an edit list: this much of the presentation shows the media from `media_time`; null shows nothing."""

    seconds: float
    media_time: int | None


@dataclass(frozen=True, slots=True)
class Track:
    """One track. `durations` and `runs`: each duration in ticks and for how many samples it holds.

    Chunks lie at `chunk_offsets` and hold `chunk_samples` samples in `chunk_bytes` bytes; `sizes` is null when all samples
    have `size` bytes. `whole` is false when a table was cut off, too large or contradicts another.
    """

    handler: bytes
    timescale: int
    codec: bytes
    channels: int | None
    rate: int | None
    description: bytes
    edits: tuple[Edit, ...]
    runs: Numbers
    durations: Numbers
    size: int
    sizes: Numbers | None
    chunk_offsets: Numbers
    chunk_samples: Numbers
    chunk_bytes: Numbers
    whole: bool


def read_track(source: Source, trak: Box, movie_timescale: int) -> Track | None:
    """The tables of a track, null when it has no media."""
    mdia = inside(source, trak, b"mdia")
    mdhd, hdlr = (inside(source, mdia, kind) if mdia else None for kind in (b"mdhd", b"hdlr"))
    stbl = inside(source, mdia, b"minf", b"stbl") if mdia else None
    if mdhd is None or hdlr is None or stbl is None:
        return None
    long = source.number(mdhd.content, 1) == 1
    timescale = source.number(mdhd.content + (20 if long else 12), 4)
    tables = {box.kind: box for box in boxes(source, stbl.content, stbl.end)}
    entry = source.at(tables[b"stsd"].content + 8, min(4096, tables[b"stsd"].end - tables[b"stsd"].content)) if b"stsd" in tables else b""
    runs, durations, times_whole = _pairs(source, tables.get(b"stts"))
    size, sizes, count, sizes_whole = _sizes(source, tables.get(b"stsz"))
    offsets, chunks_whole = _chunk_offsets(source, tables)
    samples = np.minimum(_chunk_samples(source, tables.get(b"stsc"), len(offsets)), _LARGEST_CLAIM)
    chunk_bytes, fits = _chunk_bytes(samples, size, sizes, count)
    return Track(
        handler=source.at(hdlr.content + 8, 4),
        timescale=timescale or 1,
        codec=entry[4:8],
        channels=int.from_bytes(entry[24:26]) or None,
        rate=int.from_bytes(entry[32:34]) or None,
        description=entry,
        edits=_edits(source, inside(source, trak, b"edts", b"elst"), movie_timescale),
        runs=runs,
        durations=durations,
        size=size,
        sizes=sizes,
        chunk_offsets=offsets,
        chunk_samples=samples,
        chunk_bytes=chunk_bytes,
        whole=times_whole and sizes_whole and chunks_whole and fits,
    )


def _table(source: Source, box: Box | None, head: int, width: int) -> tuple[NDArray[np.uint8], bool]:
    """The entries [n, width] of a table whose count stands just before `head`, and whether all are there."""
    if box is None:
        return np.zeros((0, width), np.uint8), False
    claimed = source.number(box.content + head - 4, 4) or 0
    count = max(0, min(claimed, (box.end - box.content - head) // width, MOST_ENTRIES))
    data = source.at(box.content + head, count * width)
    count = len(data) // width
    return np.frombuffer(data[: count * width], np.uint8).reshape(count, width), count == claimed


def _pairs(source: Source, box: Box | None) -> tuple[Numbers, Numbers, bool]:
    table, whole = _table(source, box, 8, 8)
    pairs = table.reshape(-1).view(">u4").reshape(-1, 2).astype(np.int64)
    return pairs[:, 0], pairs[:, 1], whole


def _sizes(source: Source, box: Box | None) -> tuple[int, Numbers | None, int, bool]:
    if box is None:
        return 0, None, 0, False
    size, count = source.number(box.content + 4, 4) or 0, source.number(box.content + 8, 4) or 0
    if size:
        return min(size, _LARGEST_CLAIM), None, count, True
    table, whole = _table(source, box, 12, 4)
    return 0, np.minimum(table.reshape(-1).view(">u4").astype(np.int64), _LARGEST_CLAIM), len(table), whole


def _chunk_offsets(source: Source, tables: dict[bytes, Box]) -> tuple[Numbers, bool]:
    if b"co64" in tables:
        table, whole = _table(source, tables[b"co64"], 8, 8)
        # A place beyond 2^62 is outside any file; the sign bit must not make it a negative one.
        return np.minimum(table.reshape(-1).view(">u8"), 2**62).astype(np.int64), whole
    table, whole = _table(source, tables.get(b"stco"), 8, 4)
    return table.reshape(-1).view(">u4").astype(np.int64), whole


def _chunk_samples(source: Source, box: Box | None, chunks: int) -> Numbers:
    table, _whole = _table(source, box, 8, 12)
    entries = table.reshape(-1).view(">u4").reshape(-1, 3).astype(np.int64)
    # Never back, or a hostile table repeats every chunk for each of its entries.
    firsts = np.maximum.accumulate(np.clip(entries[:, 0] - 1, 0, chunks))
    ends = np.append(firsts[1:], chunks)[: len(firsts)]
    counts = np.repeat(entries[:, 1], np.maximum(0, ends - firsts))[:chunks]
    return np.pad(counts, (0, chunks - len(counts)))


def _chunk_bytes(samples: Numbers, size: int, sizes: Numbers | None, count: int) -> tuple[Numbers, bool]:
    if sizes is None:
        return samples * size, int(samples.sum()) == count
    reach = np.minimum(np.cumsum(samples), len(sizes))
    upto = np.concatenate([[0], np.cumsum(sizes)])
    return upto[reach] - upto[np.concatenate([[0], reach[:-1]])][: len(reach)], int(samples.sum()) == count


def _edits(source: Source, box: Box | None, movie_timescale: int) -> tuple[Edit, ...]:
    if box is None:
        return ()
    wide = source.number(box.content, 1) == 1
    field = 8 if wide else 4
    table, _whole = _table(source, box, 8, 2 * field + 4)
    edits = []
    for row in table[:_MOST_EDITS]:
        data = row.tobytes()
        media_time = int.from_bytes(data[field : 2 * field], signed=True)
        edits.append(Edit(int.from_bytes(data[:field]) / max(1, movie_timescale), media_time if media_time >= 0 else None))
    return tuple(edits)
