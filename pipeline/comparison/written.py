"""Minutes that somebody wrote as a text (docx, odt, pdf, txt, md), taken for what was said: a line a paragraph.

"Karim: ..." names the speaker where the name returns; "[00:12:03] ..." gives the time where most paragraphs have one.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from pipeline.comparison.read_report import paragraphs_of
from pipeline.comparison.transcripts import NAME_BEFORE, Transcript, Utterance, names_before, spread, transcript, voices_of

_CLOCK = r"(\d{1,3}):(\d{2})(?::(\d{2}))?(?:[.,]\d{1,3})?"
_TIME_BEFORE = re.compile(rf"^[\[(]?{_CLOCK}(?:\s*[-–]\s*{_CLOCK})?[\])]?\s+")


def read_written(path: Path) -> Transcript:
    """What a written text says was said. Raises InputRefused as `read_report` does, and transcript_too_long, transcript_empty."""
    return written(paragraphs_of(path))


def written(paragraphs: Sequence[str]) -> Transcript:
    """Paragraphs as a transcript. `timed` is false, and all times 0, unless at least half of them begin with a time."""
    times = [_TIME_BEFORE.match(paragraph) for paragraph in paragraphs]
    texts = [paragraph[time.end() :] if time else paragraph for paragraph, time in zip(paragraphs, times, strict=True)]
    is_timed = 2 * sum(time is not None for time in times) >= max(1, len(times))
    # A paragraph without a time follows the one before; so does one whose time runs back.
    starts = list(accumulate((_milliseconds(time) if time else 0 for time in times), max)) if is_timed else [0] * len(times)
    lines = list(_lines(texts, starts))
    said = transcript(voices_of(line.speaker for line in lines if line.speaker), lines)
    return Transcript(said.language, said.voices, said.utterances, timed=is_timed)


def _lines(texts: Sequence[str], starts: Sequence[int]) -> Iterator[Utterance]:
    names = names_before(texts)
    for number, (text, start, following) in enumerate(zip(texts, starts, [*starts[1:], starts[-1]], strict=True), start=1):
        named = NAME_BEFORE.match(text)
        speaker, said = (named[1], text[named.end() :]) if named and named[1] in names else (None, text)
        yield Utterance(f"P{number:04}", start, max(start, following), speaker, spread(said, start, max(start, following)))


def _milliseconds(time: re.Match[str]) -> int:
    first, second, third = (int(part) if part else None for part in time.groups()[:3])
    hours, minutes, seconds = (0, first, second) if third is None else (first, second, third)
    return (((hours or 0) * 60 + (minutes or 0)) * 60 + (seconds or 0)) * 1000
