"""Announced edits held against what was found, one to one."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.integrity.model import AnnouncedEditResult, Finding, Level, Outcome, Trace
from pipeline.recording.agreement import AnnouncedEdit, EditKind

_LEAST_TOLERANCE_MS = 500
# A finding that covers this much of the recording says that something is missing, not where.
_WHOLE_RECORDING = 0.9
_FAR = 1e12
_LONG_ENOUGH = 0.1
_BY_LEVEL = {
    Level.DISCONTINUITY: {EditKind.DELETED, EditKind.PAUSED, EditKind.JOINED, EditKind.REPLACED, EditKind.SILENCED, EditKind.INSERTED},
    Level.SOURCE_ANOMALY: {EditKind.INSERTED, EditKind.REPLACED, EditKind.JOINED},
}


@dataclass(frozen=True, slots=True)
class Found:
    """A finding and the trace it came from, which knows how much is missing."""

    finding: Finding
    trace: Trace


def match(
    found: tuple[Found, ...], edits: tuple[AnnouncedEdit, ...], duration_ms: int
) -> tuple[tuple[Finding, ...], tuple[AnnouncedEditResult, ...]]:
    """The findings, those that belong to an announced edit marked with its id, and what became of each edit.

    Tolerance is the larger of half a second and the precision that was stated. Findings at one place are matched together.
    An edit without a place is matched by its length alone. A finding of another kind or length than was announced stays
    unannounced.
    """
    names = [edit.id or f"edit-{number}" for number, edit in enumerate(edits, 1)]
    claims = [each for each in found if each.finding.level is not Level.HISTORY]
    whole = [each for each in claims if each.finding.end_ms - each.finding.start_ms >= _WHOLE_RECORDING * max(duration_ms, 1)]
    places = _places([each for each in claims if each not in whole])
    pairs = _assign(edits, places)
    announced: dict[str, str] = {}
    results = []
    for number, (name, edit) in enumerate(zip(names, edits, strict=True)):
        place = places[pairs[number]] if number in pairs else None
        if place is None:
            results.append(AnnouncedEditResult(id=name, outcome=Outcome.NOT_FOUND, finding_id=None))
            continue
        as_told = any(_fits(each, edit) for each in place) and not any(_other_length(each, edit) for each in place)
        outcome = Outcome.FOUND if as_told else Outcome.DIFFERENT
        results.append(AnnouncedEditResult(id=name, outcome=outcome, finding_id=place[0].finding.id))
        if as_told:
            announced |= {each.finding.id: name for each in place}
    announced |= _explained(whole, edits, results)
    return tuple(replace(each.finding, announced=announced.get(each.finding.id)) for each in found), tuple(results)


def _places(claims: list[Found]) -> list[list[Found]]:
    """Findings that lie within the tolerance of one another are one place: several tests may see the same edit."""
    places: list[list[Found]] = []
    end = -_FAR
    for each in sorted(claims, key=lambda one: one.finding.start_ms):
        if (
            places
            and each.finding.start_ms <= end + _LEAST_TOLERANCE_MS
            and each.trace.kind not in {other.trace.kind for other in places[-1]}
        ):
            places[-1].append(each)
            end = max(end, each.finding.end_ms)
        else:
            places.append([each])
            end = each.finding.end_ms
    return places


def _assign(edits: tuple[AnnouncedEdit, ...], places: list[list[Found]]) -> dict[int, int]:
    if not edits or not places:
        return {}
    costs = np.array([[_distance(edit, place) for place in places] for edit in edits])
    rows, columns = linear_sum_assignment(costs)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if costs[row, column] < _FAR}


def _distance(edit: AnnouncedEdit, place: list[Found]) -> float:
    """How far apart in milliseconds, or further than anything when they cannot be the same."""
    tolerance = _tolerance(edit)
    if edit.start_ms is None:
        lengths = [each.trace.missing_ms for each in place if each.trace.missing_ms is not None]
        apart = min((abs(length - edit.length_ms) for length in lengths), default=_FAR) if edit.length_ms is not None else _FAR
    else:
        spans = [(min(each.finding.start_ms for each in place), max(each.finding.end_ms for each in place))]
        # Which of two equal stretches is the copy cannot be told.
        spans += [each.trace.also_ms for each in place if each.trace.also_ms is not None]
        last = edit.end_ms if edit.end_ms is not None else edit.start_ms
        apart = min(max(0, start - max(last, edit.start_ms), edit.start_ms - end) for start, end in spans)
    return apart if apart <= tolerance else _FAR


def _tolerance(edit: AnnouncedEdit) -> int:
    return max(_LEAST_TOLERANCE_MS, edit.precision_ms or 0)


def _fits(each: Found, edit: AnnouncedEdit) -> bool:
    return edit.kind is None or edit.kind in _BY_LEVEL[each.finding.level]


def _other_length(each: Found, edit: AnnouncedEdit) -> bool:
    if edit.length_ms is None or each.trace.missing_ms is None:
        return False
    return abs(each.trace.missing_ms - edit.length_ms) > max(_tolerance(edit), _LONG_ENOUGH * edit.length_ms)


def _explained(whole: list[Found], edits: tuple[AnnouncedEdit, ...], results: list[AnnouncedEditResult]) -> dict[str, str]:
    """A finding without a place is announced when all that was announced is together as long as what is missing."""
    told = [edit for edit, result in zip(edits, results, strict=True) if result.outcome is not Outcome.DIFFERENT]
    lengths = [edit.length_ms for edit in told if edit.length_ms is not None]
    if not lengths or len(lengths) < len(told):
        return {}
    total, tolerance = sum(lengths), sum(_tolerance(edit) for edit in told)
    first = next(result.id for result in results if result.outcome is not Outcome.DIFFERENT)
    return {
        each.finding.id: first
        for each in whole
        if each.trace.missing_ms is not None and abs(each.trace.missing_ms - total) <= max(tolerance, _LONG_ENOUGH * total)
    }
