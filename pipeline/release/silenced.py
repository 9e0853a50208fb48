"""A copy of the recording with stretches silenced: announced as edited (rule 5), never taken for the original."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.recording.decode import Block, decode_mono
from pipeline.recording.listening import LISTENING_RATE, write_sound
from pipeline.speech.model import Span
from pipeline.texts import Texts


def write_silenced_copy(source: Path, target: Path, silenced: Sequence[Span], say: Texts) -> None:
    """Write the sound with these stretches (in order, without overlap) silent; its title says that it was edited."""
    write_sound(_silent(decode_mono(source, LISTENING_RATE), silenced), target, say("release.silenced.title"))


def announcement(silenced: Sequence[Span]) -> str:
    """The edits as tables for an agreement, so that a check of this copy finds them announced."""
    lines = [
        f'kind = "silenced"\nfrom = "{_place(span.start_ms)}"\nto = "{_place(span.end_ms)}"\noriginal_kept = true\n' for span in silenced
    ]
    return "\n".join(f"[[edits.announced]]\n{line}" for line in lines)


def _silent(blocks: Iterator[Block], silenced: Sequence[Span]) -> Iterator[Block]:
    for block in blocks:
        samples = block.samples.copy()
        for span in silenced:
            # Rounded outwards: a letter too much is nobody's name.
            start = span.start_ms * LISTENING_RATE // 1000 - block.start_sample
            end = -(-span.end_ms * LISTENING_RATE // 1000) - block.start_sample
            samples[:, max(0, start) : max(0, end)] = 0
        yield replace(block, samples=samples)


def _place(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
