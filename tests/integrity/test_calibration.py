import pytest

from pipeline.integrity.calibration import Calibration, Entry, Trial, calibration, interval
from pipeline.integrity.model import CodecClass, Level, StrengthLabel

HOUR = 3_600_000


def figures(device_hours: float, false_alarms: int = 0) -> Calibration:
    entry = Entry(
        detector="structure",
        codec_class=CodecClass.MP3,
        trials=(Trial(edit_kind="stream_copy_cut", detected=90, n=100),),
        device_hours=device_hours,
        generated_hours=50.0,
        false_alarms=false_alarms,
    )
    return Calibration(schema="test/1", measured_on="2026-11-23", entries=(entry,))


def test_seventeen_of_seventeen_means_only_eighty_per_cent() -> None:
    assert interval(17, 17) == (0.8049, 1.0)
    assert interval(0, 10)[0] == 0.0


def test_without_hours_from_real_devices_there_is_no_ratio() -> None:
    strength = figures(0.0).strength("structure", CodecClass.MP3, Level.DISCONTINUITY, HOUR)
    assert (strength.label, strength.likelihood_ratio) == (StrengthLabel.NOT_CALIBRATED, None)


def test_clean_hours_cap_the_ratio() -> None:
    """No false alarm in T hours: at most found * T / (3 h)."""
    strength = figures(40.0).strength("structure", CodecClass.MP3, Level.DISCONTINUITY, 2 * HOUR)
    assert strength.likelihood_ratio == pytest.approx(0.9 * 40 / (3 * 2), rel=0.01)
    assert strength.label is StrengthLabel.SLIGHTLY_MORE_LIKELY


def test_a_false_alarm_weakens_the_ratio() -> None:
    with_alarm = figures(40.0, 1).strength("structure", CodecClass.MP3, Level.DISCONTINUITY, HOUR).likelihood_ratio
    without = figures(40.0).strength("structure", CodecClass.MP3, Level.DISCONTINUITY, HOUR).likelihood_ratio
    assert with_alarm is not None
    assert without is not None
    assert with_alarm < without


def test_a_fact_of_the_files_history_has_no_strength() -> None:
    assert figures(40.0).strength("structure", CodecClass.MP3, Level.HISTORY, HOUR).label is StrengthLabel.NOT_APPLICABLE


def test_the_shipped_figures_claim_no_hours_from_devices() -> None:
    """Until somebody measures them: then this test says where to look."""
    assert all(entry.device_hours == 0 for entry in calibration().entries)
