"""After an older backup was put back: what was lawfully deleted since, lies there again, and goes again.

What was deleted is told by the ledger, a folder with a copy of every proof of deletion, kept apart from the dossiers. It holds
digests and dates, no names, and must always be the newest there is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.retention import DeletionProof, Part, Reach, carry_out, dossiers_in
from pipeline.dossier.seal import seal
from pipeline.errors import WederhoorError

_RESTORED_BY = "wederhoor"


@dataclass(frozen=True, slots=True)
class Restored:
    """A dossier in which parts lie that a proof says are deleted."""

    dossier: Dossier
    parts: frozenset[Part]


def restored_dossiers(output: Path, ledger: Path) -> Iterator[Restored]:
    """The dossiers under `output` in which something lies that was deleted by the proofs in `ledger`."""
    proven: dict[str, set[Part]] = {}
    for proof in _proofs(ledger):
        proven.setdefault(proof.recording_sha256, set()).update(proof.parts)
    for dossier in dossiers_in(output):
        back = proven.get(dossier.recording().sha256, set()) - _deleted_by_its_own_log(dossier)
        if back:
            yield Restored(dossier, frozenset(back))


def delete_again(
    restored: Restored, *, backups: tuple[str, ...], reach: Reach, now: datetime, key: OrganisationKey
) -> tuple[DeletionProof, Path]:
    """Delete what came back, and prove it again. The rules were held against it the first time; they are not asked twice.

    Raises VerificationFailed when the dossier does not hold: a deletion is not there to cover that up.
    """
    seal(restored.dossier, key=key, now=now)
    return carry_out(restored.dossier, set(restored.parts), backups=backups, reach=reach, actor=_RESTORED_BY, now=now, key=key)


def _proofs(ledger: Path) -> Iterator[DeletionProof]:
    for path in sorted(ledger.glob("*.json")) if ledger.is_dir() else ():
        try:
            yield documents.read(DeletionProof, path)
        except WederhoorError:
            # One that cannot be read must not keep the others from being applied; `doctor` counts the files.
            continue


def _deleted_by_its_own_log(dossier: Dossier) -> set[Part]:
    told = {str(entry.settings.get("part")) for entry in custody.read(dossier) if entry.act is Act.DELETED}
    return {part for part in Part if part.value in told}
