"""What was installed and set up: packages, weights, the organisation's name, its key and a backup of it, permissions, the timer."""

import grp
import importlib.metadata
import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from packaging.requirements import Requirement

from pipeline.doctor.machine import ask
from pipeline.doctor.model import Check, Standing
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.restored import restored_dossiers
from pipeline.errors import WederhoorError
from pipeline.settings import Settings
from pipeline.weights import FileState, pinned_models, states

TIMER = "wederhoor-overnight.timer"
_DISTRIBUTION = "wederhoor"
_MAX_DOSSIERS_LOOKED_AT = 10_000


def packages(_settings: Settings, _now: datetime) -> Iterator[Check]:
    """Whether the packages are the pinned ones: others were not tried, and some are known to fail in silence."""
    wrong = sorted(name for name in _requirements() if not _as_pinned(name))
    text, standing = ("packages_differ", Standing.ATTENTION) if wrong else ("packages", Standing.GOOD)
    yield Check(name="packages", standing=standing, text=text, details={"packages": ", ".join(Requirement(name).name for name in wrong)})


def weights(settings: Settings, _now: datetime) -> Iterator[Check]:
    """Whether the weights of the main job are there and are the pinned ones, and whether any other file differs."""
    for model in pinned_models():
        found = set(states(model, settings).values())
        if FileState.DIFFERENT in found:
            yield Check(name="weights", standing=Standing.FAULT, text="weights_differ", details={"model": model.name})
        elif FileState.MISSING in found and model.standard:
            yield Check(name="weights", standing=Standing.FAULT, text="weights_missing", details={"model": model.name})
        elif FileState.MISSING not in found:
            yield Check(name="weights", standing=Standing.GOOD, text="weights", details={"model": model.name})


def organisation(settings: Settings, _now: datetime) -> Iterator[Check]:
    """Whether documents can name who answers for the recordings."""
    named = settings.organisation.is_named
    yield Check(
        name="organisation",
        standing=Standing.GOOD if named else Standing.ATTENTION,
        text="organisation" if named else "organisation_unnamed",
        details={"name": settings.organisation.name},
    )


def signing_key(settings: Settings, _now: datetime) -> Iterator[Check]:
    """Whether the organisation has a key that nobody else can read, and a backup of it."""
    ring = KeyRing(settings.paths.keys)
    try:
        known = ring.known()
    except WederhoorError:
        yield Check(name="key", standing=Standing.FAULT, text="key_damaged", details={"folder": str(settings.paths.keys)})
        return
    if known is None:
        yield Check(name="key", standing=Standing.ATTENTION, text="key_none")
        return
    backed_up = ring.backed_up_at(known.key_id)
    yield Check(
        name="key",
        standing=Standing.GOOD if backed_up else Standing.ATTENTION,
        text="key" if backed_up else "key_no_backup",
        details={"key": known.key_id, "at": (backed_up or "")[:10]},
    )


def permissions(settings: Settings, _now: datetime) -> Iterator[Check]:
    """Whether anyone but our own user and the named group can open dossiers or keys."""
    dossiers = sorted(settings.paths.output.glob("[0-9]*-*"))[-_MAX_DOSSIERS_LOOKED_AT:]
    open_to_others = [path for path in (settings.paths.keys, *dossiers) if path.exists() and _others_may(path, settings)]
    if open_to_others:
        details: dict[str, str | int] = {"folder": str(open_to_others[0]), "number": len(open_to_others)}
        yield Check(name="permissions", standing=Standing.FAULT, text="permissions_open", details=details)
    else:
        yield Check(name="permissions", standing=Standing.GOOD, text="permissions", details={"number": len(dossiers)})


def restored(settings: Settings, _now: datetime) -> Iterator[Check]:
    """Whether an older backup brought back what was deleted."""
    number = sum(1 for _ in restored_dossiers(settings.paths.output, settings.paths.deletions))
    if number:
        yield Check(name="restored", standing=Standing.FAULT, text="restored", details={"number": number})


def group(settings: Settings, _now: datetime) -> Iterator[Check]:
    """Whether the group that may read dossiers exists and our user is in it; nothing when none was named."""
    name = settings.paths.group
    if not name:
        return
    try:
        ours = grp.getgrnam(name).gr_gid in {*os.getgroups(), os.getegid()} or os.geteuid() == 0
    except KeyError:
        ours = False
    standing, text = (Standing.GOOD, "group") if ours else (Standing.FAULT, "group_unusable")
    yield Check(name="group", standing=standing, text=text, details={"group": name})


def timer(_settings: Settings, _now: datetime) -> Iterator[Check]:
    """Whether systemd will start the night by itself."""
    state = ask("systemctl", "is-active", TIMER)
    if state is None:
        yield Check(name="timer", standing=Standing.UNKNOWN, text="timer_unknown")
    elif state == "active":
        yield Check(name="timer", standing=Standing.GOOD, text="timer")
    else:
        yield Check(name="timer", standing=Standing.ATTENTION, text="timer_off", details={"timer": TIMER})


def _requirements() -> list[str]:
    """The direct dependencies of this distribution, without those of its extras."""
    try:
        required = importlib.metadata.requires(_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [text for text in required if (marker := Requirement(text).marker) is None or marker.evaluate({"extra": ""})]


def _as_pinned(text: str) -> bool:
    requirement = Requirement(text)
    try:
        return requirement.specifier.contains(importlib.metadata.version(requirement.name), prereleases=True)
    except importlib.metadata.PackageNotFoundError:
        return False


def _others_may(path: Path, settings: Settings) -> bool:
    mode = stat.S_IMODE(path.stat().st_mode)
    shared = bool(settings.paths.group) and path != settings.paths.keys
    return bool(mode & (0o007 if shared else 0o077))
