"""Who on this machine may read what Wederhoor made: its own user, and the members of a named group when one is set."""

import grp
import os
import shutil
import stat
from pathlib import Path

from pipeline.errors import UsageError


def open_to_group(folder: Path, group: str) -> None:
    """Let the members of `group` read a folder and everything in it; nobody else, and nobody may write. Empty: change nothing.

    Raises UsageError when this machine has no such group, or when the user is not a member of it.
    """
    if not group:
        return
    try:
        grp.getgrnam(group)
        for parent, _, files in os.walk(folder, followlinks=False):
            for path in (Path(parent), *(Path(parent, name) for name in files)):
                if path.is_symlink():
                    continue
                shutil.chown(path, group=group)
                owner = stat.S_IMODE(path.stat().st_mode) & 0o700
                path.chmod(owner | (0o050 if path.is_dir() else 0o040))
    except (KeyError, PermissionError) as error:
        raise UsageError("group_unusable", group=group) from error
