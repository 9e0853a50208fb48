"""Ogg with Opus or Vorbis (RFC 3533, RFC 7845, Vorbis I): pages are numbered, checked, and say how much sound there was so far."""

from collections import defaultdict
from dataclasses import dataclass, field

from pipeline.integrity.model import INTERRUPTED, NO_CLAIM, CodecClass, FrameGrid, Level, StructureFacts
from pipeline.integrity.structure.ogg_pages import Page, VorbisModes, opus_samples, pages, vorbis_modes
from pipeline.integrity.structure.reading import TESTABLE, UNREADABLE, WITHOUT_COUNTERS, Reading, Source, TraceList, unknown
from pipeline.integrity.structure.writers import add_writers, printable

_OPUS_RATE = 48_000
# Encoders round the time of single pages; a lost packet is 2.5 ms at least, and never lost alone.
_ROUNDING_SECONDS = 0.002
_MOST_SETUP_BYTES = 256 * 1024
_MOST_VORBIS_BREAKS = 5


@dataclass(slots=True)
class _Stream:
    """One logical stream on the way through the file."""

    codec: str = "unknown"
    rate: int = _OPUS_RATE
    channels: int = 1
    skip: int = 0
    opened_at: float = 0.0
    headers: list[bytes] = field(default_factory=list)
    setup: bytearray = field(default_factory=bytearray)
    modes: VorbisModes | None = None
    number: int | None = None
    granule: int | None = None
    packets: int = 0
    size: int | None = None
    long: bool | None = None
    says_next_long: bool | None = None
    window_breaks: list[float] = field(default_factory=list)
    waiting: int = 0
    closed: bool = False
    packet_sizes: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    def seconds(self, granule: int) -> float:
        """Where a granule position is heard, from the first presented sample of the file."""
        return self.opened_at + max(0, granule - self.skip) / self.rate


def read(source: Source) -> Reading:
    """Walk the pages of the audio streams."""
    traces = TraceList()
    streams: dict[int, _Stream] = {}
    audio: list[_Stream] = []
    now = 0.0
    for page in pages(source):
        if page.skipped:
            traces.add(Level.DISCONTINUITY, "bytes_without_frames", now * 1000, hypotheses=INTERRUPTED, bytes=page.skipped)
        if page.first:
            stream = _open(page, now)
            streams[page.serial] = stream
            if stream.codec == "unknown":
                continue
            if audio:
                traces.add(Level.DISCONTINUITY, "joined_streams", now * 1000, hypotheses=INTERRUPTED)
            if len(audio) < 10_000:
                audio.append(stream)
        current = streams.get(page.serial)
        if current is None or current.codec == "unknown":
            continue
        now = _follow(current, page, now, traces)
    if not audio:
        return Reading(_facts(None, 0, ()), traces.close(), UNREADABLE)
    if not audio[-1].closed:
        traces.add(Level.HISTORY, "not_closed", now * 1000, hypotheses=INTERRUPTED)
    for stream in audio:
        if len(stream.window_breaks) <= _MOST_VORBIS_BREAKS:
            for at in stream.window_breaks:
                traces.add(Level.DISCONTINUITY, "block_order", at * 1000)
    writers = add_writers(traces, _vendors(audio[0]))
    known = audio[0].codec == "opus" or audio[0].modes is not None
    return Reading(_facts(audio[0], round(now * 1000), writers), traces.close(), TESTABLE if known else WITHOUT_COUNTERS)


def _open(page: Page, now: float) -> _Stream:
    body = page.body
    if body.startswith(b"OpusHead") and len(body) >= 19:
        stream = _Stream(codec="opus", channels=body[9], skip=int.from_bytes(body[10:12], "little"))
    elif body.startswith(b"\x01vorbis") and len(body) >= 30:
        rate = int.from_bytes(body[12:16], "little")
        stream = _Stream(codec="vorbis", channels=body[11], rate=min(max(rate, 1), 1_000_000))
        stream.setup = bytearray(body)
    elif body.startswith((b"\x7fFLAC", b"Speex")):
        stream = _Stream(codec="flac" if body[0] == 0x7F else "speex")
    else:
        return _Stream()
    stream.opened_at = now
    stream.headers.append(body)
    return stream


