"""Short pieces of a recording at 8 kHz, picked from one more pass over it, so that memory does not grow with its length."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.recording.decode import decode_mono

Samples = NDArray[np.float32]
Span = tuple[int, int]


@dataclass(slots=True)
class Excerpts:
    """The samples of spans [start, end) at `rate` Hz; what lies outside the recording is silence."""

    rate: int
    _held: dict[Span, NDArray[np.int16]] = field(default_factory=dict)

    def read(self, path: Path, spans: Iterable[Span]) -> None:
        """Pick all of them in one pass. Raises InputRefused like `decode_mono`."""
        waiting = sorted(set(spans) - self._held.keys())
        self._held |= {span: np.zeros(span[1] - span[0], np.int16) for span in waiting}
        at, begun = 0, list[Span]()
        for block in decode_mono(path, self.rate):
            start, end = block.start_sample, block.start_sample + block.samples.shape[1]
            while at < len(waiting) and waiting[at][0] < end:
                begun.append(waiting[at])
                at += 1
            if begun:
                samples = np.rint(block.samples[0] * 32767).clip(-32768, 32767).astype(np.int16)
                for span in begun:
                    first, last = max(span[0], start), min(span[1], end)
                    if first < last:
                        self._held[span][first - span[0] : last - span[0]] = samples[first - start : last - start]
                begun = [span for span in begun if span[1] > end]
            if at == len(waiting) and not begun:
                return

    def __getitem__(self, span: Span) -> Samples:
        """The samples of a span that was read, full scale 1."""
        samples: Samples = self._held[span].astype(np.float32) / np.float32(32767)
        return samples
