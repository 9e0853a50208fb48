"""vergelijking.html: two accounts beside each other, to read and to listen to. One file, beside the sound of both sides.

It asks nothing of the network: its Content-Security-Policy allows its own style and script by hash and the sound beside it.
Every text is escaped by the template; data for the script is JSON that no markup can leave.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.comparison.model import DifferenceClass, Outcome
from pipeline.comparison.reading import ComparisonReading
from pipeline.comparison.reading.model import RowReading
from pipeline.review.offline_page import document_style, environment, json_for_script, policy, status_on_every_page

FILE_NAME = "vergelijking.html"

_HERE = Path(__file__).resolve().parent
_SPEEDS = ("0.75", "1", "1.25", "1.5")
_SCRIPT_TEXTS = ("shown", "sound_missing", "only_here", "play", "pause", "no_hits", "rows_shown")
_ONLY_A, _ONLY_B, _DIFFERENT = "only-a", "only-b", "different"
_OMITTED_AT_ONCE = 30
# A list of ten thousand is read by nobody and takes a browser seconds; the differences that change most come first.
MOST_LISTED = 2_000


def render(reading: ComparisonReading, sounds: Mapping[str, str]) -> bytes:
    """The page as UTF-8 HTML. `sounds`: for "a" and "b", where there is sound, the file beside the page that browsers play."""
    return environment(_HERE).get_template(FILE_NAME).render(_values(reading, sounds)).encode()


def _values(reading: ComparisonReading, sounds: Mapping[str, str]) -> dict[str, Any]:
    say = reading.say
    style = Markup(document_style() + _source("vergelijking.css") + status_on_every_page(reading.status))
    script = Markup(_source("vergelijking.js"))
    listed = reading.differences[:MOST_LISTED]
    kinds = Counter(difference.kind for difference in listed)
    outcomes = Counter(statement.outcome for statement in reading.report.statements) if reading.report else Counter()
    return {
        "reading": reading,
        "say": say,
        "language": say.language,
        "policy": policy(style, script, media_src="'self'"),
        "style": style,
        "script": script,
        "sounds": sounds,
        "kinds": [(str(kind), say(f"comparison.class.{kind}"), kinds[kind]) for kind in DifferenceClass if kinds[kind]],
        "filler": str(DifferenceClass.FILLER),
        "outcomes": [
            (str(outcome), say(f"comparison.page.outcome.{outcome}"), outcomes[outcome]) for outcome in Outcome if outcomes[outcome]
        ],
        "row_kind": lambda row: _row_kind(row, reading),
        "listed": listed,
        "by_number": reading.differences,
        "speeds": [(speed, say("page.times", speed=speed.replace(".", say("formats.decimal_sign")))) for speed in _SPEEDS],
        "omitted_at_once": _OMITTED_AT_ONCE,
        "data": json_for_script(_script_data(reading, sounds)),
    }


def _row_kind(row: RowReading, reading: ComparisonReading) -> str:
    """What the filter of the whole text can find a row by."""
    if not row.a:
        return _ONLY_B
    if not row.b:
        return _ONLY_A
    meaningful = any(reading.differences[number - 1].kind is not DifferenceClass.FILLER for number in row.differences)
    return _DIFFERENT if meaningful else ""


def _script_data(reading: ComparisonReading, sounds: Mapping[str, str]) -> dict[str, Any]:
    heard = reading.comparison.recordings
    rows = [row for section in reading.sections for row in section.rows]
    return {
        "map": [(one.a_start_ms, one.a_end_ms, one.b_start_ms, one.b_end_ms) for one in heard.map] if heard else [],
        "sides": sorted(sounds),
        "rowsA": _starts(row.a for row in rows),
        "rowsB": _starts(row.b for row in rows),
        "say": {key: reading.say.raw(f"comparison.page.{key}") for key in _SCRIPT_TEXTS},
    }


def _starts(columns: Iterable[Any]) -> list[int | None]:
    """Per row when its first line begins on that side's clock."""
    return [column[0].start_ms if column else None for column in columns]


@cache
def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
