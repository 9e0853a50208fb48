"""The transcript as a table (csv, semicolons, UTF-8 with BOM: what a Dutch spreadsheet opens at once).

A spreadsheet runs a cell that begins with = + - or @ as a formula, and one that expects commas cuts the text at them. So
an apostrophe goes before such a sign at the start of a cell and after any sign that may be taken for a separator. Reading
back: take one apostrophe away in those places.
"""

import csv
import io
import re

from pipeline.minutes.beside import SIDES
from pipeline.minutes.clock import clock_ms
from pipeline.minutes.reading import Reading, ReadingLine
from pipeline.recording.agreement import Role

COLUMNS = (
    "id",
    "start",
    "end",
    "start_ms",
    "end_ms",
    "speaker_id",
    "speaker",
    "language",
    "flags",
    "text",
    "status",
    "recording",
    "minutes",
    "remarks",
    "client",
    "staff",
)
_FORMULA = re.compile(r"""(^|[,;\t|])([\s"]*)('*[=+\-@＝＋－＠])""")


def render(reading: Reading) -> bytes:
    """A row per line; every row carries the status and both hashes, so that a copied piece still says what it is."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(reading.say(f"formats.csv.{column}") for column in COLUMNS)
    for line in reading.lines:
        cells = (
            line.id,
            clock_ms(line.start_ms),
            clock_ms(line.end_ms),
            str(line.start_ms),
            str(line.end_ms),
            line.speaker_id or "",
            line.speaker,
            line.language or "",
            ", ".join(reading.say(f"minutes.flag.{flag}") for flag in line.flags),
            line.text,
            reading.status,
            reading.recording_sha256,
            reading.minutes_sha256,
            " ".join(line.remarks),
            *(_said(line, side) for side in SIDES),
        )
        writer.writerow(_disarm(cell) for cell in cells)
    return table.getvalue().encode("utf-8-sig")


def _said(line: ReadingLine, side: Role) -> str:
    """What one side reacted to a line, in one cell."""
    found = [reaction for sides in line.reactions if sides.side is side for reaction in sides.reactions]
    return " ".join(sentence for reaction in found for sentence in reaction.sentences)


def _disarm(cell: str) -> str:
    return _FORMULA.sub(r"\1\2'\3", cell)
