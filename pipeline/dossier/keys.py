"""The organisation's signing keys: made on first use, kept outside every dossier, rotated, backed up.

A key ring is a folder (0700) with the private key in use (0600) and `public-keys.json`: every public key there has been,
each endorsed by the one before it, so that whoever trusts an old key can trust a new one. A signature proves who sealed,
not when; whoever holds the private key can seal anew.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline import documents
from pipeline.dossier.checking.signatures import SIGNED_SUCCESSOR, key_id_of
from pipeline.errors import InputRefused, InternalFault, UsageError

PUBLIC_SCHEMA = "wederhoor.public-keys/1"
_BACKUP_SCHEMA = "wederhoor.key-backup/1"
_BACKUP_NOTE_SCHEMA = "wederhoor.key-backup-note/1"
MIN_PASSPHRASE = 12
_MAX_BACKUP_BYTES = 1024 * 1024
_PUBLIC = "public-keys.json"
_BACKUP_NOTE = "backup.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key of the organisation (32 bytes in hexadecimal). `endorsement`: the signature by the key before it."""

    key_id: str
    public_key: str
    made_at: str
    endorsed_by: str | None
    endorsement: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKeys:
    """The document that others check with; the last key is the one in use."""

    schema: str
    keys: tuple[PublicKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Backup:
    schema: str
    private_key: str
    public: PublicKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class _BackupNote:
    schema: str
    key_id: str
    at: str


class OrganisationKey:
    """The private key in use; signs entries of logs and seals."""

    def __init__(self, private: Ed25519PrivateKey, public: PublicKeys) -> None:
        self._private = private
        self.public = public

    @property
    def key_id(self) -> str:
        """The short name of the key."""
        return key_id_of(self.public_key)

    @property
    def public_key(self) -> bytes:
        """The raw public key."""
        return self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature (RFC 8032); the same message gives the same bytes."""
        return self._private.sign(message)

    def private_bytes(self) -> bytes:
        """The raw private key, for the key ring and its backup only."""
        return self._private.private_bytes_raw()


class KeyRing:
    """The keys under one folder, `settings.paths.keys`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def current(self, now: datetime) -> OrganisationKey:
        """The key in use; the first time one is made. Raises InputRefused when the ring is damaged or open to others."""
        with self._locked():
            return self._load() or self._keep(Ed25519PrivateKey.generate(), PublicKeys(schema=PUBLIC_SCHEMA, keys=()), None, now)

    def rotate(self, now: datetime) -> OrganisationKey:
        """Take a new key into use, endorsed by the old one, whose private part is then removed."""
        with self._locked():
            old = self._load()
            public = old.public if old else PublicKeys(schema=PUBLIC_SCHEMA, keys=())
            new = self._keep(Ed25519PrivateKey.generate(), public, old, now)
            if old is not None:
                self._private_path(old.key_id).unlink()
            return new

    def export_public(self, now: datetime) -> bytes:
        """The public keys as a document for others: they check with `wederhoor verify --key`."""
        return documents.encode(self.current(now).public)

    def backup(self, passphrase: str, now: datetime) -> bytes:
        """Everything in the ring, encrypted with a passphrase (age). Raises UsageError when that is too short."""
        if len(passphrase) < MIN_PASSPHRASE:
            raise UsageError("passphrase_too_short", length=MIN_PASSPHRASE)
        key = self.current(now)
        plain = documents.encode(_Backup(schema=_BACKUP_SCHEMA, private_key=key.private_bytes().hex(), public=key.public))
        encrypted: bytes = pyrage.passphrase.encrypt(plain, passphrase)
        return encrypted

    def note_backup(self, now: datetime) -> None:
        """Note that a backup of the key in use is safely written, for whoever looks after this machine."""
        noted = _BackupNote(schema=_BACKUP_NOTE_SCHEMA, key_id=self.current(now).key_id, at=_utc(now))
        documents.write_atomically(self._folder / _BACKUP_NOTE, documents.encode(noted), mode=0o600)

    def known(self) -> PublicKey | None:
        """The public part of the key in use, null when none was made yet. Raises as `current` does; makes nothing."""
        if not self._folder.exists():
            return None
        with self._locked():
            key = self._load()
            return key.public.keys[-1] if key else None

    def backed_up_at(self, key_id: str) -> str | None:
        """When a backup of this key was last written here, in UTC; null when never. Where it lies now nobody can tell."""
        try:
            note = documents.read(_BackupNote, self._folder / _BACKUP_NOTE)
        except (OSError, InputRefused):
            return None
        return note.at if note.key_id == key_id else None

    def restore(self, backup: bytes, passphrase: str) -> OrganisationKey:
        """Put a backup back into an empty ring. Raises InputRefused when it cannot be opened or a key is there already."""
        try:
            if len(backup) > _MAX_BACKUP_BYTES:
                raise InputRefused("key_backup_unusable")
            found = documents.decode(_Backup, pyrage.passphrase.decrypt(backup, passphrase))
            private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(found.private_key))
        except (pyrage.DecryptError, ValueError, InputRefused) as error:
            raise InputRefused("key_backup_unusable") from error
        key = OrganisationKey(private, found.public)
        with self._locked():
            if self._load() is not None:
                raise InputRefused("key_already_there")
            self._write(key)
        return key

    def _load(self) -> OrganisationKey | None:
        path = self._folder / _PUBLIC
        if not path.exists():
            return None
        public = documents.read(PublicKeys, path)
        if not public.keys:
            raise InputRefused("key_ring_damaged")
        try:
            key = OrganisationKey(Ed25519PrivateKey.from_private_bytes(_read_private(self._private_path(public.keys[-1].key_id))), public)
        except (OSError, ValueError) as error:
            raise InputRefused("key_ring_damaged") from error
        if key.public_key.hex() != public.keys[-1].public_key:
            raise InputRefused("key_ring_damaged")
        return key

    def _keep(self, private: Ed25519PrivateKey, public: PublicKeys, endorser: OrganisationKey | None, now: datetime) -> OrganisationKey:
        raw = private.public_key().public_bytes_raw()
        entry = PublicKey(
            key_id=key_id_of(raw),
            public_key=raw.hex(),
            made_at=_utc(now),
            endorsed_by=endorser.key_id if endorser else None,
            endorsement=endorser.sign(SIGNED_SUCCESSOR + raw).hex() if endorser else None,
        )
        key = OrganisationKey(private, replace(public, keys=(*public.keys, entry)))
        self._write(key)
        return key

    def _write(self, key: OrganisationKey) -> None:
        """Private first: the list of public keys is what makes a key the one in use."""
        documents.write_atomically(self._private_path(key.key_id), key.private_bytes(), mode=0o600)
        documents.write_atomically(self._folder / _PUBLIC, documents.encode(key.public), mode=0o644)

    def _private_path(self, key_id: str) -> Path:
        return self._folder / f"signing-{key_id}.key"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            if stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
                raise InternalFault("keys_open_to_others")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _read_private(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
            raise InternalFault("keys_open_to_others")
        return file.read(33)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
