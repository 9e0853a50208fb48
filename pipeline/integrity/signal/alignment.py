"""How well a codec's frames fit at a place, and the search for the place where they fit best.

A decoded frame, cut out where its codec cut it, gives back coefficients that the encoder had rounded to nothing. At any other
place a coefficient is a wave that moves from place to place, so that its phase is as good as random: the part of its power
that is in the coefficient and not in its quadrature is the squared cosine of that phase, whatever was said and however loud.
Minus the logarithm of that part has mean log 4 and variance pi^2/3 where no frames are; with frames it is higher, at one
place in each hop. Coefficients near zero were counted for MP3 by Yang, Qu and Huang (2008); holding each against its own
quadrature takes the speech out, so that weak traces under a second encoding add up over seconds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from pipeline.integrity.signal.filterbanks import BLOCK, PLACES, Filterbank

Samples = NDArray[np.float32]
Values = NDArray[np.float64]

# The rounding noise of 16-bit samples, in power of a coefficient of unit length. What is not well above it tells nothing.
FLOOR = 1e-10
_HEARD = 10 * FLOOR
_LEAST_HEARD = 16
# A coefficient this much below its quadrature is as good as nothing.
_LEAST_PART = np.float32(1e-5)
_TINY = np.float32(1e-20)
# Rows that are handled together: their product is at least _LEAST_PART to this power, which float32 still holds.
_GROUP = 6
_MEAN, _DEVIATION = float(np.log(4)), float(np.pi / np.sqrt(3))
# Places that are looked at to learn what a frame on no grid scores: so many samples apart, a prime to all hops.
_DECOY_STEP = 701
# The best places of a search; around one grid several stand out.
_LOOKED_AT = 30
_LEAST_SEARCH_Z = 4.0
# Coefficients that are nothing at a place are waves that are still in step some samples further on: around a clear grid the
# score rings, by so much of it.
_BLUR = 3
_RING, _RING_PART = 64, 0.07


@dataclass(frozen=True, slots=True)
class Fit:
    """Frames of a bank start at `offset` modulo its hop; `z`: how far all `frames` together stand out, in deviations."""

    offset: int
    z: float
    frames: int

    @property
    def shift(self) -> float:
        """How far one frame stands out on average."""
        return self.z / float(np.sqrt(max(self.frames, 1)))


@dataclass(frozen=True, slots=True)
class Baseline:
    """Score of a frame that is on no grid: mean and deviation."""

    level: float
    spread: float

    def z(self, scores: Values) -> Values:
        """How far these scores stand out."""
        z: Values = (scores - self.level) / self.spread
        return z


def baseline(bank: Filterbank, samples: Samples) -> Baseline:
    """What frames at places that have nothing to do with any grid score in these samples."""
    scores = frame_scores(bank, samples, np.arange(1, samples.size - bank.window - 1, _DECOY_STEP))
    heard = scores[~np.isnan(scores)]
    return Baseline(float(np.median(heard)), max(float(np.std(heard)), 0.3)) if heard.size >= _LEAST_HEARD else Baseline(0.0, 1.0)


def search(bank: Filterbank, samples: Samples, start: int, own: int | None = None) -> list[Fit]:
    """The grids that fit these samples best, the best first.

    `start`: position of the first sample on the clock of offsets; `own`: offset of a grid that is no news, nor what looks like it.
    """
    total, frames = _totals(bank, samples, start)
    if not frames:
        return []
    z = (total - np.median(total)) / max(1.4826 * float(np.median(np.abs(total - np.median(total)))), 1e-9)
    usual_own = [] if own is None else [Fit(own, float(z[own]), frames)]
    if own is not None:
        z[_places_of(bank, own)] = 0
    news: list[Fit] = []
    for offset in np.argsort(z)[::-1][:_LOOKED_AT].tolist():
        fit = Fit(offset, float(z[offset]), frames)
        if fit.z >= _LEAST_SEARCH_Z and not any(_same(bank, fit, better) for better in news + usual_own):
            news.append(fit)
    return news


def frame_scores(bank: Filterbank, samples: Samples, starts: NDArray[np.int64]) -> Values:
    """The scores of the frames that start at `starts` (1 to size - window - 2); NaN where there is too little sound.

    In deviations of what the coefficients would score at random, if they were independent.
    """
    if not starts.size:
        return np.zeros(0)
    windows = np.lib.stride_tricks.sliding_window_view(samples, bank.window)
    scores = [_frame_scores(bank, windows, starts[begin : begin + 64]) for begin in range(0, starts.size, 64)]
    return np.concatenate(scores)


def _frame_scores(bank: Filterbank, windows: NDArray[np.float32], starts: NDArray[np.int64]) -> Values:
    here = np.square(windows[starts] @ bank.rows.T)
    slope = np.square((windows[starts + 1] - windows[starts - 1]) @ bank.rows.T * bank.slopes)
    heard = here + slope > _HEARD
    parts = -np.log((here + _LEAST_PART * slope + _TINY) / (here + slope + _TINY)) - _MEAN
    count = heard.sum(axis=1)
    scores: Values = np.where(heard, parts, 0).sum(axis=1, dtype=np.float64) / (_DEVIATION * np.sqrt(np.maximum(count, 1)))
    return np.where(count >= _LEAST_HEARD, scores, np.nan)


def near(hop: int, one: int, other: int, within: int) -> bool:
    """Whether two offsets are at most so many samples apart."""
    apart = (one - other) % hop
    return min(apart, hop - apart) <= within


def _same(bank: Filterbank, fit: Fit, better: Fit) -> bool:
    """Whether the weaker of two fits is the same grid, what rings around it, or its alias."""
    if near(bank.hop, fit.offset, better.offset, _BLUR):
        return True
    if near(bank.hop, fit.offset, better.offset, _RING) and fit.z < _RING_PART * better.z:
        return True
    return near(bank.aliases, fit.offset, better.offset, 1) and fit.z < better.z / 2


def _places_of(bank: Filterbank, offset: int) -> NDArray[np.bool_]:
    """[hop]: the places that are this grid or its alias."""
    places = np.arange(bank.hop)
    apart, alias = (places - offset) % bank.hop, (places - offset) % bank.aliases
    return (np.minimum(apart, bank.hop - apart) <= _BLUR) | (np.minimum(alias, bank.aliases - alias) <= 1)


def _totals(bank: Filterbank, samples: Samples, start: int) -> tuple[Values, int]:
    """The sum of the scores at every place in a hop, and of how many frames."""
    hop = bank.hop
    step = (BLOCK - bank.window - 2) // hop * hop
    total, frames = np.zeros(hop), 0
    for begin in range(0, samples.size - bank.window - hop - 1, step):
        block = samples[begin : begin + BLOCK]
        places = min(step, (block.size - bank.window - 2) // hop * hop)
        scores = _every_place(bank, block)[:places].reshape(-1, hop)
        # The first place that has neighbours on both sides is the second sample.
        total += np.roll(scores.sum(axis=0, dtype=np.float64), (start + begin + 1) % hop)
        frames += len(scores)
    return total, frames


def _every_place(bank: Filterbank, samples: Samples) -> NDArray[np.float32]:
    """The score of each place from the second sample on."""
    waves = bank.waves
    spectrum = fft.rfft(samples, BLOCK)[waves.bins]
    spectrum *= waves.spectra
    count = BLOCK - bank.window
    # By Parseval: the mean power of each coefficient over all places.
    power = np.einsum("ij,ij->i", spectrum, spectrum.conj()).real * (4 / BLOCK**2)
    heard = np.flatnonzero(power > _HEARD)
    if heard.size < _LEAST_HEARD // 2:
        return np.zeros(count - 2, np.float32)
    values = fft.ifft(spectrum[heard], axis=1)
    # Only the phase counts.
    values /= np.abs(values) + _TINY
    later = np.roll(values, -1, axis=1) * waves.back[heard, None]
    parts = np.stack([values.real, values.imag, later.real, later.imag], axis=2)
    total = np.zeros((values.shape[1], PLACES), np.float32)
    for begin in range(0, heard.size, _GROUP):
        group = parts[begin : begin + _GROUP] @ waves.turns[heard[begin : begin + _GROUP]]
        np.square(group, out=group)
        group += _LEAST_PART
        total -= np.log(np.multiply.reduce(group, axis=0))
    scores: NDArray[np.float32] = total.reshape(-1)[1 : count - 1]
    scores -= np.float32(_MEAN * heard.size)
    scores /= np.float32(_DEVIATION * np.sqrt(heard.size))
    return scores
