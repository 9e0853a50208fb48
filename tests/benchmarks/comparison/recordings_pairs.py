"""Second recordings made from real speech: another room, band, noise, gain control, clock, codec and start; known edits."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, uniform_filter1d
from scipy.signal import butter, fftconvolve, lfilter, resample_poly, sosfilt

from pipeline.recording.pcm import to_int16
from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio, write_speech_audio
from tests.fixtures.audio import Encoding, encode

Samples = NDArray[np.float32]
PER_MS = SAMPLE_RATE // 1000
DELETIONS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 0.8, 1.5, 3.0, 6.0, 15.0, 30.0, 60.0)
INSERTIONS = (0.3, 0.5, 0.8, 1.5, 3.0, 6.0, 15.0, 30.0, 60.0)
_LEAST_APART_MS = 12_000


@dataclass(frozen=True, slots=True)
class Condition:
    name: str
    snr_db: float
    rt60: float = 0.4
    band: tuple[int, int] = (150, 6800)
    drift_ppm: int = 0
    start_ms: int = 10_000
    agc: bool = True
    encoding: Encoding | None = None


# The encoders at their quickest, which is also at their worst.
OPUS = Encoding(".ogg", "libopus", 16_000, bit_rate=16_000, options={"compression_level": "0"})
MP3 = Encoding(".mp3", "libmp3lame", 32_000, bit_rate=32_000, options={"compression_level": "9"})
AAC = Encoding(".m4a", "aac", 32_000, bit_rate=32_000, options={"aac_coder": "fast"})
PHONE = Encoding(".wav", "pcm_mulaw", 8_000)
CONDITIONS = (
    Condition("opus 16k, 15 dB", 15, encoding=OPUS, drift_ppm=37),
    Condition("mp3 32k, 10 dB, +200 ppm", 10, encoding=MP3, drift_ppm=200),
    Condition("aac 32k, 5 dB, -150 ppm", 5, encoding=AAC, drift_ppm=-150, rt60=0.5),
    Condition("telephone band, mu-law, 5 dB", 5, band=(300, 3400), encoding=PHONE, drift_ppm=-80, rt60=0.3),
    Condition("opus 16k, 0 dB, RT60 0.8 s", 0, rt60=0.8, encoding=OPUS, drift_ppm=-200),
)


@dataclass(frozen=True, slots=True)
class Edit:
    """Something gone from B (`is_deletion`) or put into it, at `b_ms` of B; places on B's clock before drift."""

    is_deletion: bool
    b_ms: float
    length_ms: int


def decoded(path: Path, folder: Path) -> Samples:
    target = folder / f"{path.stem}.raw"
    write_speech_audio(path, target)
    audio = SpeechAudio(target)
    return audio.read(0, audio.duration_ms)


def speech(data: Path, folder: Path) -> tuple[Samples, Samples]:
    """Ten minutes to compare, and other speech to put in, both by people, none of it synthetic."""
    other = [decoded(path, folder) for path in [*sorted(data.glob("en/ami_*.flac")), data / "nl/telephone_duo_16k.flac"]]
    return decoded(data / "nl/fillets_10min.flac", folder), np.concatenate([part / (part.std() * 15) for part in other])


def everything(data: Path, folder: Path) -> list[Samples]:
    """All real speech there is, each file brought to one level."""
    names = ["nl/fillets_10min", "nl/telephone_duo_16k", "en/falcon_three_speakers", "en/support_call_8k", "en/jfk"]
    paths = [*(data / f"{name}.flac" for name in names), *sorted(data.glob("en/ami_*.flac"))]
    return [part / (part.std() * 15) for part in (decoded(path, folder) for path in paths)]


def near(dry: Samples, rng: np.random.Generator) -> Samples:
    """The first recording: close by, a soft room, 30 dB."""
    wet = dry + 0.1 * _room(dry, 0.15, rng)
    return wet + rng.normal(0, dry.std() * 10 ** (-30 / 20), dry.size).astype(np.float32)


