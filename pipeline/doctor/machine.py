"""The machine itself: processors, memory, disk, encryption of the disk, clock."""

import os
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline import documents
from pipeline.doctor.model import Check, Standing
from pipeline.errors import WederhoorError
from pipeline.night.capacity import available_memory, free_bytes, recordings_at_a_time
from pipeline.recording.model import Recording
from pipeline.settings import Settings

_GB = 1_000_000_000
# One recording of ten hours with everything made from it: the sound as the models hear it (1.2 GB), two copies, documents.
_ROOM_FOR_ONE_GB = 3.0
_ENCRYPTED = "CRYPT-"
_ASK_SECONDS = 10


def processors_and_memory(settings: Settings, _now: datetime) -> Iterator[Check]:
    """How many recordings at a time this machine can do, and whether one fits in its memory at all."""
    memory = available_memory()
    enough = memory >= settings.night.memory_per_worker_gb * _GB
    yield Check(
        name="memory",
        standing=Standing.GOOD if enough else Standing.FAULT,
        text="memory" if enough else "memory_short",
        details={
            "cores": len(os.sched_getaffinity(0)),
            "gigabytes": f"{memory / _GB:.0f}",
            "recordings": recordings_at_a_time(settings),
            "needed": f"{settings.night.memory_per_worker_gb:g}",
        },
    )


def disk_space(settings: Settings, _now: datetime) -> Iterator[Check]:
    """Whether the folders of dossiers and of the inbox have room."""
    for folder in dict.fromkeys((settings.paths.output, settings.night.inbox.expanduser())):
        free = free_bytes(folder.absolute())
        least = settings.night.minimum_free_gb * _GB
        standing = Standing.FAULT if free < least else Standing.ATTENTION if free < least + _ROOM_FOR_ONE_GB * _GB else Standing.GOOD
        text = "disk" if standing is Standing.GOOD else "disk_short"
        yield Check(name="disk", standing=standing, text=text, details={"folder": str(folder), "gigabytes": f"{free / _GB:.0f}"})


def encryption(settings: Settings, _now: datetime) -> Iterator[Check]:
    """Whether the file systems with dossiers and keys lie on an encrypted block device, as far as Linux tells."""
    for folder in dict.fromkeys((settings.paths.output, settings.paths.data.expanduser())):
        encrypted = _is_encrypted(folder.absolute())
        standing = {True: Standing.GOOD, False: Standing.ATTENTION, None: Standing.UNKNOWN}[encrypted]
        text = {True: "encrypted", False: "not_encrypted", None: "encryption_unknown"}[encrypted]
        yield Check(name="encryption", standing=standing, text=text, details={"folder": str(folder)})


def clock(settings: Settings, now: datetime) -> Iterator[Check]:
    """Whether the clock is kept in step, and does not stand before what was already received."""
    latest = _latest_receipt(settings.paths.output)
    if latest is not None and latest > now:
        yield Check(name="clock", standing=Standing.FAULT, text="clock_behind", details={"received": _local(latest, settings)})
        return
    synchronised = _synchronised()
    standing = {True: Standing.GOOD, False: Standing.ATTENTION, None: Standing.UNKNOWN}[synchronised]
    text = {True: "clock", False: "clock_loose", None: "clock_unknown"}[synchronised]
    yield Check(name="clock", standing=standing, text=text, details={"now": _local(now, settings)})


def _is_encrypted(folder: Path) -> bool | None:
    """Follow the device under a folder down through device mapper; null for a share or a file system without a device."""
    while not folder.exists():
        folder = folder.parent
    number = folder.stat().st_dev
    device = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    return any_layer_encrypted(device.resolve()) if device.exists() else None


def any_layer_encrypted(device: Path) -> bool:
    """Whether a block device (a folder in sysfs) or one below it is encrypted."""
    uuid = device / "dm" / "uuid"
    if uuid.is_file() and uuid.read_text(encoding="ascii", errors="replace").startswith(_ENCRYPTED):
        return True
    below = device / "slaves"
    return below.is_dir() and any(any_layer_encrypted(layer.resolve()) for layer in below.iterdir())


def _synchronised() -> bool | None:
    if Path("/run/systemd/timesync/synchronized").exists():
        return True
    answer = ask("timedatectl", "show", "--property=NTPSynchronized", "--value")
    return {"yes": True, "no": False}.get(answer or "")


def _local(moment: datetime, settings: Settings) -> str:
    return f"{moment.astimezone(ZoneInfo(settings.night.timezone)):%Y-%m-%d %H:%M}"


def _latest_receipt(output: Path) -> datetime | None:
    """When the last recording came in, by the documents of the newest dossiers."""
    newest = sorted(output.glob("[0-9]*/recording/recording.json"))[-3:]
    moments = []
    for path in newest:
        try:
            moments.append(datetime.fromisoformat(documents.read(Recording, path).received_at))
        except (OSError, ValueError, WederhoorError):
            continue
    return max(moments, default=None)


def ask(*command: str) -> str | None:
    """What a program of the system answers; null when it is not there or does not answer."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_ASK_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None
