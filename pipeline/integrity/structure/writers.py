"""Programs that say they wrote a file. Their names are history: they never count as a sign of editing."""

from pipeline.integrity.model import NO_CLAIM, Level
from pipeline.integrity.structure.reading import TraceList

_LONGEST_NAME = 80
_MOST_WRITERS = 8


def printable(data: bytes) -> str:
    """Text from a file, short and without anything that does not print."""
    text = data[: 4 * _LONGEST_NAME].split(b"\0", 1)[0].decode("utf-8", "replace")
    return "".join(letter for letter in text if letter.isprintable() and letter != "\ufffd").strip()[:_LONGEST_NAME]


def add_writers(traces: TraceList, writers: list[str]) -> tuple[str, ...]:
    """A history finding that names the writers, if there are any; returns them once each."""
    names = tuple(dict.fromkeys(name for name in writers if name))[:_MOST_WRITERS]
    if names:
        traces.add(Level.HISTORY, "written_by", 0, hypotheses=NO_CLAIM, writers="; ".join(names))
    return names
