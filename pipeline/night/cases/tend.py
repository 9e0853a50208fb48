"""Keeping a case up: reactions, requests, comparisons, who may read, and the page that says how it stands. One run at a time does it."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipeline.access import open_to_group
from pipeline.dossier.comparisons import FOLDER
from pipeline.night.cases.case import Case
from pipeline.night.cases.compare import compare_case
from pipeline.night.cases.reactions import take_reactions
from pipeline.night.cases.readme import write_readme
from pipeline.night.cases.requests import answer_requests
from pipeline.night.causes import as_known
from pipeline.night.spool import Spool
from pipeline.settings import Settings
from pipeline.texts import texts


def tend(case: Case, spool: Spool, settings: Settings, now: Callable[[], datetime]) -> tuple[str, ...]:
    """Bring a case up to date; returns what went wrong, in sentences. What failed in one part does not stop the others."""
    say = texts(settings.report_language)
    problems: list[str] = []
    with _alone(case.folder) as ours:
        if not ours:
            return ()
        steps: tuple[Callable[[], object], ...] = (
            case.make_folders,
            lambda: problems.extend(say.explain(refused.error).split("\n")[0] for refused in take_reactions(case, settings, now())),
            lambda: answer_requests(case, settings, now()),
            lambda: problems.extend(say.explain(failed.error).split("\n")[0] for failed in compare_case(case, settings, now())),
            lambda: _open(case, settings),
            lambda: write_readme(case, spool, settings, now()),
        )
        for step in steps:
            try:
                step()
            except Exception as error:
                problems.append(say.explain(as_known(error)).split("\n")[0])
    if case.problem is not None:
        problems.append(say(f"case.{case.problem}"))
    return tuple(problems)


def _open(case: Case, settings: Settings) -> None:
    group = case.form.group or settings.paths.group
    for folder in (*(dossier.path for dossier in case.dossiers()), *case.dossiers_folder.glob(f"{FOLDER}/[!.]*")):
        open_to_group(folder, group)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else keeps this case up just now; the lock ends with this process."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
