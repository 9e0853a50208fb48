import random
import shutil
import time
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.checking.report import FAULT
from pipeline.dossier.checking.seal import MANIFEST, NEXT_MANIFEST, NEXT_SEAL, SEAL
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import KeyRing, OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.seal import Manifest, seal
from pipeline.dossier.verify import verify
from pipeline.errors import InputRefused, VerificationFailed
from tests.dossier.conftest import NOW, KillAfter

LATER = NOW + timedelta(days=9)


def manifest_of(dossier: Dossier) -> Manifest:
    return documents.read(Manifest, dossier.path / MANIFEST)


def add_version(dossier: Dossier, number: int) -> None:
    folder = dossier.minutes_folder / f"v{number:03}"
    folder.mkdir()
    (folder / "minutes.json").write_text(f"versie {number}")
    documents.write_atomically(dossier.minutes_folder / "current", f"v{number:03}\n".encode())


def test_the_manifest_names_every_file_but_the_work_the_log_and_itself(dossier: Dossier) -> None:
    manifest = manifest_of(dossier)
    present = {path.relative_to(dossier.path).as_posix() for path in dossier.path.rglob("*") if path.is_file()}
    assert set(manifest.files) == present - {"work/anything", "custody.jsonl", MANIFEST, SEAL}
    assert manifest.files["recording/original.wav"].sha256 == dossier.recording().sha256
    entries = custody.read(dossier)
    assert entries[manifest.log.entries - 1].head == manifest.log.head
    assert entries[manifest.log.entries].act is Act.SEALED


def test_sealing_again_with_nothing_new_does_nothing(dossier: Dossier, key: OrganisationKey) -> None:
    first = seal(dossier, key=key, now=LATER)
    before = dossier.custody_log.read_bytes()
    assert seal(dossier, key=key, now=LATER + timedelta(days=1)) == first
    assert dossier.custody_log.read_bytes() == before


def test_a_new_version_and_the_pointer_to_it_are_sealed_anew(dossier: Dossier, key: OrganisationKey) -> None:
    add_version(dossier, 3)
    assert not verify(dossier.path).holds
    seal(dossier, key=key, now=LATER)
    assert verify(dossier.path).holds
    assert "minutes/v003/minutes.json" in manifest_of(dossier).files


@pytest.mark.parametrize("name", ["recording/original.wav", "minutes/v001/minutes.json", "agreement.toml", "custody.jsonl", MANIFEST, SEAL])
@pytest.mark.parametrize("how", ["change", "remove"])
def test_a_seal_never_covers_up_a_change(dossier: Dossier, key: OrganisationKey, name: str, how: str) -> None:
    path = dossier.path / name
    path.chmod(0o600)
    if how == "change":
        path.write_bytes(path.read_bytes().replace(b"e", b"f"))
    else:
        path.unlink()
    before = {file: file.read_bytes() for file in dossier.path.rglob("*") if file.is_file()}
    with pytest.raises((VerificationFailed, InputRefused)):
        seal(dossier, key=key, now=LATER)
    assert {file: file.read_bytes() for file in dossier.path.rglob("*") if file.is_file()} == before


def test_another_organisation_can_seal_what_it_received_and_both_keys_stay_known(
    dossier: Dossier, tmp_path: Path, ring_folder: Path
) -> None:
    committee = KeyRing(tmp_path / "committee").current(NOW)
    custody.append(dossier, Act.RESPONDED, "secretary", None, now=LATER, signer=committee)
    seal(dossier, key=committee, now=LATER)
    report = verify(dossier.path)
    assert [finding for finding in report.findings if finding.level == FAULT] == []
    assert len(manifest_of(dossier).keys) == 2
    both = tmp_path / "both.json"
    both.write_bytes(KeyRing(tmp_path / "committee").export_public(NOW))
    assert verify(dossier.path, public_keys=both).signer == "unproven"


def test_a_seal_interrupted_anywhere_is_the_old_or_the_new_one(dossier: Dossier, key: OrganisationKey, tmp_path: Path) -> None:
    """Every state between the steps of a seal, rebuilt by hand: each verifies, and the next seal finishes it."""
    old = {name: (dossier.path / name).read_bytes() for name in (MANIFEST, SEAL)}
    before = dossier.custody_log.read_bytes()
    custody.append(dossier, Act.RESPONDED, "client", None, now=LATER, signer=key)
    unsealed = dossier.custody_log.read_bytes()
    seal(dossier, key=key, now=LATER)
    new = {name: (dossier.path / name).read_bytes() for name in (MANIFEST, SEAL)}
    sealed = dossier.custody_log.read_bytes()
    assert before != unsealed != sealed
    states: list[tuple[bytes, dict[str, bytes]]] = [
        (unsealed, {**old, NEXT_SEAL: new[SEAL]}),
        (unsealed, {**old, NEXT_SEAL: new[SEAL], NEXT_MANIFEST: new[MANIFEST]}),
        (sealed, {**old, NEXT_SEAL: new[SEAL], NEXT_MANIFEST: new[MANIFEST]}),
        (sealed, {MANIFEST: new[MANIFEST], SEAL: old[SEAL], NEXT_SEAL: new[SEAL]}),
        (sealed, new),
    ]
    for number, (log, files) in enumerate(states):
        copy = Dossier(Path(shutil.copytree(dossier.path, tmp_path / f"state{number}" / dossier.path.name)))
        copy.custody_log.write_bytes(log)
        for name, data in files.items():
            (copy.path / name).write_bytes(data)
        assert verify(copy.path).holds, number
        seal(copy, key=key, now=LATER)
        assert verify(copy.path).holds, number
        assert not list(copy.path.glob(".*.next"))
        assert sum(entry.act is Act.SEALED for entry in custody.read(copy)) == 3


@pytest.mark.parametrize("kills", [15, pytest.param(200, marks=pytest.mark.long)])
def test_a_kill_while_sealing_leaves_a_dossier_that_verifies(
    dossier: Dossier, key: OrganisationKey, kill_after: KillAfter, chance: random.Random, kills: int
) -> None:
    original = dossier.original().read_bytes()
    began = time.perf_counter()
    custody.append(dossier, Act.RESPONDED, "client", None, now=LATER, signer=key)
    seal(dossier, key=key, now=LATER)
    usual = time.perf_counter() - began
    interrupted = 0

    def act_and_seal() -> None:
        custody.append(dossier, Act.RESPONDED, "client", None, now=LATER, signer=key)
        seal(dossier, key=key, now=LATER)

    for _ in range(kills):
        interrupted += kill_after(act_and_seal, chance.uniform(0, 1.5 * usual))
        report = verify(dossier.path)
        assert report.holds, report.findings
        assert dossier.original().read_bytes() == original
    seal(dossier, key=key, now=LATER)
    assert verify(dossier.path).holds
    assert interrupted > kills / 5
