"""Verification for people and programs: proves that nothing was changed, or names what was."""

from pathlib import Path
from typing import Any

from pipeline.dossier.checking.command import check, read_keys, read_small
from pipeline.dossier.checking.files import Unusable
from pipeline.dossier.checking.outside import read_receipt
from pipeline.dossier.checking.report import Report, render
from pipeline.errors import InputRefused
from pipeline.texts import Language, texts


def verify(path: Path, *, public_keys: Path | None = None, receipt: Path | None = None) -> Report:
    """Check a dossier, a bundle (folder or zip) or a single copy; offline, read-only.

    `public_keys`: the organisation's exported keys, from elsewhere; `receipt`: a receipt or countersignature that was kept
    elsewhere. What does not match is in the report, not an error. Raises InputRefused when there is nothing to check.
    """
    try:
        trusted = read_keys(read_small(public_keys)) if public_keys is not None else None
        outside = read_receipt(read_small(receipt).decode(errors="replace")) if receipt is not None else None
        return check(path, trusted, outside)
    except Unusable as error:
        raise InputRefused(f"verify_{error}") from error


def report_text(report: Report, language: Language) -> str:
    """The report as people's text."""
    say = texts(language)

    def sentence(key: str, **details: Any) -> str:
        return say(f"verify.{key}", **details)

    return render(report, sentence)
