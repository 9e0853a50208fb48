"""The response on paper, for whoever cannot or does not want to respond in the page; it weighs the same.

It names the version by its digest, so that what is written on it belongs to these minutes and no others.
"""

from pathlib import Path
from typing import Any

from pipeline.minutes.reading import Reading
from pipeline.minutes.safe_text import safe_text
from pipeline.minutes.writers import Writer
from pipeline.minutes.writers.pdf import compile_pdf

FILE_NAME = "reactieformulier.pdf"

_TEMPLATE = Path(__file__).with_name("reaction_form.typ")
_PLACES = 4
_VALUES = ("eens", "oneens", "opmerking", "voorstel")


def render(reading: Reading) -> bytes:
    """The form on A4, as PDF/A-2a and PDF/UA-1. The same minutes give the same bytes."""
    return compile_pdf(_TEMPLATE, _data(reading), reading.made_at)


FORM = Writer(FILE_NAME, render)


def _data(reading: Reading) -> dict[str, Any]:
    say, minutes = reading.say, reading.minutes
    case = minutes.agreement.case_id
    about = say("respond.paper.about", version=minutes.version)
    return {
        "language": str(say.language),
        "title": say("respond.paper.title"),
        "about": f"{say('page.case', case=safe_text(case))} · {about}" if case else about,
        "hash": say("minutes.hash.minutes", sha256=reading.minutes_sha256),
        "intro": [say("respond.paper.intro"), say("respond.paper.weight")],
        "who": [say("respond.paper.name"), say("respond.paper.role")],
        "how_title": say("respond.paper.how_title"),
        "how": [say(f"respond.paper.how.{step}") for step in ("place", "tick", "write", "more")],
        "places": _PLACES,
        "place": say.raw("respond.paper.place"),
        "line": say("respond.paper.line"),
        "time": say("respond.paper.time"),
        "values": [say(f"respond.value.{value}") for value in _VALUES],
        "words": say("respond.paper.words"),
        "whole": say("respond.paper.whole"),
        "sign": [say("respond.paper.date"), say("respond.paper.signature")],
        "page": say("formats.page"),
        "of": say("formats.of"),
    }
