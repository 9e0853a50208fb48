"""Where a reaction stands in this version: by the line's id, by the lines that came of it, and by the words it quotes."""

from collections.abc import Iterable, Iterator, Sequence

from pipeline.minutes.model import Line, Minutes
from pipeline.minutes.reactions import Reaction, Response, SubjectKind


def lines_of(reaction: Reaction, lines: Sequence[Line]) -> tuple[str, ...]:
    """The ids of the lines beside which a reaction to a line stands; none when that line is no longer there in any form.

    A line that was split leaves several: those that hold the quotation, else those at its time, else all of them.
    """
    if reaction.kind is not SubjectKind.LINE:
        return ()
    for line in lines:
        if line.id == reaction.subject:
            return (line.id,)
    heirs = [line for line in lines if reaction.subject in line.replaces]
    chosen = [line for line in heirs if reaction.quote and reaction.quote in line.text] or _at_its_time(reaction, heirs) or heirs
    return tuple(line.id for line in chosen)


def reactions_by_line(minutes: Minutes) -> dict[str, list[tuple[Response, Reaction]]]:
    """The reactions beside each line, in the order they came in."""
    placed: dict[str, list[tuple[Response, Reaction]]] = {}
    for response, reaction in all_reactions(minutes.responses):
        for line in lines_of(reaction, minutes.lines):
            placed.setdefault(line, []).append((response, reaction))
    return placed


def all_reactions(responses: Iterable[Response]) -> Iterator[tuple[Response, Reaction]]:
    """Every reaction with the response it came in."""
    return ((response, reaction) for response in responses for reaction in response.reactions)


def _at_its_time(reaction: Reaction, lines: Sequence[Line]) -> list[Line]:
    """The lines that overlap a reaction to a part of the recording; a reaction to the whole of the old line says nothing."""
    start, end = reaction.start_ms, reaction.end_ms
    if start is None or end is None or reaction.quote is None:
        return []
    return [line for line in lines if line.start_ms < end and line.end_ms > start]
