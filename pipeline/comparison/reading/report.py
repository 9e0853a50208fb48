"""A written report beside a conversation as it is read. Nothing here says whether a sentence is true."""

from collections.abc import Iterator

from pipeline.comparison.model import Outcome, Passage, ReportComparison
from pipeline.comparison.reading.minutes import Lines
from pipeline.comparison.reading.model import OmissionReading, PassageReading, ReportReading, StatementReading
from pipeline.comparison.reading.wording import certainty
from pipeline.comparison.sources import Account
from pipeline.minutes.clock import clock_span
from pipeline.minutes.safe_text import safe_text
from pipeline.texts import Texts


def report_reading(found: ReportComparison, a: Account, b: Account, say: Texts) -> ReportReading:
    """The report's sentences in its own order, then what it leaves out, the heaviest first."""
    report, conversation, talk = ("A", "B", b) if a.report is not None and b.transcript is not None else ("B", "A", a)
    lines = Lines(talk, say)
    return ReportReading(
        report=report,
        conversation=conversation,
        statements=tuple(_statements(found, lines, say)),
        omitted=tuple(
            OmissionReading(id=one.id, number=number, passage=_passage(one.passage, lines, say))
            for number, one in enumerate(found.omitted, start=1)
        ),
    )


def _statements(found: ReportComparison, lines: Lines, say: Texts) -> Iterator[StatementReading]:
    for statement in found.statements:
        reasons = ", ".join(say(f"comparison.reason.{reason}") for reason in statement.reasons)
        yield StatementReading(
            id=statement.id,
            number=statement.number,
            text=safe_text(statement.text),
            outcome=statement.outcome,
            label=say(
                f"comparison.outcome.{statement.outcome}", reasons=reasons if statement.outcome is Outcome.POSSIBLY_DIFFERENT else ""
            ),
            passages=tuple(_passage(passage, lines, say) for passage in statement.passages),
        )


def _passage(passage: Passage, lines: Lines, say: Texts) -> PassageReading:
    doubt, is_unsure = certainty(passage.confidence, say)
    return PassageReading(
        time=clock_span(passage.start_ms, passage.end_ms) if lines.timed else "",
        start_ms=lines.play_from(passage.start_ms),
        speakers=", ".join(lines.speaker(label) for label in passage.speakers),
        text=safe_text(passage.text),
        doubt=doubt,
        is_unsure=is_unsure,
    )
