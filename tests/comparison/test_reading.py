from dataclasses import replace

import pytest

from pipeline.comparison.compare import NotCompared
from pipeline.comparison.model import DifferenceClass, RecordingFinding, RecordingFindingKind, ReportComparison, SameRecording
from pipeline.comparison.reading import read_comparison
from pipeline.comparison.reading.wording import certainty, length, percent, sameness
from pipeline.comparison.wording import comparison_in_words
from pipeline.integrity.model import CodecClass, Conclusion, ExaminedRecording, IntegrityDocument
from pipeline.texts import Language, texts
from tests.comparison.readings import A_MS, ALIGNED, B_MS, OTHER, SAID, a_report, both_readings, two_sides

DUTCH = texts(Language.DUTCH)
EDGES = replace(
    ALIGNED,
    findings=(
        RecordingFinding(kind=RecordingFindingKind.ONLY_IN_A, a=(0, 600), b=(0, 0), length_ms=600),
        RecordingFinding(kind=RecordingFindingKind.ONLY_IN_B, a=(A_MS, A_MS), b=(B_MS - 2_000, B_MS), length_ms=2_000),
    ),
)


def test_the_summary_says_what_is_the_same_what_is_missing_what_matters_and_what_stays_open() -> None:
    reading = read_comparison(*two_sides())
    told = {fact.key: " ".join(fact.sentences) for fact in reading.summary}
    assert list(told) == ["same", "missing", "matters", "open"]
    assert "Van opname A (30,0 seconden) staat 86% ook in B." in told["same"]
    assert "Van opname B (26,0 seconden) staat 100% ook in A." in told["same"]
    assert "Staat in A, niet in B: één stuk van 4,0 seconden, in A vanaf 00:00:09." in told["missing"]
    assert "Er is geen stuk gevonden dat wel in B staat en niet in A." in told["missing"]
    assert "ontkenning: 1, getal: 1, wie het zegt: 1" in told["matters"]
    assert "niet te vergelijken is, bijvoorbeeld door ruis of stilte: 1,0 seconden" in told["open"]


def test_the_differences_that_change_most_come_first_and_fillers_last() -> None:
    kinds = [difference.kind for difference in read_comparison(*two_sides()).differences]
    assert kinds[:3] == [DifferenceClass.NEGATION, DifferenceClass.NUMBER, DifferenceClass.SPEAKER]
    assert kinds[-1] is DifferenceClass.FILLER


def test_a_difference_stands_in_its_context_with_time_speaker_and_certainty_of_both_sides() -> None:
    denial = read_comparison(*two_sides()).differences[0]
    assert (denial.a.before, denial.a.marked, denial.b.marked, denial.b.after) == (
        "Wij kunnen dat",
        "niet",
        "wel",
        "toezeggen. In het logboek staat geen telefoontje.",
    )
    assert (denial.a.time, denial.b.time) == ("00:00:14", "00:00:10")
    assert denial.a.speaker == denial.b.speaker == "Begeleider"
    assert denial.a.doubt == "herkenning 90% zeker"


def test_words_that_lie_in_sound_only_one_recording_has_say_so() -> None:
    gone = next(difference for difference in read_comparison(*two_sides()).differences if difference.a.marked.startswith("Ik heb twee"))
    assert gone.b.marked == ""
    assert gone.note == "Ligt in een stuk dat alleen in opname A te horen is."


def test_a_finding_is_told_from_both_sides_and_the_drawing_in_words() -> None:
    reading = read_comparison(*two_sides())
    only = reading.findings[0]
    assert only.a.text == "Staat hier: 4,0 seconden, tussen 00:00:09–00:00:14."
    assert only.b.text == "Staat hier niet. De plek is 00:00:09–00:00:10."
    assert reading.drawing is not None
    assert [row[0] for row in reading.drawing.rows] == [
        "Gelijk, 9,2 seconden",
        "Staat in A, niet in B, 4,0 seconden",
        "Gelijk, 16,8 seconden",
        "Niet te vergelijken, 1,0 seconden",
    ]
    assert [shape.kind for shape in reading.drawing.a] == ["bar", "only", "unclear"]
    assert [shape.kind for shape in reading.drawing.b] == ["bar", "unclear"]


def test_a_recording_that_only_began_earlier_or_went_on_longer_is_not_told_as_a_gap() -> None:
    reading = read_comparison(*two_sides(recordings=EDGES))
    missing = next(fact for fact in reading.summary if fact.key == "missing").sentences
    assert "Opname A begint eerder dan B: 0,6 seconden." in missing
    assert "Opname B gaat langer door dan A: 2,0 seconden." in missing
    assert "Er is geen stuk gevonden dat wel in A staat en niet in B." in missing
    assert [finding.notes for finding in reading.findings] == [
        ("Dit is het begin: A begint eerder dan B.",),
        ("Dit is het einde: B gaat langer door dan A.",),
    ]


def test_the_weaker_cut_check_stands_beside_the_stronger_one() -> None:
    comparison, a, b = two_sides()
    reading = read_comparison(comparison, a, replace(b, examined=NOTHING_FOUND))
    assert reading.cut_checks[0].sentences == ("Deze opname is niet op knippen onderzocht. Dat kan met: wederhoor examine.",)
    assert reading.cut_checks[1].sentences[0].startswith("Er is geen aanwijzing gevonden")
    assert reading.findings[0].notes == ("De knipcontrole van B vond op deze plek niets. Dat bewijst niet dat daar niet is geknipt.",)


