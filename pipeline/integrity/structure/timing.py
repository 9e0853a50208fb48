"""Frame durations as a container writes them: where they say that something is missing or does not join."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

# Times that are rounded to ticks, or measured by a clock, differ this much without any cause.
_ROUNDING_TICKS = 2
_ROUNDING_SECONDS = 0.0005
# A writer whose clock is irregular in more frames than this measures instead of counts.
_MEASURED_CLOCK_SHARE = 0.02
_MEASURED_CLOCK_GAP_FRAMES = 1.5
_MEASURED_CLOCK_GAP_SECONDS = 0.1
_MOST_BREAKS = 1_000


@dataclass(frozen=True, slots=True)
class Break:
    """After sample `sample`, at `media_time` ticks, the clock jumps by `ticks` more (or less) than one frame."""

    sample: int
    media_time: int
    ticks: int


def usual_duration(runs: Numbers, durations: Numbers) -> int | None:
    """The duration that most frames have, null when there are none."""
    if not len(durations) or not runs.sum():
        return None
    values, places = np.unique(durations, return_inverse=True)
    return int(values[np.argmax(np.bincount(places.reshape(-1), weights=runs.astype(float)))])


def breaks(runs: Numbers, durations: Numbers, timescale: int) -> tuple[Break, ...]:
    """Frames whose duration is not the usual one. The first and the last frame may have any."""
    usual = usual_duration(runs, durations)
    if not usual:
        return ()
    rounding = max(_ROUNDING_TICKS, timescale * _ROUNDING_SECONDS)
    too_much = durations - usual
    ends = np.cumsum(runs)
    starts = ends - runs
    odd = (np.abs(too_much) > rounding) & (runs > 0)
    if (runs[odd].sum()) > max(10, _MEASURED_CLOCK_SHARE * ends[-1]):
        odd &= too_much > max(_MEASURED_CLOCK_GAP_FRAMES * usual, _MEASURED_CLOCK_GAP_SECONDS * timescale)
    # What one frame takes from its neighbour is jitter.
    if len(odd) > 1:
        pair = np.append(np.abs(too_much[:-1] + too_much[1:]) <= rounding, False) & (runs == 1)
        odd &= ~(pair | np.append(False, pair[:-1]))
    odd &= ~((starts == 0) & (runs == 1)) & ~((ends == ends[-1]) & (runs == 1))
    # Times beyond what 64 bits hold are claims of a damaged table.
    media_times = np.cumsum(runs.astype(float) * durations)
    return tuple(Break(int(ends[entry]) - 1, int(media_times[entry]), int(too_much[entry])) for entry in np.flatnonzero(odd)[:_MOST_BREAKS])
