"""The search for a grid, on sound whose frames are made here: any offset, any bank that is its own inverse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.integrity.signal.alignment import Samples, frame_scores, search
from pipeline.integrity.signal.filterbanks import Filterbank, aac, filterbanks, stretched, vorbis, wma

CLEAR = 6.5
FEW = settings(max_examples=6, deadline=None)


def noise(seed: int, size: int) -> Samples:
    return (0.05 * np.random.default_rng(seed).standard_normal(size)).astype(np.float32)


def with_frames(bank: Filterbank, samples: Samples, offset: int, lost: float, seed: int) -> Samples:
    """The same sound without a part of the coefficients of each frame, as coarse rounding leaves it."""
    sound, chance = samples.astype(np.float64), np.random.default_rng(seed)
    rows = bank.rows.astype(np.float64)
    for start in range(offset, samples.size - bank.window, bank.hop):
        gone = rows[chance.random(len(rows)) < lost]
        sound[start : start + bank.window] -= gone.T @ (gone @ sound[start : start + bank.window])
    return np.rint(sound * 32768).astype(np.float32) / np.float32(32768)


@pytest.mark.parametrize("bank", filterbanks(48000) + filterbanks(16000), ids=lambda bank: bank.name)
def test_the_coefficients_of_one_frame_are_independent(bank: Filterbank) -> None:
    overlap = bank.rows @ bank.rows.T - np.eye(len(bank.rows))
    # The hybrid filterbank of MP3 reconstructs only nearly, and neighbours at a band's edge leak.
    assert np.abs(overlap).max() < (0.25 if bank.codec == "MP3" else 0.05)


@pytest.mark.parametrize("bank", [aac("kbd"), aac("sine"), wma(44100), vorbis(), stretched(aac("sine"), 0.5)], ids=lambda bank: bank.name)
@FEW
@given(place=st.floats(0, 0.999), seed=st.integers(0, 2**20), start=st.integers(0, 10**9))
def test_frames_are_found_where_they_are(bank: Filterbank, place: float, seed: int, start: int) -> None:
    offset = int(place * bank.hop)
    sound = with_frames(bank, noise(seed, 20 * bank.hop + bank.window), offset, 0.4, seed)
    best = search(bank, sound, start)[0]
    assert best.offset == (start + offset) % bank.hop
    assert best.z > CLEAR


@FEW
@given(place=st.floats(0, 0.999), seed=st.integers(0, 2**20))
def test_the_grid_of_the_file_itself_is_no_news(place: float, seed: int) -> None:
    bank = aac("kbd")
    offset = int(place * bank.hop)
    sound = with_frames(bank, noise(seed, 24 * bank.hop), offset, 0.4, seed)
    assert [fit for fit in search(bank, sound, 0, own=offset) if fit.z > CLEAR] == []


@pytest.mark.parametrize("bank", filterbanks(48000), ids=lambda bank: bank.name)
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**20), level=st.sampled_from([0.0, 1e-6, 1e-3, 1.0, 20.0]))
def test_sound_without_frames_fits_nowhere(bank: Filterbank, seed: int, level: float) -> None:
    assert [fit for fit in search(bank, noise(seed, 60_000) * np.float32(level), 0) if fit.z > CLEAR] == []


@given(size=st.integers(0, 9000), kind=st.sampled_from(["constant", "clipped", "click", "silence"]))
@settings(max_examples=20, deadline=None)
def test_any_length_and_any_sound_can_be_searched(size: int, kind: str) -> None:
    click = np.zeros(size, np.float32)
    click[size // 2 : size // 2 + 1] = 1
    sounds = {
        "constant": np.ones(size, np.float32),
        "clipped": np.sign(noise(1, size)) * np.float32(16),
        "click": click,
        "silence": np.zeros(size, np.float32),
    }
    for fit in search(aac("kbd"), sounds[kind], 0):
        assert np.isfinite(fit.z)


def test_silent_frames_have_no_score() -> None:
    scores = frame_scores(aac("kbd"), np.zeros(10_000, np.float32), np.arange(1, 5000, 1024))
    assert np.isnan(scores).all()
