"""A backup drill: an older backup is put back after a deletion, and what was deleted goes again."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.dossier import custody
from pipeline.dossier.checking.report import FAULT
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import KeyRing, OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.restored import delete_again, restored_dossiers
from pipeline.dossier.retention import Part
from pipeline.dossier.verify import verify
from tests.dossier.conftest import NOW
from tests.dossier.test_retention import deletion, kept, reach

__all__ = ["kept"]

LATER = NOW + timedelta(days=40)


@pytest.fixture
def backup(kept: Dossier, tmp_path: Path) -> Path:
    """The dossiers as an ordinary copy of the folder has them."""
    return Path(shutil.copytree(kept.path, tmp_path / "backup" / kept.path.name))


def put_back(backup: Path, dossier: Dossier) -> Dossier:
    shutil.rmtree(dossier.path)
    shutil.copytree(backup, dossier.path)
    return Dossier.open(dossier.path)


def test_what_an_older_backup_brings_back_is_deleted_again_with_proof(kept: Dossier, backup: Path, key: OrganisationKey) -> None:
    ledger = reach(kept).ledger
    deletion(kept, key)
    assert list(restored_dossiers(kept.path.parent, ledger)) == []
    restored = put_back(backup, kept)
    assert restored.original().exists()

    (found,) = restored_dossiers(kept.path.parent, ledger)
    assert found.parts == {Part.AUDIO}
    proof, path = delete_again(found, backups=(), reach=reach(kept), now=LATER, key=key)

    assert not list(restored.recording_folder.glob("original.*"))
    assert proof.parts == (Part.AUDIO,)
    assert path.is_file()
    assert restored.recording_json.is_file()
    assert list(restored_dossiers(kept.path.parent, ledger)) == []
    assert [entry.actor for entry in custody.read(restored) if entry.act is Act.DELETED] == ["wederhoor"] * 2
    assert [finding for finding in verify(restored.path).findings if finding.level == FAULT] == []


def test_a_dossier_that_was_never_deleted_is_left_alone(kept: Dossier, backup: Path) -> None:
    put_back(backup, kept)
    assert list(restored_dossiers(kept.path.parent, reach(kept).ledger)) == []


def test_a_damaged_proof_does_not_hide_the_others(kept: Dossier, backup: Path, key: OrganisationKey) -> None:
    deletion(kept, key)
    (reach(kept).ledger / "0-damaged.json").write_text("{")
    put_back(backup, kept)
    assert len(list(restored_dossiers(kept.path.parent, reach(kept).ledger))) == 1


def test_keys_from_a_backup_seal_what_they_sealed_before(kept: Dossier, ring_folder: Path, tmp_path: Path) -> None:
    ring = KeyRing(ring_folder)
    written = ring.backup("een lange wachtzin", NOW)
    other = KeyRing(tmp_path / "new machine")
    assert other.restore(written, "een lange wachtzin").key_id == ring.current(NOW).key_id
