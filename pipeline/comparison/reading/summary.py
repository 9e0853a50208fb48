"""The head of a comparison: how much is the same, what only one side has, which differences may matter, what stays open."""

from collections import Counter
from collections.abc import Iterator

from pipeline.comparison.compare import Comparison
from pipeline.comparison.model import (
    DifferenceClass,
    MinutesComparison,
    Outcome,
    Reason,
    RecordingComparison,
    RecordingFinding,
    RecordingFindingKind,
    ReportComparison,
    SameRecording,
)
from pipeline.comparison.reading.minutes import gap_of
from pipeline.comparison.reading.recordings import edge_of
from pipeline.comparison.reading.wording import length, level, percent, sameness
from pipeline.minutes.clock import clock
from pipeline.minutes.facts import Fact
from pipeline.texts import Texts

Kind = RecordingFindingKind

# So many words in a row on one side are a passage.
_PASSAGE_WORDS = 6
_HEADINGS_LISTED = 12


def summary(comparison: Comparison, say: Texts) -> tuple[Fact, ...]:
    """Four answers, in this order; each has at least one sentence."""
    told = {
        "same": _same(comparison, say),
        "missing": _missing(comparison, say),
        "matters": _matters(comparison, say),
        "open": _open(comparison, say),
    }
    return tuple(Fact(key, say(f"comparison.summary.{key}"), tuple(sentences)) for key, sentences in told.items())


# How much is the same ------------------------------------------------------------------------------------------------


def _same(comparison: Comparison, say: Texts) -> Iterator[str]:
    if (found := comparison.recordings) is not None:
        yield sameness(found, say)
        if found.level_db is not None:
            yield level(found.level_db, say)
        if found.map and found.same is not SameRecording.IDENTICAL:
            yield from _shares(comparison, found, say)
    if (minutes := comparison.minutes) is not None and minutes.comparable:
        if minutes.identical:
            yield say("comparison.words.identical")
        else:
            for side, other, total in (("A", "B", minutes.words_a), ("B", "A", minutes.words_b)):
                share = percent(minutes.words_same, total)
                yield say("comparison.words.same", side=side, other=other, same=minutes.words_same, total=total, percent=share)
    if (report := comparison.report) is not None:
        outcomes = Counter(statement.outcome for statement in report.statements)
        yield say("comparison.report.found", count=outcomes[Outcome.FOUND], total=len(report.statements))


def _shares(comparison: Comparison, found: RecordingComparison, say: Texts) -> Iterator[str]:
    in_a = sum(stretch.a_end_ms - stretch.a_start_ms for stretch in found.map)
    in_b = sum(stretch.b_end_ms - stretch.b_start_ms for stretch in found.map)
    for side, other, shared, total in (("A", "B", in_a, comparison.a.duration_ms), ("B", "A", in_b, comparison.b.duration_ms)):
        if total:
            share = percent(min(shared, total), total)
            yield say("comparison.sound.same", side=side, other=other, percent=share, total=length(total, say))


# What only one side has ----------------------------------------------------------------------------------------------


def _missing(comparison: Comparison, say: Texts) -> Iterator[str]:
    if (found := comparison.recordings) is not None and found.map:
        yield from _missing_sound(comparison, found, say)
    if (minutes := comparison.minutes) is not None and minutes.comparable:
        yield from _missing_words(minutes, say)
    if (report := comparison.report) is not None:
        yield from _missing_statements(report, say)
    if comparison.report is None and not (comparison.recordings and comparison.recordings.map) and comparison.minutes is None:
        yield say("comparison.summary.unknown")
    elif comparison.minutes is not None and not comparison.minutes.comparable:
        yield say("comparison.minutes.not_comparable")


def _missing_sound(comparison: Comparison, found: RecordingComparison, say: Texts) -> Iterator[str]:
    durations = (comparison.a.duration_ms or 0, comparison.b.duration_ms or 0)
    for kind, has, lacks in ((Kind.ONLY_IN_A, "A", "B"), (Kind.ONLY_IN_B, "B", "A")):
        only = [finding for finding in found.findings if finding.kind is kind]
        inside = [finding for finding in only if edge_of(finding, durations) is None]
        if inside:
            yield _stretches(inside, has, lacks, say)
        else:
            yield say("comparison.sound.nothing_only", has=has, lacks=lacks)
        for finding in only:
            if edge := edge_of(finding, durations):
                yield say(f"comparison.sound.{edge}", has=has, lacks=lacks, length=length(finding.length_ms, say))
    for kind, side in ((Kind.REPEATED_IN_A, "A"), (Kind.REPEATED_IN_B, "B")):
        if repeated := [finding for finding in found.findings if finding.kind is kind]:
            total = sum(finding.length_ms for finding in repeated)
            yield say("comparison.sound.repeated", side=side, count=len(repeated), length=length(total, say))


