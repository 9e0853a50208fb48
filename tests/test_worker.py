import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import InputRefused
from pipeline.worker import UnexpectedFault, Worker, WorkerCrashed, WorkerTimedOut, call_once

LIMIT = 20.0


def process_id() -> int:
    return os.getpid()


def add(a: int, b: int) -> int:
    return a + b


def refuse(name: str) -> None:
    raise InputRefused("not_media", file=name)


def fail_with_conversation_text() -> None:
    raise ValueError("mijn tas is weg")


def crash_natively() -> None:
    ctypes.string_at(0)


def hang() -> None:
    time.sleep(60)


def eat_memory() -> int:
    return len(bytearray(4 * 1024**3))


def report_progress(steps: int, progress: object = None) -> int:
    assert callable(progress)
    for step in range(steps):
        progress((step + 1) / steps)
    return steps


def test_a_worker_returns_results_and_is_kept_between_calls() -> None:
    with Worker() as worker:
        first = worker.call(process_id, limit_seconds=LIMIT)
        assert worker.call(add, 2, 3, limit_seconds=LIMIT) == 5
        assert worker.call(process_id, limit_seconds=LIMIT) == first != os.getpid()


def test_our_own_errors_arrive_with_their_details() -> None:
    with Worker() as worker, pytest.raises(InputRefused) as caught:
        worker.call(refuse, "a.wav", limit_seconds=LIMIT)
    assert caught.value.text_key == "not_media"
    assert caught.value.details == {"file": "a.wav"}


def test_an_unexpected_error_names_its_place_and_never_its_text() -> None:
    with Worker() as worker, pytest.raises(UnexpectedFault) as caught:
        worker.call(fail_with_conversation_text, limit_seconds=LIMIT)
    assert str(caught.value.details["place"]).startswith("ValueError in test_worker.py:")
    assert "tas" not in repr(caught.value.details) + str(caught.value)


@pytest.mark.parametrize(("function", "error"), [(crash_natively, WorkerCrashed), (hang, WorkerTimedOut)])
def test_after_a_crash_or_hang_the_next_call_works(function: object, error: type[Exception]) -> None:
    assert callable(function)
    with Worker() as worker:
        with pytest.raises(error):
            worker.call(function, limit_seconds=2.0)
        assert worker.call(add, 1, 1, limit_seconds=LIMIT) == 2


def test_memory_is_bounded_when_asked() -> None:
    with pytest.raises(UnexpectedFault, match="unexpected_fault") as caught:
        call_once(eat_memory, limit_seconds=LIMIT, memory_bytes=1024**3)
    assert "MemoryError" in str(caught.value.details["place"])


def test_progress_arrives_in_order() -> None:
    seen: list[float] = []
    with Worker() as worker:
        assert worker.call(report_progress, 4, limit_seconds=LIMIT, progress=seen.append) == 4
    assert seen == [0.25, 0.5, 0.75, 1.0]


def test_a_worker_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, sys, time\n"
        "from pipeline.worker import Worker\n"
        "worker = Worker()\n"
        "print(worker.call(os.getpid, limit_seconds=20), flush=True)\n"
        "worker.call(time.sleep, 60, limit_seconds=60)\n"
    )
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.2)
    parent.kill()
    parent.wait()
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "State:\tZ" in Path(f"/proc/{child}/status").read_text():
            return
        time.sleep(0.1)
    pytest.fail("the worker outlived its parent")
