"""MP4, M4A, MOV and 3GP (ISO 14496-12, 14496-14; QuickTime file format; 3GPP TS 26.244).

A recorder writes frame after frame and one table that names each. A cut without encoding anew leaves the table and the
frames at odds, or the times irregular; an edit list hides sound that is still in the file.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.integrity.model import INTERRUPTED, NO_CLAIM, SECOND_GENERATION, CodecClass, FrameGrid, Level, StructureFacts
from pipeline.integrity.structure.block_order import BlockOrder, aac_block
from pipeline.integrity.structure.mp4_boxes import Box, Edit, Numbers, Track, boxes, inside, read_track
from pipeline.integrity.structure.mp4_fragments import fragments
from pipeline.integrity.structure.reading import TESTABLE, TOO_LARGE_TO_READ, UNREADABLE, Reading, Source, TraceList, unknown
from pipeline.integrity.structure.timing import breaks, usual_duration
from pipeline.integrity.structure.writers import add_writers, printable

_CODECS = {
    b"mp4a": ("aac", CodecClass.AAC),
    b".mp3": ("mp3", CodecClass.MP3),
    b"Opus": ("opus", CodecClass.OPUS),
    b"alac": ("alac", CodecClass.LOSSLESS),
    b"fLaC": ("flac", CodecClass.LOSSLESS),
    b"samr": ("amr_nb", CodecClass.AMR),
    b"sawb": ("amr_wb", CodecClass.AMR),
}
_PCM = {b"sowt", b"twos", b"lpcm", b"in24", b"in32", b"fl32", b"fl64", b"raw ", b"ipcm", b"NONE", b"ulaw", b"alaw"}
_MOST_TRACKS = 64
_MOST_MEDIA_BOXES = 1_000
_MOST_FRAMES_LOOKED_INTO = 4_000_000
# Shorter than this, what an edit list leaves out at the ends is an encoder's priming and the rest of its last frame.
_PRIMING_SECONDS = 0.5
_LEAST_HOLE_BYTES = 32
_LEAST_DISTINCT_BYTES = 16
_LEAST_TAIL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Sound:
    """Where the audio frames lie and how long each lasts, from the tables or from the fragments."""

    timescale: int
    edits: tuple[Edit, ...]
    runs: Numbers
    durations: Numbers
    chunk_offsets: Numbers
    chunk_bytes: Numbers
    chunk_media_times: Numbers

    def presented_ms(self, media_time: float) -> float:
        """Where this media time is heard, counted from the first presented sample."""
        seconds, presented = media_time / self.timescale, 0.0
        edits = [edit for edit in self.edits if edit.media_time is not None or presented]
        while edits and edits[0].media_time is None:
            edits.pop(0)
        if not edits:
            return seconds * 1000
        for edit in edits:
            if edit.media_time is not None:
                start = edit.media_time / self.timescale
                if seconds < start:
                    return presented * 1000
                # A fragmented file writes an edit without length: it lasts to the end.
                if edit.seconds == 0 or seconds <= start + edit.seconds:
                    return (presented + seconds - start) * 1000
            presented += edit.seconds
        return presented * 1000

    @property
    def seconds(self) -> float:
        """How long all frames last."""
        return float((self.runs.astype(float) * self.durations).sum()) / self.timescale


def read(source: Source) -> Reading:
    """Examine the boxes and tables of the first audio track."""
    traces = TraceList()
    top = list(boxes(source, 0, source.size))
    moov = next((box for box in top if box.kind == b"moov"), None)
    if any(box.cut_off for box in top) or moov is None:
        traces.add(Level.HISTORY, "not_closed", 0, hypotheses=INTERRUPTED)
    tracks = _tracks(source, moov) if moov else []
    audio = next(((number, track) for number, track in tracks if track.handler == b"soun"), None)
    if moov is None or audio is None:
        return Reading(unknown("mp4"), traces.close(), UNREADABLE)
    number, track = audio
    fragmented = any(box.kind == b"moof" for box in top)
    sound = _fragmented(source, moov, top, number, track, traces) if fragmented else _from_tables(track)
    media = _media_spans(top)
    _check_times(sound, traces)
    _check_edits(sound, traces)
    if not fragmented and all(each.whole for _, each in tracks):
        _check_use_of_media(source, [each for _, each in tracks], sound, media, traces)
    _check_end(source, sound, traces)
    if track.codec == b"mp4a" and not fragmented:
        _check_block_order(source, track, sound, traces)
    writers = add_writers(traces, _writers(source, moov))
    first = source.at(int(sound.chunk_offsets[0]), 64) if len(sound.chunk_offsets) else b""
    _check_programs(writers, b"Lavc" in first, traces)
    return Reading(_facts(top, source, track, sound, writers), traces.close(), TESTABLE if track.whole or fragmented else TOO_LARGE_TO_READ)


def _tracks(source: Source, moov: Box) -> list[tuple[int, Track]]:
    mvhd = inside(source, moov, b"mvhd")
    timescale = source.number(mvhd.content + (20 if source.number(mvhd.content, 1) == 1 else 12), 4) if mvhd else None
    tracks = []
    for trak in [box for box in boxes(source, moov.content, moov.end) if box.kind == b"trak"][:_MOST_TRACKS]:
        tkhd = inside(source, trak, b"tkhd")
        number = source.number(tkhd.content + (20 if source.number(tkhd.content, 1) == 1 else 12), 4) if tkhd else None
        if (track := read_track(source, trak, timescale or 1)) is not None:
            tracks.append((number or 0, track))
    return tracks


def _from_tables(track: Track) -> _Sound:
    before = np.concatenate([[0], np.cumsum(track.chunk_samples)])[:-1].astype(np.int64)
    times = np.zeros(len(before), np.int64)
    if len(track.runs):
        # As floats: a hostile table reaches beyond 64 bits.
        ends, end_times = np.cumsum(track.runs), np.cumsum(track.runs.astype(float) * track.durations)
        entry = np.minimum(np.searchsorted(ends, before, side="right"), len(ends) - 1)
        times = (end_times[entry] - (ends[entry] - before).astype(float) * track.durations[entry]).clip(0, 2**62).astype(np.int64)
    return _Sound(track.timescale, track.edits, track.runs, track.durations, track.chunk_offsets, track.chunk_bytes, times)


def _fragmented(source: Source, moov: Box, top: list[Box], number: int, track: Track, traces: TraceList) -> _Sound:
    durations_of, sizes_of = {}, {}
    mvex = inside(source, moov, b"mvex")
    for trex in boxes(source, mvex.content, mvex.end) if mvex else ():
        if trex.kind == b"trex":
            of, _entry, duration, size = (source.number(trex.content + at, 4) or 0 for at in (4, 8, 12, 16))
            durations_of[of], sizes_of[of] = duration, size
    before = track.runs.sum() <= _MOST_FRAMES_LOOKED_INTO
    durations: list[Numbers] = [np.repeat(track.durations, track.runs) if before else np.zeros(0, np.int64)]
    places: list[tuple[int, int, int]] = []
    numbers: list[tuple[int, int]] = []
    clock = int(durations[0].sum())
    for fragment in fragments(source, top, durations_of, sizes_of):
        if fragment.track != number:
            continue
        own = fragment.durations.copy()
        if fragment.base_time is not None and durations[-1].size and abs(fragment.base_time - clock) < 2**40:
            # A step of the clock between fragments is a longer (or shorter) last frame of the one before.
            durations[-1][-1] += fragment.base_time - clock
            clock = fragment.base_time
        elif fragment.base_time is not None and not places:
            clock = 0
        numbers.append((fragment.number, clock))
        places.append((fragment.offset, fragment.size, clock))
        clock += int(own.sum())
        durations.append(own)
    flat = np.concatenate(durations)
    table = np.array(places, np.int64).reshape(-1, 3)
    sound = _Sound(track.timescale, track.edits, np.ones(len(flat), np.int64), flat, table[:, 0], table[:, 1], table[:, 2])
    _check_numbers(numbers, sound, traces)
    return sound


def _check_numbers(numbers: list[tuple[int, int]], sound: _Sound, traces: TraceList) -> None:
    steps = [(after - before, clock) for (before, _), (after, clock) in pairwise(numbers)]
    jumps = [(step, clock) for step, clock in steps if step not in (0, 1)]
    if len(jumps) > max(3, len(steps) // 10):
        return  # this writer does not count
    for step, clock in jumps:
        traces.add(Level.DISCONTINUITY, "fragments_missing", sound.presented_ms(clock), hypotheses=INTERRUPTED, count=step - 1)


def _check_times(sound: _Sound, traces: TraceList) -> None:
    usual = usual_duration(sound.runs, sound.durations) or 1
    for jump in breaks(sound.runs, sound.durations, sound.timescale):
        milliseconds = round(abs(jump.ticks) * 1000 / sound.timescale)
        # The time table places the end of this frame after the gap; what is missing starts one frame after its start.
        end = sound.presented_ms(jump.media_time)
        start = sound.presented_ms(jump.media_time - max(0, jump.ticks))
        kind = "time_gap" if jump.ticks > 0 else "time_overlap"
        traces.add(
            Level.DISCONTINUITY,
            kind,
            start,
            until_ms=end,
            missing_ms=milliseconds if jump.ticks > 0 else None,
            milliseconds=milliseconds,
            frames=round(jump.ticks / usual, 3),
        )


def _check_edits(sound: _Sound, traces: TraceList) -> None:
    edits, presented, shown = sound.edits, 0.0, None
    for edit in edits:
        if edit.media_time is None:
            if presented:
                traces.add(
                    Level.DISCONTINUITY,
                    "edit_list_pause",
                    presented * 1000,
                    until_ms=(presented + edit.seconds) * 1000,
                    milliseconds=round(edit.seconds * 1000),
                )
                presented += edit.seconds
            continue
        start = edit.media_time / sound.timescale
        if shown is None and start > _PRIMING_SECONDS:
            traces.add(Level.HISTORY, "start_hidden", 0, hypotheses=NO_CLAIM, milliseconds=round(start * 1000))
        elif shown is not None and abs(start - shown) > 2 / sound.timescale + 0.002:
            kind = "hidden_by_edit_list" if start > shown else "repeated_by_edit_list"
            level = Level.DISCONTINUITY if start > shown else Level.SOURCE_ANOMALY
            length = round(abs(start - shown) * 1000)
            traces.add(
                level,
                kind,
                presented * 1000,
                hypotheses=SECOND_GENERATION,
                missing_ms=length if start > shown else None,
                milliseconds=length,
            )
        presented += edit.seconds
        shown = start + edit.seconds
    if shown is not None and edits[-1].seconds and sound.seconds - shown > _PRIMING_SECONDS:
        traces.add(Level.HISTORY, "end_hidden", presented * 1000, hypotheses=NO_CLAIM, milliseconds=round((sound.seconds - shown) * 1000))


def _media_spans(top: list[Box]) -> list[tuple[int, int]]:
    return [(box.content, box.end) for box in top if box.kind == b"mdat"][:_MOST_MEDIA_BOXES]


def _check_use_of_media(source: Source, tracks: list[Track], sound: _Sound, media: list[tuple[int, int]], traces: TraceList) -> None:
    """Bytes between the frames that no table names, and frames that are named twice or not in the order of the file."""
    offsets = np.concatenate([track.chunk_offsets for track in tracks])
    order = np.argsort(offsets, kind="stable")
    starts, ends = offsets[order], (offsets + np.concatenate([track.chunk_bytes for track in tracks]))[order]
    if not len(starts):
        return
    reach = np.maximum.accumulate(ends)
    hole_starts = np.concatenate([[0], reach])
    hole_ends = np.append(starts, source.size)
    for hole in np.flatnonzero(hole_ends - hole_starts >= _LEAST_HOLE_BYTES)[:1_000]:
        for first, last in media:
            start, end = max(first, int(hole_starts[hole])), min(last, int(hole_ends[hole]))
            if end - start >= _LEAST_HOLE_BYTES and len(set(source.at(start, 4096))) >= _LEAST_DISTINCT_BYTES:
                _add_hole(sound, start, end, is_tail=hole == len(starts), traces=traces)
    backwards = np.flatnonzero(np.diff(sound.chunk_offsets) < 0)
    repeated = np.flatnonzero(sound.chunk_offsets[1:] == sound.chunk_offsets[:-1])
    for chunk in backwards[:1_000]:
        at = sound.presented_ms(int(sound.chunk_media_times[chunk + 1]))
        traces.add(Level.DISCONTINUITY, "order_changed", at, hypotheses=SECOND_GENERATION)
    for chunk in repeated[:1_000]:
        if sound.chunk_bytes[chunk]:
            at = sound.presented_ms(int(sound.chunk_media_times[chunk + 1]))
            traces.add(Level.SOURCE_ANOMALY, "frames_named_twice", at, hypotheses=SECOND_GENERATION)


def _add_hole(sound: _Sound, start: int, end: int, *, is_tail: bool, traces: TraceList) -> None:
    per_second = sound.chunk_bytes.sum() / max(sound.seconds, 0.001)
    seconds = (end - start) / max(per_second, 1.0)
    if is_tail and seconds < _LEAST_TAIL_SECONDS:
        return
    after = np.flatnonzero(sound.chunk_offsets >= end)
    media_time = int(sound.chunk_media_times[after[0]]) if len(after) else round(sound.seconds * sound.timescale)
    traces.add(
        Level.DISCONTINUITY,
        "frames_not_named",
        sound.presented_ms(media_time),
        hypotheses=SECOND_GENERATION,
        missing_ms=round(seconds * 1000),
        bytes=end - start,
        milliseconds=round(seconds * 1000),
    )


def _check_end(source: Source, sound: _Sound, traces: TraceList) -> None:
    beyond = np.flatnonzero(sound.chunk_offsets + sound.chunk_bytes > source.size)
    if len(beyond):
        at = sound.presented_ms(int(sound.chunk_media_times[beyond[0]]))
        length = max(0, round(sound.seconds * 1000 - at))
        traces.add(Level.HISTORY, "end_missing", at, missing_ms=length, milliseconds=length)


def _check_block_order(source: Source, track: Track, sound: _Sound, traces: TraceList) -> None:
    if track.sizes is None or not len(track.chunk_offsets):
        return
    count = min(int(track.chunk_samples.sum()), len(track.sizes), _MOST_FRAMES_LOOKED_INTO)
    before = np.concatenate([[0], np.cumsum(track.chunk_samples)]).astype(np.int64)
    upto = np.concatenate([[0], np.cumsum(track.sizes)])
    frames = np.arange(count)
    chunk = np.searchsorted(before, frames, side="right") - 1
    offsets = track.chunk_offsets[chunk] + upto[frames] - upto[np.minimum(before[chunk], len(upto) - 1)]
    blocks: list[int | None] = [None] * count
    # In the order of the file, so that a table that jumps about does not make the disk do so.
    for frame in np.argsort(offsets, kind="stable").tolist():
        if track.sizes[frame] >= 3:
            blocks[frame] = aac_block(source.at(int(offsets[frame]), 3))
    order = BlockOrder()
    for frame, block in enumerate(blocks):
        order.follow(frame, block)
    usual = usual_duration(track.runs, track.durations) or 1024
    for frame in order.breaks():
        traces.add(Level.DISCONTINUITY, "block_order", sound.presented_ms(frame * usual), until_ms=sound.presented_ms((frame + 1) * usual))


def _writers(source: Source, moov: Box) -> list[str]:
    found = []
    udta = inside(source, moov, b"udta")
    for child in boxes(source, udta.content, udta.end) if udta else ():
        if child.kind in (b"\xa9swr", b"\xa9too", b"\xa9mak", b"\xa9mod"):
            found.append(printable(source.at(child.content + 4, min(80, child.end - child.content))))
    meta = inside(source, udta, b"meta") if udta else None
    if meta is not None:
        # MPEG-4 `meta` has a version before its boxes.
        listed = inside(source, Box(b"meta", meta.start, meta.content + 4, meta.end, False), b"ilst")
        for child in boxes(source, listed.content, listed.end) if listed else ():
            data = inside(source, child, b"data") if child.kind == b"\xa9too" else None
            if data is not None:
                found.append(printable(source.at(data.content + 8, min(80, data.end - data.content))))
    for trak in [box for box in boxes(source, moov.content, moov.end) if box.kind == b"trak"][:_MOST_TRACKS]:
        name = inside(source, trak, b"mdia", b"hdlr")
        if name is not None:
            found.append(printable(source.at(name.content + 24, min(80, name.end - name.content - 24)).lstrip(b"\x0e\x0f\x10\x1f")))
    # What every writer calls its handler names none.
    return [name for name in found if not name.startswith("SoundHandle")]


def _check_programs(writers: tuple[str, ...], encoded_by_lavc: bool, traces: TraceList) -> None:
    """Traces of two programs: the file was written anew, which changes nothing in the sound by itself."""
    text = " ".join(writers).lower()
    families = {
        family
        for family, marks in {
            "ffmpeg": ("lavf", "lavc"),
            "apple": ("com.apple", "core media", "quicktime"),
            "android": ("android", "samsung"),
        }.items()
        if any(mark in text for mark in marks)
    }
    if encoded_by_lavc:
        families.add("ffmpeg")
    if len(families) > 1:
        traces.add(Level.HISTORY, "two_programs", 0, hypotheses=NO_CLAIM, programs=", ".join(sorted(families)))


def _facts(top: list[Box], source: Source, track: Track, sound: _Sound, writers: tuple[str, ...]) -> StructureFacts:
    codec, kind = _CODECS.get(track.codec, ("pcm", CodecClass.PCM) if track.codec in _PCM else ("other", CodecClass.OTHER))
    usual = usual_duration(sound.runs, sound.durations)
    rate = track.rate or None
    grid = None
    if usual and rate and kind in (CodecClass.AAC, CodecClass.MP3, CodecClass.OPUS, CodecClass.AMR) and sound.timescale == rate:
        first = next((edit.media_time for edit in sound.edits if edit.media_time is not None), 0) or 0
        grid = FrameGrid(samples=usual, offset=-first % usual)
    brand = next((source.at(box.content, 4) for box in top if box.kind == b"ftyp"), b"")
    shown = sum(edit.seconds for edit in sound.edits if edit.media_time is not None)
    return StructureFacts(
        container="3gp" if brand.startswith((b"3gp", b"3g2")) else "mov" if brand in (b"qt  ", b"") else "mp4",
        codec=codec,
        codec_class=kind,
        sample_rate=rate,
        channels=track.channels,
        duration_ms=min(2**62, round((shown or sound.seconds) * 1000)),
        frames=int(sound.runs.sum()),
        grid=grid,
        writers=writers,
    )
