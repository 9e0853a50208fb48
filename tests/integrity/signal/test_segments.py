"""The course through frames of several grids, on frames that are made here."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.integrity.signal.segments import Frames, evidence, jumps, segments

HOP, WINDOW = 1024, 2048
SHIFT = 3.0


def frames(offset: int, end: int, holds: list[tuple[int, int]], chance: np.random.Generator, shift: float = SHIFT) -> Frames:
    """All frames at this offset up to `end`; those inside a stretch where it holds stand out."""
    starts = np.arange(offset, end, HOP)
    z = chance.standard_normal(starts.size)
    for first, last in holds:
        z[(starts >= first) & (starts + WINDOW <= last)] += shift + 1
    return Frames(starts, evidence(z, shift), shift)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**20),
    cut=st.integers(60 * HOP, 140 * HOP),
    before=st.integers(0, HOP - 1),
    apart=st.integers(2, HOP - 2),
)
def test_a_jump_lies_where_one_grid_gives_way_to_another(seed: int, cut: int, before: int, apart: int) -> None:
    chance, end, after = np.random.default_rng(seed), 200 * HOP, (before + apart) % HOP
    grids = {before: frames(before, end, [(0, cut)], chance), after: frames(after, end, [(cut, end + WINDOW)], chance)}
    (jump,) = jumps(grids, HOP, WINDOW, segments(grids, HOP, WINDOW, 0, end))
    assert (jump.before.offset, jump.after.offset) == (before, after)
    assert jump.start - 2 * HOP <= cut <= jump.end + 2 * HOP
    assert jump.end - jump.start < 12 * HOP


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**20), others=st.lists(st.integers(0, HOP - 1), max_size=4, unique=True))
def test_a_grid_that_holds_throughout_never_jumps(seed: int, others: list[int]) -> None:
    chance, end = np.random.default_rng(seed), 300 * HOP
    grids = {offset: frames(offset, end, [], chance) for offset in others}
    grids[5] = frames(5, end, [(0, end + WINDOW)], chance)
    found = segments(grids, HOP, WINDOW, 0, end)
    assert [segment.offset for segment in found] == [5]
    assert jumps(grids, HOP, WINDOW, found) == []


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**20), offsets=st.lists(st.integers(0, HOP - 1), min_size=1, max_size=4, unique=True))
def test_frames_that_fit_by_chance_make_no_jump(seed: int, offsets: list[int]) -> None:
    chance, end = np.random.default_rng(seed), 300 * HOP
    grids = {offset: frames(offset, end, [], chance) for offset in offsets}
    assert jumps(grids, HOP, WINDOW, segments(grids, HOP, WINDOW, 0, end)) == []


def test_silence_between_is_no_jump() -> None:
    chance, end = np.random.default_rng(1), 300 * HOP
    held = frames(7, end, [(0, end + WINDOW)], chance)
    held.evidence[100:200] = evidence(np.full(100, np.nan), SHIFT)
    grids = {7: held, 300: frames(300, end, [], chance)}
    assert jumps(grids, HOP, WINDOW, segments(grids, HOP, WINDOW, 0, end)) == []


def test_places_one_sample_apart_are_one_grid() -> None:
    """After a change of rate a frame starts between two samples."""
    chance, end = np.random.default_rng(2), 200 * HOP
    grids = {9: frames(9, end, [(0, 100 * HOP)], chance), 10: frames(10, end, [(100 * HOP, end + WINDOW)], chance)}
    assert jumps(grids, HOP, WINDOW, segments(grids, HOP, WINDOW, 0, end)) == []


def test_without_frames_there_is_nothing() -> None:
    assert segments({}, HOP, WINDOW, 0, 10 * HOP) == []
