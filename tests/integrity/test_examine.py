import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import documents
from pipeline.errors import InputRefused
from pipeline.integrity.calibration import TOGETHER, Calibration, Entry, Trial
from pipeline.integrity.examine import examine
from pipeline.integrity.model import (
    CodecClass,
    Conclusion,
    Hypotheses,
    IntegrityDocument,
    Level,
    Outcome,
    Power,
    Stance,
    Strength,
    StrengthLabel,
    Trace,
)
from pipeline.integrity.structure.detector import StructureDetector
from pipeline.integrity.wording import _power, conclusion_in_words, finding_in_words, in_words, outcome_in_words, strength_in_words
from pipeline.recording.agreement import parse_agreement
from pipeline.settings import Settings
from pipeline.texts import Language, texts
from tests.integrity.builders import cut_keeping_times, stream_copy

ROOM = Path(__file__).parents[2] / "pipeline" / "integrity"


def test_an_untouched_recording_gives_no_indication_and_the_power_of_the_test(untouched: dict[str, Path]) -> None:
    document = examine(untouched["m4a"], None, Settings())
    assert document.conclusion is Conclusion.NO_INDICATION
    assert {finding.level for finding in document.findings} <= {Level.HISTORY}
    spoken = " ".join(conclusion_in_words(document, Language.DUTCH))
    assert "geen bewijs dat niet is geknipt" in spoken


def test_what_all_tests_find_together_stands_before_the_figures_of_each(untouched: dict[str, Path]) -> None:
    """Sixty of sixty for one way of cutting must not be read as sixty of sixty cuts."""
    cut = Trial(edit_kind="cut_saved_as_this", detected=3, n=40)
    entry = Entry(detector=TOGETHER, codec_class=CodecClass.AAC, trials=(cut,), device_hours=0, generated_hours=1, false_alarms=0)
    figures = Calibration(schema="test/1", measured_on="2026-11-25", entries=(entry,))
    document = examine(untouched["m4a"], None, Settings(), figures=figures)
    said = conclusion_in_words(document, Language.DUTCH)
    assert said[1].startswith("Alle toetsen samen.")
    assert "3 van de 40 keer" in said[1]
    assert "tweede opname" in said[1]
    nothing = examine(untouched["m4a"], None, Settings(), figures=replace(figures, entries=()))
    assert conclusion_in_words(nothing, Language.DUTCH)[1].startswith("Alle toetsen samen. Niet gemeten")


def test_a_format_that_keeps_no_traces_cannot_be_tested(untouched: dict[str, Path]) -> None:
    document = examine(untouched["amr"], None, Settings())
    assert document.conclusion is Conclusion.NOT_TESTABLE
    assert conclusion_in_words(document, Language.DUTCH)[1].startswith("Niet te toetsen.")


def test_an_announced_cut_is_no_indication_and_an_unannounced_one_is(untouched: dict[str, Path], tmp_path: Path) -> None:
    cut = stream_copy(untouched["m4a"], tmp_path / "cut.m4a", cut_keeping_times(400, 50))
    document = examine(cut, None, Settings())
    assert document.conclusion is Conclusion.INDICATION
    assert documents.decode(IntegrityDocument, documents.encode(document)) == document
    agreement = parse_agreement(b'[[edits.announced]]\nid = "telefoon"\nkind = "deleted"\nfrom = "0:10"\nprecision = "0:02"\n')
    announced = examine(cut, agreement, Settings())
    assert announced.conclusion is Conclusion.NO_INDICATION
    assert [result.outcome for result in announced.announced_edits] == [Outcome.FOUND]
    told = conclusion_in_words(announced, Language.DUTCH)
    assert "Bewerking 1 uit de afspraak, bij 00:00:09. Gemeld en gevonden." in told
    (first,) = {outcome_in_words(finding, Language.DUTCH) for finding in announced.findings if finding.level is not Level.HISTORY}
    assert first == "Gemeld en gevonden."
    assert {outcome_in_words(finding, Language.DUTCH) for finding in document.findings} - {None} == {"Gevonden en niet gemeld."}


def test_an_announced_edit_that_leaves_no_trace_is_told_as_normal(untouched: dict[str, Path]) -> None:
    agreement = parse_agreement(b'[[edits.announced]]\nkind = "deleted"\nfrom = "0:10"\n')
    told = conclusion_in_words(examine(untouched["wav"], agreement, Settings(), detectors=()), Language.DUTCH)
    assert "Bewerking 1 uit de afspraak. Gemeld en niet gevonden. Dat is normaal: veel knippen laten geen spoor na." in told


