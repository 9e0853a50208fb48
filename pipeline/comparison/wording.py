"""A comparison in people's words: what is the same, what only one side has, and which differences matter most."""

from collections.abc import Iterator

from pipeline.comparison.compare import Comparison
from pipeline.comparison.model import DifferenceClass, MinutesComparison, Outcome, RecordingComparison, ReportComparison
from pipeline.comparison.reading.wording import level, sameness
from pipeline.minutes.clock import clock, clock_span
from pipeline.minutes.safe_text import safe_text
from pipeline.texts import Language, texts

_SHOWN_DIFFERENCES = 25


def comparison_in_words(comparison: Comparison, language: Language) -> tuple[str, ...]:
    """The comparison, a sentence a line; A and B are the first and the second that were given."""
    say = texts(language)
    names = (say("comparison.sides", a=safe_text(comparison.a.name), b=safe_text(comparison.b.name)),)
    return (
        *names,
        *(_recordings(comparison.recordings, language) if comparison.recordings else ()),
        *(_minutes(comparison.minutes, language) if comparison.minutes else ()),
        *(_report(comparison.report, language) if comparison.report else ()),
    )


def _recordings(found: RecordingComparison, language: Language) -> Iterator[str]:
    say = texts(language)
    yield sameness(found, say)
    if found.level_db is not None:
        yield level(found.level_db, say)
    for side in found.silent:
        yield say("comparison.silent", side=side.upper())
    for finding in found.findings:
        yield say(
            f"comparison.finding.{finding.kind}",
            a=clock_span(*finding.a),
            b=clock_span(*finding.b),
            length=f"{finding.length_ms / 1000:.1f}".replace(".", "," if language is Language.DUTCH else "."),
        )


def _minutes(found: MinutesComparison, language: Language) -> Iterator[str]:
    say = texts(language)
    if not found.comparable:
        yield say("comparison.minutes.not_comparable")
        return
    yield say("comparison.minutes.same", same=found.words_same, total=found.words_a)
    meaningful = [difference for difference in found.differences if difference.kind is not DifferenceClass.FILLER]
    for difference in meaningful[:_SHOWN_DIFFERENCES]:
        yield say(
            "comparison.minutes.difference",
            kind=say(f"comparison.class.{difference.kind}"),
            at=clock(difference.a.start_ms),
            a=safe_text(difference.a.text) or "–",
            b=safe_text(difference.b.text) or "–",
        )
    if len(meaningful) > _SHOWN_DIFFERENCES:
        yield say("comparison.minutes.more", count=len(meaningful) - _SHOWN_DIFFERENCES)


def _report(found: ReportComparison, language: Language) -> Iterator[str]:
    say = texts(language)
    for statement in found.statements:
        reasons = ", ".join(say(f"comparison.reason.{reason}") for reason in statement.reasons)
        outcome = say(f"comparison.outcome.{statement.outcome}", reasons=reasons)
        yield say("comparison.statement", outcome=outcome, text=safe_text(statement.text))
        if statement.outcome is not Outcome.NOT_FOUND and statement.passages:
            nearest = statement.passages[0]
            yield say("comparison.nearest", at=clock(nearest.start_ms), text=safe_text(nearest.text))
