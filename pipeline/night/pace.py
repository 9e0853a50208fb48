"""How often something may be done that takes the longer the more there is: a large inbox is looked at more seldom than a small one."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """Keeps repeated work within `share` (0-1) of all time, and at least `rest_seconds` between one time and the next.

    Not safe between threads: whoever shares one holds a lock.
    """

    share: float
    rest_seconds: float = 0.0
    clock: Callable[[], float] = time.monotonic
    _not_before: float = field(default=float("-inf"))

    def is_due(self) -> bool:
        """Whether it may be done again."""
        return self.clock() >= self._not_before

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Around the work itself."""
        began = self.clock()
        try:
            yield
        finally:
            ended = self.clock()
            self._not_before = ended + max(self.rest_seconds, (ended - began) / self.share)
