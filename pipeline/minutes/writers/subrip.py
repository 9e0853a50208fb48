"""The transcript as SubRip subtitles (srt): a numbered cue per line, the speaker before the text.

SubRip has no escape sign, and players read <b> and {\\an8} as markup. A word joiner (U+2060, invisible, no width) after
the opening sign keeps the text the same to the eye and dead to the player.
"""

import re
from collections.abc import Iterator

from pipeline.minutes.clock import clock_ms
from pipeline.minutes.reading import Reading

NOTICE_MS = 4_000
_JOINER = "\u2060"
_OPENING = re.compile(r"[<{]|--")


def render(reading: Reading) -> bytes:
    """UTF-8 with CRLF, as players expect. The first cue shows the status and the hashes; line L0001 is the second."""
    return ("\r\n\r\n".join(_cues(reading)) + "\r\n").encode()


def _cues(reading: Reading) -> Iterator[str]:
    hashes = [sentence for fact in reading.facts if fact.key == "hashes" for sentence in fact.sentences]
    elsewhere = [reading.say("minutes.respond.elsewhere")] if reading.minutes.responses else []
    yield _cue(1, 0, NOTICE_MS, [reading.status, *elsewhere, *hashes])
    for number, line in enumerate(reading.lines, start=2):
        yield _cue(number, line.start_ms, line.end_ms, [f"{line.speaker}: {line.text}"])


def _cue(number: int, start_ms: int, end_ms: int, rows: list[str]) -> str:
    times = f"{clock_ms(start_ms, ',')} --> {clock_ms(end_ms, ',')}"
    return "\r\n".join((str(number), times, *(_deaden(row) for row in rows)))


def _deaden(text: str) -> str:
    return _OPENING.sub(lambda opening: opening[0] + _JOINER, text)
