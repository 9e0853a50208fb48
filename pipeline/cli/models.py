"""`wederhoor models`: the pinned weights on this machine."""

from dataclasses import dataclass
from typing import Annotated

import typer

from pipeline.cli.console import note, print_document, say
from pipeline.cli.options import Json, settings_from
from pipeline.cli.options import say as sentences
from pipeline.errors import ModelUnavailable
from pipeline.weights import FileState, PinnedModel, fetch, pinned, pinned_models, standard_models, states

app = typer.Typer(no_args_is_help=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStanding:
    """One model of the catalogue and what this machine has of it: `verified`, `missing`, `incomplete` or `different`."""

    name: str
    about: str
    licence: str
    size: int
    sha256: str
    standing: str
    files: dict[str, FileState]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelListing:
    """The document of `models list --json` and `models verify --json`."""

    schema: str
    models: tuple[ModelStanding, ...]


@app.command("list", help=sentences("cli.models.list.help"))
def list_models(as_json: Json = False) -> None:
    """Show every model of the catalogue and whether it is here, hashing what is here."""
    _show(pinned_models(), as_json=as_json)


@app.command("verify", help=sentences("cli.models.verify.help"))
def verify_models(
    names: Annotated[list[str] | None, typer.Argument(help=sentences("cli.models.names"), metavar="[NAME]...")] = None,
    as_json: Json = False,
) -> None:
    """Hash the files of the named models, or of all that are here and of the standard set; exit code 5 when not all is well."""
    settings = settings_from()
    chosen = [pinned(name) for name in names] if names else [model for model in pinned_models() if _expected(model)]
    listing = _show(chosen, as_json=as_json)
    wrong = [model.name for model in listing.models if model.standing != FileState.VERIFIED]
    if wrong:
        raise ModelUnavailable("models_not_verified", models=" ".join(wrong), folder=str(settings.paths.weights))


@app.command("fetch", help=sentences("cli.models.fetch.help"))
def fetch_models(
    names: Annotated[list[str] | None, typer.Argument(help=sentences("cli.models.names"), metavar="[NAME]...")] = None,
    source: Annotated[str | None, typer.Option("--from", help=sentences("cli.models.fetch.from"), metavar="SOURCE")] = None,
) -> None:
    """Get the named models, or the standard set, and verify them."""
    begun: set[str] = set()

    def report(name: str, share: float) -> None:
        if share < 1.0 and name not in begun:
            begun.add(name)
            note(sentences("cli.models.fetch.begun", model=name, megabytes=_megabytes(pinned(name))))

    for folder in fetch(names or standard_models(), settings_from(), source=source, progress=report):
        say(sentences("cli.models.fetch.done", model=folder.name, sha256=folder.sha256))


def _expected(model: PinnedModel) -> bool:
    return model.standard or set(states(model, settings_from()).values()) != {FileState.MISSING}


def _show(models: "tuple[PinnedModel, ...] | list[PinnedModel]", *, as_json: bool) -> ModelListing:
    settings = settings_from()
    listing = ModelListing(
        schema="wederhoor/models/1",
        models=tuple(_standing(model, states(model, settings)) for model in models),
    )
    if as_json:
        print_document(listing)
        return listing
    for model in listing.models:
        say(sentences(f"cli.models.line.{model.standing}", model=model.name, megabytes=model.size // 1_000_000, licence=model.licence))
    return listing


def _standing(model: PinnedModel, found: dict[str, FileState]) -> ModelStanding:
    kinds = set(found.values())
    mixed = FileState.DIFFERENT.value if FileState.DIFFERENT in kinds else "incomplete"
    return ModelStanding(
        name=model.name,
        about=model.about,
        licence=model.licence,
        size=model.size,
        sha256=model.sha256,
        standing=mixed if len(kinds) > 1 else kinds.pop().value,
        files=found,
    )


def _megabytes(model: PinnedModel) -> int:
    return model.size // 1_000_000
