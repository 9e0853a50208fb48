"""WMA and other ASF files (Advanced Systems Format specification): packets of one size, media objects with a number and a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pipeline.integrity.model import INTERRUPTED, CodecClass, Level, StructureFacts
from pipeline.integrity.structure.reading import TESTABLE, UNREADABLE, Reading, Source, TraceList, unknown
from pipeline.integrity.structure.writers import add_writers

HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_FILE_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_STREAM_PROPERTIES = bytes.fromhex("9107dcb7b7a9cf118ee600c00c205365")
_AUDIO = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")
_MOST_OBJECTS = 10_000
_MOST_PACKETS = 8_000_000
_WMA_TAGS = {0x160, 0x161, 0x162, 0x163, 0x0A}
# Times are in milliseconds and objects of one packet share theirs; a step beyond this many usual steps is a gap.
_GAP_STEPS = 3
_LEAST_GAP_MS = 150
_WIDTHS = (0, 1, 2, 4)


@dataclass(frozen=True, slots=True)
class _Header:
    data_at: int
    packet_size: int
    packets: int
    preroll: int
    stream: int
    tag: int
    channels: int
    rate: int


@dataclass(frozen=True, slots=True)
class _Payload:
    stream: int
    number: int
    width: int
    time: int | None


def read(source: Source) -> Reading:
    """Walk the packets and follow the numbers and times of the first audio stream."""
    header = _header(source)
    if header is None or not header.packet_size:
        return Reading(unknown("asf"), (), UNREADABLE)
    traces = TraceList()
    present = max(0, source.size - header.data_at) // header.packet_size
    count = min(present, header.packets or present, _MOST_PACKETS)
    objects: list[tuple[int, int]] = []
    previous: _Payload | None = None
    jumps: list[tuple[int, int]] = []
    for place in range(count):
        for payload in _payloads(source.at(header.data_at + place * header.packet_size, header.packet_size)):
            if payload.stream != header.stream or (previous is not None and payload.number == previous.number):
                continue
            step = 1 if previous is None else (payload.number - previous.number) % (1 << (8 * payload.width))
            if payload.time is not None:
                objects.append((step, payload.time - header.preroll))
                if step != 1:
                    jumps.append((step - 1, payload.time - header.preroll))
            previous = payload
    start = objects[0][1] if objects else 0
    for missing, time in jumps:
        traces.add(Level.DISCONTINUITY, "objects_missing", time - start, hypotheses=INTERRUPTED, count=missing)
    _check_times([(step, time - start) for step, time in objects], traces)
    end = objects[-1][1] - start if objects else 0
    if header.packets > present:
        traces.add(Level.HISTORY, "end_missing", end, milliseconds=round((header.packets - present) * end / max(1, present)))
    writers = add_writers(traces, [])
    facts = StructureFacts(
        container="asf",
        codec="wma" if header.tag in _WMA_TAGS else f"asf_{header.tag}",
        codec_class=CodecClass.WMA if header.tag in _WMA_TAGS else CodecClass.OTHER,
        sample_rate=header.rate or None,
        channels=header.channels or None,
        duration_ms=max(0, end),
        frames=len(objects),
        grid=None,
        writers=writers,
    )
    return Reading(facts, traces.close(), TESTABLE if objects else UNREADABLE)


def _check_times(objects: list[tuple[int, int]], traces: TraceList) -> None:
    """Gaps in time where the numbers go on: objects that were numbered anew."""
    steps = sorted(after[1] - before[1] for before, after in pairwise(objects))
    if not steps:
        return
    usual = max(steps[len(steps) // 2], 1)
    for (_, before), (number_step, after) in pairwise(objects):
        gap = after - before - usual
        if number_step == 1 and gap > max(_GAP_STEPS * usual, _LEAST_GAP_MS):
            traces.add(Level.DISCONTINUITY, "time_gap", before + usual, until_ms=after, missing_ms=gap, milliseconds=gap, frames=0)
        elif number_step == 1 and gap < -max(_GAP_STEPS * usual, _LEAST_GAP_MS):
            traces.add(Level.DISCONTINUITY, "time_overlap", after, milliseconds=-gap, frames=0)


def _header(source: Source) -> _Header | None:
    if source.at(0, 16) != HEADER:
        return None
    at, packet_size, packets, preroll, sound = 30, 0, 0, 0, None
    for _ in range(_MOST_OBJECTS):
        identifier, size = source.at(at, 16), int.from_bytes(source.at(at + 16, 8), "little")
        if size < 24:
            return None
        if identifier == _DATA:
            if sound is None:
                return None
            return _Header(at + 50, packet_size, packets, preroll, *sound)
        if identifier == _FILE_PROPERTIES:
            packets = int.from_bytes(source.at(at + 56, 8), "little")
            preroll = int.from_bytes(source.at(at + 80, 8), "little")
            packet_size = int.from_bytes(source.at(at + 92, 4), "little")
        elif identifier == _STREAM_PROPERTIES and source.at(at + 24, 16) == _AUDIO and sound is None:
            number = int.from_bytes(source.at(at + 72, 2), "little") & 0x7F
            form = source.at(at + 78, 8)
            sound = number, *(int.from_bytes(form[first:last], "little") for first, last in ((0, 2), (2, 4), (4, 8)))
        at += size
    return None


def _payloads(packet: bytes) -> Iterator[_Payload]:
    """The payloads of a data packet; stops where the packet contradicts itself."""
    at = 1 + (packet[0] & 15) if packet and packet[0] & 0x80 else 0
    if at + 2 > len(packet):
        return
    lengths, properties = packet[at], packet[at + 1]
    at += 2 + _WIDTHS[lengths >> 5 & 3] + _WIDTHS[lengths >> 1 & 3]
    padding_width = _WIDTHS[lengths >> 3 & 3]
    padding = int.from_bytes(packet[at : at + padding_width], "little")
    at += padding_width + 6
    count, length_width = 1, 0
    if lengths & 1 and at < len(packet):
        count, length_width = packet[at] & 63, _WIDTHS[packet[at] >> 6]
        at += 1
    number_width, offset_width, replicated_width = (_WIDTHS[properties >> shift & 3] for shift in (4, 2, 0))
    for _ in range(count):
        if at >= len(packet) or not number_width:
            return
        stream = packet[at] & 0x7F
        number = int.from_bytes(packet[at + 1 : at + 1 + number_width], "little")
        at += 1 + number_width + offset_width
        replicated = int.from_bytes(packet[at : at + replicated_width], "little")
        at += replicated_width
        time = int.from_bytes(packet[at + 4 : at + 8], "little") if replicated >= 8 else None
        at += replicated
        if length_width:
            length = int.from_bytes(packet[at : at + length_width], "little")
            at += length_width + length
        else:
            at = max(at, len(packet) - padding)
        yield _Payload(stream, number, number_width, time)
