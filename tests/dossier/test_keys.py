from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from pipeline import documents
from pipeline.dossier.checking.command import read_keys
from pipeline.dossier.checking.signatures import signature_holds, trusted_with
from pipeline.dossier.keys import KeyRing, PublicKeys
from pipeline.errors import InputRefused, InternalFault, UsageError

# Tests of the flows leave threads in this process, which a fork does not survive.
SPAWN = get_context("spawn")

NOW = datetime(2026, 3, 3, 13, tzinfo=UTC)
PASSPHRASE = "vier willekeurige woorden samen"


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


def test_a_key_is_made_on_first_use_and_stays(ring: KeyRing, tmp_path: Path) -> None:
    key = ring.current(NOW)
    assert ring.current(NOW + timedelta(days=1)).key_id == key.key_id
    assert signature_holds(key.public_key, key.sign(b"x").hex(), b"x")
    assert not signature_holds(key.public_key, key.sign(b"x").hex(), b"y")
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "keys" / f"signing-{key.key_id}.key").stat().st_mode & 0o777 == 0o600


def _key_id(folder: Path, found: "Queue[str]") -> None:
    found.put(KeyRing(folder).current(NOW).key_id)


def test_first_uses_at_the_same_time_make_one_key(tmp_path: Path) -> None:
    found: Queue[str] = SPAWN.Queue()
    processes = [SPAWN.Process(target=_key_id, args=(tmp_path / "keys", found)) for _ in range(4)]
    for process in processes:
        process.start()
    assert len({found.get(timeout=30) for _ in processes}) == 1
    for process in processes:
        process.join(30)


def test_a_new_key_is_endorsed_by_the_old_one_and_the_old_private_key_is_gone(ring: KeyRing, tmp_path: Path) -> None:
    old = ring.current(NOW)
    trusted = read_keys(ring.export_public(NOW))
    newest = [ring.rotate(NOW + timedelta(days=days)) for days in (1, 2)][-1]
    exported = documents.decode(PublicKeys, ring.export_public(NOW))
    assert [key.key_id for key in exported.keys][::2] == [old.key_id, newest.key_id]
    plain = documents.to_plain(exported)["keys"]
    assert newest.key_id in trusted_with(trusted, plain)
    assert trusted_with({}, plain) == {}
    assert [path.name for path in (tmp_path / "keys").glob("*.key")] == [f"signing-{newest.key_id}.key"]


def test_a_key_that_no_trusted_key_endorsed_is_not_trusted(ring: KeyRing, tmp_path: Path) -> None:
    trusted = read_keys(ring.export_public(NOW))
    forged = documents.to_plain(KeyRing(tmp_path / "other").current(NOW).public)["keys"]
    forged[0] |= {"endorsed_by": next(iter(trusted)), "endorsement": "00" * 64}
    assert trusted_with(trusted, forged) == trusted


def test_a_backup_brings_everything_back(ring: KeyRing, tmp_path: Path) -> None:
    ring.rotate(NOW)
    backup = ring.backup(PASSPHRASE, NOW)
    restored = KeyRing(tmp_path / "elsewhere").restore(backup, PASSPHRASE)
    assert restored.sign(b"x") == ring.current(NOW).sign(b"x")
    assert KeyRing(tmp_path / "elsewhere").export_public(NOW) == ring.export_public(NOW)


def test_a_backup_is_not_put_over_another_key_nor_opened_wrongly(ring: KeyRing, tmp_path: Path) -> None:
    backup = ring.backup(PASSPHRASE, NOW)
    for data, passphrase in ((backup, "een heel ander wachtwoord"), (backup[:-1], PASSPHRASE), (b"", PASSPHRASE)):
        with pytest.raises(InputRefused) as refused:
            KeyRing(tmp_path / "elsewhere").restore(data, passphrase)
        assert refused.value.text_key == "key_backup_unusable"
    with pytest.raises(InputRefused) as refused:
        ring.restore(backup, PASSPHRASE)
    assert refused.value.text_key == "key_already_there"
    with pytest.raises(UsageError):
        ring.backup("kort", NOW)


def test_keys_that_others_can_read_are_not_used(ring: KeyRing, tmp_path: Path) -> None:
    key = ring.current(NOW)
    private = tmp_path / "keys" / f"signing-{key.key_id}.key"
    private.chmod(0o640)
    with pytest.raises(InternalFault):
        ring.current(NOW)
    private.chmod(0o600)
    (tmp_path / "keys").chmod(0o755)
    with pytest.raises(InternalFault):
        ring.current(NOW)


def test_a_ring_whose_private_key_is_lost_is_not_silently_renewed(ring: KeyRing, tmp_path: Path) -> None:
    key = ring.current(NOW)
    (tmp_path / "keys" / f"signing-{key.key_id}.key").unlink()
    with pytest.raises(InputRefused) as refused:
        ring.current(NOW)
    assert refused.value.text_key == "key_ring_damaged"
