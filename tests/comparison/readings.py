"""Comparisons for tests of what readers get: real comparisons of words, beside an alignment of recordings written by hand."""

from dataclasses import replace

from pipeline.comparison.compare import Comparison, Reference
from pipeline.comparison.identify import identified_minutes, identified_recordings, identified_report
from pipeline.comparison.minutes import compare_minutes
from pipeline.comparison.model import SCHEMA, RecordingComparison, RecordingFinding, RecordingFindingKind, SameRecording, Stretch
from pipeline.comparison.read_report import report_of
from pipeline.comparison.reading import ComparisonReading, read_comparison
from pipeline.comparison.report import compare_report
from pipeline.comparison.sources import Account, Source
from pipeline.comparison.transcripts import Transcript, Voice
from pipeline.texts import Language
from tests.comparison.accounts import account

NAMES = {"S1": "Begeleider", "S2": "Mevrouw Kuipers"}
VOICES = tuple(Voice(label, name) for label, name in NAMES.items())
SAID = (
    ("S1", "Goedemiddag, fijn dat u er bent. Wat is er gebeurd?"),
    ("S2", "Ik kwam op donderdag acht oktober bij de nachtopvang en de deur was dicht."),
    ("S2", "Ik heb twee keer gebeld maar niemand deed open."),
    ("S1", "Wij kunnen dat niet toezeggen. In het logboek staat geen telefoontje."),
    ("S2", "Mijn kluisje was leeg en er zat driehonderdveertig euro in."),
    ("S1", "Dat was onze fout. Wij bieden daar onze excuses voor aan."),
)
# The third line is gone, a denial and an amount differ, and another speaker says the last.
OTHER = (
    ("S1", "Goedemiddag, fijn dat u er bent. Wat is er gebeurd?"),
    ("S2", "Ik kwam op donderdag acht oktober bij de nachtopvang en de deur was dicht."),
    ("S1", "Wij kunnen dat wel toezeggen. In het logboek staat geen telefoontje."),
    ("S2", "Mijn kluisje was leeg en er zat driehonderdzestig euro in, hè."),
    ("S2", "Dat was onze fout. Wij bieden daar onze excuses voor aan."),
)
REPORT = (
    "Ik heb twee keer gebeld maar niemand deed open.",
    "Er zat driehonderdzestig euro in mijn kluisje.",
    "Er is beloofd dat ik een nieuwe fiets krijg.",
)
A_MS, B_MS = 30_000, 26_000
ALIGNED = RecordingComparison(
    same=SameRecording.SAME_CONVERSATION,
    drift_ppm=0.0,
    map=(
        Stretch(a_start_ms=0, a_end_ms=9_200, b_start_ms=0, b_end_ms=9_200),
        Stretch(a_start_ms=13_200, a_end_ms=A_MS, b_start_ms=9_200, b_end_ms=B_MS),
    ),
    findings=(
        RecordingFinding(kind=RecordingFindingKind.ONLY_IN_A, a=(9_000, 13_400), b=(9_000, 9_400), length_ms=4_000),
        RecordingFinding(kind=RecordingFindingKind.NOT_COMPARABLE, a=(20_000, 21_000), b=(16_000, 17_000), length_ms=1_000),
    ),
    level_db=None,
    silent=(),
)


def side(name: str, said: Transcript | None = None, report: tuple[str, ...] | None = None) -> Account:
    """An account of one side without files."""
    labels = {voice.label: voice.name or voice.label for voice in said.voices} if said else {}
    return Account(source=Source(name=name), transcript=said, report=report_of(list(report)) if report else None, labels=labels)


def two_sides(
    said: tuple[tuple[str | None, str], ...] = SAID,
    other: tuple[tuple[str | None, str], ...] = OTHER,
    recordings: RecordingComparison | None = ALIGNED,
    names: tuple[str, str] = ("opname van de client", "opname van de organisatie"),
    voices: tuple[Voice, ...] = VOICES,
    language: Language = Language.DUTCH,
) -> tuple[Comparison, Account, Account]:
    """Two dossiers beside each other."""
    a, b = (side(name, account(*lines, voices=voices)) for name, lines in zip(names, (said, other), strict=True))
    assert a.transcript is not None
    assert b.transcript is not None
    on_a = recordings.time_map if recordings else None
    words = compare_minutes(a.transcript, b.transcript, time_map=(lambda ms: on_a(ms) or ms) if on_a else None)
    comparison = Comparison(
        schema=SCHEMA,
        report_language=language,
        a=reference(names[0], A_MS if recordings else None),
        b=reference(names[1], B_MS if recordings else None),
        recordings=identified_recordings(recordings) if recordings else None,
        minutes=identified_minutes(words),
        report=None,
        not_compared=(),
    )
    return comparison, a, b


def a_report(report: tuple[str, ...] = REPORT) -> tuple[Comparison, Account, Account]:
    """A written report (A) beside the conversation (B)."""
    a, b = side("mijn verslag.docx", report=report), side("minutes.json", account(*SAID, voices=VOICES))
    assert a.report is not None
    assert b.transcript is not None
    found = identified_report(compare_report(a.report, b.transcript))
    comparison, *_ = two_sides(recordings=None)
    return replace(comparison, a=reference(a.source.name, None), b=reference(b.source.name, None), minutes=None, report=found), a, b


def reference(name: str, duration_ms: int | None) -> Reference:
    digest = "ab" * 32 if duration_ms else None
    return Reference(
        name=name, recording_sha256=digest, duration_ms=duration_ms, minutes_sha256="cd" * 32, report_sha256=None, integrity_sha256=None
    )


def both_readings() -> list[ComparisonReading]:
    """Every kind of comparison a reader gets."""
    return [read_comparison(*two_sides()), read_comparison(*two_sides(recordings=None)), read_comparison(*a_report())]