def far(dry: Samples, condition: Condition, rng: np.random.Generator) -> Samples:
    """The second recording, on its own clock, before it is encoded."""
    wet = dry + _room(dry, condition.rt60, rng)
    noise = lfilter([1], [1, -0.9], rng.standard_normal(wet.size))
    wet = wet + noise * (wet.std() / noise.std() * 10 ** (-condition.snr_db / 20))
    heard = sosfilt(butter(3, condition.band, "band", fs=SAMPLE_RATE, output="sos"), wet)
    if condition.agc:
        level = np.sqrt(uniform_filter1d(heard**2, SAMPLE_RATE * 2) + 1e-8)
        heard = heard / level**0.7 * 0.05**0.7
    drifted = _drifted(heard, condition.drift_ppm) if condition.drift_ppm else heard
    return (0.7 * drifted / np.abs(drifted).max()).astype(np.float32)


def edited(
    heard: Samples, other: Samples, deletions: Sequence[float], insertions: Sequence[float], rng: np.random.Generator
) -> tuple[Samples, list[Edit]]:
    """Cut and put in at random places, in random order, at least twelve seconds apart."""
    plan = [(True, length) for length in deletions] + [(False, length) for length in insertions]
    rng.shuffle(plan)
    gone = round(sum(deletions) * 1000)
    spare = heard.size // PER_MS - gone - _LEAST_APART_MS * (len(plan) + 1)
    gaps = np.diff(np.concatenate([[0], np.sort(rng.integers(0, max(1, spare), len(plan)))])) + _LEAST_APART_MS
    parts: list[Samples] = []
    edits = []
    source = position = 0
    for (is_deletion, seconds), gap in zip(plan, gaps, strict=True):
        length = round(float(seconds) * 1000)
        parts.append(heard[source * PER_MS : (source + gap) * PER_MS])
        source, position = source + gap, position + gap
        edits.append(Edit(bool(is_deletion), float(position), length))
        if is_deletion:
            source += length
        else:
            start = int(rng.integers(0, other.size - length * PER_MS))
            parts.append(other[start : start + length * PER_MS])
            position += length
    return np.concatenate([*parts, heard[source * PER_MS :]]), edits


def stored(samples: Samples, path: Path, encoding: Encoding | None) -> SpeechAudio:
    """Encoded as the condition says and decoded again, as a received recording would be."""
    if encoding is None:
        path.write_bytes(to_int16(samples).tobytes())
        return SpeechAudio(path)
    at_rate = resample_poly(samples, *Fraction(encoding.rate, SAMPLE_RATE).as_integer_ratio()).astype(np.float32)
    packed = encode(path.with_suffix(encoding.suffix), at_rate[None], encoding)
    write_speech_audio(packed, path)
    return SpeechAudio(path)


def faster(dry: Samples, percent: float) -> Samples:
    """Speech that no correlation takes for the original: other tempo and other pitch."""
    ratio = Fraction(round(1000 / (1 + percent / 100)), 1000)
    return resample_poly(dry, ratio.numerator, ratio.denominator).astype(np.float32)


def _room(dry: Samples, rt60: float, rng: np.random.Generator) -> Samples:
    time = np.arange(int(rt60 * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.standard_normal(time.size) * 10 ** (-3 * time / rt60) * (time > 0.004)
    tail /= np.sqrt(np.sum(tail**2))
    return fftconvolve(dry, tail.astype(np.float32))[: dry.size].astype(np.float32)


def _drifted(heard: NDArray[np.float64], ppm: int) -> NDArray[np.float64]:
    """Read at a slightly other rate, by a cubic spline."""
    ratio = 1 / (1 + ppm * 1e-6)
    at = np.arange(int(heard.size / ratio)) * ratio
    drifted: NDArray[np.float64] = map_coordinates(heard, at[None], order=3, mode="nearest")
    return drifted
