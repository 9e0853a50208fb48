"""Recognising what cannot be used, from the first bytes and the boxes of a file, to say why in words that help."""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

_HEAD_BYTES = 64 * 1024
_MAX_BOXES = 10_000

_ARCHIVES = (b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
# The Content Encryption and Extended Content Encryption objects of an ASF header (ASF specification 3.14, 3.15).
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_ENCRYPTION = (bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"), bytes.fromhex("14e68a292226174cb935dae07ee9289c"))
_RECORDINGS = (b"RIFF", b"RF64", b"FORM", b"ID3", b"fLaC", b"OggS", b"#!AMR", b"\x1a\x45\xdf\xa3", _ASF_HEADER, b"caff")
_ENCRYPTED = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED", b"-----BEGIN PGP MESSAGE", b"Salted__")
# Sample entries whose samples are encrypted: common encryption (ISO 23001-7), FairPlay, Audible.
_ENCRYPTED_ENTRIES = (b"enca", b"encv", b"drms", b"aavd")
_CONTAINER_BOXES = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


def begins_like_a_recording(file: BinaryIO) -> bool:
    """Whether the first bytes are those of a recording; what follows may be missing or damaged."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    return head.startswith(_RECORDINGS) or head[4:8] == b"ftyp"


def refusal_of(file: BinaryIO) -> str | None:
    """Why this file cannot be used, as the last part of a text key, or None when nothing is recognised."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head.startswith(_ENCRYPTED):
        return "encrypted"
    if head.startswith(_ARCHIVES):
        return "is_archive"
    if head.startswith(_ASF_HEADER) and any(identifier in head for identifier in _ASF_ENCRYPTION):
        return "encrypted"
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return _refusal_of_mp4(file)
    return None


def _refusal_of_mp4(file: BinaryIO) -> str | None:
    size = file.seek(0, os.SEEK_END)
    kinds = set()
    for path, start, _end in _boxes(file, 0, size):
        kinds.add(path[-1])
        if path[-1] == b"stsd":
            # Version and flags, number of entries, then the first entry's size and type.
            file.seek(start + 12)
            if file.read(4) in _ENCRYPTED_ENTRIES:
                return "encrypted"
    return None if b"moov" in kinds or b"moof" in kinds else "unfinished"


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[tuple[bytes, ...], int, int]]:
    """Boxes of an ISO 14496-12 file: their path, and where their content starts and ends."""
    open_spans: list[tuple[tuple[bytes, ...], int, int]] = [((), start, end)]
    for _ in range(_MAX_BOXES):
        if not open_spans:
            return
        parent, at, parent_end = open_spans.pop()
        file.seek(at)
        header = file.read(16)
        if at + 8 > parent_end or len(header) < 8:
            continue
        size, kind = struct.unpack(">I4s", header[:8])
        content = at + 8
        if size == 1 and len(header) == 16:
            size, content = struct.unpack(">Q", header[8:])[0], at + 16
        box_end = parent_end if size == 0 else min(at + size, parent_end)
        if box_end < content:
            continue
        open_spans.append((parent, box_end, parent_end))
        yield (*parent, kind), content, box_end
        if kind in _CONTAINER_BOXES:
            open_spans.append(((*parent, kind), content, box_end))
