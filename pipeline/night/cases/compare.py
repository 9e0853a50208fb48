"""What lies beside what in a case: its recordings two by two, and each written report beside each conversation.

A comparison is made once for the bytes it was made from; new minutes or another report make it anew. A hostile or broken
report costs its own comparison and nothing else.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline import documents
from pipeline.comparing import compare
from pipeline.dossier.comparisons import FOLDER, comparisons_of
from pipeline.dossier.layout import Dossier
from pipeline.errors import WederhoorError
from pipeline.minutes.versions import load_current, version_names
from pipeline.night.cases.case import REPORTS, Case
from pipeline.review.comparison_page import FILE_NAME
from pipeline.settings import Settings
from pipeline.worker import Worker

_REPORT_ENDINGS = frozenset((".docx", ".odt", ".pdf", ".txt", ".md"))
_MOST_PAIRS = 200


@dataclass(frozen=True, slots=True)
class Pair:
    """Two things to lay beside each other, and the digests of what each is made of."""

    a: Path
    b: Path
    a_digests: frozenset[str]
    b_digests: frozenset[str]


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A pair that could not be compared, and why."""

    pair: Pair
    error: WederhoorError


def compare_case(case: Case, settings: Settings, now: datetime) -> tuple[NotCompared, ...]:
    """Make the comparisons that are not there yet, or not of these bytes."""
    failed: list[NotCompared] = []
    limit = settings.workers.minimum_limit_seconds + settings.recordings.max_duration_hours * 3600
    with Worker() as worker:
        for pair in itertools.islice(pairs_of(case), _MOST_PAIRS):
            if page_of(case, pair) is None:
                try:
                    worker.call(_compare, pair.a, pair.b, settings, now, limit_seconds=limit)
                except WederhoorError as error:
                    failed.append(NotCompared(pair, error))
    return tuple(failed)


def pairs_of(case: Case) -> Iterator[Pair]:
    """Every pair of this case: recordings in order of date, then reports."""
    dossiers = [(dossier.path, _digests(dossier)) for dossier in case.dossiers() if version_names(dossier.minutes_folder)]
    for (a, of_a), (b, of_b) in itertools.combinations(dossiers, 2):
        yield Pair(a, b, of_a, of_b)
    for report in reports_of(case):
        of_report = frozenset((documents.sha256_file(report),))
        for dossier, of_dossier in dossiers:
            yield Pair(dossier, report, of_dossier, of_report)


def reports_of(case: Case) -> Sequence[Path]:
    """The written reports that lie in the case; links and folders are left alone."""
    folder = case.folder / REPORTS
    if not folder.is_dir() or folder.is_symlink():
        return ()
    return [
        path for path in sorted(folder.iterdir()) if path.suffix.lower() in _REPORT_ENDINGS and path.is_file() and not path.is_symlink()
    ]


def page_of(case: Case, pair: Pair) -> Path | None:
    """The page of the comparison of exactly these bytes; null when it is not made yet."""
    for found in comparisons_of(pair.b_digests, (case.dossiers_folder / FOLDER,)):
        if found.digests == {"a": pair.a_digests, "b": pair.b_digests} and (found.folder / FILE_NAME).is_file():
            return found.folder / FILE_NAME
    return None


def _compare(a: Path, b: Path, settings: Settings, now: datetime) -> None:
    compare(a, b, settings, now=now)


def _digests(dossier: Dossier) -> frozenset[str]:
    return frozenset((dossier.recording().sha256, load_current(dossier.minutes_folder).sha256))
