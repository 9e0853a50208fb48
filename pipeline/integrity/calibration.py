"""How far a test can be trusted: what it found in our own trial, and how often it was wrong on untouched recordings.

The figures stand in config/integrity_calibration.json, one entry for each detector and codec class. Clean hours count distinct
recordings from real devices once, whatever they were encoded to; simulated or generated hours are kept beside them and
never make a likelihood ratio.
"""

from dataclasses import dataclass
from functools import cache

from scipy.stats import beta, chi2

from pipeline import documents
from pipeline.integrity.model import CodecClass, Level, Power, Strength, StrengthLabel
from pipeline.shipped import CONFIG

SCHEMA = "wederhoor/integrity-calibration/1"
# Stands where the name of a test does for what all of them find together.
TOGETHER = "together"
_CONFIDENCE = 0.95
_MS_PER_HOUR = 3_600_000
_SCALE = (
    (100.0, StrengthLabel.MUCH_MORE_LIKELY),
    (10.0, StrengthLabel.MORE_LIKELY),
    (2.0, StrengthLabel.SLIGHTLY_MORE_LIKELY),
    (0.0, StrengthLabel.ABOUT_AS_LIKELY),
)
# The scale ends here; no trial of ours could support more.
LARGEST_RATIO = 10_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One kind of edit: found `detected` of `n`."""

    edit_kind: str
    detected: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.detected <= self.n:
            raise ValueError("cannot have found more than there was")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One detector on one codec class.

    `device_hours`: distinct untouched hours from real devices; `generated_hours`: hours that were encoded from other speech;
    `false_alarms`: on the device hours.
    """

    detector: str
    codec_class: CodecClass
    trials: tuple[Trial, ...]
    device_hours: float
    generated_hours: float
    false_alarms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The document integrity_calibration.json. `measured_on`: the day of the trial."""

    schema: str
    measured_on: str
    entries: tuple[Entry, ...]

    def power(self, detector: str, codec_class: CodecClass) -> tuple[Power, ...]:
        """What this test found in our trial, for each kind of edit."""
        return tuple(
            Power(
                edit_kind=trial.edit_kind,
                codec_class=codec_class,
                detected=trial.detected,
                n=trial.n,
                ci95=interval(trial.detected, trial.n),
            )
            for entry in self._of(detector, codec_class)
            for trial in entry.trials
        )

    def strength(self, detector: str, codec_class: CodecClass, level: Level, duration_ms: int) -> Strength:
        """The likelihood ratio of a finding in a recording of this length, no larger than the clean hours allow."""
        if level is Level.HISTORY:
            return Strength(label=StrengthLabel.NOT_APPLICABLE, likelihood_ratio=None)
        entries = self._of(detector, codec_class)
        hours = sum(entry.device_hours for entry in entries)
        tried = sum(trial.n for entry in entries for trial in entry.trials)
        if not hours or not tried:
            return Strength(label=StrengthLabel.NOT_CALIBRATED, likelihood_ratio=None)
        found = sum(trial.detected for entry in entries for trial in entry.trials) / tried
        # With no false alarm in T hours the rate is at most 3 / T (95 %), so that the ratio is at most found * T / (3 h).
        most_per_hour = float(chi2.ppf(_CONFIDENCE, 2 * (sum(entry.false_alarms for entry in entries) + 1))) / 2 / hours
        ratio = min(found / (most_per_hour * max(duration_ms, 1) / _MS_PER_HOUR), LARGEST_RATIO)
        return Strength(label=in_words(ratio), likelihood_ratio=round(ratio, 1))

    def _of(self, detector: str, codec_class: CodecClass) -> list[Entry]:
        return [entry for entry in self.entries if entry.detector == detector and entry.codec_class is codec_class]


def in_words(ratio: float) -> StrengthLabel:
    """The verbal scale's word for a likelihood ratio."""
    return next(label for least, label in _SCALE if ratio >= least)


def interval(detected: int, n: int) -> tuple[float, float]:
    """The Clopper-Pearson interval (95 %) of a proportion."""
    tail = (1 - _CONFIDENCE) / 2
    low = float(beta.ppf(tail, detected, n - detected + 1)) if detected else 0.0
    high = float(beta.ppf(1 - tail, detected + 1, n - detected)) if detected < n else 1.0
    return round(low, 4), round(high, 4)


@cache
def calibration() -> Calibration:
    """The shipped figures, read once."""
    return documents.read(Calibration, CONFIG / "integrity_calibration.json")
