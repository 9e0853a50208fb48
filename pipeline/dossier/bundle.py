"""A bundle: everything of a dossier in one zip that proves itself, with what is needed to check it.

The layout is a bag (BagIt 1.0, RFC 8493) in one folder: the dossier under `data/`, and beside it `controleer.py`,
`controleer.html` and instructions. Nothing in it needs Wederhoor, a network or an account.
"""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.checking.bundle import BAG_DECLARATION, PAYLOAD, PAYLOAD_MANIFEST, TAG_MANIFEST
from pipeline.dossier.checking.dossier import WORK
from pipeline.dossier.checking.files import FolderTree, is_leftover
from pipeline.dossier.checking.outside import control_digits
from pipeline.dossier.checking.seal import NEXT_MANIFEST, NEXT_SEAL
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.phone import phone_check
from pipeline.dossier.seal import seal
from pipeline.dossier.verifier import verifier_source
from pipeline.dossier.verify import verify
from pipeline.errors import VerificationFailed
from pipeline.texts import Language, texts

_CHUNK = 1024 * 1024
# Sound does not get smaller; text does.
_PACKED = frozenset({".json", ".jsonl", ".html", ".txt", ".toml", ".csv", ".vtt", ".srt", ".rttm", ".svg", ".py", ".jsonld"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A finished bundle. `entry` and `head`: of the last line of the log inside it, for the receipt."""

    path: Path
    sha256: str
    size: int
    entry: int
    head: str


@dataclass(slots=True)
class _Bag:
    """A zip being filled, and the digests of what is in it."""

    file: zipfile.ZipFile
    top: str
    moment: tuple[int, int, int, int, int, int]
    digests: dict[str, str] = field(default_factory=dict)
    size: int = 0

    def add(self, name: str, source: IO[bytes]) -> None:
        info = zipfile.ZipInfo(f"{self.top}/{name}", self.moment)
        info.compress_type = zipfile.ZIP_DEFLATED if Path(name).suffix in _PACKED else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        digest = hashlib.sha256()
        with self.file.open(info, "w", force_zip64=True) as target:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
                self.size += len(chunk)
        self.digests[name] = digest.hexdigest()

    def add_text(self, name: str, text: str) -> None:
        data = text.encode()
        info = zipfile.ZipInfo(f"{self.top}/{name}", self.moment)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        self.file.writestr(info, data)
        self.digests[name] = hashlib.sha256(data).hexdigest()


def make_bundle(dossier: Dossier, target: Path, *, actor: str, key: OrganisationKey, now: datetime) -> Bundle:
    """Seal the dossier, log that it was opened for export, and pack it into the zip `target`.

    The bundle is checked before it gets its name. Raises VerificationFailed when the dossier does not hold.
    """
    seal(dossier, key=key, now=now)
    entry = custody.append(dossier, Act.OPENED_FOR_EXPORT, actor, None, now=now, settings={"as": "bundle"}, signer=key)
    with _part_of(target) as part:
        with zipfile.ZipFile(part, "w", allowZip64=True) as file:
            _fill(_Bag(file, dossier.path.name, _zip_moment(now)), dossier, now)
        if not (report := verify(part)).holds or report.head != entry.head:
            raise VerificationFailed("bundle_does_not_hold", dossier=dossier.path.name)
    return Bundle(path=target, sha256=documents.sha256_file(target), size=target.stat().st_size, entry=entry.number, head=entry.head)


def _fill(bag: _Bag, dossier: Dossier, now: datetime) -> None:
    tree = FolderTree(dossier.path)
    if any(not name.startswith(WORK) for name in tree.odd):
        raise VerificationFailed("bundle_does_not_hold", dossier=dossier.path.name)
    names = [name for name in tree.names if not name.startswith(WORK) and not is_leftover(name) and name not in (NEXT_MANIFEST, NEXT_SEAL)]
    for name in names:
        with tree.open(name) as source:
            bag.add(PAYLOAD + name, source)
    payload = dict(bag.digests)
    bag.add_text(BAG_DECLARATION, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    bag.add_text("bag-info.txt", f"Bagging-Date: {now.date().isoformat()}\nPayload-Oxum: {bag.size}.{len(payload)}\n")
    bag.add_text(PAYLOAD_MANIFEST, _listing(payload))
    numbers = [control_digits(line.sha256) for line in custody.check(dossier).lines]
    bag.add_text("controleer.py", verifier_source())
    bag.add_text("controleer.html", phone_check(dossier.path.name, _shown(payload), numbers))
    for language in Language:
        say = texts(language)
        bag.add_text(say("bundle.readme_name"), say("bundle.readme", dossier=dossier.path.name))
    bag.add_text(TAG_MANIFEST, _listing({name: sha256 for name, sha256 in bag.digests.items() if name not in payload}))


def _listing(digests: dict[str, str]) -> str:
    """A BagIt list of digests, with the three characters escaped that RFC 8493 (section 2.1.3) names."""
    escaped = {name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D"): sha256 for name, sha256 in digests.items()}
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(escaped.items()))


def _shown(payload: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix(PAYLOAD): sha256 for name, sha256 in payload.items()}


def _zip_moment(now: datetime) -> tuple[int, int, int, int, int, int]:
    return (max(now.year, 1980), now.month, now.day, now.hour, now.minute, now.second)


@contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """A file beside the target that gets its name when all went well, and is gone otherwise."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
        documents.fsync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
