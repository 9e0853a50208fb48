"""WAV, RF64 and BW64 (EBU Tech 3285 and 3306, ITU-R BS.2088): chunks and their sizes. Nothing in them counts samples."""

from pipeline.integrity.model import INTERRUPTED, NO_CLAIM, CodecClass, Level, StructureFacts
from pipeline.integrity.structure.reading import UNREADABLE, WITHOUT_COUNTERS, Reading, Source, TraceList, unknown
from pipeline.integrity.structure.writers import add_writers, printable

_MOST_CHUNKS = 10_000
_PLACEHOLDERS = (0, 0xFFFFFFFF, 0x7FFFFFFF)
_PCM_TAGS = (1, 3, 6, 7, 0xFFFE)
_LEAST_REST_MS = 100


def read(source: Source) -> Reading:
    """Walk the chunks."""
    traces = TraceList()
    chunks, wide = _chunks(source)
    form = next((source.at(at, min(size, 40)) for name, at, size in chunks if name == b"fmt " and size >= 16), b"")
    data = [(at, size) for name, at, size in chunks if name == b"data"]
    if len(form) < 16 or not data:
        return Reading(unknown("wav"), (), UNREADABLE)
    tag, channels, rate = (int.from_bytes(form[at : at + width], "little") for at, width in ((0, 2), (2, 2), (4, 4)))
    bytes_per_ms = max(int.from_bytes(form[8:12], "little"), 1) / 1000
    at, claimed = data[0][0], wide if wide is not None and data[0][1] == 0xFFFFFFFF else data[0][1]
    present = min(claimed, source.size - at)
    if claimed in _PLACEHOLDERS and source.size > at:
        present = source.size - at
        traces.add(Level.HISTORY, "not_closed", present / bytes_per_ms, hypotheses=INTERRUPTED)
    elif claimed > present:
        length = round((claimed - present) / bytes_per_ms)
        traces.add(Level.HISTORY, "end_missing", present / bytes_per_ms, missing_ms=min(length, 2**53), milliseconds=min(length, 2**53))
    end = present / bytes_per_ms
    for _, size in data[1:]:
        length = round(min(size, source.size) / bytes_per_ms)
        traces.add(Level.DISCONTINUITY, "second_sound", end, hypotheses=INTERRUPTED, milliseconds=length)
    last = max(at + size + (size & 1) for _, at, size in chunks)
    if (rest := (source.size - last) / bytes_per_ms) > _LEAST_REST_MS and claimed not in _PLACEHOLDERS:
        traces.add(Level.HISTORY, "sound_after_end", end, hypotheses=NO_CLAIM, milliseconds=round(rest))
    writers = add_writers(traces, _writers(source, chunks))
    facts = StructureFacts(
        container="wav",
        codec="pcm" if tag in _PCM_TAGS else f"wav_{tag}",
        codec_class=CodecClass.PCM if tag in _PCM_TAGS else CodecClass.OTHER,
        sample_rate=rate or None,
        channels=channels or None,
        duration_ms=round(end),
        frames=None,
        grid=None,
        writers=writers,
    )
    return Reading(facts, traces.close(), WITHOUT_COUNTERS)


def _chunks(source: Source) -> tuple[list[tuple[bytes, int, int]], int | None]:
    """Name, place and claimed size of each chunk, and the data size that a `ds64` chunk gives."""
    found: list[tuple[bytes, int, int]] = []
    wide, at = None, 12
    while len(found) < _MOST_CHUNKS:
        head = source.at(at, 8)
        if len(head) < 8 or not all(32 <= letter < 127 for letter in head[:4]):
            break
        name, size = head[:4], int.from_bytes(head[4:], "little")
        found.append((name, at + 8, size))
        if name == b"ds64":
            wide = int.from_bytes(source.at(at + 16, 8), "little")
        if name == b"data" and size == 0xFFFFFFFF and wide is not None:
            size = wide
        elif name == b"data" and size in _PLACEHOLDERS:
            break
        at += 8 + size + (size & 1)
    return found, wide


def _writers(source: Source, chunks: list[tuple[bytes, int, int]]) -> list[str]:
    names = []
    for name, at, size in chunks:
        if name == b"bext":
            names.append(printable(source.at(at + 256, 32)))
            names.append(printable(source.at(at + 602, min(max(size - 602, 0), 80))))
        elif name == b"LIST" and source.at(at, 4) == b"INFO":
            place = source.find(b"ISFT", at, min(at + size, at + 65536))
            if place is not None:
                names.append(printable(source.at(place + 8, 80)))
    return names
