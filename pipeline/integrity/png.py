"""A grey picture as PNG (ISO/IEC 15948): eight bits, no filter, the same bytes for the same picture."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _EIGHT_BITS = 0, 8


def grey_png(values: NDArray[np.uint8]) -> bytes:
    """`values` [rows, columns], 0 is black."""
    rows, columns = values.shape
    header = struct.pack(">IIBBBBB", columns, rows, _EIGHT_BITS, _GREY, 0, 0, 0)
    lines = np.pad(values, ((0, 0), (1, 0))).tobytes()
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines, 9)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
