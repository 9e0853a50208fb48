"""Where the night leaves things: every folder with dossiers, and where a copy of what is deleted may still lie."""

from pathlib import Path

from pipeline.night.cases.case import cases_in
from pipeline.night.inbox import RECORDINGS
from pipeline.night.spool import Kind, Spool
from pipeline.settings import Settings


def archives(settings: Settings) -> tuple[Path, ...]:
    """Every folder with dossiers: the archive, and that of each case."""
    return (settings.paths.output, *(case.dossiers_folder for case in cases_in(_cases(settings))))


def search_folders(settings: Settings) -> tuple[Path, ...]:
    """Where the same bytes may lie outside a dossier: dropped, being worked on, or set aside. Never another dossier."""
    cases = _cases(settings)
    folders = (settings.night.inbox.expanduser(), cases.root, *(case.folder / RECORDINGS for case in cases_in(cases)))
    return tuple(folder for folder in folders if folder.is_dir() and not folder.is_symlink())


def _cases(settings: Settings) -> Spool:
    return Spool(settings.night.cases.expanduser(), Kind.CASES)
