"""Which earlier codecs may be heard in a channel: a search of every place of every filterbank, in a few loud stretches."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pipeline.integrity.signal.alignment import Baseline, Fit, Samples, baseline, near, search
from pipeline.integrity.signal.filterbanks import Filterbank
from pipeline.recording.decode import Block

STRETCH_SECONDS = 6
# One stretch from each part of at least this length; their number bounds the time, and a long recording can bear more.
_PART_SECONDS = 10
_MOST_STRETCHES, _LONG_SECONDS, _MOST_STRETCHES_OF_LONG = 6, 600, 12
# A fit this clear needs no second; two at one place, each in another stretch, may be weaker.
_CLEAR_Z = 6.5
_TWICE_Z = 4.5
# When one bank is this clear in the first seconds of the loudest stretch, no more is searched.
_BEYOND_DOUBT_Z = 20.0
_PROBE_SECONDS = 3
# The transforms of AAC, WMA and Vorbis are so alike that the frames of one leave an echo with the others.
_ECHO_PLACES = 64
_ECHO_PART = 0.9
_FAINT_ECHO_PART = 0.35
ALIKE = frozenset({"AAC", "WMA", "Vorbis"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some seconds of one channel; `start` is the position of the first sample."""

    start: int
    samples: Samples


@dataclass(frozen=True, slots=True)
class Candidate:
    """A bank whose frames were found; `own`: offset of the file's own frames in it, null when it has none of this codec."""

    bank: Filterbank
    baseline: Baseline
    own: int | None
    fits: tuple[Fit, ...]


@dataclass(slots=True)
class Loudest:
    """Keeps the loudest stretch of each part of a channel, while its blocks come by."""

    rate: int
    seconds: int
    _best: dict[int, tuple[float, Stretch]] = field(default_factory=dict)
    _blocks: list[tuple[int, Samples]] = field(default_factory=list)

    def take(self, block: Block, channel: int) -> None:
        """The next block of about a second."""
        self._blocks.append((block.start_sample, block.samples[channel]))
        if len(self._blocks) > STRETCH_SECONDS:
            self._blocks.pop(0)
        most = _MOST_STRETCHES if self.seconds < _LONG_SECONDS else _MOST_STRETCHES_OF_LONG
        part = self._blocks[0][0] // (self.rate * max(_PART_SECONDS, -(-self.seconds // most)))
        # Speech says more than one loud bang: the mean of the blocks' levels, each on a scale that holds loud ones back.
        power = float(np.mean([np.mean(np.square(samples), dtype=np.float64) ** 0.25 for _, samples in self._blocks])) * len(self._blocks)
        if power > self._best.get(part, (0.0, None))[0]:
            joined = np.concatenate([samples for _, samples in self._blocks])
            self._best[part] = (power, Stretch(self._blocks[0][0], joined))

    def stretches(self) -> list[Stretch]:
        """By time."""
        return [stretch for _, (_, stretch) in sorted(self._best.items(), key=lambda item: item[0])]


def screen(banks: Sequence[Filterbank], stretches: list[Stretch], own: dict[str, int]) -> list[Candidate]:
    """The banks whose frames stand out, one for each codec; `own`: the offset of the file's own frames by name of the bank."""
    loudest = sorted(stretches, key=lambda stretch: -float(np.mean(np.sqrt(np.abs(stretch.samples)))))
    probe = [Stretch(stretch.start, stretch.samples[: stretch.samples.size * _PROBE_SECONDS // STRETCH_SECONDS]) for stretch in loudest[:1]]
    fits: dict[Filterbank, list[Fit]] = {}
    for looked_at in (probe, loudest):
        fits = {bank: [] for bank in banks}
        for stretch in looked_at:
            for bank, found in _without_echoes({bank: _found(bank, stretch, own.get(bank.name)) for bank in banks}).items():
                fits[bank] += found
        if any(fit.z >= _BEYOND_DOUBT_Z for found in fits.values() for fit in found):
            break
    best: dict[str, Filterbank] = {}
    for bank in fits:
        if _present(bank, fits[bank]):
            best[bank.codec] = max(bank, best.get(bank.codec, bank), key=lambda each: max(fit.z for fit in fits[each]))
    sound = np.concatenate([stretch.samples for stretch in stretches[:3]])
    return [Candidate(bank, baseline(bank, sound), own.get(bank.name), tuple(map(_with_all, fits[bank]))) for bank in best.values()]


def _found(bank: Filterbank, stretch: Stretch, own: int | None) -> list[Fit]:
    return [fit for fit in search(bank.coarse, stretch.samples, stretch.start, own) if fit.z >= _TWICE_Z]


def _with_all(fit: Fit) -> Fit:
    """As far as it stands out with all coefficients, of which the search looked at half."""
    return replace(fit, z=fit.z * 2**0.5)


def _without_echoes(found: dict[Filterbank, list[Fit]]) -> dict[Filterbank, list[Fit]]:
    def is_echo(bank: Filterbank, fit: Fit) -> bool:
        return any(_echo(bank, fit, other, clearer) for other in found if other is not bank for clearer in found[other])

    return {bank: [fit for fit in fits if not is_echo(bank, fit)] for bank, fits in found.items()}


def _echo(bank: Filterbank, fit: Fit, other: Filterbank, clearer: Fit) -> bool:
    if {bank.codec, other.codec} <= ALIKE and fit.z < _FAINT_ECHO_PART * clearer.z:
        return True
    return fit.z < _ECHO_PART * clearer.z and near(_ECHO_PLACES, fit.offset, clearer.offset, 2)


def _present(bank: Filterbank, fits: list[Fit]) -> bool:
    if any(fit.z >= _CLEAR_Z for fit in fits):
        return True
    # One search never gives two fits this close.
    return any(near(bank.hop, one.offset, other.offset, 1) for number, one in enumerate(fits) for other in fits[number + 1 :])
