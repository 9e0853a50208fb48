"""The transcript as plain text: the head, then a time and a speaker above each line."""

from collections.abc import Iterator

from pipeline.minutes.clock import clock_span
from pipeline.minutes.reading import Reading


def render(reading: Reading) -> bytes:
    """UTF-8, one paragraph per line of the minutes, closed with the status and the hashes."""
    return "\n".join(_rows(reading)).encode() + b"\n"


def _rows(reading: Reading) -> Iterator[str]:
    yield reading.title
    yield reading.status
    yield ""
    for fact in reading.facts:
        yield f"{fact.label}:"
        yield from (f"  {sentence}" for sentence in fact.sentences)
    yield ""
    yield reading.say("minutes.verbatim")
    for line in reading.lines:
        yield ""
        yield f"{clock_span(line.start_ms, line.end_ms)}  {line.id}  {line.speaker}"
        yield f"  {line.text}"
    yield ""
    yield reading.status
