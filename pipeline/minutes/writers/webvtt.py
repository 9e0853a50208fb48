"""The transcript as WebVTT (W3C): a cue per line, its voice in a <v> span, its id the line's id."""

from collections.abc import Iterator

from pipeline.minutes.clock import clock_ms
from pipeline.minutes.reading import Reading, ReadingLine

NOTICE_MS = 4_000
NOTICE_ID = "status"


def render(reading: Reading) -> bytes:
    """UTF-8. A first cue shows the status, so that nobody watches it unknowing; the head is a NOTE."""
    return "\n\n".join(_blocks(reading)).encode() + b"\n"


def _blocks(reading: Reading) -> Iterator[str]:
    yield "WEBVTT"
    head = [reading.title, reading.status, *(f"{fact.label}: {sentence}" for fact in reading.facts for sentence in fact.sentences)]
    yield "NOTE\n" + "\n".join(_escape(row) for row in head)
    yield f"{NOTICE_ID}\n{clock_ms(0)} --> {clock_ms(NOTICE_MS)} line:0\n{_escape(reading.status)}"
    for line in reading.lines:
        yield _cue(line)
        if rows := list(_beside(line)):
            yield f"NOTE {line.id}\n" + "\n".join(_escape(row) for row in rows)


def _beside(line: ReadingLine) -> Iterator[str]:
    """What was corrected and what both sides said of a line; players show no notes."""
    yield from line.remarks
    for side in line.reactions:
        said = " / ".join(" ".join(reaction.sentences) for reaction in side.reactions)
        yield f"{side.label}: {said or side.none}"


def _cue(line: ReadingLine) -> str:
    return f"{line.id}\n{clock_ms(line.start_ms)} --> {clock_ms(line.end_ms)}\n<v {_escape(line.speaker)}>{_escape(line.text)}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