def _stretches(only: list[RecordingFinding], has: str, lacks: str, say: Texts) -> str:
    longest = max(only, key=lambda finding: finding.length_ms)
    at = clock((longest.a if has == "A" else longest.b)[0])
    if len(only) == 1:
        return say("comparison.sound.only_one", has=has, lacks=lacks, length=length(longest.length_ms, say), at=at)
    total = length(sum(finding.length_ms for finding in only), say)
    return say("comparison.sound.only", has=has, lacks=lacks, count=len(only), total=total, longest=length(longest.length_ms, say), at=at)


def _missing_words(minutes: MinutesComparison, say: Texts) -> Iterator[str]:
    for has, lacks, texts_of in (
        ("A", "B", [(one.a.text, one.b.text) for one in minutes.differences]),
        ("B", "A", [(one.b.text, one.a.text) for one in minutes.differences]),
    ):
        passages = [len(own.split()) for own, other in texts_of if not other and len(own.split()) >= _PASSAGE_WORDS]
        if passages:
            yield say("comparison.words.passages", has=has, lacks=lacks, count=len(passages), words=sum(passages))


def _missing_statements(report: ReportComparison, say: Texts) -> Iterator[str]:
    outcomes = Counter(statement.outcome for statement in report.statements)
    yield say("comparison.report.not_found", count=outcomes[Outcome.NOT_FOUND], total=len(report.statements))
    yield say("comparison.report.omitted", count=len(report.omitted))


# Which differences may matter ----------------------------------------------------------------------------------------


def _matters(comparison: Comparison, say: Texts) -> Iterator[str]:
    said = False
    if (minutes := comparison.minutes) is not None and minutes.comparable:
        yield from _classes(minutes, comparison.recordings, say)
        said = True
    if (report := comparison.report) is not None:
        reasons = Counter(reason for statement in report.statements for reason in statement.reasons)
        count = sum(statement.outcome is Outcome.POSSIBLY_DIFFERENT for statement in report.statements)
        listed = ", ".join(f"{say(f'comparison.reason.{reason}')}: {reasons[reason]}" for reason in Reason if reasons[reason])
        yield say("comparison.report.different", count=count, listed=listed) if count else say("comparison.report.none_different")
        said = True
    if not said:
        yield say("comparison.summary.words_not_compared")


def _classes(minutes: MinutesComparison, recordings: RecordingComparison | None, say: Texts) -> Iterator[str]:
    counted = Counter(difference.kind for difference in minutes.differences)
    first = [kind for kind in DifferenceClass if kind not in (DifferenceClass.WORDING, DifferenceClass.FILLER) and counted[kind]]
    if first:
        listed = ", ".join(f"{say(f'comparison.class.{kind}')}: {counted[kind]}" for kind in first)
        yield say("comparison.words.meaningful", count=sum(counted[kind] for kind in first), listed=listed)
    else:
        yield say("comparison.words.none_meaningful")
    if counted[DifferenceClass.WORDING]:
        yield say("comparison.words.wording", count=counted[DifferenceClass.WORDING])
    if counted[DifferenceClass.FILLER]:
        yield say("comparison.words.filler", count=counted[DifferenceClass.FILLER])
    in_gap = sum(gap_of(one, recordings) is not None for one in minutes.differences)
    if in_gap:
        yield say("comparison.words.in_gap", count=in_gap)


# What stays open -----------------------------------------------------------------------------------------------------


def _open(comparison: Comparison, say: Texts) -> Iterator[str]:
    anything = False
    for sentence in _not_compared(comparison, say):
        anything = True
        yield sentence
    if not anything:
        yield say("comparison.summary.nothing_open")


def _not_compared(comparison: Comparison, say: Texts) -> Iterator[str]:
    if (found := comparison.recordings) is not None:
        for side in found.silent:
            yield say("comparison.silent", side=side.upper())
        if unclear := [finding for finding in found.findings if finding.kind is Kind.NOT_COMPARABLE and found.map]:
            total = length(sum(finding.length_ms for finding in unclear), say)
            yield say("comparison.sound.unclear", count=len(unclear), length=total)
    if comparison.minutes is not None and not comparison.minutes.comparable:
        yield say("comparison.minutes.not_comparable")
    if comparison.report is not None and (headings := comparison.report.headings):
        listed = ", ".join(f"“{heading}”" for heading in headings[:_HEADINGS_LISTED])
        yield say("comparison.report.headings", count=len(headings), listed=listed)
    for part in comparison.not_compared:
        yield say(f"errors.{part.reason}.what", **part.details)
        yield say(f"errors.{part.reason}.meaning", **part.details)
    if comparison.recordings is not None and comparison.minutes is None and not comparison.not_compared and comparison.report is None:
        yield say("comparison.summary.only_sound")
    if comparison.minutes is not None and comparison.recordings is None:
        yield say("comparison.summary.only_words")
