"""verslag.pdf: the minutes on paper, as PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1): kept for decades, read aloud.

PDF/A refuses a sign that no font can draw. Such a sign is then written by its Unicode number, so that nothing is lost.
"""

import json
import re
import threading
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from pipeline.errors import InternalFault
from pipeline.minutes.beside import SideReactions
from pipeline.minutes.chapters import Chapter, Section, paged
from pipeline.minutes.clock import clock
from pipeline.minutes.reading import Reading, ReadingLine

_TEMPLATE = Path(__file__).with_name("verslag.typ")
_UNDRAWN = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}")
# Each round names every sign that is missing; more rounds only follow when a replacement uncovers another.
_ROUNDS = 8
# The compiler lets other threads run but not use it (RuntimeError: already borrowed); the night writes two minutes at once.
_one_at_a_time = threading.Lock()


def render(reading: Reading) -> bytes:
    """The PDF. The same minutes on a machine with the same fonts give the same bytes."""
    return compile_pdf(_TEMPLATE, _data(reading), reading.made_at)


def compile_pdf(template: Path, data: dict[str, Any], moment: datetime) -> bytes:
    """The PDF of a template that reads its text from `sys.inputs.data` (JSON); `moment` is when it says it was made."""
    undrawn: set[str] = set()
    for _ in range(_ROUNDS):
        try:
            return _compile(template, data, undrawn, moment)
        except typst.TypstError as error:
            missing = {sign for text in _UNDRAWN.findall(error.diagnostic) for sign in _unescaped(text) if not sign.isascii()}
            if not missing - undrawn:
                raise InternalFault("document_not_written", format="pdf") from None
            undrawn |= missing
    raise InternalFault("document_not_written", format="pdf")


def _compile(template: Path, data: dict[str, Any], undrawn: set[str], moment: datetime) -> bytes:
    named = str.maketrans({sign: f"[U+{ord(sign):04X}]" for sign in undrawn})
    text = json.dumps(data, ensure_ascii=False).translate(named)
    inputs, stamp = {"data": text}, int(moment.timestamp())
    with _one_at_a_time:
        made = _compiler().compile(template.read_bytes(), format="pdf", sys_inputs=inputs, pdf_standards=["a-2a", "ua-1"], timestamp=stamp)
    if not isinstance(made, bytes):
        raise InternalFault("document_not_written", format="pdf")
    return made


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler()


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)


def _data(reading: Reading) -> dict[str, Any]:
    moment = reading.made_at
    document = paged(reading)
    return {
        "title": reading.title,
        "author": "Wederhoor",
        "date": [moment.year, moment.month, moment.day],
        "language": str(reading.say.language),
        "over": reading.over,
        "status": reading.status,
        "version": reading.minutes.version,
        "hashes": next(fact.sentences for fact in reading.facts if fact.key == "hashes"),
        "page": reading.say("formats.page"),
        "of": reading.say("formats.of"),
        "columns": [reading.say(f"formats.column.{column}") for column in ("time", "who", "said")],
        "minutes": [_chapter(chapter) for chapter in document.minutes],
        "verbatim": _chapter(document.verbatim),
    }


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {"title": chapter.title, "sections": [_section(section) for section in chapter.sections]}


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "sentences": section.sentences,
        "lines": [_line(line) for line in section.lines],
        "sides": _sides(section.sides),
    }


def _line(line: ReadingLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "time": clock(line.start_ms),
        "speaker": line.speaker_parts,
        "text": line.text,
        "remark": line.is_remark,
        "remarks": line.remarks,
        "sides": _sides(line.reactions),
    }


def _sides(sides: Sequence[SideReactions]) -> list[dict[str, Any]]:
    return [{"label": side.label, "reactions": [reaction.sentences for reaction in side.reactions], "none": side.none} for side in sides]
