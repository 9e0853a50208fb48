from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.speech.diarisation.segmentation import STEP_FRAMES, WINDOW_FRAMES, frame_start_ms
from pipeline.speech.diarisation.timeline import NOBODY, Timeline, named_in_order
from pipeline.speech.model import Turn


def likely(*spans: tuple[int, int, int, float]) -> np.ndarray:
    """A window in which local speakers are heard: (local speaker, first frame, one past the last, probability)."""
    made = np.zeros((WINDOW_FRAMES, 3), np.float32)
    for local, first, last, probability in spans:
        made[first:last, local] = probability
    return made


def test_a_turn_lies_where_its_frames_lie() -> None:
    timeline = Timeline(10_000, 1)
    timeline.add(0, likely((2, 100, 200, 0.9)), [NOBODY, NOBODY, 0])
    assert timeline.turns() == (Turn(start_ms=frame_start_ms(100), end_ms=frame_start_ms(200), speaker="0"),)


def test_one_person_is_followed_through_windows_that_number_them_differently() -> None:
    timeline = Timeline(12_430, 1)
    timeline.add(0, likely((0, 300, 500, 0.9)), [0, NOBODY, NOBODY])
    timeline.add(1, likely((2, 300 - STEP_FRAMES, 500 - STEP_FRAMES, 0.9)), [NOBODY, NOBODY, 0])
    assert [(turn.start_ms, turn.end_ms) for turn in timeline.turns()] == [(frame_start_ms(300), frame_start_ms(500))]


def test_overlap_is_kept_and_the_exclusive_turns_have_the_likeliest() -> None:
    timeline = Timeline(10_000, 2)
    timeline.add(0, likely((0, 100, 300, 0.9), (1, 200, 400, 0.95)), [0, 1, NOBODY])
    assert {(turn.start_ms, turn.speaker) for turn in timeline.turns()} == {(frame_start_ms(100), "0"), (frame_start_ms(200), "1")}
    assert timeline.turns()[0].end_ms == frame_start_ms(300)
    assert timeline.exclusive_turns()[0].end_ms == frame_start_ms(200)


def test_half_doubted_speech_of_two_windows_counts_by_their_mean() -> None:
    timeline = Timeline(12_430, 1)
    timeline.add(0, likely((0, 200, 300, 0.9), (0, 400, 500, 0.7)), [0, NOBODY, NOBODY])
    timeline.add(1, likely((0, 400 - STEP_FRAMES, 500 - STEP_FRAMES, 0.4)), [0, NOBODY, NOBODY])
    # In 200-300 only one of two windows hears anything, at .9: the mean is .45. In 400-500 it is .55.
    assert [turn.start_ms for turn in timeline.turns()] == [frame_start_ms(400)]


def test_speech_of_an_unknown_voice_is_no_turn() -> None:
    timeline = Timeline(10_000, 1)
    timeline.add(0, likely((0, 100, 200, 0.9)), [NOBODY, NOBODY, NOBODY])
    assert timeline.turns() == ()


def test_no_turn_reaches_past_the_end() -> None:
    timeline = Timeline(3_001, 1)
    timeline.add(0, likely((0, 0, WINDOW_FRAMES, 1.0)), [0, NOBODY, NOBODY])
    (turn,) = timeline.turns()
    assert 2_950 < turn.end_ms <= 3_001


def test_nothing_of_no_length_has_no_turns() -> None:
    timeline = Timeline(0, 1)
    timeline.add(0, likely((0, 0, WINDOW_FRAMES, 1.0)), [0, NOBODY, NOBODY])
    assert timeline.turns() == timeline.exclusive_turns() == ()


def test_speakers_are_numbered_by_first_speech() -> None:
    turns = [Turn(start_ms=0, end_ms=5, speaker="7"), Turn(start_ms=6, end_ms=9, speaker="0"), Turn(start_ms=9, end_ms=12, speaker="7")]
    renamed, exclusive = named_in_order(turns, turns[1:])
    assert [turn.speaker for turn in renamed] == ["S1", "S2", "S1"]
    assert [turn.speaker for turn in exclusive] == ["S2", "S1"]


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), windows=st.integers(1, 4), crowd=st.integers(1, 4))
def test_whatever_the_windows_say_the_turns_are_sound(seed: int, windows: int, crowd: int) -> None:
    random = np.random.default_rng(seed)
    duration_ms = 10_000 + (windows - 1) * 2_430
    timeline = Timeline(duration_ms, crowd)
    for number in range(windows):
        runs = np.repeat(random.random((20, 3)), 30, axis=0)[:WINDOW_FRAMES].astype(np.float32)
        timeline.add(number, runs, random.integers(-1, crowd, 3).tolist())
    for turn in timeline.turns():
        assert 0 <= turn.start_ms < turn.end_ms <= duration_ms
    exclusive = sorted(timeline.exclusive_turns(), key=lambda turn: turn.start_ms)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(exclusive))
    for speaker in {turn.speaker for turn in timeline.turns()}:
        own = [turn for turn in timeline.turns() if turn.speaker == speaker]
        assert all(before.end_ms < after.start_ms for before, after in pairwise(own))
