"""Pinned model weights: find, fetch, verify, refuse. A file whose SHA-256 is not the pinned one is never loaded."""

from pipeline.weights.catalogue import PinnedFile, PinnedModel, pinned, pinned_models, standard_models
from pipeline.weights.fetch import fetch
from pipeline.weights.sources import FolderSource, HubSource, IndexSource, Source, source_named
from pipeline.weights.store import FileState, WeightsFolder, locate, states

__all__ = [
    "FileState",
    "FolderSource",
    "HubSource",
    "IndexSource",
    "PinnedFile",
    "PinnedModel",
    "Source",
    "WeightsFolder",
    "fetch",
    "locate",
    "pinned",
    "pinned_models",
    "source_named",
    "standard_models",
    "states",
]
