"""MPEG audio frames (ISO 11172-3, 13818-3, and the unofficial MPEG 2.5): header, side information, the header of LAME."""

from dataclasses import dataclass
from functools import lru_cache

_LAYER_3 = 1
_BIT_RATES_1 = {
    3: (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    2: (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
}
_BIT_RATES_2 = {
    3: (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    1: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What the four bytes of a header say. `size`: bytes of the whole frame; `samples`: per channel."""

    version: int
    layer: int
    protected: bool
    bit_rate: int
    rate: int
    padded: bool
    channels: int
    size: int

    @property
    def samples(self) -> int:
        """Samples per channel in one frame."""
        if self.layer == 3:
            return 384
        return 1152 if self.layer == 2 or self.version == 3 else 576

    @property
    def side_bytes(self) -> int:
        """Bytes of side information (layer III)."""
        if self.version == 3:
            return 17 if self.channels == 1 else 32
        return 9 if self.channels == 1 else 17

    @property
    def stream(self) -> tuple[int, int, int, int]:
        """What one encoder keeps the same in all its frames."""
        return self.version, self.layer, self.rate, self.channels


@dataclass(frozen=True, slots=True)
class SideInfo:
    """Layer III: where the frame's main data begin (bytes back), how many bits they are, block types by granule and channel."""

    begin: int
    bits: int
    blocks: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=65536)
def frame_header(data: bytes) -> FrameHeader | None:
    """The header in the first four bytes, null when they are none. Frames of free bit rate are not read."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return None
    version, layer = data[1] >> 3 & 3, data[1] >> 1 & 3
    rate_place, bit_rate_place = data[2] >> 2 & 3, data[2] >> 4
    if version == 1 or layer == 0 or rate_place == 3 or bit_rate_place in (0, 15) or data[3] & 3 == 2:
        return None
    rate = _RATES[version][rate_place]
    bit_rate = (_BIT_RATES_1 if version == 3 else _BIT_RATES_2)[layer][bit_rate_place]
    padded = bool(data[2] & 2)
    if layer == 3:
        size = (12_000 * bit_rate // rate + padded) * 4
    else:
        size = (144_000 if layer == 2 or version == 3 else 72_000) * bit_rate // rate + padded
    return FrameHeader(version, layer, not data[1] & 1, bit_rate, rate, padded, 1 if data[3] >> 6 == 3 else 2, size)


def is_layer_3(header: FrameHeader) -> bool:
    """Whether the frame has side information and a bit reservoir."""
    return header.layer == _LAYER_3


def side_info(header: FrameHeader, frame: bytes) -> SideInfo | None:
    """The side information of a layer III frame, null when the frame is cut off."""
    start = 6 if header.protected else 4
    data = frame[start : start + header.side_bytes]
    if len(data) < header.side_bytes:
        return None
    value = int.from_bytes(data)
    granules, width = (2, 59) if header.version == 3 else (1, 63)
    begin = value >> (8 * header.side_bytes - (9 if header.version == 3 else 8))
    # The granules stand at the end of the side information. Each has length (12 bits), big values (9), gain (8), scale factor
    # compression (4, or 9 in MPEG-2), and then whether the window switches (1) and to which block type (2).
    mask, switch = (1 << width) - 1, width - 12 - 9 - 8 - (4 if header.version == 3 else 9) - 1
    bits, blocks = 0, []
    for place in range(granules * header.channels - 1, -1, -1):
        part = value >> place * width & mask
        bits += part >> (width - 12)
        blocks.append(part >> (switch - 2) & 3 if part >> switch & 1 else 0)
    return SideInfo(begin, bits, tuple(tuple(blocks[first : first + header.channels]) for first in range(0, len(blocks), header.channels)))


@dataclass(frozen=True, slots=True)
class InfoFrame:
    """The silent first frame with counts that LAME and others write when the recording is finished.

    `frames`: audio frames after this one; `size`: bytes of this and all frames; null where not written. `delay`: samples of
    silence that the encoder put before the sound, null without LAME's part.
    """

    frames: int | None
    size: int | None
    delay: int | None
    writer: bytes


def info_frame(header: FrameHeader, frame: bytes) -> InfoFrame | None:
    """The counts in this frame, null when it is an ordinary one."""
    start = 4 + header.side_bytes
    if frame[36:40] == b"VBRI" and len(frame) >= 54:
        return InfoFrame(int.from_bytes(frame[50:54]), int.from_bytes(frame[46:50]), None, b"")
    if frame[start : start + 4] not in (b"Xing", b"Info") or len(frame) < start + 8:
        return None
    flags = int.from_bytes(frame[start + 4 : start + 8])
    place = start + 8
    counts: list[int | None] = []
    for flag, width in ((1, 4), (2, 4), (4, 100), (8, 4)):
        if flags & flag:
            counts.append(int.from_bytes(frame[place : place + width]) if width == 4 else None)
            place += width
        else:
            counts.append(None)
    writer = frame[place : place + 9]
    delay = None
    if writer[:4] in (b"LAME", b"Lavf", b"Lavc") and len(frame) >= place + 24:
        delay = int.from_bytes(frame[place + 21 : place + 24]) >> 12
    return InfoFrame(counts[0], counts[1], delay, writer)
