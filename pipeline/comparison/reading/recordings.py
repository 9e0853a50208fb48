"""The recordings part of a comparison as it is read: the findings told from both sides, the drawing, the cut checks."""

from collections.abc import Iterator

from pipeline.comparison.model import RecordingComparison, RecordingFinding, RecordingFindingKind
from pipeline.comparison.reading.model import Band, CutCheckReading, CutFindingReading, Drawing, FindingReading, Place, Shape
from pipeline.comparison.reading.wording import length
from pipeline.comparison.sources import Account
from pipeline.integrity.model import Finding, IntegrityDocument, Level
from pipeline.integrity.wording import conclusion_in_words
from pipeline.minutes.clock import clock, clock_span
from pipeline.minutes.safe_text import safe_text
from pipeline.texts import Texts

Kind = RecordingFindingKind

# The cut check places what it finds within a second or so.
_ONE_PLACE_MS = 1_000
# What only one recording has at its very beginning or end: it was started earlier, or stopped later.
_EDGE_MS = 60
# How each kind is told on the side of A and on that of B.
_TOLD = {
    Kind.ONLY_IN_A: ("has", "lacks"),
    Kind.ONLY_IN_B: ("lacks", "has"),
    Kind.REPEATED_IN_A: ("repeated", "once"),
    Kind.REPEATED_IN_B: ("once", "repeated"),
    Kind.NOT_COMPARABLE: ("unclear", "unclear"),
}
_LACKING = {Kind.ONLY_IN_A: 1, Kind.ONLY_IN_B: 0}


def findings(found: RecordingComparison, durations_ms: tuple[int, int], a: Account, b: Account, say: Texts) -> Iterator[FindingReading]:
    """Every finding of the alignment, numbered, in the order of the document."""
    for number, finding in enumerate(found.findings, start=1):
        told = _TOLD[finding.kind]
        yield FindingReading(
            id=finding.id,
            number=number,
            kind=finding.kind,
            label=say(f"comparison.kind.{finding.kind}"),
            a=_place(told[0], finding.a, finding, say),
            b=_place(told[1], finding.b, finding, say),
            notes=tuple(_notes(finding, durations_ms, (a, b), say)),
        )


def edge_of(finding: RecordingFinding, durations_ms: tuple[int, int]) -> str | None:
    """Whether this is only that one recording began earlier ("begins") or ended later ("ends"); null for all else."""
    if finding.kind not in _LACKING:
        return None
    return "begins" if _begins(finding) else "ends" if _ends(finding, durations_ms) else None


def _begins(finding: RecordingFinding) -> bool:
    return finding.a[0] <= _EDGE_MS and finding.b[0] <= _EDGE_MS


def _ends(finding: RecordingFinding, durations_ms: tuple[int, int]) -> bool:
    return finding.a[1] >= durations_ms[0] - _EDGE_MS and finding.b[1] >= durations_ms[1] - _EDGE_MS


def _place(told: str, where: tuple[int, int], finding: RecordingFinding, say: Texts) -> Place:
    text = say(f"comparison.here.{told}", length=length(finding.length_ms, say), span=clock_span(*where))
    return Place(clock(where[0]), where[0], text)


def _notes(finding: RecordingFinding, durations_ms: tuple[int, int], sides: tuple[Account, Account], say: Texts) -> Iterator[str]:
    if finding.kind not in _LACKING:
        return
    lacking = _LACKING[finding.kind]
    has, lacks = ("A", "B") if lacking else ("B", "A")
    if edge := edge_of(finding, durations_ms):
        yield say(f"comparison.note.{edge}", has=has, lacks=lacks)
        return
    examined = sides[lacking].examined
    if examined is None:
        return
    where = finding.b if lacking else finding.a
    traces = [trace.id for trace in examined.findings if _is_claim(trace) and _touches(trace, where)]
    if traces:
        yield say("comparison.note.cut_check_too", side=lacks, ids=", ".join(traces))
    else:
        yield say("comparison.note.cut_check_not", side=lacks)


def _is_claim(trace: Finding) -> bool:
    return trace.level is not Level.HISTORY


def _touches(trace: Finding, where: tuple[int, int]) -> bool:
    return trace.start_ms <= where[1] + _ONE_PLACE_MS and trace.end_ms >= where[0] - _ONE_PLACE_MS


# The cut checks ------------------------------------------------------------------------------------------------------


def cut_checks(a: Account, b: Account, say: Texts) -> Iterator[CutCheckReading]:
    """What `examine` found in each recording, A and B in the same words."""
    for letter, account in (("A", a), ("B", b)):
        if account.examined is None:
            yield CutCheckReading(letter=letter, sentences=(say("comparison.cut_check.not_done"),), findings=())
        else:
            yield CutCheckReading(
                letter=letter,
                sentences=conclusion_in_words(account.examined, say.language),
                findings=tuple(_cut_findings(account.examined, say)),
            )


def _cut_findings(examined: IntegrityDocument, say: Texts) -> Iterator[CutFindingReading]:
    for finding in examined.findings:
        told = safe_text(finding.text.in_language(say.language))
        text = say("comparison.cut_check.announced", text=told) if finding.announced else told
        yield CutFindingReading(id=finding.id, time=clock(finding.start_ms), start_ms=finding.start_ms, text=text)


# The drawing ---------------------------------------------------------------------------------------------------------


def drawing(found: RecordingComparison, durations_ms: tuple[int, int], say: Texts) -> Drawing | None:
    """Both recordings on one scale; null when nothing was aligned and there is nothing to draw."""
    if not found.map:
        return None
    scale = max(1, *durations_ms)
    shapes: tuple[list[Shape], list[Shape]] = ([], [])
    for finding in found.findings:
        for side, told in enumerate(_TOLD[finding.kind]):
            if told in ("has", "repeated", "unclear"):
                start, end = _middle(finding.a if side == 0 else finding.b, finding.length_ms)
                shapes[side].append(Shape("unclear" if told == "unclear" else "only", start / scale, end / scale))
    bands = tuple(Band(one.a_start_ms / scale, one.a_end_ms / scale, one.b_start_ms / scale, one.b_end_ms / scale) for one in found.map)
    bars = [(Shape("bar", 0.0, duration / scale), *shape) for duration, shape in zip(durations_ms, shapes, strict=True)]
    return Drawing(
        a=bars[0],
        b=bars[1],
        bands=bands,
        a_end=clock(durations_ms[0]),
        b_end=clock(durations_ms[1]),
        rows=tuple(_in_words(found, say)),
    )


def _middle(where: tuple[int, int], length_ms: int) -> tuple[float, float]:
    """A cut in a pause has a place within it: it is drawn in the middle, as long as it is."""
    centre, half = (where[0] + where[1]) / 2, min(length_ms, where[1] - where[0]) / 2
    return centre - half, centre + half


def _in_words(found: RecordingComparison, say: Texts) -> Iterator[tuple[str, str, str]]:
    same = say("comparison.map.same")
    stretches = [
        ((stretch.a_start_ms, stretch.a_end_ms), (stretch.b_start_ms, stretch.b_end_ms), same, stretch.a_end_ms - stretch.a_start_ms)
        for stretch in found.map
    ]
    others = [(one.a, one.b, say(f"comparison.kind.{one.kind}"), one.length_ms) for one in found.findings]
    for in_a, in_b, what, long in sorted([*stretches, *others], key=lambda row: (row[0], row[1])):
        yield say("comparison.map.row", what=what, length=length(long, say)), clock_span(*in_a), clock_span(*in_b)
