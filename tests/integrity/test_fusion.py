import pytest

from pipeline.integrity.fusion import fused
from pipeline.integrity.model import INTERRUPTED, BothLanguages, Family, Finding, Level, Strength, StrengthLabel

FAMILIES = {"structure": Family.STRUCTURE, "silence": Family.LEVEL, "grid": Family.GRID, "hum": Family.HUM}


def finding(detector: str, start_ms: int, ratio: float | None, level: Level = Level.DISCONTINUITY) -> Finding:
    label = StrengthLabel.NOT_CALIBRATED if ratio is None else StrengthLabel.SLIGHTLY_MORE_LIKELY
    return Finding(
        id=f"{detector}-{start_ms}",
        level=level,
        kind="time_gap",
        start_ms=start_ms,
        end_ms=start_ms + 10,
        channel=None,
        detector=detector,
        strength=Strength(label=label, likelihood_ratio=ratio),
        hypotheses=INTERRUPTED,
        announced=None,
        text=BothLanguages(nl="", en=""),
        evidence={},
    )


def ratios(*findings: Finding) -> list[float | None]:
    return [each.strength.likelihood_ratio for each in fused(findings, FAMILIES)]


def test_independent_tests_at_one_place_multiply() -> None:
    assert ratios(finding("structure", 1000, 4.0), finding("hum", 1300, 5.0)) == [20.0, 20.0]
    (first, _) = fused((finding("structure", 1000, 4.0), finding("hum", 1300, 5.0)), FAMILIES)
    assert first.strength.label is StrengthLabel.MORE_LIKELY


def test_of_tests_that_look_at_the_same_edge_the_strongest_counts() -> None:
    assert ratios(finding("silence", 1000, 4.0), finding("grid", 1010, 5.0)) == [5.0, 5.0]


@pytest.mark.parametrize("apart", [600, 60_000])
def test_other_places_do_not_help(apart: int) -> None:
    assert ratios(finding("structure", 1000, 4.0), finding("hum", 1010 + apart, 5.0)) == [4.0, 5.0]


def test_a_test_that_was_not_calibrated_adds_nothing_and_stays_so() -> None:
    assert ratios(finding("structure", 1000, None), finding("hum", 1000, 5.0)) == [None, 5.0]


def test_history_is_never_weighed() -> None:
    assert ratios(finding("structure", 1000, 4.0), finding("hum", 1000, 5.0, Level.HISTORY)) == [4.0, 5.0]


def test_the_product_ends_where_the_scale_ends() -> None:
    assert ratios(finding("structure", 1000, 900.0), finding("hum", 1000, 900.0)) == [10_000.0, 10_000.0]
