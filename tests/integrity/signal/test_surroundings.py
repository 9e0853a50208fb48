import numpy as np

from pipeline.integrity.signal.surroundings import has_impulse, side

RATE = 16000


def noise(seconds: float, power: float, seed: int) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    return (np.random.Generator(np.random.PCG64(seed)).standard_normal(round(seconds * RATE)) * power).astype(np.float32)


def test_level_background_and_frequencies_of_a_stretch() -> None:
    sound = noise(2, 0.01, 1)
    sound[:RATE] *= 10
    told = side(sound, RATE)
    assert told is not None
    assert -25 <= told.level_db <= -22
    assert -42 <= told.background_db <= -39
    assert told.up_to_hz > 7500
    assert side(sound[:100], RATE) is None


def test_a_hard_cut_leaves_an_impulse_and_smooth_sound_none() -> None:
    time = np.arange(RATE) / RATE
    smooth = (0.3 * np.sin(2 * np.pi * 300 * time) + 0.2 * np.sin(2 * np.pi * 710 * time)).astype(np.float32) + noise(1, 1e-4, 2)
    cut = np.concatenate([smooth[: RATE // 2], smooth[RATE // 2 + 29 :]])
    assert has_impulse(cut, RATE // 2, RATE)
    assert not has_impulse(smooth, RATE // 2, RATE)
    assert not has_impulse(np.zeros(RATE, np.float32), RATE // 2, RATE)
