"""How well a codec's frames fit at a place: the score that dips where frames were cut, and the search for that place.

The score of a place is the mean logarithm of the coefficients' power there. Rounded to nothing by an encoder, coefficients are
as small as the rounding of the samples; beside the place they are not. So the dip is one sample wide, and what is held
against it are its direct neighbours: speech changes the score slowly, a frame grid does not (Yang, Qu and Huang 2008, for
MP3, count coefficients near zero in the same way).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.integrity.signal.filterbanks import Filterbank

Samples = NDArray[np.float32]
Values = NDArray[np.float64]

# The rounding noise of 16-bit samples, in power of a coefficient of unit length.
FLOOR = 1e-10
# Neighbours at 2 to REACH samples on both sides; the window's leakage still fills one sample beside the place.
# Following a known grid makes do with few of them.
REACH = 6
_NEIGHBOURS = tuple(step for step in range(-REACH, REACH + 1) if abs(step) > 1)
_FEW_NEIGHBOURS = (-4, -2, 2, 4)
# Scores this little above the floor (natural logarithm) come from silence, which fits any grid.
_LEAST_ABOVE_FLOOR = 1.5
_MOST_FRAMES = 12


@dataclass(frozen=True, slots=True)
class Fit:
    """Frames of a bank start at `offset` modulo its hop; `z`: how far the dip stands out, in deviations of the other places."""

    offset: int
    z: float


def frame_fits(bank: Filterbank, samples: Samples, starts: NDArray[np.int64]) -> tuple[Values, Values]:
    """For frames that start at `starts` (at least REACH from both ends): depth of the dip, and of a place where none is.

    Depths are natural logarithms; a silent frame has depth 0.
    """
    at = np.array((*_FEW_NEIGHBOURS, 0))
    windows = np.lib.stride_tricks.sliding_window_view(samples, bank.window)
    scores = _scores(bank, windows[(starts[:, None] + at).ravel()]).reshape(starts.size, at.size)
    around, here, beside = scores[:, :-1].mean(axis=1), scores[:, -1], scores[:, 1]
    others = np.delete(scores[:, :-1], 1, axis=1).mean(axis=1)
    heard = around > np.log(FLOOR) + _LEAST_ABOVE_FLOOR
    return np.where(heard, around - here, 0.0), np.where(heard, others - beside, 0.0)


def search(bank: Filterbank, samples: Samples, start: int, least_z: float) -> list[Fit]:
    """The grids in these samples, the best first; `start` is the position of the first sample on the clock of offsets."""
    frames = _loudest(bank, samples)
    if frames.size < _MOST_FRAMES // 2:
        return []
    total = np.zeros(bank.hop)
    windows = np.lib.stride_tricks.sliding_window_view(samples, bank.window)
    kernel = np.zeros(2 * REACH + 1)
    kernel[[REACH + step for step in _NEIGHBOURS]] = 1 / len(_NEIGHBOURS)
    for frame in frames.tolist():
        scores = _scores(bank, windows[frame : frame + bank.hop + 2 * REACH])
        depth = np.convolve(scores, kernel, "valid") - scores[REACH:-REACH]
        total += np.roll(depth, (start + frame + REACH) % bank.hop)
    spread = 1.4826 * float(np.median(np.abs(total - np.median(total))))
    z = (total - np.median(total)) / max(spread, 1e-9)
    fits = [Fit(int(offset), float(z[offset])) for offset in np.argsort(z)[::-1][:8] if z[offset] >= least_z]
    return [fit for number, fit in enumerate(fits) if not any(same(bank, fit, better) for better in fits[:number])]


def same(bank: Filterbank, fit: Fit, better: Fit) -> bool:
    """Whether the weaker of two fits is the same grid, or its alias."""
    apart = (fit.offset - better.offset) % bank.hop
    if min(apart, bank.hop - apart) <= 1:
        return True
    alias = apart % bank.aliases
    return min(alias, bank.aliases - alias) <= 1 and fit.z < better.z / 2


def _scores(bank: Filterbank, windows: NDArray[np.float32]) -> Values:
    power: Values = np.square(windows @ bank.rows.T)
    scores: Values = np.log(power + np.float32(FLOOR)).mean(axis=1)
    return scores


def _loudest(bank: Filterbank, samples: Samples) -> NDArray[np.int64]:
    """Starts of the loudest frames that have room for every place of the grid."""
    most = samples.size - bank.window - bank.hop - 2 * REACH
    starts = np.arange(0, most, bank.hop)
    power = np.array([float(np.mean(np.square(samples[start : start + bank.window]))) for start in starts.tolist()])
    order = np.argsort(power)[::-1][:_MOST_FRAMES]
    return np.sort(starts[order[power[order] > 1e-8]])
