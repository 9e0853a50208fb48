"""How much a machine can do in a night: recordings at a time, and the best model that the hours left allow."""

import os
import shutil
from pathlib import Path

from pipeline.errors import WederhoorError
from pipeline.settings import Settings
from pipeline.speech.transcription.engine import ENGINES
from pipeline.weights import locate

_GB = 1_000_000_000
# The share of a core that is left for the work when the machine also does other things.
_USABLE = 0.85


def recordings_at_a_time(settings: Settings, *, cores: int | None = None, memory_bytes: int | None = None) -> int:
    """How many recordings at a time: what the settings say, else what cores and free memory allow; at least one."""
    night = settings.night
    if night.workers:
        return night.workers
    cores = cores if cores is not None else len(os.sched_getaffinity(0))
    memory_bytes = memory_bytes if memory_bytes is not None else available_memory()
    return max(1, min(cores // settings.speech.threads, int(memory_bytes / (night.memory_per_worker_gb * _GB))))


def available_memory() -> int:
    """Bytes of memory this process can have: what the machine has free, or less when its group of processes has a limit."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    limits = [_limit(Path(name)) for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")]
    return min([free, *(limit for limit in limits if limit is not None)])


def model_for(settings: Settings, *, audio_seconds: float, seconds_left: float, workers: int) -> str:
    """The most accurate installed model with which this much sound fits in the time left; else the fastest installed one.

    The model of the settings when another engine is asked for, or when none of the night's models is installed.
    """
    if settings.speech.engine not in ENGINES.known:
        return settings.speech.model
    installed = [model for model in settings.night.models if _is_installed(model.name, settings)]
    if not installed:
        return settings.speech.model
    budget = seconds_left * workers * _USABLE
    fitting = (model for model in installed if audio_seconds * model.cost <= budget)
    return next(fitting, min(installed, key=lambda model: model.cost)).name


def free_bytes(folder: Path) -> int:
    """Free space where a folder is, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _is_installed(name: str, settings: Settings) -> bool:
    try:
        locate(name, settings)
    except WederhoorError:
        return False
    return True


def _limit(path: Path) -> int | None:
    try:
        written = path.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(written) if written.isdigit() else None
