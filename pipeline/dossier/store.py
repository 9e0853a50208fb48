"""The stage store: a stage's result is made once, kept whole, and checked whenever it is taken up again.

A result is a folder `<stage>-<first 16 of the key>` with the stage's files and result.json, which names each file's
digest. It is made in a folder beside it, synced to disk and renamed: a kill at any moment leaves nothing or the whole
result. A result that does not match its digests is set aside, never used and never deleted, and made anew.
"""

import fcntl
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline import documents
from pipeline.errors import InternalFault, WederhoorError

_SCHEMA = "wederhoor.stage-result/1"
_RESULT = "result.json"
_KEY_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class StageKey:
    """What a stage's result depends on. Digests are SHA-256 in hexadecimal.

    `inputs` in the order the stage takes them; `settings`: digest of the settings that matter to this stage
    (`documents.sha256_plain`); `weights`: digests of the model files it uses. Raise `version` when the stage's own
    code changes what it makes.
    """

    stage: str
    version: int
    inputs: tuple[str, ...]
    settings: str = ""
    weights: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", self.stage):
            raise ValueError("a stage is named in lower-case letters, digits and underscores")

    @property
    def digest(self) -> str:
        """SHA-256 of the key: equal keys have equal results."""
        return documents.sha256_plain([self.stage, self.version, self.inputs, self.settings, self.weights])

    @property
    def folder_name(self) -> str:
        """The name of the result's folder in the store."""
        return f"{self.stage}-{self.digest[:_KEY_LENGTH]}"


@dataclass(frozen=True, slots=True)
class StageResult:
    """A whole, checked result. `files` maps each file's relative name (with /) to its SHA-256."""

    folder: Path
    files: Mapping[str, str]

    def path(self, name: str) -> Path:
        """Where a file of the result lies. Raises KeyError when the stage did not make it."""
        if name not in self.files:
            raise KeyError(name)
        return self.folder / name

    def sha256(self, name: str) -> str:
        """The digest of a file of the result."""
        return self.files[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """The document result.json."""

    schema: str
    key: str
    files: dict[str, str] = field(default_factory=dict)


class _Damaged(Exception):
    """A result that cannot be relied on."""


class StageStore:
    """The results of stages under one folder, usually a dossier's `work`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def run(self, key: StageKey, produce: Callable[[Path], None]) -> StageResult:
        """The result for `key`: the one there is, or what `produce` writes into the empty folder it is given.

        Of several processes asking at once one produces and the others wait for it. What `produce` raises passes
        through and leaves nothing behind; that a result was made, and why, is for the caller to log.
        """
        _make_private_folder(self._root)
        folder = self._root / key.folder_name
        with _locked(self._root / f".{key.folder_name}.lock"):
            _remove_leftovers(self._root, key.folder_name)
            try:
                if (found := _checked(folder, key)) is not None:
                    return found
            except _Damaged:
                _set_aside(folder)
            return self._produce(key, folder, produce)

    def find(self, key: StageKey) -> StageResult | None:
        """The whole result for `key` when there is one; makes nothing and sets nothing aside."""
        try:
            return _checked(self._root / key.folder_name, key)
        except _Damaged:
            return None

    def _produce(self, key: StageKey, folder: Path, produce: Callable[[Path], None]) -> StageResult:
        part = Path(tempfile.mkdtemp(prefix=f".{key.folder_name}.", suffix=".part", dir=self._root))
        try:
            produce(part)
            files = {name: _hash_and_sync(path) for name, path in _files_in(part)}
            if _RESULT in files:
                raise InternalFault("stage_result_unusable", stage=key.stage)
            documents.write_atomically(part / _RESULT, documents.encode(_Listing(schema=_SCHEMA, key=key.digest, files=files)))
            _sync_folders(part)
            part.rename(folder)
        except _Damaged as error:
            raise InternalFault("stage_result_unusable", stage=key.stage) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
        documents.fsync_folder(self._root)
        return StageResult(folder, files)


def _checked(folder: Path, key: StageKey) -> StageResult | None:
    """The result in `folder` with every digest recomputed; null when there is none. Raises _Damaged."""
    try:
        kind = folder.lstat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISDIR(kind):
        raise _Damaged
    try:
        found = dict(_files_in(folder))
        listing = documents.read(_Listing, found.pop(_RESULT))
        digests = {name: _hash(path) for name, path in found.items()}
    except (KeyError, OSError, WederhoorError) as error:
        raise _Damaged from error
    if listing.schema != _SCHEMA or listing.key != key.digest or listing.files != digests:
        raise _Damaged
    return StageResult(folder, digests)


def _files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file under `folder` with its relative name, in order. Raises _Damaged on a link or a special file."""
    for parent, names, files in os.walk(folder, followlinks=False):
        names.sort()
        for name in sorted(names + files):
            path = Path(parent, name)
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                yield str(PurePosixPath(path.relative_to(folder))), path
            elif not stat.S_ISDIR(mode):
                raise _Damaged


def _hash(path: Path) -> str:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hash_and_sync(path: Path) -> str:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(descriptor)
    return digest


def _sync_folders(folder: Path) -> None:
    for parent, _, _ in os.walk(folder, topdown=False, followlinks=False):
        documents.fsync_folder(Path(parent))


def _set_aside(folder: Path) -> None:
    """Move a damaged result out of the way under a name that is free."""
    number = 1
    while os.path.lexists(aside := folder.with_name(f".damaged-{folder.name}-{number}")):
        number += 1
    folder.rename(aside)


def _remove_leftovers(root: Path, name: str) -> None:
    """Remove what a killed producer of this key left; whoever holds the key's lock is the only producer."""
    for part in root.glob(f".{name}.*.part"):
        shutil.rmtree(part, ignore_errors=True)


def _make_private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink():
        raise InternalFault("stage_store_is_link")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock that ends with this process, however it ends. The file stays: removing it would race with waiters."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
