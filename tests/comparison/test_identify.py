from pipeline.comparison.identify import identified_minutes, identified_report
from pipeline.comparison.minutes import compare_minutes
from pipeline.comparison.read_report import report_of
from pipeline.comparison.report import compare_report
from tests.comparison.accounts import CONVERSATION, account

OTHER = tuple((who, said.replace("niet toezeggen", "wel toezeggen").replace("oktober", "november")) for who, said in CONVERSATION)


def test_the_same_comparison_gives_the_same_ids_and_each_is_its_own() -> None:
    once, again = (identified_minutes(compare_minutes(account(*CONVERSATION), account(*OTHER))) for _ in range(2))
    ids = [difference.id for difference in once.differences]
    assert ids == [difference.id for difference in again.differences]
    assert len(set(ids)) == len(ids) >= 2
    assert all(one.startswith("d-") for one in ids)


def test_a_difference_that_stays_keeps_its_id_when_another_goes() -> None:
    """A response that points at it still finds it."""
    both = identified_minutes(compare_minutes(account(*CONVERSATION), account(*OTHER)))
    only_month = [(who, said.replace("oktober", "november")) for who, said in CONVERSATION]
    fewer = identified_minutes(compare_minutes(account(*CONVERSATION), account(*only_month)))
    assert [one.id for one in fewer.differences] == [one.id for one in both.differences if one.kind == "time"]


def test_a_sentence_that_was_written_twice_can_be_told_apart() -> None:
    report = report_of(["Ik heb twee keer gebeld.", "Ik heb twee keer gebeld."])
    found = identified_report(compare_report(report, account(*CONVERSATION)))
    first, second = found.statements
    assert first.id != second.id
    assert all(one.id.startswith("o-") for one in found.omitted)
