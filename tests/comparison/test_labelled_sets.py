"""The rules keep what they reach on the tuning halves; the final halves are scored by hand, see tests/benchmarks/README.md."""

from tests.benchmarks.comparison import score_report_statements, score_sentence_pairs


def test_sentence_pairs() -> None:
    score = score_sentence_pairs.score(score_sentence_pairs.load("tuning"))
    assert score.right_share >= 0.99
    assert score.raised == 0
    assert score.negations_as_filler == 0


def test_report_statements() -> None:
    score = score_report_statements.score("tuning")
    assert score.first / score.said >= 0.94
    assert score.among_three == score.said
    assert score.absent_auroc >= 0.99
    assert score.marked / score.planted >= 0.94
    assert score.found_marked == 0


def test_report_statements_of_a_conversation_the_rules_were_not_made_with() -> None:
    score = score_report_statements.score("third_tuning")
    assert score.first / score.said >= 0.92
    assert score.absent_auroc >= 0.95
    assert score.marked / score.planted >= 0.75
    assert score.found_marked <= 1
