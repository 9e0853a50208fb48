"""A long conversation in parts: a phone holds a page several times over while it opens it, so no page may be too large."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from pipeline.minutes.model import Minutes
from pipeline.recording.sound_parts import sound_parts
from pipeline.review.page import EmbeddedAudio

# Half an hour of the listening copy makes a page of about 17 MB: what a cheap phone opens in seconds and a mailbox takes.
PART_MS = 30 * 60_000
_AUDIO_TYPE = "audio/mp4"


def page_stretches(minutes: Minutes, part_ms: int) -> list[tuple[int, int]]:
    """The stretches of the recording (start and end in ms) that each have a page: at most `part_ms`, cut where a line begins."""
    edges, starts, duration = [0], [line.start_ms for line in minutes.lines], minutes.recording.duration_ms
    while duration - edges[-1] > part_ms:
        target = edges[-1] + part_ms
        edges.append(max((start for start in starts if target - part_ms // 2 < start <= target), default=target))
    return list(pairwise([*edges, max(duration, edges[-1] + 1)]))


def embedded_parts(listening_copy: Path, minutes: Minutes, part_ms: int) -> Iterator[EmbeddedAudio]:
    """The sound of each page, in order. A line that runs on past its part is heard to its end."""
    stretches = page_stretches(minutes, part_ms)
    if len(stretches) == 1:
        yield EmbeddedAudio(data=listening_copy.read_bytes(), media_type=_AUDIO_TYPE)
        return
    heard = ((start, max([end, *(line.end_ms for line in minutes.lines if start <= line.start_ms < end)])) for start, end in stretches)
    for number, ((start, end), sound) in enumerate(zip(stretches, sound_parts(listening_copy, list(heard)), strict=True), start=1):
        yield EmbeddedAudio(
            data=sound.data,
            media_type=_AUDIO_TYPE,
            number=number,
            count=len(stretches),
            start_ms=start,
            end_ms=end if number < len(stretches) else None,
            sound_from_ms=sound.start_ms,
        )
