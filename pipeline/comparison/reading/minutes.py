"""The words of two accounts as they are read: every difference in its context, and the whole text in two columns."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pipeline.comparison.model import Difference, DifferenceClass, MinutesComparison, RecordingComparison, RecordingFindingKind, Row, Side
from pipeline.comparison.reading.model import DifferenceReading, LineReading, MarkedPiece, RowReading, RowSection, Words
from pipeline.comparison.reading.wording import certainty
from pipeline.comparison.sources import Account
from pipeline.comparison.transcripts import Utterance
from pipeline.minutes.clock import clock, clock_span
from pipeline.minutes.safe_text import safe_text
from pipeline.texts import Texts

_CONTEXT_WORDS = 8
_ROWS_IN_A_SECTION = 40
# A passage lies in a stretch of sound when most of it does.
_MOST = 0.5


class Lines:
    """The lines of one side, to be found by their id."""

    def __init__(self, account: Account, say: Texts) -> None:
        assert account.transcript is not None
        self.utterances = account.transcript.utterances
        self.remarks = account.transcript.remarks
        self.timed = account.transcript.timed
        self.at = {utterance.line: number for number, utterance in enumerate(self.utterances)}
        self._labels = account.labels
        self._nobody = say("speakers.unknown")

    def speaker(self, label: str | None) -> str:
        """A speaker as people name him."""
        return safe_text(self._labels.get(label, label)) if label else self._nobody

    def time(self, ms: int) -> str:
        """A moment on this side's clock; "" where it has none."""
        return clock(ms) if self.timed else ""

    def play_from(self, ms: int) -> int | None:
        """From where this moment plays; null where this side has no times."""
        return ms if self.timed else None

    def stretches(self, side: Side) -> Iterator[tuple[int, int, int]]:
        """The words of a side: line by line its number and the words [first, last)."""
        line, first = self.at[side.line], side.word
        left = len(side.text.split())
        while left and line < len(self.utterances):
            here = min(left, len(self.utterances[line].words) - first)
            if here > 0:
                yield line, first, first + here
            left, line, first = left - max(here, 0), line + 1, 0


# Differences ---------------------------------------------------------------------------------------------------------


def differences(
    found: MinutesComparison, recordings: RecordingComparison | None, a: Lines, b: Lines, say: Texts
) -> Iterator[DifferenceReading]:
    """Every difference, numbered in the order of the document: the classes that change most first."""
    for number, difference in enumerate(found.differences, start=1):
        gap = gap_of(difference, recordings)
        yield DifferenceReading(
            id=difference.id,
            number=number,
            kind=difference.kind,
            label=say(f"comparison.class.{difference.kind}"),
            a=_words(difference.a, a, say),
            b=_words(difference.b, b, say),
            note=say("comparison.note.in_gap", has=gap) if gap else "",
        )


def gap_of(difference: Difference, recordings: RecordingComparison | None) -> str | None:
    """The letter of the only recording in which this can be heard, when these words lie in sound that one of the two has alone."""
    if recordings is None:
        return None
    for side, kind, letter in (("a", RecordingFindingKind.ONLY_IN_A, "A"), ("b", RecordingFindingKind.ONLY_IN_B, "B")):
        has, lacks = (difference.a, difference.b) if side == "a" else (difference.b, difference.a)
        if lacks.text or not has.text:
            continue
        for finding in recordings.findings:
            start, end = finding.a if side == "a" else finding.b
            shared = min(end, has.end_ms) - max(start, has.start_ms)
            if finding.kind is kind and shared >= _MOST * (has.end_ms - has.start_ms):
                return letter
    return None


def _words(side: Side, lines: Lines, say: Texts) -> Words:
    first = lines.utterances[lines.at[side.line]]
    stretches = list(lines.stretches(side))
    last, end = (stretches[-1][0], stretches[-1][2]) if stretches else (lines.at[side.line], side.word)
    following = [word.text for word in lines.utterances[last].words[end:]]
    before = [word.text for word in first.words[: side.word]]
    doubt, is_unsure = certainty(side.confidence, say)
    return Words(
        time=lines.time(side.start_ms),
        start_ms=lines.play_from(side.start_ms),
        speaker=lines.speaker(side.speaker),
        before=safe_text(("… " if len(before) > _CONTEXT_WORDS else "") + " ".join(before[-_CONTEXT_WORDS:])),
        marked=safe_text(side.text),
        after=safe_text(" ".join(following[:_CONTEXT_WORDS]) + (" …" if len(following) > _CONTEXT_WORDS else "")),
        doubt=doubt,
        is_unsure=is_unsure,
    )


