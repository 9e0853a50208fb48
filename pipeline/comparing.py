"""The recipe of a comparison: two accounts, from what was given to a folder that both parties can read and listen to.

The folder lies beside the dossiers, belongs to neither, and is as private as they are. It is built under another name and
renamed: it appears whole or not at all. The same comparison gives the same folder with the same bytes.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline import documents
from pipeline.access import open_to_group
from pipeline.comparison.compare import Comparison
from pipeline.comparison.compare import compare as compare_accounts
from pipeline.comparison.reading import read_comparison
from pipeline.comparison.sources import Account, TakenFor, accounts
from pipeline.comparison.writers import WRITERS
from pipeline.dossier import custody
from pipeline.dossier.comparisons import COMPARISON_JSON, SOUND, comparisons_beside
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.layout import Dossier
from pipeline.recording.listening import write_listening_copy
from pipeline.review import comparison_page
from pipeline.settings import Settings
from pipeline.worker import Worker

Report = Callable[[str, float], None]

_SHORT = 8


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison and the two accounts it was made of."""

    comparison: Comparison
    a: Account
    b: Account


@dataclass(frozen=True, slots=True)
class StoredComparison:
    """A comparison as it lies on disk; `sha256` is of its comparison.json."""

    folder: Path
    comparison: Comparison
    sha256: str

    @property
    def page(self) -> Path:
        """The page to open."""
        return self.folder / comparison_page.FILE_NAME


def hold_beside(a: Path, b: Path, settings: Settings, *, taken_for: TakenFor | None = None) -> Compared:
    """Read what lies at `a` and `b` and compare what both hold. Changes nothing.

    Raises UsageError when the two have nothing that can be held against each other, InputRefused for what cannot be used.
    """
    of_a, of_b = accounts(a, b, taken_for, settings.report_language)
    return Compared(compare_accounts(of_a, of_b, settings), of_a, of_b)


def write(compared: Compared, settings: Settings, now: datetime, out: Path | None = None) -> StoredComparison:
    """Write the comparison's folder under `out` (null: beside the dossiers) and log it in every dossier that is a side."""
    data = documents.encode(compared.comparison)
    sha256 = hashlib.sha256(data).hexdigest()
    dossiers = [account.source.dossier for account in (compared.a, compared.b) if account.source.dossier is not None]
    parent = out or (comparisons_beside(dossiers[0]) if dossiers else settings.paths.comparisons)
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    stored = StoredComparison(parent / _name(compared.comparison, sha256), compared.comparison, sha256)
    if not (stored.folder / COMPARISON_JSON).is_file():
        with _part_of(stored.folder) as part:
            _fill(part, compared, data, settings)
            for dossier in dossiers:
                _log_once(dossier, sha256, settings, now)
            _sync(part)
            open_to_group(part, settings.paths.group)
            _give_name(part, stored.folder)
    return stored


def compare(
    a: Path, b: Path, settings: Settings, *, now: datetime, out: Path | None = None, taken_for: TakenFor | None = None
) -> StoredComparison:
    """Compare what lies at `a` and `b`, and write the folder. Raises as `hold_beside` does."""
    return write(hold_beside(a, b, settings, taken_for=taken_for), settings, now, out)


def _name(comparison: Comparison, sha256: str) -> str:
    """A name that betrays nobody: the beginnings of the digests of A, of B and of the comparison itself."""
    sides = (side.recording_sha256 or side.minutes_sha256 or side.report_sha256 or "" for side in (comparison.a, comparison.b))
    return "-".join(digest[:_SHORT] for digest in (*sides, sha256))


def _fill(folder: Path, compared: Compared, data: bytes, settings: Settings) -> None:
    documents.write_atomically(folder / COMPARISON_JSON, data, mode=0o400)
    sounds: dict[str, str] = {}
    for side, account in (("a", compared.a), ("b", compared.b)):
        if _write_sound(account, folder / SOUND[side], settings):
            sounds[side] = SOUND[side]
    reading = read_comparison(compared.comparison, compared.a, compared.b)
    documents.write_atomically(folder / comparison_page.FILE_NAME, comparison_page.render(reading, sounds), mode=0o400)
    for writer in WRITERS:
        documents.write_atomically(folder / writer.file_name, writer.render(reading), mode=0o400)


def _write_sound(account: Account, target: Path, settings: Settings) -> bool:
    """Put a copy that browsers play beside the page; whether there is sound at all."""
    source = account.source
    if source.recording is None:
        return False
    if source.dossier is not None and source.dossier.listening_copy.is_file():
        documents.copy_atomically(source.dossier.listening_copy, target, mode=0o400)
        return True
    limit = settings.workers.minimum_limit_seconds + settings.recordings.max_duration_hours * 3600
    with Worker() as worker:
        worker.call(write_listening_copy, source.recording, target, settings.report_language, limit_seconds=limit)
    target.chmod(0o400)
    return True


def _log_once(dossier: Dossier, sha256: str, settings: Settings, now: datetime) -> None:
    """Log that this dossier was compared, unless a run that was killed after logging already did."""
    if all((entry.act, entry.object_sha256) != (Act.COMPARED, sha256) for entry in custody.read(dossier)):
        key = KeyRing(settings.paths.keys).current(now)
        custody.append(dossier, Act.COMPARED, "wederhoor", sha256, now=now, signer=key)


@contextmanager
def _part_of(folder: Path) -> Iterator[Path]:
    """A private folder beside `folder` to build it in; what killed runs left of it is removed."""
    for left in folder.parent.glob(f".{folder.name}.*.part"):
        with _locked(left) as is_ours:
            if is_ours:
                shutil.rmtree(left, ignore_errors=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    try:
        with _locked(part):
            yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Hold a folder as the run that builds it; whether nobody else does. The lock goes when the process goes."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield _lock(descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync(folder: Path) -> None:
    """Make durable what workers wrote."""
    for path in folder.iterdir():
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    documents.fsync_folder(folder)


def _give_name(part: Path, folder: Path) -> None:
    try:
        part.rename(folder)
    except OSError:
        # Another run finished the same comparison first.
        if not (folder / COMPARISON_JSON).is_file():
            raise
    documents.fsync_folder(folder.parent)
