"""From who is heard in each window to the turns of the recording.

Windows overlap, so that about four have an opinion on each moment. How many people speak at once is the mean of what the
windows expect, rounded; who they are is decided by the sum of the probabilities that the windows give each person.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.speech.diarisation.segmentation import STEP_FRAMES, WINDOW_FRAMES, frame_start_ms, frames_in
from pipeline.speech.model import Turn

NOBODY = -1

_MOST_AT_ONCE = 3


class Timeline:
    """Adds up windows, in order, for a recording of `duration_ms` in which `people` were told apart."""

    def __init__(self, duration_ms: int, people: int) -> None:
        self._duration_ms = duration_ms
        frames = frames_in(duration_ms)
        self._likely = np.zeros((frames, people), np.float32)
        self._expected = np.zeros(frames, np.float32)
        self._windows = np.zeros(frames, np.uint16)

    def add(self, number: int, likely: NDArray[np.floating], people: Sequence[int]) -> None:
        """Add window `number`: the probability that each local speaker is heard, and which person (or NOBODY) each is."""
        first = number * STEP_FRAMES
        here = slice(first, first + WINDOW_FRAMES)
        likely = likely[: len(self._windows[here])]
        self._windows[here] += 1
        self._expected[here] += likely.sum(axis=1)
        for person in set(people) - {NOBODY}:
            theirs = [local for local, each in enumerate(people) if each == person]
            self._likely[here, person] += likely[:, theirs].max(axis=1)

    def turns(self) -> tuple[Turn, ...]:
        """Who speaks when, more than one at a time where they overlap."""
        return self._turns(_MOST_AT_ONCE)

    def exclusive_turns(self) -> tuple[Turn, ...]:
        """The same with one speaker at a time: the likeliest."""
        return self._turns(1)

    def _turns(self, at_once: int) -> tuple[Turn, ...]:
        people = self._likely.shape[1]
        speaking = np.zeros(self._likely.shape, np.bool_)
        expected = np.rint(self._expected / np.maximum(self._windows, 1))
        # Whoever is likeliest is taken first, then the next, as long as more people are expected.
        left = self._likely.copy()
        rows = np.arange(len(left))
        for rank in range(min(at_once, people)):
            person = left.argmax(axis=1)
            speaking[rows, person] |= (expected > rank) & (left[rows, person] > 0)
            left[rows, person] = 0
        found = [(start, end, person) for person in range(people) for start, end in _runs(speaking[:, person])]
        return tuple(
            Turn(start_ms=frame_start_ms(start), end_ms=min(frame_start_ms(end), self._duration_ms), speaker=str(person))
            for start, end, person in sorted(found)
        )


def named_in_order(turns: Sequence[Turn], exclusive: Sequence[Turn]) -> tuple[tuple[Turn, ...], tuple[Turn, ...]]:
    """Both kinds of turns with speakers named S1, S2 … in order of first speech."""
    names: dict[str, str] = {}
    for turn in turns:
        names.setdefault(turn.speaker, f"S{len(names) + 1}")
    both = ([Turn(start_ms=turn.start_ms, end_ms=turn.end_ms, speaker=names[turn.speaker]) for turn in each] for each in (turns, exclusive))
    renamed, renamed_exclusive = (tuple(each) for each in both)
    return renamed, renamed_exclusive


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where a mask is set, as (first, one past the last)."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return [(int(start), int(end)) for start, end in list(pairwise(changes))[::2]]
