import os
import random
import signal
import time
from collections.abc import Callable
from typing import Protocol

import pytest


class KillAfter(Protocol):
    def __call__(self, work: Callable[[], object], seconds: float) -> bool: ...


@pytest.fixture(autouse=True)
def own_keys(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of this test alone."""
    monkeypatch.setenv("WEDERHOOR_PATHS__DATA", str(tmp_path_factory.mktemp("data")))


@pytest.fixture
def chance() -> random.Random:
    return random.Random(20260303)


@pytest.fixture
def kill_after() -> KillAfter:
    """Run `work` in a child process and kill -9 it after `seconds`; tells whether it was still at work then."""

    def run(work: Callable[[], object], seconds: float) -> bool:
        child = os.fork()
        if child == 0:
            try:
                work()
            finally:
                os._exit(0)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status)

    return run
