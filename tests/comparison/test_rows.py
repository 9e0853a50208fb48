import random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.comparison.minutes import compare_minutes
from pipeline.comparison.model import MinutesComparison
from tests.comparison.accounts import CONVERSATION, account

Lines = list[tuple[str | None, str]]
WORDS = ("de", "tas", "kluis", "kamer", "brief", "maandag", "niet", "geen", "twintig", "euro", "mevrouw", "deur", "open", "gang")
lines = st.lists(
    st.tuples(st.sampled_from(["S1", "S2", None]), st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)),
    min_size=1,
    max_size=25,
)


def rows_of(found: MinutesComparison) -> list[tuple[list[str], list[str]]]:
    return [(list(row.a), list(row.b)) for row in found.rows]


@given(lines, lines)
def test_every_line_of_both_stands_in_one_row_in_its_own_order(of_a: Lines, of_b: Lines) -> None:
    a, b = account(*of_a), account(*of_b)
    found = compare_minutes(a, b)
    if found.comparable:
        assert [line for row in found.rows for line in row.a] == [utterance.line for utterance in a.utterances]
        assert [line for row in found.rows for line in row.b] == [utterance.line for utterance in b.utterances]
        assert all(row.a or row.b for row in found.rows)


def test_a_line_stands_beside_the_line_with_the_same_words_and_what_only_one_has_stands_alone() -> None:
    shorter = [line for number, line in enumerate(CONVERSATION) if number != 2]
    found = compare_minutes(account(*CONVERSATION), account(*shorter))
    assert rows_of(found) == [
        (["L0001"], ["L0001"]),
        (["L0002"], ["L0002"]),
        (["L0003"], []),
        (["L0004"], ["L0003"]),
        (["L0005"], ["L0004"]),
        (["L0006"], ["L0005"]),
        (["L0007"], ["L0006"]),
    ]


def test_a_turn_that_the_other_account_splits_stands_beside_all_its_parts() -> None:
    whole = account(
        ("S1", "Ik heb twee keer gebeld maar niemand deed open en de deur was dicht."), ("S2", "Dat staat niet in het logboek.")
    )
    split = account(
        ("S1", "Ik heb twee keer gebeld maar"),
        ("S1", "niemand deed open en de deur was dicht."),
        ("S2", "Dat staat niet in het logboek."),
    )
    assert rows_of(compare_minutes(whole, split)) == [(["L0001"], ["L0001", "L0002"]), (["L0002"], ["L0003"])]


def test_lines_that_overlap_all_the_way_down_do_not_become_one_endless_row() -> None:
    words = [f"woord{number}" for number in range(600)]
    random.Random(5).shuffle(words)
    cut = [("S1", " ".join(words[at : at + 6])) for at in range(0, 600, 6)]
    shifted = [("S1", " ".join(words[max(0, at - 3) : at + 3])) for at in range(0, 603, 6)]
    found = compare_minutes(account(*cut), account(*shifted))
    assert max(max(len(row.a), len(row.b)) for row in found.rows) <= 8
