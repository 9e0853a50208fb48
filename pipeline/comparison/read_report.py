"""A written report as sentences: read in a child process with limits, then split where sentences end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.comparison.report_file import read_paragraphs
from pipeline.comparison.transcripts import language_of
from pipeline.errors import InputRefused
from pipeline.language import LEXICONS
from pipeline.language.plain import plain
from pipeline.language.verbs import is_verb_form
from pipeline.worker import WorkerCrashed, WorkerTimedOut, call_once

MAX_SENTENCES = 5_000
_SECONDS = 60.0
_MEMORY_BYTES = 3 * 1024**3
_FEWEST_WORDS = 3
_LONGEST_HEADING = 8

_ENDS = re.compile(r"[.!?;…][\"'”’)\]]*$")
_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-ZÀ-Ý0-9€'])")
_ABBREVIATIONS = re.compile(
    r"(?:^|[\s(])(?:dhr|mevr|mw|mr|mrs|ms|dr|drs|ir|ing|prof|st|nr|nrs|art|artt|lid|blz|pag|p|pp|bijv|bv|o\.a|d\.w\.z|i\.v\.m|m\.b\.t|n\.a\.v|"
    r"t\.a\.v|i\.p\.v|a\.s|jl|ca|tel|evt|incl|excl|vgl|resp|jan|feb|mrt|apr|jun|jul|aug|sept|sep|okt|oct|nov|dec|e\.g|i\.e|no|vs|z\.s\.m|[A-Z])\.$",
    re.IGNORECASE,
)
_LIST_SIGN = re.compile(r"^\s*([-–•*▪●]|\(?\d{1,3}[.)]|[a-z][.)])\s+")
_BULLET = re.compile(r"^\s*[-–•*▪●]\s")
_NUMBERED = re.compile(r"^\d{1,3}\.$")


@dataclass(frozen=True, slots=True)
class Report:
    """A report's sentences in order. `language`: nl, en, or null when it is neither; `headings`: what was taken for no statement."""

    language: str | None
    sentences: tuple[str, ...]
    headings: tuple[str, ...] = ()


def read_report(path: Path) -> Report:
    """Read docx, odt, pdf with text, txt or md; the kind is told from the content.

    Raises InputRefused: report_too_large, report_too_heavy, report_protected, report_without_text, report_empty,
    report_damaged, report_unknown_kind.
    """
    try:
        return report_of(paragraphs_of(path))
    except InputRefused as error:
        raise InputRefused(error.text_key, file=path.name) from error


def paragraphs_of(path: Path) -> list[str]:
    """The paragraphs of a written text, read in a child process with limits. Raises InputRefused as `read_report` does."""
    try:
        return call_once(read_paragraphs, path, limit_seconds=_SECONDS, memory_bytes=_MEMORY_BYTES)
    except (WorkerTimedOut, WorkerCrashed) as error:
        raise InputRefused("report_too_heavy", file=path.name) from error
    except InputRefused as error:
        raise InputRefused(error.text_key, file=path.name) from error


def report_of(paragraphs: list[str]) -> Report:
    """The sentences of paragraphs. Headings and fragments under three words are no statements."""
    parted = [[sentence for sentence in sentences(paragraph) if len(sentence.split()) >= _FEWEST_WORDS] for paragraph in paragraphs]
    language = language_of(word for paragraph in parted for sentence in paragraph for word in sentence.split())
    found: list[str] = []
    headings: list[str] = []
    for paragraph, written in zip(parted, paragraphs, strict=True):
        is_named = not _BULLET.match(written) and is_heading(paragraph, language)
        (headings if is_named else found).extend(paragraph)
    # Notes may be nothing but catchwords: then these are what there is to hold beside the conversation.
    if not found:
        found, headings = headings, []
    if not found:
        raise InputRefused("report_empty")
    if len(found) > MAX_SENTENCES:
        raise InputRefused("report_too_large")
    return Report(language, tuple(found), tuple(headings))


def is_heading(paragraph: list[str], language: str | None) -> bool:
    """Whether a paragraph, in sentences, only names what follows: a few words without verb, denial or full stop."""
    if len(paragraph) != 1 or _ENDS.search(paragraph[0]):
        return False
    said = [plain(word) for word in paragraph[0].split()]
    code = language or "nl"
    return len(said) <= _LONGEST_HEADING and not any(is_verb_form(word, code) or word in LEXICONS[code].negations for word in said)


def sentences(paragraph: str) -> Iterator[str]:
    """Split at sentence ends; not after an abbreviation, an initial or the number of a list."""
    start = 0
    text = _LIST_SIGN.sub("", paragraph)
    for end in _END.finditer(text):
        so_far = text[start : end.start()]
        if _ABBREVIATIONS.search(so_far) or _NUMBERED.search(so_far):
            continue
        yield text[start : end.end()].strip()
        start = end.end()
    if text[start:].strip():
        yield text[start:].strip()
