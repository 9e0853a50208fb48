"""Reading and writing our own JSON documents: typed, validated, bounded and durable.

A document is a frozen dataclass whose first field is `schema` (name and version). pydantic validates what comes in;
what goes out is canonical JSON (sorted keys, UTF-8, no spaces), so that equal documents have equal digests.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import InputRefused

Document = TypeVar("Document")

MAX_DOCUMENT_BYTES = 256 * 1024 * 1024
_CHUNK = 1024 * 1024
_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """Made once for each kind: that takes longer than reading a small document."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def to_plain(document: object) -> Any:
    """A document as dictionaries, lists, strings and numbers, ready for JSON."""
    return _adapter(type(document)).dump_python(document, mode="json")


def canonical_json(plain: Any) -> bytes:
    """Canonical JSON bytes of plain data: sorted keys, no white space, UTF-8, no NaN."""
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def encode(document: object) -> bytes:
    """Canonical JSON bytes of a document, with a closing newline."""
    return canonical_json(to_plain(document)) + b"\n"


def decode(kind: type[Document], data: bytes) -> Document:
    """Parse and validate a document. Raises InputRefused when it is too large or not of this kind."""
    if len(data) > MAX_DOCUMENT_BYTES:
        raise InputRefused("document_too_large")
    try:
        document: Document = _adapter(kind).validate_json(data)
        return document
    except (ValidationError, RecursionError) as error:
        raise InputRefused("document_invalid") from error


def read(kind: type[Document], path: Path) -> Document:
    """Read and validate a document from a file, within bounded memory."""
    return decode(kind, read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """The bytes of a document's file. Raises InputRefused when it is too large."""
    if path.stat().st_size > MAX_DOCUMENT_BYTES:
        raise InputRefused("document_too_large")
    return path.read_bytes()


def write_atomically(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file so that a crash leaves the old bytes or the new ones, never a mixture."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    fsync_folder(path.parent)


def copy_atomically(source: Path, target: Path, mode: int = 0o600) -> None:
    """Copy a file, streamed, so that a crash leaves the old bytes or the new ones."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    with source.open("rb") as original, os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(original, file, _CHUNK)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    fsync_folder(target.parent)


def fsync_folder(folder: Path) -> None:
    """Make renames inside `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's bytes as lower-case hexadecimal, streamed."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sha256_plain(plain: Any) -> str:
    """SHA-256 of plain data in canonical JSON; the digest of settings and of keys."""
    return hashlib.sha256(canonical_json(plain)).hexdigest()
