"""The transcript as a Praat TextGrid (long text format): an interval tier per voice, silence as empty intervals."""

from collections.abc import Iterator

from pipeline.minutes.clock import seconds
from pipeline.minutes.reading import Reading, ReadingLine
from pipeline.minutes.writers.tiers import tiers


def render(reading: Reading) -> bytes:
    """UTF-8. The first tier holds the status and the hashes over the whole length."""
    end = max([reading.minutes.recording.duration_ms, 1, *(line.end_ms for line in reading.lines)])
    hashes = [sentence for fact in reading.facts if fact.key == "hashes" for sentence in fact.sentences]
    elsewhere = [reading.say("minutes.respond.elsewhere")] if reading.minutes.responses else []
    status = [(0, end, " ".join([reading.status, *elsewhere, *hashes]))]
    all_tiers = [("status", status), *((tier.name, list(_intervals(tier.lines, end))) for tier in tiers(reading))]
    rows = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {seconds(end)}", "tiers? <exists>"]
    rows += [f"size = {len(all_tiers)}", "item []:"]
    for number, (name, intervals) in enumerate(all_tiers, start=1):
        rows += _tier_rows(number, name, intervals, end)
    return ("\n".join(rows) + "\n").encode()


def _intervals(lines: tuple[ReadingLine, ...], end: int) -> Iterator[tuple[int, int, str]]:
    """The lines with the silences between them: the intervals of a tier leave no gap."""
    at = 0
    for line in lines:
        if line.start_ms > at:
            yield at, line.start_ms, ""
        yield line.start_ms, line.end_ms, line.text
        at = line.end_ms
    if at < end:
        yield at, end, ""


def _tier_rows(number: int, name: str, intervals: list[tuple[int, int, str]], end: int) -> Iterator[str]:
    yield f"    item [{number}]:"
    yield '        class = "IntervalTier"'
    yield f"        name = {_quoted(name)}"
    yield "        xmin = 0"
    yield f"        xmax = {seconds(end)}"
    yield f"        intervals: size = {len(intervals)}"
    for index, (start, stop, text) in enumerate(intervals, start=1):
        yield f"        intervals [{index}]:"
        yield f"            xmin = {seconds(start)}"
        yield f"            xmax = {seconds(stop)}"
        yield f"            text = {_quoted(text)}"


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
