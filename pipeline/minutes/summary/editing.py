"""The summary as text that staff edit, and what they made of it.

Every sentence ends with the ids of its lines in square brackets. A sentence that stayed as it was keeps its origin and its lines;
one that is new or changed is the member of staff's, with the lines that stand behind it, and is held against them: what they do
not carry is told, never refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rapidfuzz import fuzz, process

from pipeline.errors import InputRefused
from pipeline.minutes.model import Minutes, SummarySentence
from pipeline.minutes.safe_text import safe_text
from pipeline.minutes.summary.check import Checker, Problem
from pipeline.minutes.summary.check.labels import read_labels
from pipeline.minutes.summary.check.quotes import QuoteCheck
from pipeline.minutes.summary.spoken import conversation_of, language_of
from pipeline.minutes.summary.summarise import STAFF, voice_labels
from pipeline.minutes.summary.template import Form
from pipeline.minutes.summary.wording import without_marks
from pipeline.texts import texts

MAX_SENTENCES = 2_000
MAX_SENTENCE_CHARACTERS = 2_000
_CITED = re.compile(r"\s*\[((?:L\d{4,9}[\s,]*)+)\]\s*$")
_LIST_SIGN = re.compile(r"^[-–•*]\s+")
_ENDS = re.compile(r"[.!?:…][”’)\]]*$")
_LONGEST_HEADING = 120
# A sentence this like an old one is that sentence, changed.
_CHANGED_FROM = 80


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the lines of a sentence by a member of staff do not carry. `number`: which sentence, from 1."""

    number: int
    sentence: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class EditedSummary:
    """What staff made of the summary, and what its lines do not carry."""

    sentences: tuple[SummarySentence, ...]
    doubts: tuple[Doubt, ...]


def as_rows(summary: Iterable[SummarySentence]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The summary as headings, each with its sentences as text to edit."""
    for section, group in groupby(summary, key=lambda sentence: sentence.section):
        yield section, tuple(f"{sentence.text} [{' '.join(sentence.lines)}]" if sentence.lines else sentence.text for sentence in group)


def as_markdown(title: str, summary: Iterable[SummarySentence]) -> str:
    """The summary as Markdown to edit."""
    rows = [f"# {title}"]
    for section, sentences in as_rows(summary):
        rows += ["", f"## {section}", "", *(f"- {sentence}" for sentence in sentences)]
    return "\n".join(rows) + "\n"


def read_edited(minutes: Minutes, paragraphs: Sequence[str], form: Form, title: str) -> EditedSummary:
    """The summary in paragraphs that a member of staff edited: headings, and sentences with their lines.

    Raises InputRefused when there is no sentence in it, or more than a summary can be.
    """
    old = {_bare(sentence.text): sentence for sentence in minutes.summary or ()}
    known = {line.id for line in minutes.lines}
    sentences: list[SummarySentence] = []
    section = ""
    for paragraph in paragraphs:
        text = safe_text(_LIST_SIGN.sub("", paragraph.strip()))
        if not text or text == title:
            continue
        if _is_heading(text, old):
            section = text
            continue
        sentences.append(_sentence(text, section or title, old, known))
    if not sentences:
        raise InputRefused("summary_edit_empty")
    if len(sentences) > MAX_SENTENCES or any(len(sentence.text) > MAX_SENTENCE_CHARACTERS for sentence in sentences):
        raise InputRefused("summary_edit_too_long", sentences=MAX_SENTENCES)
    return EditedSummary(tuple(sentences), tuple(_doubts(minutes, sentences, form)))


def _bare(text: str) -> str:
    return " ".join(text.split())


def _is_heading(text: str, old: Mapping[str, SummarySentence]) -> bool:
    headings = {sentence.section for sentence in old.values()}
    bare = _CITED.sub("", text)
    return text in headings or (text == bare and len(text) <= _LONGEST_HEADING and not _ENDS.search(text) and text not in old)


def _sentence(text: str, section: str, old: Mapping[str, SummarySentence], known: set[str]) -> SummarySentence:
    cited = _CITED.search(text)
    bare = _bare(_CITED.sub("", text))
    lines = tuple(dict.fromkeys(re.findall(r"L\d{4,9}", cited[1]))) if cited else ()
    stayed = old.get(bare)
    if stayed is not None and (not lines or lines == stayed.lines):
        return replace(stayed, section=section)
    if stayed is None and not lines:
        # Whoever rewrites a sentence often loses its line ids: it keeps those of the sentence it was made from.
        match = process.extractOne(bare, list(old), scorer=fuzz.ratio, score_cutoff=_CHANGED_FROM)
        lines = old[match[0]].lines if match else ()
    return SummarySentence(section=section, text=bare, origin=STAFF, lines=tuple(line for line in lines if line in known))


def _doubts(minutes: Minutes, sentences: Sequence[SummarySentence], form: Form) -> Iterator[Doubt]:
    """The same check as for the machine's own sentences, as a warning."""
    say = texts(minutes.report_language)
    conversation = conversation_of(minutes, language_of(minutes.lines))
    labels = voice_labels(minutes, form, say)
    checker, quotes = Checker(conversation), QuoteCheck(conversation, labels)
    marks = (say("minutes.line.uncertain_open"), say("minutes.line.uncertain_close"))
    for number, sentence in enumerate(sentences, start=1):
        if sentence.origin == STAFF:
            bare = without_marks(sentence.text, marks)
            proven = quotes.proves(bare, sentence.lines)
            problems = () if proven else checker.check(read_labels(bare, labels).text, sentence.lines)
            if problems:
                yield Doubt(number, sentence.text, problems)
