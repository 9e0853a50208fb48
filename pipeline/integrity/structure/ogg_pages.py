"""Pages of an Ogg file (RFC 3533), each checked, and how long the packets of Opus and Vorbis last."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.integrity.structure.reading import Source

_REVERSED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
_LONGEST_PAGE = 27 + 255 + 255 * 255
_MOST_PAGES = 8_000_000
# A damaged file has some places that look like a page and are none; a hostile one has nothing else.
_FALSE_PAGES_AT_LEAST = 4096
_BYTES_PER_FALSE_PAGE = 1024


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `granule` is null where no packet ends; `heads`: the first bytes of each packet that ends in it.

    `skipped`: bytes before it that belong to no whole page.
    """

    start: int
    flags: int
    granule: int | None
    serial: int
    number: int
    heads: tuple[bytes, ...]
    body: bytes
    skipped: int

    @property
    def first(self) -> bool:
        """A logical stream begins."""
        return bool(self.flags & 2)

    @property
    def last(self) -> bool:
        """A logical stream is closed."""
        return bool(self.flags & 4)


def pages(source: Source) -> Iterator[Page]:
    """Every page whose checksum is right, in order."""
    at = skipped_from = 0
    unfinished: dict[int, bytes] = {}
    false_pages = _FALSE_PAGES_AT_LEAST + source.size // _BYTES_PER_FALSE_PAGE
    for _ in range(_MOST_PAGES):
        found = source.find(b"OggS", at, source.size)
        if found is None:
            return
        data = _page_bytes(source, found)
        if data is None:
            at, false_pages = found + 4, false_pages - 1
            if false_pages < 0:
                return
            continue
        serial = int.from_bytes(data[14:18], "little")
        heads, rest = _packets(data, unfinished.get(serial, b""))
        unfinished[serial] = rest
        if len(unfinished) > 1000:
            unfinished.clear()
        granule = int.from_bytes(data[6:14], "little", signed=True)
        body = data[27 + data[26] :]
        number = int.from_bytes(data[18:22], "little")
        yield Page(found, data[5], granule if granule >= 0 else None, serial, number, heads, body, found - skipped_from)
        at = skipped_from = found + len(data)


def checksum(page: bytes) -> int:
    """The CRC of a page whose own CRC field is zero: polynomial 0x04c11db7, most significant bit first (RFC 3533, 6)."""
    mirrored = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def _page_bytes(source: Source, at: int) -> bytes | None:
    data = source.at(at, _LONGEST_PAGE)
    if len(data) < 27 or data[4] != 0:
        return None
    segments = data[27 : 27 + data[26]]
    size = 27 + data[26] + sum(segments)
    if len(segments) < data[26] or len(data) < size:
        return None
    data = data[:size]
    stated = int.from_bytes(data[22:26], "little")
    return data if checksum(data[:22] + bytes(4) + data[26:]) == stated else None


def _packets(page: bytes, unfinished: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """The first bytes of the packets that end in this page, and of the one that goes on in the next."""
    heads, start, length = [], 27 + page[26], 0
    begun = unfinished if page[5] & 1 else b""
    for segment in page[27 : 27 + page[26]]:
        length += segment
        if segment < 255:
            heads.append((begun + page[start : start + min(length, 4)])[:4])
            start, length, begun = start + length, 0, b""
    return tuple(heads), (begun + page[start : start + min(length, 4)])[:4] if length else b""


def opus_samples(head: bytes) -> int | None:
    """How many samples at 48 kHz an Opus packet holds (RFC 6716, 3.1), null when it is damaged."""
    if not head:
        return None
    mode, count_code = head[0] >> 3, head[0] & 3
    if mode < 12:
        frame = (480, 960, 1920, 2880)[mode & 3]
    elif mode < 16:
        frame = (480, 960)[mode & 1]
    else:
        frame = (120, 240, 480, 960)[mode & 3]
    if count_code == 3:
        return frame * (head[1] & 0x3F) if len(head) > 1 else None
    return frame * (1, 2, 2)[count_code]


@dataclass(frozen=True, slots=True)
class VorbisModes:
    """Block sizes and which modes use the long one (Vorbis I, 4.2.2 and 4.2.4)."""

    short: int
    long: int
    is_long: tuple[bool, ...]

    def block(self, head: bytes) -> tuple[int, bool, bool, bool] | None:
        """Of an audio packet: block size, whether it is long, and whether it says that its neighbours are."""
        if not head or head[0] & 1:
            return None
        bits = int.from_bytes(head[:2], "little") >> 1
        width = (len(self.is_long) - 1).bit_length()
        mode = bits & ((1 << width) - 1)
        if mode >= len(self.is_long):
            return None
        long = self.is_long[mode]
        return (self.long if long else self.short), long, bool(bits >> width & 1), bool(bits >> (width + 1) & 1)


def vorbis_modes(identification: bytes, setup: bytes) -> VorbisModes | None:
    """The modes, read from the end of the setup header, where they stand after everything that is hard to read."""
    if len(identification) < 29 or not setup:
        return None
    short, long = 1 << (identification[28] & 15), 1 << (identification[28] >> 4)
    if not 64 <= short <= long <= 8192:
        return None
    bits = "".join(f"{byte:08b}"[::-1] for byte in setup[-512:])
    end = bits.rfind("1")  # the framing bit; after it only zeros
    found: list[bool] = []
    best: tuple[bool, ...] | None = None
    # A mode: block flag 1 bit, window type 16 and transform type 16 (both zero), mapping 8. Before them: their number - 1.
    while end >= 41 + 6 and "1" not in bits[end - 40 : end - 8]:
        found.insert(0, bits[end - 41] == "1")
        end -= 41
        if int(bits[end - 6 : end][::-1], 2) + 1 == len(found):
            best = tuple(found)
        if len(found) == 64:
            break
    return VorbisModes(short, long, best) if best else None
