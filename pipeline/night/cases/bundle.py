"""Taking in a bundle that was received: a committee works from it on its own machine, with nothing else from the sender."""

import shutil
import tempfile
from pathlib import Path

from pipeline import documents
from pipeline.dossier.checking.bundle import PAYLOAD, require_bag
from pipeline.dossier.checking.files import SubTree, Unusable, ZipTree
from pipeline.dossier.layout import Dossier
from pipeline.dossier.verify import verify
from pipeline.errors import InputRefused, VerificationFailed

_CHUNK = 1024 * 1024


def is_bundle(path: Path) -> bool:
    """Whether a file that was dropped is a bundle."""
    try:
        require_bag(ZipTree(path))
    except Unusable:
        return False
    return True


def take_in(bundle: Path, out: Path) -> Dossier:
    """Unpack the dossier of a bundle under `out`, once, after everything in it was checked.

    Raises VerificationFailed when the bundle does not hold, or when another dossier has its name.
    """
    report = verify(bundle)
    if not report.holds:
        raise VerificationFailed("bundle_does_not_hold", dossier=bundle.stem[:80])
    bag = require_bag(ZipTree(bundle))
    payload = SubTree(bag, PAYLOAD)
    out.mkdir(mode=0o770, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bundle-", dir=out) as folder:
        part = Path(folder) / "dossier"
        for name in payload.names:
            target = part / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with payload.open(name) as source, target.open("xb") as file:
                shutil.copyfileobj(source, file, _CHUNK)
            target.chmod(0o400 if name.startswith("recording/original.") else 0o600)
        received = Dossier.open(part)
        target = out / _name_of(received)
        if target.exists():
            return _same(Dossier.open(target), received)
        part.rename(target)
        documents.fsync_folder(out)
    return Dossier.open(target)


def _name_of(dossier: Dossier) -> str:
    """The name its own date and digest give it: nothing in a file that was received names a folder of ours."""
    recording = dossier.recording()
    day = recording.received_at[:10]
    if not (day.replace("-", "").isdigit() and len(day) == 10 and len(recording.sha256) == 64 and recording.sha256.isalnum()):
        raise InputRefused("document_invalid")
    return f"{day}-{recording.sha256[:8]}"


def _same(kept: Dossier, received: Dossier) -> Dossier:
    if kept.recording().sha256 != received.recording().sha256:
        raise VerificationFailed("bundle_does_not_hold", dossier=kept.path.name)
    return kept
