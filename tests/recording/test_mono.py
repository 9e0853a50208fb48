import numpy as np
import pytest

from pipeline.recording.mono import MonoMix

RATE = 16000


def voice(hertz: float, seconds: float = 1, level: float = 0.3) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(RATE * seconds)) / RATE)).astype(np.float32)


def mixed(*channels: np.ndarray) -> np.ndarray:
    """The mix of channels, given to the mixer second by second."""
    samples, mix = np.stack(channels), MonoMix(RATE)
    return np.concatenate([mix(samples[:, start : start + RATE])[0] for start in range(0, samples.shape[1], RATE)])


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples**2)))


def test_one_channel_is_left_as_it_is() -> None:
    assert np.array_equal(mixed(voice(300)), voice(300))


def test_ordinary_channels_give_their_mean() -> None:
    left, right = voice(300), voice(300) + voice(700, level=0.1)
    assert np.allclose(mixed(left, right), (left + right) / 2, atol=1e-6)


def test_opposite_phase_does_not_silence_the_voice() -> None:
    assert loudness(mixed(voice(300), -voice(300))) == pytest.approx(loudness(voice(300)), rel=0.01)


def test_opposite_phase_that_begins_later_does_not_silence_the_voice() -> None:
    silence = np.zeros(2 * RATE, np.float32)
    left = np.concatenate([silence, voice(300, 2)])
    right = np.concatenate([silence, -voice(300, 2)])
    assert loudness(mixed(left, right)[2 * RATE :]) == pytest.approx(loudness(voice(300)), rel=0.02)


def test_a_soft_voice_on_one_channel_is_kept_beside_a_loud_one_on_another() -> None:
    mix = mixed(voice(300, level=0.5), voice(1100, level=0.02), *[np.zeros(RATE, np.float32)] * 6)
    spectrum = np.abs(np.fft.rfft(mix)) * 2 / RATE
    assert spectrum[1100] == pytest.approx(0.02 / 8, rel=0.05)


def test_hum_in_opposite_phase_does_not_turn_the_voices_against_each_other() -> None:
    hum = voice(50, level=0.6)
    assert loudness(mixed(voice(900) + hum, voice(900) - hum)) == pytest.approx(loudness(voice(900)), rel=0.05)


@pytest.mark.parametrize("samples", [0, 1, 2])
def test_a_last_block_of_a_few_samples_is_mixed(samples: int) -> None:
    assert MonoMix(RATE)(np.ones((2, samples), np.float32)).shape == (1, samples)
