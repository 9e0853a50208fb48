"""The files to check: a folder or a zip, read only."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, Protocol

MAX_FILES = 100_000
MAX_UNPACKED_BYTES = 200 * 1024**3
# Sound lies unpacked in a bundle, and text seldom shrinks fiftyfold.
MAX_RATIO = 200
_CHUNK = 1024 * 1024
_UNREADABLE = (OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)


class Unusable(Exception):
    """What was given cannot be checked at all: no dossier, no bundle, hostile or unreadable."""


class Tree(Protocol):
    """Files by relative name with /; `odd`: names that are neither a plain file nor a folder."""

    names: tuple[str, ...]
    odd: tuple[str, ...]

    def open(self, name: str) -> BinaryIO:
        """The bytes of one of `names`."""
        ...


class FolderTree:
    """The files under a folder; links are named, never followed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        names: list[str] = []
        odd: list[str] = []
        for parent, folders, files in os.walk(root, followlinks=False):
            for name in sorted(folders + files):
                path = Path(parent, name)
                mode = path.lstat().st_mode
                shown = os.fsencode(path.relative_to(root).as_posix()).decode(errors="replace")
                if stat.S_ISREG(mode) and "\ufffd" not in shown:
                    names.append(shown)
                elif not stat.S_ISDIR(mode):
                    odd.append(shown)
            if len(names) + len(odd) > MAX_FILES:
                raise Unusable("too_many_files")
        self.names, self.odd = tuple(sorted(names)), tuple(sorted(odd))

    def open(self, name: str) -> BinaryIO:
        """The bytes of a file, provided it still is one."""
        descriptor = os.open(self._root / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        return os.fdopen(descriptor, "rb")


class ZipTree:
    """The files in a zip; refused when it could hide, overwrite or explode anything."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            members = [info for info in self._zip.infolist() if not info.is_dir()]
        except _UNREADABLE as error:
            raise Unusable("not_a_bundle") from error
        names = [info.filename for info in members]
        if len(names) > MAX_FILES or sum(info.file_size for info in members) > MAX_UNPACKED_BYTES:
            raise Unusable("too_large")
        if any(info.file_size > MAX_RATIO * max(info.compress_size, 1024) for info in members):
            raise Unusable("too_large")
        if len(set(names)) != len(names) or any(_is_unsafe(name) for name in names) or any(info.flag_bits & 1 for info in members):
            raise Unusable("unsafe_bundle")
        if any(stat.S_ISLNK(info.external_attr >> 16) for info in members):
            raise Unusable("unsafe_bundle")
        self.names = tuple(sorted(names))
        self.odd: tuple[str, ...] = ()

    def open(self, name: str) -> BinaryIO:
        """The bytes of a member, unpacked while reading."""
        return self._zip.open(name)  # type: ignore[return-value]


class SubTree:
    """The part of a tree under a folder."""

    def __init__(self, tree: Tree, folder: str) -> None:
        self._tree, self._folder = tree, folder
        self.names = tuple(name[len(folder) :] for name in tree.names if name.startswith(folder))
        self.odd = tuple(name[len(folder) :] for name in tree.odd if name.startswith(folder))

    def open(self, name: str) -> BinaryIO:
        """The bytes of a file in this part."""
        return self._tree.open(self._folder + name)


def sha256_in(tree: Tree, name: str) -> str:
    """SHA-256 of a file's bytes; of nothing readable it is empty, which equals no digest."""
    digest = hashlib.sha256()
    try:
        with tree.open(name) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except _UNREADABLE:
        return ""
    return digest.hexdigest()


def read_file(tree: Tree, name: str, limit: int) -> bytes | None:
    """A file's bytes, one more than `limit` at most; null when it is not there or cannot be read."""
    if name not in tree.names:
        return None
    try:
        with tree.open(name) as file:
            return file.read(limit + 1)
    except _UNREADABLE:
        return b""


def _is_unsafe(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or any(part in ("", ".", "..") for part in name.split("/"))


def is_leftover(name: str) -> bool:
    """Whether a name is one that an interrupted write leaves behind: of one file, or of a whole version of the minutes."""
    return re.fullmatch(r"\..+\.\d+\.part", name.rpartition("/")[2]) is not None or re.match(r"minutes/\.v\d{3,6}\.part/", name) is not None
