"""A child process for work that may crash, hang or eat memory: one recording is lost, not the night.

A worker is kept between calls, so that what a called function caches (model weights) is loaded once. It is started anew
after a crash or a time-out. Functions are called by reference and must be importable; arguments and results are pickled.
The child is ours and runs our code on our arguments: pickle is a wire format here, never something read from a file.
"""

import contextlib
import ctypes
import errno
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from pipeline.errors import InternalFault, WederhoorError

Result = TypeVar("Result")
Parameters = ParamSpec("Parameters")
Progress = Callable[[float], None]

_PR_SET_PDEATHSIG = 1
_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG))
# When memory runs out the kernel should take the child, which costs one recording, and not the parent.
_OOM_SCORE = "700"


class WorkerCrashed(InternalFault):
    """The child died: a native crash, or killed for memory."""

    def __init__(self, signal_name: str) -> None:
        super().__init__("worker_crashed", signal=signal_name)


class WorkerTimedOut(InternalFault):
    """The child took longer than its limit and was stopped."""

    def __init__(self, limit_seconds: int) -> None:
        super().__init__("worker_timed_out", limit_seconds=limit_seconds)


class UnexpectedFault(InternalFault):
    """An exception that nobody planned for. `place` names type and source line, never the message: it may hold text."""

    def __init__(self, place: str) -> None:
        super().__init__("unexpected_fault", place=place)


@dataclass(frozen=True, slots=True)
class _Call:
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    wants_progress: bool


@dataclass(frozen=True, slots=True)
class _Progressed:
    share: float


@dataclass(frozen=True, slots=True)
class _Returned:
    value: Any


@dataclass(frozen=True, slots=True)
class _Raised:
    error: WederhoorError


class Worker:
    """A child process that runs one call at a time.

    `threads` bounds the numeric libraries; `memory_bytes` bounds the address space (only for work without models, which
    map far more than they use).
    """

    def __init__(self, *, threads: int = 1, memory_bytes: int | None = None) -> None:
        self._threads = threads
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    def call(self, function: Callable[..., Result], *arguments: Any, limit_seconds: float, progress: Progress | None = None) -> Result:
        """Run `function(*arguments)` in the child and return its result.

        With `progress`, the function is also given `progress=` to call with a share in 0-1. Raises what the function
        raises when that is a WederhoorError, else UnexpectedFault; WorkerCrashed; WorkerTimedOut.
        """
        pipe = self._started()
        deadline = time.monotonic() + limit_seconds
        try:
            pipe.send(_Call(function, arguments, progress is not None))
            while pipe.poll(max(0.0, deadline - time.monotonic())):
                match pipe.recv():
                    case _Progressed(share):
                        if progress:
                            progress(share)
                    case _Returned(value):
                        result: Result = value
                        return result
                    case _Raised(error):
                        raise error
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise WorkerCrashed(self._stop()) from None
        except BaseException as error:
            if not isinstance(error, WederhoorError):
                self._stop()
            raise
        self._stop()
        raise WorkerTimedOut(round(limit_seconds))

    def close(self) -> None:
        """End the child. A later call starts a new one."""
        if self._process is not None:
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _started(self) -> Connection:
        if self._pipe is not None and self._process is not None and self._process.poll() is None:
            return self._pipe
        ours, theirs = Pipe()
        count = str(self._threads)
        threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), count)
        command = [sys.executable, "-m", "pipeline.worker", str(theirs.fileno()), str(self._memory_bytes or 0), str(os.getpid())]
        # What libraries print is dropped: it may quote the conversation or name a file.
        quiet = subprocess.DEVNULL
        # The same import path as ours, so that a function this process knows is known there too.
        environment = os.environ | threads | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=quiet, stdout=quiet, stderr=quiet, env=environment, cwd=Path.cwd()
        )
        theirs.close()
        self._pipe = ours
        return ours

    def _stop(self) -> str:
        """Kill the child and say how it ended: a signal's name or an exit status."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is None:
            return "not started"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.2)
        process.kill()
        status = process.wait()
        return signal.Signals(-status).name if status < 0 else f"exit {status}"


def call_once(function: Callable[..., Result], *arguments: Any, limit_seconds: float, memory_bytes: int | None = None) -> Result:
    """Run one call in a child of its own; for short work on files that may be hostile."""
    with Worker(memory_bytes=memory_bytes) as worker:
        return worker.call(function, *arguments, limit_seconds=limit_seconds)


def _serve(pipe: Connection) -> None:
    while True:
        try:
            call: _Call = pipe.recv()
        except EOFError:
            return
        pipe.send(_answer(call, pipe))


def _answer(call: _Call, pipe: Connection) -> _Returned | _Raised:
    extra = {"progress": lambda share: pipe.send(_Progressed(share))} if call.wants_progress else {}
    try:
        return _Returned(call.function(*call.arguments, **extra))
    except WederhoorError as error:
        return _Raised(error)
    except OSError as error:
        return _Raised(InternalFault("disk_full") if error.errno in _FULL else UnexpectedFault(place_of(error)))
    except Exception as error:
        return _Raised(UnexpectedFault(place_of(error)))


def place_of(error: Exception) -> str:
    """Type and source line of an exception, without its message: that may quote the conversation or name a file."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}"


def _die_with_parent(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The parent may have died before the line above took effect.
    if os.getppid() != parent:
        raise SystemExit(1)


def _main(descriptor: int, memory_bytes: int, parent: int) -> None:
    _die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    _serve(Connection(descriptor))


if __name__ == "__main__":
    # Run as a module this file is __main__; the parent's messages name pipeline.worker, so serve from there.
    from pipeline import worker

    worker._main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
