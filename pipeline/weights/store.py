"""The folder of weights on this machine: which files are there, whether they are the pinned ones, and refusing otherwise.

Files are hashed each time they are located. That costs 0.3 s for the standard set, and it is the only way in which a file
that changed on disk, by damage or by hand, is certain not to be loaded.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.documents import sha256_file
from pipeline.errors import ModelUnavailable
from pipeline.settings import Settings
from pipeline.weights.catalogue import PinnedFile, PinnedModel, pinned


class FileState(StrEnum):
    """What was found on disk for a pinned file."""

    VERIFIED = "verified"
    MISSING = "missing"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsFolder:
    """Verified files of a model. `sha256` is the model's digest (see PinnedModel.sha256), `path` the folder."""

    name: str
    path: Path
    sha256: str

    def file(self, name: str) -> Path:
        """The path of a verified file. Raises KeyError for a name that is not part of the model."""
        if name not in {file.name for file in pinned(self.name).files}:
            raise KeyError(name)
        return self.path / name


def locate(name: str, settings: Settings) -> WeightsFolder:
    """The verified weights of a model.

    Raises ModelUnavailable (exit code 5, with the command that gets them) when a file is missing or not the pinned one,
    UsageError for an unknown name.
    """
    model = pinned(name)
    found = states(model, settings)
    if FileState.DIFFERENT in found.values():
        different = next(file for file, state in found.items() if state is FileState.DIFFERENT)
        raise ModelUnavailable("model_not_pinned", model=name, file=different)
    if FileState.MISSING in found.values():
        raise ModelUnavailable("model_missing", model=name)
    return WeightsFolder(name=name, path=model_folder(model, settings), sha256=model.sha256)


def states(model: PinnedModel, settings: Settings) -> dict[str, FileState]:
    """What is on disk for each file of the model, by file name. Every file present is hashed."""
    folder = model_folder(model, settings)
    return {file.name: _state(folder / file.name, file) for file in model.files}


def model_folder(model: PinnedModel, settings: Settings) -> Path:
    """Where a model's files lie on this machine."""
    return settings.paths.weights / model.name


def _state(path: Path, file: PinnedFile) -> FileState:
    if not path.is_file():
        return FileState.MISSING
    same = path.stat().st_size == file.size and sha256_file(path) == file.sha256
    return FileState.VERIFIED if same else FileState.DIFFERENT
