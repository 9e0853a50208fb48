from itertools import pairwise

import pytest

from pipeline.review.parts import page_stretches
from tests.minutes import conversations as talk

MINUTE = 60_000


@pytest.mark.parametrize("part_ms", [20_000, 40_000, MINUTE, 30 * MINUTE])
def test_stretches_follow_each_other_and_none_is_too_long(part_ms: int) -> None:
    minutes = talk.minutes()
    stretches = page_stretches(minutes, part_ms)
    assert stretches[0][0] == 0
    assert stretches[-1][1] == minutes.recording.duration_ms
    assert all(before[1] == after[0] for before, after in pairwise(stretches))
    assert all(0 < end - start <= part_ms for start, end in stretches)


def test_a_part_begins_where_a_line_begins() -> None:
    minutes = talk.minutes()
    starts = {line.start_ms for line in minutes.lines}
    assert {start for start, _ in page_stretches(minutes, 40_000)[1:]} <= starts


def test_hours_in_which_nobody_spoke_are_split_too() -> None:
    silent = talk.minutes(record=talk.speech(duration_ms=100 * MINUTE), duration_ms=100 * MINUTE)
    assert page_stretches(silent, 30 * MINUTE) == [
        (0, 30 * MINUTE),
        (30 * MINUTE, 60 * MINUTE),
        (60 * MINUTE, 90 * MINUTE),
        (90 * MINUTE, 100 * MINUTE),
    ]
