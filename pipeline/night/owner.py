"""Who holds a claim: this process, on this boot of this machine. Others can tell whether it still lives, or that they cannot tell."""

import os
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_START_TIME_FIELD = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A process. `boot`: the kernel's id of this boot; `pids`: its process-id namespace; `started`: in clock ticks after boot."""

    host: str
    boot: str
    pids: str
    pid: int
    started: int


def this_process() -> Owner:
    """The process that asks."""
    boot, pids = _here()
    pid = os.getpid()
    return Owner(host=socket.gethostname()[:64], boot=boot, pids=pids, pid=pid, started=_started(pid) or 0)


def is_gone(owner: Owner) -> bool | None:
    """Whether the owner has ended; null when it runs where we cannot look: another machine, boot or container."""
    if (owner.boot, owner.pids) != _here():
        return None
    # A process id is given out again; the moment it started is not.
    return _started(owner.pid) != owner.started


@cache
def _here() -> tuple[str, str]:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return boot, str(Path("/proc/self/ns/pid").readlink())


def _started(pid: int) -> int | None:
    """When a process started; null when there is none, or only its remains that nobody waited for."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if after_name[0] in (b"Z", b"X") else int(after_name[_START_TIME_FIELD])
