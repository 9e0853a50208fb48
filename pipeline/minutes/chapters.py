"""The minutes as a paged document: the verslag and, apart from it, the verbatim transcript; the same in every format."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from pipeline.minutes.beside import SideReactions
from pipeline.minutes.clock import clock
from pipeline.minutes.reading import Reading, ReadingLine, ReadingSentence

# A long conversation gets a heading, and so a bookmark, for each of these stretches.
STRETCH_MS = 10 * 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What stands under one heading: sentences, lines of the conversation, or the reactions of both sides.

    `title` is empty where no heading is needed.
    """

    title: str
    sentences: tuple[str, ...] = ()
    lines: tuple[ReadingLine, ...] = ()
    sides: tuple[SideReactions, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter and its sections."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedMinutes:
    """The two parts of the document: `minutes` is what people are told of the conversation, `verbatim` what was said word for word."""

    minutes: tuple[Chapter, ...]
    verbatim: Chapter


def paged(reading: Reading) -> PagedMinutes:
    """The minutes in chapters."""
    return PagedMinutes(minutes=tuple(_minutes(reading)), verbatim=_verbatim(reading))


def _minutes(reading: Reading) -> Iterator[Chapter]:
    about = tuple(Section(title=fact.label, sentences=fact.sentences) for fact in reading.facts)
    yield Chapter(title=reading.say("page.about"), sections=about)
    if reading.summary:
        summary = (
            Section(title=section.title, sentences=tuple(_with_places(sentence, reading) for sentence in section.sentences))
            for section in reading.summary
        )
        yield Chapter(title=reading.say("page.summary"), sections=tuple(summary))
    if reading.points:
        points = tuple(Section(title=point.title, sides=point.sides) for point in reading.points)
        yield Chapter(title=reading.say("minutes.reactions.title"), sections=points)
    if reading.corrections:
        yield Chapter(title=reading.say("minutes.reactions.corrections"), sections=(Section(title="", sentences=reading.corrections),))


def _with_places(sentence: ReadingSentence, reading: Reading) -> str:
    """A sentence of the summary with the lines it rests on."""
    times = {line.id: clock(line.start_ms) for line in reading.lines}
    places = ", ".join(f"{times[line]} {line}" for line in sentence.lines if line in times)
    source = f"{sentence.origin} {places}" if places else sentence.origin.removesuffix(":")
    return reading.say("minutes.summary_sentence", text=sentence.text, source=source)


def _verbatim(reading: Reading) -> Chapter:
    is_long = bool(reading.lines) and reading.lines[-1].start_ms > 2 * STRETCH_MS
    stretches = groupby(reading.lines, key=lambda line: line.start_ms // STRETCH_MS if is_long else 0)
    head = Section(title="", sentences=(reading.say("minutes.verbatim_is") if reading.lines else reading.say("minutes.nothing"),))
    parts = (
        Section(title=reading.say("minutes.stretch", start=clock(number * STRETCH_MS)) if is_long else "", lines=tuple(lines))
        for number, lines in stretches
    )
    return Chapter(title=reading.say("minutes.verbatim"), sections=(head, *parts))
