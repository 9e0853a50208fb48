"""AMR files of phones (RFC 4867, 5): one byte of header for each 20 ms, no counts and no checksums."""

from pipeline.integrity.model import INTERRUPTED, CodecClass, FrameGrid, Level, StructureFacts
from pipeline.integrity.structure.reading import UNREADABLE, WITHOUT_COUNTERS, Reading, Source, TraceList, unknown

NARROW, WIDE = b"#!AMR\n", b"#!AMR-WB\n"
_FRAME_MS = 20
_SIZES = {
    NARROW: (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1),
    WIDE: (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1),
}
_MOST_FRAMES = 8_000_000
_LONGEST_SEARCH = 4096
# So many frames must follow one another before a place is taken for a frame again.
_SURE_FRAMES = 8


def read(source: Source) -> Reading:
    """Walk the frames."""
    magic = WIDE if source.at(0, len(WIDE)) == WIDE else NARROW
    if source.at(0, len(magic)) != magic:
        return Reading(unknown("amr"), (), UNREADABLE)
    traces, sizes = TraceList(), _SIZES[magic]
    at, frames = len(magic), 0
    while at < source.size and frames < _MOST_FRAMES:
        size = _size(source, at, sizes)
        if size and at + size <= source.size:
            at, frames = at + size, frames + 1
            continue
        if size:
            traces.add(Level.HISTORY, "not_closed", frames * _FRAME_MS, hypotheses=INTERRUPTED)
            break
        if source.at(at, len(magic)) == magic:
            traces.add(Level.DISCONTINUITY, "joined_files", frames * _FRAME_MS, hypotheses=INTERRUPTED)
            at += len(magic)
            continue
        found = next((place for place in range(at + 1, at + _LONGEST_SEARCH) if _runs(source, place, sizes)), None)
        lost = (source.size if found is None else found) - at
        traces.add(Level.DISCONTINUITY, "bytes_without_frames", frames * _FRAME_MS, hypotheses=INTERRUPTED, bytes=lost)
        if found is None:
            break
        at = found
    rate = 8000 if magic == NARROW else 16000
    facts = StructureFacts(
        container="amr",
        codec="amr_nb" if magic == NARROW else "amr_wb",
        codec_class=CodecClass.AMR,
        sample_rate=rate,
        channels=1,
        duration_ms=frames * _FRAME_MS,
        frames=frames,
        grid=FrameGrid(samples=rate * _FRAME_MS // 1000, offset=0),
        writers=(),
    )
    return Reading(facts, traces.close(), WITHOUT_COUNTERS)


def _size(source: Source, at: int, sizes: tuple[int, ...]) -> int:
    """Bytes of the frame here, 0 when there is none: reserved types, or padding bits that are not zero."""
    head = source.at(at, 1)
    return sizes[head[0] >> 3 & 15] if head and not head[0] & 0x83 else 0


def _runs(source: Source, at: int, sizes: tuple[int, ...]) -> bool:
    for _ in range(_SURE_FRAMES):
        size = _size(source, at, sizes)
        if not size:
            return False
        at += size
    return at <= source.size
