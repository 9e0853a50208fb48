"""What config/models.toml pins: which files a model consists of, their hashes, and where they can be had."""

import hashlib
import re
import tomllib
from functools import cache
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from pipeline.errors import UsageError
from pipeline.shipped import CONFIG

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _stays_inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not re.fullmatch(r"[\w.+/-]+", name):
        raise ValueError("a file name that leaves its folder")
    return name


RelativeName = Annotated[str, AfterValidator(_stays_inside)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WheelPart(_Entry):
    """A member of a wheel in the package index: `wheel` is a requirement `name==version`."""

    wheel: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+==[0-9A-Za-z.]+$")]
    member: RelativeName


class PinnedFile(_Entry):
    """A file of a model. `parts`, when given, are the members of wheels that make it up, in order."""

    name: RelativeName
    size: int = Field(gt=0)
    sha256: Sha256
    parts: tuple[WheelPart, ...] = ()


class PinnedModel(_Entry):
    """A model by the name that settings and commands use. `standard`: part of what `models fetch` gets unasked."""

    name: str
    about: str
    licence: str
    standard: bool = False
    repository: str | None = None
    revision: str | None = None
    files: tuple[PinnedFile, ...] = Field(min_length=1)

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    @property
    def in_index(self) -> bool:
        """Whether every file can be had from the package index."""
        return all(file.parts for file in self.files)

    @property
    def sha256(self) -> str:
        """One digest for the whole model: that of the listing `sha256sum` prints for its files in order of name."""
        listing = "".join(f"{file.sha256}  {file.name}\n" for file in sorted(self.files, key=lambda file: file.name))
        return hashlib.sha256(listing.encode()).hexdigest()


class WheelTarget(_Entry):
    """What the wheels that carry weights are built for, in the words of `pip download`."""

    python_version: str
    implementation: str
    abi: str
    platform: str


class Catalogue(_Entry):
    """The whole of config/models.toml."""

    hub: str
    wheels: WheelTarget
    models: tuple[PinnedModel, ...]


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue, read once."""
    table = tomllib.loads((CONFIG / "models.toml").read_text(encoding="utf-8"))
    named = tuple(PinnedModel(name=name, **entry) for name, entry in table.pop("models").items())
    return Catalogue(models=named, **table)


def pinned_models() -> tuple[PinnedModel, ...]:
    """All models of the catalogue, in its order."""
    return catalogue().models


def standard_models() -> tuple[str, ...]:
    """The names of the models the main job needs."""
    return tuple(model.name for model in pinned_models() if model.standard)


def pinned(name: str) -> PinnedModel:
    """The model called `name`. Raises UsageError for a name that is not in the catalogue."""
    for model in pinned_models():
        if model.name == name:
            return model
    raise UsageError("model_unknown", model=name, known=", ".join(model.name for model in pinned_models()))
