"""Sounds in which nobody speaks, made in code: 16-bit mono at 16 kHz."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

RATE = 16_000
Sound = NDArray[np.int16]


def silence(count: int) -> Sound:
    return np.zeros(count, np.int16)


def noise(count: int) -> Sound:
    return _as_int16(np.random.default_rng(1).standard_normal(count) * 0.05)


def hum(count: int) -> Sound:
    """Mains and its overtones under a little noise."""
    time = np.arange(count) / RATE
    tones = sum(0.1 / overtone * np.sin(2 * np.pi * 50 * overtone * time + overtone) for overtone in (1, 2, 3, 5, 7))
    return _as_int16(tones + np.random.default_rng(3).standard_normal(count) * 0.001)


def music(count: int) -> Sound:
    """Four chords, a melody with vibrato, a bass drum and a snare."""
    chance = np.random.default_rng(4)
    chords = [(220, 261.6, 329.6), (174.6, 220, 261.6), (261.6, 329.6, 392), (196, 246.9, 293.7)]
    beat = RATE // 2
    time = np.arange(2 * beat) / RATE
    mixed = np.zeros(count + len(time))
    for start in range(0, count, beat):
        chord = chords[start // (beat * 4) % 4]
        overtones = [(tone * number, number) for tone in chord for number in range(1, 6)]
        played = sum(np.sin(2 * np.pi * pitch * time) / number**1.5 for pitch, number in overtones) * np.exp(-2.5 * time) * 0.05
        melody = chord[chance.integers(3)] * chance.choice([1, 2])
        played += 0.08 * np.sin(2 * np.pi * melody * time + 0.9 * np.sin(2 * np.pi * 5.5 * time)) * np.exp(-1.5 * time)
        if start // beat % 2:
            played += chance.standard_normal(len(time)) * np.exp(-40 * time) * 0.15
        else:
            played += 0.4 * np.sin(2 * np.pi * (50 + 80 * np.exp(-30 * time)) * time) * np.exp(-12 * time)
        mixed[start : start + len(time)] += played
    return _as_int16(mixed[:count])


def breathing(count: int) -> Sound:
    """In and out every 3.6 seconds: noise between 300 and 3500 Hz that swells and fades."""
    band = sosfilt(butter(2, [300, 3500], "band", fs=RATE, output="sos"), np.random.default_rng(5).standard_normal(count))
    phase = np.arange(count) / RATE / 3.6 % 1
    breath_in = np.where(phase < 0.38, np.sin(np.pi * phase / 0.38) ** 2 * 0.6, 0.0)
    breath_out = np.where((phase > 0.45) & (phase < 0.85), np.sin(np.pi * (phase - 0.45) / 0.4) ** 2, 0.0)
    return _as_int16(band * (breath_in + breath_out) * 0.05)


def _as_int16(samples: NDArray[np.floating]) -> Sound:
    return np.rint(np.clip(samples, -1, 1) * 32767).astype(np.int16)


SOUNDS: dict[str, Callable[[int], Sound]] = {
    "silence": silence,
    "noise": noise,
    "hum": hum,
    "music": music,
    "breathing": breathing,
}
