"""What lies beside what in a case: its recordings two by two, and each written report beside each conversation.

A comparison is made once for the bytes it was made from; new minutes or another report make it anew. A hostile or broken
report costs its own comparison and nothing else.
"""

import hashlib
import html
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import documents
from pipeline.comparison.compare import Comparison, compare
from pipeline.comparison.wording import comparison_in_words
from pipeline.dossier.layout import Dossier
from pipeline.errors import InputRefused, WederhoorError
from pipeline.minutes.versions import load_current, version_names
from pipeline.night.cases.case import COMPARISONS, REPORTS, Case
from pipeline.review.offline_page import policy
from pipeline.settings import Settings
from pipeline.texts import texts
from pipeline.worker import Worker

_STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1d2430;background:#fff}"
    "li{margin:.4rem 0;overflow-wrap:anywhere}"
)
_REPORT_ENDINGS = frozenset((".docx", ".odt", ".pdf", ".txt", ".md"))
_MOST_PAIRS = 200


@dataclass(frozen=True, slots=True)
class Pair:
    """Two things to lay beside each other. `name`: of the comparison's files; `digest`: of what it is made from."""

    a: Path
    b: Path
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A pair that could not be compared, and why."""

    pair: Pair
    error: WederhoorError


def compare_case(case: Case, settings: Settings) -> tuple[NotCompared, ...]:
    """Make the comparisons that are not there yet, or not of these bytes."""
    failed: list[NotCompared] = []
    with Worker() as worker:
        for pair in itertools.islice(pairs_of(case), _MOST_PAIRS):
            if is_made(case, pair):
                continue
            limit = settings.workers.minimum_limit_seconds + settings.recordings.max_duration_hours * 3600
            try:
                _write(case, pair, worker.call(compare, pair.a, pair.b, settings, limit_seconds=limit), settings)
            except WederhoorError as error:
                failed.append(NotCompared(pair, error))
    return tuple(failed)


def pairs_of(case: Case) -> Iterator[Pair]:
    """Every pair of this case: recordings in order of date, then reports."""
    dossiers = [dossier for dossier in case.dossiers() if version_names(dossier.minutes_folder)]
    for a, b in itertools.combinations(dossiers, 2):
        yield _pair(a.path, b.path, (_digest(a), _digest(b)))
    for report in reports_of(case):
        for dossier in dossiers:
            yield _pair(dossier.path, report, (_digest(dossier), documents.sha256_file(report)))


def reports_of(case: Case) -> Sequence[Path]:
    """The written reports that lie in the case; links and folders are left alone."""
    folder = case.folder / REPORTS
    if not folder.is_dir() or folder.is_symlink():
        return ()
    return [
        path for path in sorted(folder.iterdir()) if path.suffix.lower() in _REPORT_ENDINGS and path.is_file() and not path.is_symlink()
    ]


def is_made(case: Case, pair: Pair) -> bool:
    """Whether the comparison of exactly these bytes is there."""
    try:
        return (_made_of(case, pair)).read_text(encoding="ascii").strip() == pair.digest and page_of(case, pair).is_file()
    except (OSError, UnicodeDecodeError):
        return False


def page_of(case: Case, pair: Pair) -> Path:
    """Where the comparison lies as a page."""
    return case.folder / COMPARISONS / f"{pair.name}.html"


def _made_of(case: Case, pair: Pair) -> Path:
    return case.folder / COMPARISONS / f".{pair.name}.made-of"


def _pair(a: Path, b: Path, digests: tuple[str, str]) -> Pair:
    # Two reports may have one stem; a file's name is no safe name for another file.
    mark = "" if b.is_dir() else f"-{hashlib.sha256(str(b.name).encode(errors='replace')).hexdigest()[:8]}"
    shown = b.name if b.is_dir() else "verslag"
    return Pair(a, b, f"{a.name}--{shown}{mark}", documents.sha256_plain(digests))


def _digest(dossier: Dossier) -> str:
    try:
        return documents.sha256_plain((dossier.recording().sha256, load_current(dossier.minutes_folder).sha256))
    except InputRefused:
        return ""


def _write(case: Case, pair: Pair, comparison: Comparison, settings: Settings) -> None:
    (case.folder / COMPARISONS).mkdir(mode=0o770, exist_ok=True)
    say = texts(settings.report_language)
    title = html.escape(say("case.comparison.title"))
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in comparison_in_words(comparison, settings.report_language))
    page = (
        f'<!doctype html><html lang="{say.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(_STYLE)}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1><ul>{lines}</ul></main></body></html>\n"
    )
    documents.write_atomically(page_of(case, pair).with_suffix(".json"), documents.encode(comparison))
    documents.write_atomically(page_of(case, pair), page.encode())
    documents.write_atomically(_made_of(case, pair), f"{pair.digest}\n".encode())
