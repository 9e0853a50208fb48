"""The transcript as plain text: the head, then a time and a speaker above each line."""

from collections.abc import Iterator

from pipeline.minutes.beside import SideReactions
from pipeline.minutes.chapters import paged
from pipeline.minutes.clock import clock_span
from pipeline.minutes.reading import Reading


def render(reading: Reading) -> bytes:
    """UTF-8, one paragraph per line of the minutes, closed with the status and the hashes."""
    return "\n".join(_rows(reading)).encode() + b"\n"


def _rows(reading: Reading) -> Iterator[str]:
    yield reading.over
    yield reading.title
    yield reading.status
    document = paged(reading)
    for chapter in document.minutes:
        yield from ("", "", chapter.title)
        for section in chapter.sections:
            yield from ("", f"{section.title}:") if section.title else ("",)
            yield from (f"  {sentence}" for sentence in section.sentences)
            yield from _sides(section.sides)
    yield from ("", "", document.verbatim.title)
    for line in reading.lines:
        yield ""
        yield f"{clock_span(line.start_ms, line.end_ms)}  {line.id}  {line.speaker}"
        yield f"  {line.text}"
        yield from (f"  {remark}" for remark in line.remarks)
        yield from _sides(line.reactions)
    yield ""
    yield reading.status


def _sides(sides: tuple[SideReactions, ...]) -> Iterator[str]:
    """Both sides under each other, each with a label, also where one of them said nothing."""
    for side in sides:
        yield f"  {side.label}:"
        if not side.reactions:
            yield f"    {side.none}"
        for reaction in side.reactions:
            yield from (f"    {sentence}" for sentence in reaction.sentences)
