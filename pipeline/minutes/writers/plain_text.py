"""The transcript as plain text: the head, then a time and a speaker above each line."""

from collections.abc import Iterator

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
            yield from ("", f"{section.title}:")
            yield from (f"  {sentence}" for sentence in section.sentences)
    yield from ("", "", document.verbatim.title)
    for line in reading.lines:
        yield ""
        yield f"{clock_span(line.start_ms, line.end_ms)}  {line.id}  {line.speaker}"
        yield f"  {line.text}"
    yield ""
    yield reading.status
