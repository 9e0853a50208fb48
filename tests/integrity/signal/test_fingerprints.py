import numpy as np
import pytest

from pipeline.integrity.signal import fingerprints
from pipeline.integrity.signal.fingerprints import HOP, RATE, Fingerprints, repeats
from pipeline.integrity.signal.whitening import whitened


def babble(seconds: float, seed: int) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    """Noise whose colour and loudness move as those of speech do."""
    chance = np.random.Generator(np.random.PCG64(seed))
    noise = chance.standard_normal(round(seconds * RATE))
    pieces = [
        np.convolve(part, chance.standard_normal(12), "same") * chance.uniform(0.02, 0.2)
        for part in np.array_split(noise, round(seconds * 8))
    ]
    return np.concatenate(pieces).astype(np.float32)


def codes_of(samples: "np.ndarray[tuple[int], np.dtype[np.float32]]", step: int) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    prints = Fingerprints()
    for start in range(0, samples.size, step):
        prints.take(samples[start : start + step])
    return prints.codes()


@pytest.mark.parametrize("step", [100, 1000, 7777])
def test_codes_do_not_depend_on_the_size_of_the_blocks(step: int) -> None:
    sound = babble(4, 1)
    assert np.array_equal(codes_of(sound, step), codes_of(sound, sound.size))


def test_a_stretch_that_comes_again_is_named_with_its_distance() -> None:
    sound = babble(20, 2)
    sound[12 * RATE : 13 * RATE] = sound[3 * RATE : 4 * RATE]
    best = repeats(codes_of(sound, RATE), 50)[0]
    assert best.lag * HOP == pytest.approx(9 * RATE, abs=2 * HOP)
    assert 3 * RATE - 3000 < best.start * HOP < best.end * HOP < 4 * RATE


def test_whitened_sound_has_a_flat_spectrum_and_unit_power() -> None:
    sound = np.convolve(np.random.Generator(np.random.PCG64(3)).standard_normal(RATE), np.ones(6) / 6, "same").astype(np.float32)
    flat = whitened(sound)[400:-400]
    power = np.square(np.abs(np.fft.rfft(flat))).reshape(-1)[:3600].reshape(12, -1).mean(axis=1)
    assert np.square(flat).mean() == pytest.approx(1, abs=0.05)
    assert power.max() / power.min() < 4


def test_a_long_copy_is_followed_once_and_not_from_each_of_its_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(3)
    once = chance.integers(1, 1 << 63, 3000, dtype=np.uint64)
    codes = np.concatenate([once, chance.integers(1, 1 << 63, 500, dtype=np.uint64), once])
    followed: list[object] = []
    grown = fingerprints._grown
    monkeypatch.setattr(fingerprints, "_grown", lambda *given: followed.append(given) or grown(*given))
    (found,) = repeats(codes, 50)
    assert (found.start, found.lag) == (0, 3500)
    assert found.end == pytest.approx(3000, abs=20)
    assert len(followed) <= 10


def test_a_recording_that_repeats_itself_for_hours_is_read_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    once = np.random.default_rng(4).integers(1, 1 << 63, 4000, dtype=np.uint64)
    monkeypatch.setattr(fingerprints, "_MOST_PAIRS", 4000)
    held: list[int] = []
    unique = np.unique
    monkeypatch.setattr(np, "unique", lambda values, **more: held.append(values.size) or unique(values, **more))
    found = repeats(np.tile(once, 6), 50)
    assert max(held) <= 2 * 4000 * 6
    assert {repeat.lag for repeat in found} >= {4000}
    assert max(repeat.end - repeat.start for repeat in found) > 15_000
