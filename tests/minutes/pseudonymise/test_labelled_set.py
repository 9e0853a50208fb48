"""The figures on the half of the labelled set that the rules may be made with are held; the other half is scored once."""

from pathlib import Path

import pytest

from tests.benchmarks.pseudonymisation.score import score

TUNING = Path(__file__).parents[2] / "data" / "pseudonymisation" / "tuning.jsonl"


@pytest.fixture(scope="module")
def results() -> dict[str, dict[str, float]]:
    return score(TUNING)


@pytest.mark.parametrize(
    ("kind", "recall"), [("numbers", 0.99), ("person", 0.98), ("address", 0.95), ("place", 0.95), ("organisation", 0.9)]
)
def test_recall(results: dict[str, dict[str, float]], kind: str, recall: float) -> None:
    assert results[kind]["recall"] >= recall
    assert results[kind]["whole_rate"] >= recall


def test_precision(results: dict[str, dict[str, float]]) -> None:
    assert results["all"]["precision"] >= 0.98
    assert results["texts_without_items"]["with_false"] <= 1
