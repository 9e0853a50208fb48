"""The worker processes of one slot of the night. Where the models run on a GPU, one recording at a time uses it on each machine."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pipeline.settings import Settings
from pipeline.stages import Workers
from pipeline.worker import Progress, Worker

Result = TypeVar("Result")


class TurnTakingWorker(Worker):
    """A worker whose calls wait for a lock file; the lock ends with this process. The time limit counts from the call's turn."""

    def __init__(self, lock: Path, *, threads: int = 1) -> None:
        super().__init__(threads=threads)
        self._lock = lock

    def call(self, function: Callable[..., Result], *arguments: Any, limit_seconds: float, progress: Progress | None = None) -> Result:
        """As Worker.call, once it is our turn."""
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            return super().call(function, *arguments, limit_seconds=limit_seconds, progress=progress)
        finally:
            os.close(descriptor)


class NightWorkers(Workers):
    """Workers that share a GPU with the other slots of this machine."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        if settings.speech.device != "cpu":
            folder = settings.paths.data.expanduser()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.transcription = TurnTakingWorker(folder / "gpu.lock", threads=settings.speech.threads)
