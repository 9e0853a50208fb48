"""Where the night keeps what it is working on: a hidden folder inside the folder people drop files in, so that taking a file is a rename.

```
<drop folder>/.wederhoor/
  claims/<id>.<turn>/       a recording that is being worked on, or waits to be taken up again; <turn> counts who had it
  done/<night>/<id>/        what became of it: result.json
  quarantine/<id>.<turn>/   original/<name> untouched, reason.json
  runs/<night>/<id>.json    when a run began and ended
```
"""

import hashlib
import os
import secrets
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from pipeline import documents
from pipeline.errors import UsageError

SPOOL = ".wederhoor"
URGENT = "spoed"


class Kind(StrEnum):
    """What is dropped in a folder: recordings for the archive, or everything of one case."""

    INBOX = "inbox"
    CASES = "cases"


@dataclass(frozen=True, slots=True)
class Spool:
    """The work folder of one drop folder `top`."""

    top: Path
    kind: Kind

    @property
    def root(self) -> Path:
        """The hidden folder."""
        return self.top / SPOOL

    @property
    def claims(self) -> Path:
        """What somebody works on."""
        return self.root / "claims"

    @property
    def quarantine(self) -> Path:
        """What could not be done, with the reason."""
        return self.root / "quarantine"

    @property
    def done(self) -> Path:
        """What became of each recording, a folder per night."""
        return self.root / "done"

    @property
    def runs(self) -> Path:
        """The runs, a folder per night."""
        return self.root / "runs"

    def done_on(self, night: date) -> Path:
        """What was done in one night."""
        return self.done / night.isoformat()

    def make(self) -> None:
        """Make the folders. The drop folder itself must be there."""
        for folder in (self.root, self.claims, self.quarantine, self.done, self.runs):
            folder.mkdir(mode=0o700, exist_ok=True)

    def recognise(self, data: Path) -> None:
        """Make sure that this is the folder of the last time; `data`: where this machine remembers that.

        A share that is not mounted leaves an empty folder in its place, which is no empty inbox. Raises UsageError.
        """
        name = hashlib.sha256(os.fsencode(self.top.resolve())).hexdigest()[:16]
        remembered, mark = data / f"{name}.id", self.root / "id"
        if remembered.exists() and not mark.exists():
            raise UsageError("night_inbox_not_same", folder=str(self.top), file=str(remembered))
        self.make()
        if not mark.exists():
            documents.write_atomically(mark, f"{secrets.token_hex(8)}\n".encode())
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        documents.write_atomically(remembered, mark.read_bytes())

    def now_ns(self) -> int:
        """The time by the clock that dates the files here; on a share that is the server's."""
        probe = self.root / ".clock"
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            os.utime(probe)
            return os.fstat(descriptor).st_ctime_ns
        finally:
            os.close(descriptor)

    def entries(self, folder: Path) -> Iterator[Path]:
        """The visible entries of one of the folders, in order of name; nothing where it does not exist."""
        try:
            found = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        except FileNotFoundError:
            return
        yield from found

    def written(self, path: Path) -> str:
        """A path in the drop folder as plain ASCII that gives every byte of the name back."""
        return urllib.parse.quote_from_bytes(os.fsencode(path.relative_to(self.top)))

    def place(self, written: str) -> Path:
        """The path that `written` stands for; the drop folder itself when it would lie outside."""
        parts = [part for part in urllib.parse.unquote_to_bytes(written).split(b"/") if part not in (b"", b".", b"..")]
        return self.top.joinpath(*(os.fsdecode(part) for part in parts))
