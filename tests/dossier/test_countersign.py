from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.checking.report import FAULT
from pipeline.dossier.countersign import Countersignature, countersign, record, record_paper
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import KeyRing, OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.verify import verify
from pipeline.errors import InputRefused
from tests.dossier.conftest import NOW

LATER = NOW + timedelta(days=2)


@pytest.fixture
def by_client(dossier: Dossier, tmp_path: Path) -> Countersignature:
    last = custody.read(dossier)[-1]
    return countersign(entry=last.number, head=last.head, party="client", key=KeyRing(tmp_path / "client").current(NOW), now=LATER)


def test_a_countersignature_is_kept_logged_once_and_sealed(dossier: Dossier, key: OrganisationKey, by_client: Countersignature) -> None:
    for _ in range(2):
        entry = record(dossier, documents.encode(by_client), now=LATER, key=key)
    assert (entry.act, entry.actor, entry.settings) == (Act.COUNTERSIGNED, "client", {"form": "key", "entry": by_client.entry})
    assert [entry.act for entry in custody.read(dossier)].count(Act.COUNTERSIGNED) == 1
    assert len(list(dossier.countersignatures.iterdir())) == 1
    assert verify(dossier.path).holds


def test_the_partys_own_copy_is_proof_from_outside(
    dossier: Dossier, key: OrganisationKey, by_client: Countersignature, tmp_path: Path
) -> None:
    own = tmp_path / "mijn-handtekening.json"
    own.write_bytes(documents.encode(by_client))
    record(dossier, own.read_bytes(), now=LATER, key=key)
    assert verify(dossier.path, receipt=own).independent
    own.write_bytes(documents.encode(replace(by_client, head="ab" * 32)))
    assert [f.kind for f in verify(dossier.path, receipt=own).findings if f.level == FAULT] == ["receipt_differs"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"head": "ab" * 32}, "countersignature_invalid"),
        ({"party": "staff"}, "countersignature_invalid"),
        ({"signature": None}, "countersignature_invalid"),
        ({"public_key": "zz"}, "countersignature_invalid"),
    ],
)
def test_what_the_party_did_not_sign_is_refused(
    dossier: Dossier, key: OrganisationKey, by_client: Countersignature, change: dict[str, str | None], reason: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        record(dossier, documents.encode(replace(by_client, **change)), now=LATER, key=key)  # type: ignore[arg-type]
    assert refused.value.text_key == reason
    assert not dossier.countersignatures.exists()


def test_a_countersignature_of_another_log_is_refused(dossier: Dossier, key: OrganisationKey, tmp_path: Path) -> None:
    other = countersign(entry=2, head="ab" * 32, party="client", key=KeyRing(tmp_path / "client").current(NOW), now=LATER)
    with pytest.raises(InputRefused) as refused:
        record(dossier, documents.encode(other), now=LATER, key=key)
    assert refused.value.text_key == "countersignature_of_other_log"


def test_a_scanned_signature_counts(dossier: Dossier, key: OrganisationKey, tmp_path: Path) -> None:
    scan = tmp_path / "getekend bewijs.pdf"
    scan.write_bytes(b"%PDF-1.7 gescand")
    entry = record_paper(dossier, scan, entry=3, party="client", now=LATER, key=key)
    assert entry.settings == {"form": "paper", "entry": 3}
    assert sorted(path.suffix for path in dossier.countersignatures.iterdir()) == [".json", ".pdf"]
    assert verify(dossier.path).holds


@pytest.mark.parametrize(("data", "entry"), [(b"MZ no scan", 3), (b"%PDF-1.7", 0), (b"%PDF-1.7", 99)])
def test_no_scan_and_no_such_line_are_refused(dossier: Dossier, key: OrganisationKey, tmp_path: Path, data: bytes, entry: int) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(data)
    with pytest.raises(InputRefused):
        record_paper(dossier, scan, entry=entry, party="client", now=LATER, key=key)