def test_how_strong_is_told_once_where_it_was_not_measured(untouched: dict[str, Path], tmp_path: Path) -> None:
    cut = stream_copy(untouched["m4a"], tmp_path / "cut.m4a", cut_keeping_times(400, 50))
    document = examine(cut, None, Settings(), detectors=(StructureDetector(),))
    (claim,) = (finding for finding in document.findings if finding.level is not Level.HISTORY)
    assert strength_in_words(StrengthLabel.NOT_CALIBRATED, Language.DUTCH) in conclusion_in_words(document, Language.DUTCH)
    measured = replace(claim, strength=Strength(label=StrengthLabel.MORE_LIKELY, likelihood_ratio=20.0))
    assert finding_in_words(measured, Language.DUTCH).endswith("Dit is waarschijnlijker als de opname is onderbroken of geknipt.")


def test_the_recording_is_left_as_it_was(untouched: dict[str, Path]) -> None:
    path = untouched["mp3"]
    before = path.read_bytes(), path.stat().st_mtime_ns
    examine(path, None, Settings())
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize("data", [b"", b"RIFF", b"no recording at all" * 100, b"\xff\xfb" * 5000, b"\0\0\0\x08moov" * 100])
def test_what_is_no_recording_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "input"
    path.write_bytes(data)
    with pytest.raises(InputRefused):
        examine(path, None, Settings())


def test_changed_samples_of_a_flac_are_seen(untouched: dict[str, Path], tmp_path: Path) -> None:
    data = bytearray(untouched["flac"].read_bytes())
    data[30] ^= 1  # inside the sum that the header holds
    path = tmp_path / "other.flac"
    path.write_bytes(data)
    assert "samples_changed" in {finding.kind for finding in examine(path, None, Settings()).findings}
    assert "samples_changed" not in {finding.kind for finding in examine(untouched["flac"], None, Settings()).findings}


def test_every_kind_and_reason_has_words_in_both_languages() -> None:
    code = " ".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py"))
    used = (
        set(re.findall(r'Level\.[A-Z_]+,\s+"(\w+)"', code))
        | set(re.findall(r'kind="(\w+)"', code))
        | set(re.findall(r'else "(time_overlap|\w+_frames_than_counted)"', code))
    )
    used.discard("stable")  # how numpy sorts
    assert len(used) > 20
    keys = texts(Language.DUTCH).all_keys()
    assert {f"integrity.kind.{kind}" for kind in used} <= keys
    assert {f"integrity.reason.{reason}" for reason in re.findall(r'reason="(\w+)"', code)} <= keys
    assert {f"integrity.outcome.{outcome}" for outcome in Outcome} <= keys
    assert {f"integrity.codec.{codec}" for codec in CodecClass} <= keys


def test_every_weighing_and_strength_has_words() -> None:
    for edited in Stance:
        for benign in Stance:
            hypotheses = Hypotheses(edited=edited, uninterrupted=Stance.NEUTRAL, benign_interruption=benign)
            trace = Trace(
                level=Level.DISCONTINUITY, kind="time_gap", start_ms=0, end_ms=9, hypotheses=hypotheses, evidence={"milliseconds": 2345}
            )
            words = in_words(trace)
            assert "2,3 seconden" in words.nl
            assert "2.3 seconds" in words.en
    for label in StrengthLabel:
        assert strength_in_words(label, Language.DUTCH)


def test_the_power_is_told_in_numbers() -> None:
    cut = Power(edit_kind="stream_copy_cut", codec_class=CodecClass.MP3, detected=94, n=100, ci95=(0.87, 0.98))
    join = Power(edit_kind="stream_copy_join", codec_class=CodecClass.MP3, detected=7, n=60, ci95=(0.05, 0.22))
    (said,) = _power("De opbouw", (cut, join), texts(Language.DUTCH))
    assert "geknipt zonder opnieuw op te slaan: 94 van de 100; stukken aan elkaar gezet zonder opnieuw op te slaan: 7 van de 60." in said
    assert said.endswith("Dit is geen bewijs dat niet is geknipt.")


def test_figures_of_different_types_of_file_stay_apart() -> None:
    cut = Power(edit_kind="stream_copy_cut", codec_class=CodecClass.MP3, detected=94, n=100, ci95=(0.87, 0.98))
    of_aac = replace(cut, codec_class=CodecClass.AAC, detected=60, n=60)
    mp3, aac = _power("De opbouw", (cut, of_aac), texts(Language.DUTCH))
    assert "(MP3) vond deze toets: geknipt zonder opnieuw op te slaan: 94 van de 100." in mp3
    assert "(AAC, zoals m4a) vond deze toets: geknipt zonder opnieuw op te slaan: 60 van de 60." in aac