NOTHING_FOUND = IntegrityDocument(
    schema="wederhoor/integrity/1",
    recording=ExaminedRecording(
        sha256="0" * 64,
        size_bytes=1,
        container="mp4",
        codec="aac",
        codec_class=CodecClass.AAC,
        sample_rate=44_100,
        channels=1,
        duration_ms=B_MS,
    ),
    conclusion=Conclusion.NO_INDICATION,
    findings=(),
    announced_edits=(),
    tests=(),
)


def test_the_whole_text_holds_every_word_of_both_sides_with_the_differences_marked() -> None:
    rows = [row for section in read_comparison(*two_sides()).sections for row in section.rows]
    for lines, column in ((SAID, [line for row in rows for line in row.a]), (OTHER, [line for row in rows for line in row.b])):
        assert [" ".join(piece.text for piece in line.pieces) for line in column] == [said for _, said in lines]
    marked = [piece.text for row in rows for line in row.b for piece in line.pieces if piece.difference and not piece.is_filler]
    assert marked == ["wel", "driehonderdzestig euro"] or marked == ["wel", "driehonderdzestig"]


def test_sentences_of_a_report_come_with_passages_and_never_with_a_verdict() -> None:
    report = read_comparison(*a_report()).report
    assert report is not None
    assert (report.report, report.conversation) == ("A", "B")
    assert [statement.label for statement in report.statements] == ["Teruggevonden", "Mogelijk anders (getal)", "Niet teruggevonden"]
    assert report.statements[0].passages[0].time == "00:00:09–00:00:14"
    assert report.statements[0].passages[0].speakers == "Mevrouw Kuipers"
    assert report.omitted


@pytest.mark.parametrize("word", ["waar", "onwaar", "gelogen", "fout van", "geknipt in"])
def test_nothing_calls_one_side_right(word: str) -> None:
    ours = [sentence for reading in both_readings() for fact in reading.summary for sentence in fact.sentences]
    assert not [sentence for sentence in ours if f" {word} " in f" {sentence} "]


def test_both_sides_get_the_same_words_when_they_change_places() -> None:
    """What is said of A is said of B when the two are given the other way round."""
    there = read_comparison(*two_sides(recordings=None))
    back = read_comparison(*two_sides(OTHER, SAID, recordings=None))
    assert sorted((one.kind, one.a.marked, one.b.marked) for one in there.differences) == sorted(
        (one.kind, one.b.marked, one.a.marked) for one in back.differences
    )


def test_what_could_not_be_compared_is_told_with_its_reason() -> None:
    comparison, a, b = two_sides()
    other = NotCompared(part="minutes", reason="comparison_languages_differ", details={"a": "nl", "b": "en"})
    reading = read_comparison(replace(comparison, minutes=None, not_compared=(other,)), a, b)
    left_open = next(fact for fact in reading.summary if fact.key == "open").sentences
    assert any("vertaalt niet" in sentence for sentence in left_open)


@pytest.mark.parametrize(("silent", "told"), [(("a",), "is niet te zeggen."), ((), "te kort")])
def test_of_a_silent_or_very_short_recording_it_is_not_said_that_it_is_of_another_conversation(silent: tuple[str, ...], told: str) -> None:
    everything = RecordingFinding(kind=RecordingFindingKind.NOT_COMPARABLE, a=(0, 6_000), b=(0, 60_000), length_ms=6_000)
    found = replace(ALIGNED, same=SameRecording.UNRELATED, map=(), findings=(everything,), silent=silent)
    assert told in sameness(found, DUTCH)
    assert "lijken geen opnamen" not in " ".join(comparison_in_words(two_sides(recordings=found)[0], Language.DUTCH))


def test_unrelated_recordings_have_no_drawing_and_nothing_is_said_of_what_is_missing() -> None:
    unrelated = replace(ALIGNED, same=SameRecording.UNRELATED, map=(), findings=())
    comparison, a, b = two_sides(recordings=unrelated)
    reading = read_comparison(replace(comparison, minutes=None), a, b)
    assert reading.drawing is None
    assert next(fact for fact in reading.summary if fact.key == "missing").sentences == ("Dat is niet te zeggen.",)


@pytest.mark.parametrize(
    ("ms", "said"),
    [(400, "0,4 seconden"), (59_900, "59,9 seconden"), (185_000, "3 min. 5 sec."), (4_320_000, "1 uur 12 min.")],
)
def test_lengths_are_said_as_people_say_them(ms: int, said: str) -> None:
    assert length(ms, DUTCH) == said


def test_a_hundred_per_cent_is_all_of_it() -> None:
    assert percent(999, 1000) == 99
    assert percent(1000, 1000) == 100


def test_doubt_is_told_in_words() -> None:
    assert certainty(0.31, DUTCH) == ("herkenning onzeker (31%)", True)
    assert certainty(None, DUTCH) == ("", False)


def test_rows_of_a_report_that_were_read_as_headings_are_told() -> None:
    comparison, a, b = two_sides()
    report = ReportComparison(language="nl", statements=(), omitted=(), headings=("Verslag van het gesprek",))
    reading = read_comparison(replace(comparison, report=report), a, b)
    left_open = next(fact for fact in reading.summary if fact.key == "open").sentences
    assert any("“Verslag van het gesprek”" in sentence for sentence in left_open)
