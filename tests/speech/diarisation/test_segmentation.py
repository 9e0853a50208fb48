import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recording.speech_audio import SAMPLE_RATE
from pipeline.speech.diarisation.segmentation import (
    STEP_FRAMES,
    STEP_MS,
    WINDOW_FRAMES,
    WINDOW_MS,
    frame_at,
    frame_start_ms,
    frames_in,
    window_starts,
)


@given(st.integers(0, 40_000_000))
def test_windows_cover_the_recording_and_none_is_wasted(duration_ms: int) -> None:
    starts = window_starts(duration_ms)
    assert starts[0] == 0
    assert starts[-1] + WINDOW_MS >= duration_ms
    assert len(starts) == 1 or starts[-2] + WINDOW_MS < duration_ms


def test_the_frames_of_all_windows_lie_on_one_grid() -> None:
    assert abs(frame_start_ms(STEP_FRAMES * 1000) - frame_start_ms(0) - STEP_MS * 1000) <= 1
    assert (frame_start_ms(STEP_FRAMES * 16 * 9) - frame_start_ms(0)) * SAMPLE_RATE == STEP_MS * 16 * 9 * SAMPLE_RATE


def test_a_moment_and_its_frame_agree() -> None:
    middles = np.array([frame_start_ms(frame) + 8.4 for frame in range(WINDOW_FRAMES)])
    assert frame_at(middles).tolist() == list(range(WINDOW_FRAMES))


@given(st.integers(0, 100_000))
def test_every_frame_begins_within_the_recording(duration_ms: int) -> None:
    frames = frames_in(duration_ms)
    assert frames == 0 or frame_start_ms(frames - 1) <= duration_ms + 23