def _follow(stream: _Stream, page: Page, now: float, traces: TraceList) -> float:
    missing = 0 if stream.number is None else page.number - stream.number - 1
    stream.number = page.number
    stream.closed |= page.last
    if page.first or (stream.packets == 0 and _take_headers(stream, page)):
        return now
    length = sum(_samples(stream, head, now) for head in page.heads)
    stream.waiting += length
    if page.granule is None:
        return now
    previous = stream.granule
    gap = 0
    if previous is None:
        # A live stream or a trimmed file starts its clock later; what stands before the first page is not missing in the file.
        begin = page.granule - stream.waiting
        if begin > stream.rate * _ROUNDING_SECONDS and not missing:
            traces.add(Level.HISTORY, "starts_inside_stream", stream.opened_at * 1000, hypotheses=NO_CLAIM)
        if begin > 0:
            stream.skip = max(stream.skip, begin)
    elif stream.codec in ("opus", "vorbis") and (stream.codec == "opus" or stream.modes):
        gap = page.granule - previous - stream.waiting
    start = stream.seconds(page.granule - stream.waiting - max(gap, 0)) if previous is not None else now
    tolerance = stream.rate * _ROUNDING_SECONDS
    if missing:
        _add_missing_pages(stream, missing, start, gap, traces)
    elif gap > tolerance:
        length_ms = round(gap * 1000 / stream.rate)
        until = (start + gap / stream.rate) * 1000
        traces.add(Level.DISCONTINUITY, "time_gap", start * 1000, until_ms=until, missing_ms=length_ms, milliseconds=length_ms, frames=0)
    elif gap < -tolerance and not page.last:
        traces.add(Level.DISCONTINUITY, "time_overlap", start * 1000, milliseconds=round(-gap * 1000 / stream.rate), frames=0)
    stream.granule, stream.waiting = page.granule, 0
    return stream.seconds(page.granule)


def _add_missing_pages(stream: _Stream, missing: int, start: float, gap: int, traces: TraceList) -> None:
    if missing < 0:
        traces.add(Level.DISCONTINUITY, "page_order", start * 1000, hypotheses=INTERRUPTED)
        return
    length_ms = max(0, round(gap * 1000 / stream.rate))
    traces.add(
        Level.DISCONTINUITY,
        "pages_missing",
        start * 1000,
        until_ms=start * 1000 + length_ms,
        missing_ms=length_ms,
        count=missing,
        milliseconds=length_ms,
    )


def _take_headers(stream: _Stream, page: Page) -> bool:
    """Pages with headers only: comments, and for Vorbis the setup in which the modes stand last."""
    if page.granule not in (0, None):
        return False
    if len(stream.headers) < 4:
        stream.headers.append(page.body[:4096])
    if stream.codec == "vorbis" and len(stream.setup) < _MOST_SETUP_BYTES:
        stream.setup += page.body
        stream.modes = vorbis_modes(stream.headers[0], bytes(stream.setup))
    return True


def _samples(stream: _Stream, head: bytes, now: float) -> int:
    """How much sound this packet adds. For Vorbis a quarter of its block and of the one before (Vorbis I, 4.3.8)."""
    stream.packets += 1
    if stream.codec == "opus":
        samples = opus_samples(head) or 0
        stream.packet_sizes[samples] += 1
        return samples
    block = stream.modes.block(head) if stream.modes else None
    if block is None:
        return 0
    size, long, previous_long, next_long = block
    added = (stream.size + size) // 4 if stream.size else 0
    broken = (stream.says_next_long is not None and stream.says_next_long != long) or (
        long and stream.long is not None and previous_long != stream.long
    )
    if broken and len(stream.window_breaks) <= _MOST_VORBIS_BREAKS:
        stream.window_breaks.append(now)
    stream.size, stream.long, stream.says_next_long = size, long, next_long if long else None
    return added


def _vendors(stream: _Stream) -> list[str]:
    found = []
    for body in stream.headers:
        for mark in (b"OpusTags", b"\x03vorbis"):
            if body.startswith(mark):
                length = int.from_bytes(body[len(mark) : len(mark) + 4], "little")
                found.append(printable(body[len(mark) + 4 : len(mark) + 4 + min(length, 80)]))
    return found


def _facts(stream: _Stream | None, duration_ms: int, writers: tuple[str, ...]) -> StructureFacts:
    if stream is None:
        return unknown("ogg")
    classes = {"opus": CodecClass.OPUS, "vorbis": CodecClass.VORBIS, "flac": CodecClass.LOSSLESS}
    sizes = [size for size in stream.packet_sizes if size]
    grid = FrameGrid(samples=sizes[0], offset=-stream.skip % sizes[0]) if len(sizes) == 1 else None
    return StructureFacts(
        container="ogg",
        codec=stream.codec,
        codec_class=classes.get(stream.codec, CodecClass.OTHER),
        sample_rate=stream.rate if stream.codec in ("opus", "vorbis") else None,
        channels=stream.channels,
        duration_ms=duration_ms,
        frames=stream.packets,
        grid=grid,
        writers=writers,
    )
