"""WAAROM.txt: where somebody dropped a file that could not be done, a page that says why and what to do."""

import contextlib
import fcntl
import os
import stat
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import documents
from pipeline.minutes.safe_text import safe_text
from pipeline.night.causes import Reason
from pipeline.night.claims import Claim, claims_in
from pipeline.night.inbox import WHY
from pipeline.night.pace import Pace
from pipeline.night.spool import Spool
from pipeline.texts import Texts

REASON = "reason.json"
# The folders with a WAAROM.txt of ours, so that it can be taken away again.
_TOLD = "told.txt"
_SHARE_OF_TIME = 0.05


def quarantined(spool: Spool) -> list[tuple[Claim, Reason]]:
    """Everything in quarantine that has a reason, oldest first."""
    found = []
    for claim in claims_in(spool, spool.quarantine):
        with contextlib.suppress(OSError, ValueError):
            found.append((claim, documents.read(Reason, claim.folder / REASON)))
    return sorted(found, key=lambda item: (item[1].at, item[0].id))


class WhyPages:
    """Keeps the pages up while a night runs; the more lies in quarantine, the more seldom. The end of the run writes them all."""

    def __init__(self, say: Texts) -> None:
        self._say = say
        self._paces: dict[Spool, Pace] = {}
        self._lock = threading.Lock()

    def keep_up(self, spool: Spool) -> None:
        """Write the pages of a drop folder, unless that was done a moment ago. A folder we may not write in changes nothing."""
        with self._lock:
            pace = self._paces.setdefault(spool, Pace(_SHARE_OF_TIME))
            if pace.is_due():
                with pace.timed(), contextlib.suppress(OSError):
                    write_why(spool, self._say)

    def finish(self, spools: Iterable[Spool]) -> None:
        """Write what waited for its turn."""
        for spool in spools:
            with contextlib.suppress(OSError):
                write_why(spool, self._say)


def write_why(spool: Spool, say: Texts) -> None:
    """Write WAAROM.txt in each folder from which something lies in quarantine; remove it where nothing does any more."""
    with _one_writer(spool):
        _write_all(spool, say)


def _write_all(spool: Spool, say: Texts) -> None:
    by_folder: dict[Path, list[tuple[Claim, Reason]]] = {}
    for claim, reason in quarantined(spool):
        by_folder.setdefault(spool.place(claim.record.dropped).parent, []).append((claim, reason))
    for folder, items in by_folder.items():
        with contextlib.suppress(OSError):
            _write(folder / WHY, why_text(spool, items, say))
    told = spool.root / _TOLD
    for folder in {spool.place(line) for line in told.read_text(encoding="ascii").splitlines()} if told.exists() else ():
        if folder not in by_folder:
            with contextlib.suppress(OSError):
                (folder / WHY).unlink()
    documents.write_atomically(told, "".join(f"{spool.written(folder)}\n" for folder in sorted(by_folder)).encode())


def why_text(spool: Spool, items: Iterable[tuple[Claim, Reason]], say: Texts) -> str:
    """The page, in plain words."""
    parts = [say("night.why.intro")]
    for claim, reason in items:
        name = safe_text(spool.place(claim.record.dropped).name)
        again = say("night.why.again" if reason.retry else "night.why.not_again")
        parts.append("\n".join((f"“{name}”", reason.what, reason.meaning, reason.what_to_do, again)))
    parts.append(say("night.why.end"))
    return "\n\n".join(parts) + "\n"


@contextmanager
def _one_writer(spool: Spool) -> Iterator[None]:
    """Slots set things aside at the same moment; each writes the whole page."""
    descriptor = os.open(spool.root / ".why.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, text: str) -> None:
    """Readable by whoever may read the folder: in a folder where people may only drop, not by each other."""
    folder = stat.S_IMODE(path.parent.stat().st_mode)
    if not path.exists() or path.read_text(encoding="utf-8", errors="replace") != text:
        documents.write_atomically(path, text.encode(), mode=0o600 | (folder & 0o044))
