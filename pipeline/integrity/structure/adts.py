"""Raw AAC (ADTS, ISO 14496-3, 1.A.3.2): frames with their own header, not counted."""

from pipeline.integrity.model import INTERRUPTED, CodecClass, FrameGrid, Level, StructureFacts
from pipeline.integrity.structure.block_order import BlockOrder, aac_block
from pipeline.integrity.structure.reading import UNREADABLE, WITHOUT_COUNTERS, Reading, Source, TraceList, unknown

_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_SAMPLES = 1024
_MOST_FRAMES = 8_000_000
_MOST_BYTES_WITHOUT_FRAMES = 16 * 1024 * 1024


def read(source: Source) -> Reading:
    """Walk the frames."""
    traces, order = TraceList(), BlockOrder()
    at = frames = 0
    stream: tuple[int, int] | None = None
    rate = 0
    while frames < _MOST_FRAMES and at < source.size:
        head = source.at(at, 10)
        found = _header(head)
        if found is None or (stream is None and at + found[0] < source.size and _header(source.at(at + found[0], 7)) is None):
            place = _next_frame(source, at + 1, stream)
            if frames:
                lost = (source.size if place is None else place) - at
                if place is not None and head[:3] == b"ID3":
                    traces.add(Level.DISCONTINUITY, "joined_files", frames * _SAMPLES * 1000 / rate, hypotheses=INTERRUPTED)
                elif place is not None:
                    at_ms = frames * _SAMPLES * 1000 / rate
                    traces.add(Level.DISCONTINUITY, "bytes_without_frames", at_ms, hypotheses=INTERRUPTED, bytes=lost)
                order.follow(frames, None)
            if place is None:
                break
            at = place
            continue
        size, own, head_size = found
        if at + size > source.size:
            traces.add(Level.HISTORY, "not_closed", frames * _SAMPLES * 1000 / _RATES[own[0]], hypotheses=INTERRUPTED)
            break
        if stream is not None and own != stream:
            traces.add(Level.DISCONTINUITY, "parameters_change", frames * _SAMPLES * 1000 / rate, hypotheses=INTERRUPTED)
            order.follow(frames, None)
        stream, rate = own, _RATES[own[0]]
        order.follow(frames, aac_block(source.at(at + head_size, 3)))
        at, frames = at + size, frames + 1
    if stream is None:
        return Reading(unknown("aac"), (), UNREADABLE)
    for frame in order.breaks():
        traces.add(Level.DISCONTINUITY, "block_order", frame * _SAMPLES * 1000 / rate, until_ms=(frame + 1) * _SAMPLES * 1000 / rate)
    facts = StructureFacts(
        container="aac",
        codec="aac",
        codec_class=CodecClass.AAC,
        sample_rate=rate,
        channels=stream[1] or None,
        duration_ms=round(frames * _SAMPLES * 1000 / rate),
        frames=frames,
        grid=FrameGrid(samples=_SAMPLES, offset=0),
        writers=(),
    )
    return Reading(facts, traces.close(), WITHOUT_COUNTERS)


def _header(head: bytes) -> tuple[int, tuple[int, int], int] | None:
    """Frame size, what a stream keeps the same (rate, channels) and header size; null when this is no header."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return None
    rate, size = head[2] >> 2 & 15, (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    head_size = 7 if head[1] & 1 else 9
    if rate >= len(_RATES) or size < head_size:
        return None
    return size, (rate, (head[2] & 1) << 2 | head[3] >> 6), head_size


def _next_frame(source: Source, at: int, stream: tuple[int, int] | None) -> int | None:
    end = min(source.size, at + _MOST_BYTES_WITHOUT_FRAMES)
    while at < end:
        window = source.at(at, 64 * 1024)
        place = window.find(b"\xff")
        while place >= 0:
            found = _header(source.at(at + place, 7)) if window[place + 1 : place + 2] >= b"\xf0" else None
            if found and (stream is None or found[1] == stream):
                following = _header(source.at(at + place + found[0], 7))
                if following and following[1] == found[1]:
                    return at + place
            place = window.find(b"\xff", place + 1)
        at += max(1, len(window) - 1)
    return None
