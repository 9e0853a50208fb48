"""A comparison and the two accounts it was made of, composed into what a reader sees."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from pipeline import documents
from pipeline.comparison.compare import Comparison, Reference
from pipeline.comparison.reading.minutes import Lines, differences, sections
from pipeline.comparison.reading.model import ComparisonReading, SideReading
from pipeline.comparison.reading.recordings import cut_checks, drawing, findings
from pipeline.comparison.reading.report import report_reading
from pipeline.comparison.reading.summary import summary
from pipeline.comparison.reading.wording import length
from pipeline.comparison.sources import Account
from pipeline.minutes.facts import Fact
from pipeline.minutes.labels import role_label
from pipeline.minutes.safe_text import safe_text
from pipeline.texts import Texts, texts


def read_comparison(comparison: Comparison, a: Account, b: Account) -> ComparisonReading:
    """The comparison as it is read, in its report language. `a` and `b` are what it was made of."""
    say = texts(comparison.report_language)
    heard, words = comparison.recordings, comparison.minutes
    durations = comparison.a.duration_ms or 0, comparison.b.duration_ms or 0
    lines = (Lines(a, say), Lines(b, say)) if words is not None else None
    return ComparisonReading(
        comparison=comparison,
        say=say,
        title=say(f"comparison.title.{_kind(comparison)}"),
        status=say("comparison.status"),
        caution=tuple(_caution(comparison, say)),
        sides=(_side("A", comparison.a, a, say), _side("B", comparison.b, b, say)),
        summary=summary(comparison, say),
        drawing=drawing(heard, durations, say) if heard else None,
        findings=tuple(findings(heard, durations, a, b, say)) if heard else (),
        cut_checks=tuple(cut_checks(a, b, say)) if heard else (),
        voices=tuple((lines[0].speaker(pair.a), lines[1].speaker(pair.b)) for pair in words.speakers) if words and lines else (),
        differences=tuple(differences(words, heard, *lines, say)) if words and lines else (),
        sections=tuple(sections(words, *lines, say)) if words and lines else (),
        report=report_reading(comparison.report, a, b, say) if comparison.report else None,
        hashes=tuple(_hashes(comparison, say)),
        made_at=_made_at(a, b),
    )


def _kind(comparison: Comparison) -> str:
    if comparison.report is not None:
        return "report"
    if comparison.recordings is None:
        return "minutes"
    return "recordings" if comparison.minutes is None else "both"


def _caution(comparison: Comparison, say: Texts) -> Iterator[str]:
    yield say("comparison.caution.neither")
    if comparison.recordings is not None:
        yield say("comparison.caution.recordings")
    if comparison.minutes is not None:
        yield say("comparison.caution.minutes")
    if comparison.report is not None:
        yield say("comparison.caution.report")


def _side(letter: str, reference: Reference, account: Account, say: Texts) -> SideReading:
    return SideReading(letter=letter, name=safe_text(reference.name), facts=tuple(_side_facts(reference, account, say)))


def _side_facts(reference: Reference, account: Account, say: Texts) -> Iterator[Fact]:
    source = account.source
    holds = [
        name
        for name, there in (
            ("recording", source.recording),
            ("minutes", source.minutes),
            ("subtitles", source.subtitles),
            ("text", source.text if account.transcript else None),
            ("report", source.text if account.report else None),
        )
        if there is not None
    ]
    listed = ", ".join(say(f"comparison.holds.{name}") for name in holds)
    yield Fact("what", say("comparison.fact.what"), (say("comparison.fact.dossier", holds=listed) if source.dossier else listed,))
    if source.dossier is not None:
        recording = source.dossier.recording()
        yield Fact("recording", say("comparison.fact.recording"), (safe_text(recording.received_name),))
        if recording.handed_in_by:
            yield Fact("handed_in", say("comparison.fact.handed_in"), (role_label(recording.handed_in_by, say),))
    if reference.duration_ms is not None:
        yield Fact("duration", say("comparison.fact.duration"), (length(reference.duration_ms, say),))
    if account.transcript is not None and account.transcript.voices:
        names = dict.fromkeys(account.labels.get(voice.label, voice.label) for voice in account.transcript.voices)
        yield Fact("speakers", say("comparison.fact.speakers"), (", ".join(map(safe_text, names)),))
    if account.transcript is not None and not account.transcript.timed:
        yield Fact("times", say("comparison.fact.times"), (say("comparison.fact.without_times"),))


def _hashes(comparison: Comparison, say: Texts) -> Iterator[str]:
    for letter, reference in (("A", comparison.a), ("B", comparison.b)):
        for what in ("recording", "minutes", "report"):
            if (sha256 := getattr(reference, f"{what}_sha256")) is not None:
                yield say(f"comparison.hash.{what}", side=letter, sha256=sha256)
    yield say("comparison.hash.comparison", sha256=hashlib.sha256(documents.encode(comparison)).hexdigest())


def _made_at(a: Account, b: Account) -> datetime:
    """The later of the two minutes: the same comparison gives the same documents, whenever it is made. Else the start of 1980."""
    moments = [_moment(account.made_at) for account in (a, b) if account.made_at]
    return max(moments, default=datetime(1980, 1, 1, tzinfo=UTC))


def _moment(iso: str) -> datetime:
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
