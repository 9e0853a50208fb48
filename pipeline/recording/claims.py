"""How long a file says it is, to notice that its end is missing.

Only what a header states counts. FFmpeg's own figure is an estimate for some containers, and for WAV and MP3 it is made to
fit the file, so that a file cut off half-way would seem whole: their headers are read here.
"""

import struct
from typing import BinaryIO

from pipeline.recording.track import Track

_STATE_A_LENGTH = frozenset({"aiff", "ape", "asf", "au", "caf", "flac", "mov", "w64", "wv"})
_FIRST_FRAME_BYTES = 4096
_MOST_CHUNKS = 100
# A recorder that was stopped hard never filled in the size.
_SIZE_NOT_FILLED_IN = (0, 0x7FFFF000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def claimed_ms(track: Track, file: BinaryIO) -> int | None:
    """The length that the header of an open file states, or None when it states none. `file` is the same file."""
    container = track.container.format.name.partition(",")[0]
    if container == "wav":
        return _wav_ms(file)
    if container == "mp3":
        return _mp3_ms(file, track)
    # Matroska states the length of the longest track, which may be the picture.
    if container in _STATE_A_LENGTH or (container == "matroska" and len(track.container.streams) == 1):
        if track.stream.duration is not None and track.stream.time_base is not None:
            return int(track.stream.duration * track.stream.time_base * 1000)
        if track.container.duration is not None:
            return track.container.duration // 1000
    return None


def _wav_ms(file: BinaryIO) -> int | None:
    """The size of the data chunk, at the byte rate of the format chunk (RIFF/WAVE)."""
    file.seek(12)
    bytes_per_second = 0
    for _ in range(_MOST_CHUNKS):
        header = file.read(8)
        if len(header) < 8:
            return None
        kind, size = struct.unpack("<4sI", header)
        if kind == b"data":
            return size * 1000 // bytes_per_second if bytes_per_second and size not in _SIZE_NOT_FILLED_IN else None
        content = file.read(min(size, 16))
        if kind == b"fmt " and len(content) == 16:
            bytes_per_second = struct.unpack_from("<I", content, 8)[0]
        file.seek(size - len(content) + size % 2, 1)
    return None


def _mp3_ms(file: BinaryIO, track: Track) -> int | None:
    """The number of frames in the Xing or Info header of the first frame, if it has one."""
    file.seek(0)
    header = file.read(10)
    if header[:3] == b"ID3" and len(header) == 10:
        # A size in four bytes of seven bits (ID3v2, section 3.1).
        file.seek(10 + sum((byte & 0x7F) << shift for byte, shift in zip(header[6:], (21, 14, 7, 0), strict=True)))
    else:
        file.seek(0)
    frame = file.read(_FIRST_FRAME_BYTES)
    for mark in (b"Xing", b"Info"):
        at = frame.find(mark)
        if at >= 0 and len(frame) >= at + 12:
            flags, frames = struct.unpack_from(">II", frame, at + 4)
            # Half as many samples in a frame at the lower rates (ISO 13818-3).
            return frames * (1152 if track.rate >= 32000 else 576) * 1000 // track.rate if flags & 1 else None
    return None