# The whole text in two columns ---------------------------------------------------------------------------------------


def sections(found: MinutesComparison, a: Lines, b: Lines, say: Texts) -> Iterator[RowSection]:
    """All lines of both sides, in stretches with the time on A's clock, or numbered where A has none."""
    rows = list(_rows(found.rows, (_Side(a, found, first=True), _Side(b, found, first=False))))
    for start in range(0, len(rows), _ROWS_IN_A_SECTION):
        part = rows[start : start + _ROWS_IN_A_SECTION]
        yield RowSection(title=_title(part, start, say), rows=tuple(part))


def _title(part: Sequence[RowReading], start: int, say: Texts) -> str:
    for letter, moments in (
        ("A", [line.start_ms for row in part for line in row.a]),
        ("B", [line.start_ms for row in part for line in row.b]),
    ):
        known = [moment for moment in moments if moment is not None]
        if known:
            return say("comparison.section.time", side=letter, span=clock_span(min(known), max(known)))
    return say("comparison.section.rows", first=start + 1, last=start + len(part))


class _Side:
    """One column: its lines with the differences in them, and the remarks that come between."""

    def __init__(self, lines: Lines, found: MinutesComparison, *, first: bool) -> None:
        self.lines = lines
        self.marks: defaultdict[int, list[tuple[int, int, int, bool]]] = defaultdict(list)
        self.touched: defaultdict[int, set[int]] = defaultdict(set)
        self._waiting = list(lines.remarks)
        for number, difference in enumerate(found.differences, start=1):
            side = difference.a if first else difference.b
            self.touched[lines.at[side.line]].add(number)
            for line, start, end in lines.stretches(side):
                self.touched[line].add(number)
                # Who says it is told beside the line: every word of it stands on both sides.
                if difference.kind is not DifferenceClass.SPEAKER:
                    self.marks[line].append((start, end, number, difference.kind is DifferenceClass.FILLER))

    def remarks_before(self, start_ms: int | None) -> list[LineReading]:
        """The remarks up to a moment; all that are left when it is null."""
        ready = [remark for remark in self._waiting if start_ms is None or remark.start_ms <= start_ms]
        self._waiting = self._waiting[len(ready) :]
        return [self._line(remark, (MarkedPiece(safe_text(remark.text), 0, False),), is_remark=True) for remark in ready]

    def line(self, number: int) -> LineReading:
        utterance = self.lines.utterances[number]
        return self._line(utterance, tuple(self._pieces(utterance, sorted(self.marks[number]))), is_remark=False)

    def _line(self, utterance: Utterance, pieces: tuple[MarkedPiece, ...], *, is_remark: bool) -> LineReading:
        return LineReading(
            id=utterance.line,
            time=self.lines.time(utterance.start_ms),
            start_ms=self.lines.play_from(utterance.start_ms),
            speaker=self.lines.speaker(utterance.speaker),
            pieces=pieces,
            is_remark=is_remark,
        )

    def _pieces(self, utterance: Utterance, marks: Iterable[tuple[int, int, int, bool]]) -> Iterator[MarkedPiece]:
        at = 0
        for start, end, number, is_filler in marks:
            if start > at:
                yield MarkedPiece(self._text(utterance, at, start), 0, False)
            if end > max(start, at):
                yield MarkedPiece(self._text(utterance, max(start, at), end), number, is_filler)
            at = max(at, end)
        if at < len(utterance.words):
            yield MarkedPiece(self._text(utterance, at, len(utterance.words)), 0, False)

    def _text(self, utterance: Utterance, start: int, end: int) -> str:
        return safe_text(" ".join(word.text for word in utterance.words[start:end]))


def _rows(rows: Iterable[Row], sides: tuple[_Side, _Side]) -> Iterator[RowReading]:
    for row in rows:
        columns = [[side.lines.at[line] for line in column] for side, column in zip(sides, (row.a, row.b), strict=True)]
        early = [
            side.remarks_before(side.lines.utterances[column[0]].start_ms) if column else []
            for side, column in zip(sides, columns, strict=True)
        ]
        if any(early):
            yield RowReading(a=tuple(early[0]), b=tuple(early[1]), differences=())
        touched = set().union(*(side.touched[line] for side, column in zip(sides, columns, strict=True) for line in column))
        in_a, in_b = (tuple(side.line(line) for line in column) for side, column in zip(sides, columns, strict=True))
        yield RowReading(a=in_a, b=in_b, differences=tuple(sorted(touched)))
    left = [side.remarks_before(None) for side in sides]
    if any(left):
        yield RowReading(a=tuple(left[0]), b=tuple(left[1]), differences=())
