"""vergelijking.pdf: a comparison on paper, as PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1)."""

from pathlib import Path
from typing import Any

from pipeline.comparison.model import Outcome
from pipeline.comparison.reading import ComparisonReading
from pipeline.comparison.reading.model import Drawing, PassageReading, ReportReading, Words
from pipeline.comparison.writers.shown import shown_differences, told_of_the_rest
from pipeline.minutes.writers.pdf import compile_pdf

_TEMPLATE = Path(__file__).with_name("vergelijking.typ")


def render(reading: ComparisonReading) -> bytes:
    """The PDF. The same comparison on a machine with the same fonts gives the same bytes."""
    return compile_pdf(_TEMPLATE, _data(reading), reading.made_at)


def _data(reading: ComparisonReading) -> dict[str, Any]:
    say, moment = reading.say, reading.made_at
    shown = shown_differences(reading)
    minutes = reading.comparison.minutes
    return {
        "title": reading.title,
        "author": "Wederhoor",
        "date": [moment.year, moment.month, moment.day],
        "language": str(say.language),
        "status": reading.status,
        "caution": reading.caution,
        "hashes": reading.hashes,
        "page": say("formats.page"),
        "of": say("formats.of"),
        "words": {
            name: say(f"comparison.part.{name}")
            for name in ("recordings", "map", "findings", "no_findings", "cut_checks", "cut_checks_intro", "differences", "statements")
        }
        | {name: say(f"comparison.part.{name}") for name in ("omitted", "omitted_intro", "no_omitted", "nothing_near", "what", "kind")}
        | {name: say(f"comparison.{name}") for name in ("side.sources", "side.nothing", "summary.title", "map.same", "page.map_only")}
        | {"unclear": say("comparison.kind.not_comparable")},
        "sides": [
            {"letter": side.letter, "name": side.name, "facts": [[fact.label, " ".join(fact.sentences)] for fact in side.facts]}
            for side in reading.sides
        ],
        "summary": [{"label": fact.label, "sentences": fact.sentences} for fact in reading.summary],
        "recordings": _recordings(reading) if reading.comparison.recordings is not None else None,
        "voices": [say("comparison.side.voice", a=in_a, b=in_b) for in_a, in_b in reading.voices],
        "differences": [
            {
                "number": one.number,
                "label": one.label,
                "id": one.id,
                "notes": [one.note] if one.note else [],
                "a": _words(one.a),
                "b": _words(one.b),
            }
            for one in shown
        ]
        if minutes is not None and minutes.comparable
        else None,
        "rest": list(told_of_the_rest(reading, shown)),
        "report": _report(reading, reading.report) if reading.report is not None else None,
    }


def _recordings(reading: ComparisonReading) -> dict[str, Any]:
    return {
        "drawing": _drawing(reading.drawing) if reading.drawing is not None else None,
        "findings": [
            {"number": one.number, "label": one.label, "id": one.id, "a": one.a.text, "b": one.b.text, "notes": one.notes}
            for one in reading.findings
        ],
        "cut_checks": [
            {
                "letter": check.letter,
                "sentences": check.sentences,
                "findings": [f"{cut.id}, {cut.time}: {cut.text}" for cut in check.findings],
            }
            for check in reading.cut_checks
        ],
    }


def _drawing(drawing: Drawing) -> dict[str, Any]:
    return {
        "a": [[shape.kind, shape.start, shape.end] for shape in drawing.a],
        "b": [[shape.kind, shape.start, shape.end] for shape in drawing.b],
        "bands": [[band.a_start, band.a_end, band.b_end, band.b_start] for band in drawing.bands],
        "ends": [drawing.a_end, drawing.b_end],
        "rows": drawing.rows,
    }


def _words(words: Words) -> dict[str, str]:
    head = "  ".join(part for part in (words.time, words.speaker, words.doubt) if part)
    return {"head": head, "before": words.before, "marked": words.marked, "after": words.after}


def _report(reading: ComparisonReading, report: ReportReading) -> dict[str, Any]:
    say = reading.say
    return {
        "heads": [say("comparison.part.statement", side=report.report), say("comparison.part.passages", side=report.conversation)],
        "statements": [
            {
                "number": one.number,
                "label": one.label,
                "id": one.id,
                "text": one.text,
                "found": one.outcome is not Outcome.NOT_FOUND,
                "passages": [_passage(it) for it in one.passages],
            }
            for one in report.statements
        ],
        "omitted": [{"number": one.number, "id": one.id} | _passage(one.passage) for one in report.omitted],
    }


def _passage(passage: PassageReading) -> dict[str, str]:
    return {"head": "  ".join(part for part in (passage.time, passage.speakers, passage.doubt) if part), "text": passage.text}
