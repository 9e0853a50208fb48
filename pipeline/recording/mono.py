"""Mixing channels to one without losing what somebody said."""

import numpy as np
from numpy.typing import NDArray

# Below this correlation two channels would largely cancel each other.
_CANCELS = -0.5
_TURN_SECONDS = 0.010


class MonoMix:
    """The mean of the channels; a channel in opposite phase to the loudest one is turned over first.

    A microphone wired the wrong way round would otherwise silence the voices in the mean. Every channel always counts in
    full, so that a soft voice on one channel is never traded for a loud one on another. State is kept between blocks: a
    channel once turned stays turned until it would cancel again.
    """

    def __init__(self, rate: int) -> None:
        self._turn_samples = max(1, round(_TURN_SECONDS * rate))
        self._signs: NDArray[np.float32] | None = None

    def __call__(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Samples [channels, n] as [1, n]."""
        if samples.shape[0] == 1:
            return samples
        before = np.ones(samples.shape[0], np.float32) if self._signs is None else self._signs
        after = _signs(samples, before)
        gains = np.broadcast_to(after[:, None], samples.shape)
        if self._signs is not None and not np.array_equal(before, after):
            ramp = np.minimum(np.arange(samples.shape[1]) / self._turn_samples, 1).astype(np.float32)
            gains = before[:, None] + (after - before)[:, None] * ramp
        self._signs = after
        mixed: NDArray[np.float32] = np.mean(samples * gains, axis=0, keepdims=True, dtype=np.float32)
        return mixed


def _signs(samples: NDArray[np.float32], signs: NDArray[np.float32]) -> NDArray[np.float32]:
    # The difference of neighbours leaves out hum and offset, which may well be in opposite phase while the voices are not.
    changes = np.diff(samples, axis=1) * signs[:, None]
    energy = np.einsum("cn,cn->c", changes, changes)
    loudest = int(np.argmax(energy))
    shared = changes @ changes[loudest]
    turned: NDArray[np.bool_] = shared < _CANCELS * np.sqrt(energy * energy[loudest])
    return np.where(turned, -signs, signs)
