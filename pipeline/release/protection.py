"""How a released file is protected on its way: for the receiver's age key, with a passphrase, or not at all, by hand."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

import pyrage

from pipeline.dossier.keys import MIN_PASSPHRASE
from pipeline.errors import InputRefused, UsageError

_MAX_PASSPHRASE_BYTES = 4096
# Encrypting with a passphrase takes the whole file into memory.
MAX_PASSPHRASE_FILE_BYTES = 1024**3


@dataclass(frozen=True, slots=True)
class ForKey:
    """Encrypted to an age recipient (`age1...`)."""

    recipient: str
    name = "age_key"


@dataclass(frozen=True, slots=True)
class WithPassphrase:
    """Encrypted with a passphrase that is told apart from the file."""

    words: str = field(repr=False)
    name = "passphrase"


@dataclass(frozen=True, slots=True)
class PlainByHand:
    """Not encrypted: handed over in person because the receiver wants it so; the log says so."""

    name = "by_hand"


Protection = ForKey | WithPassphrase | PlainByHand


def read_passphrase(path: Path) -> WithPassphrase:
    """The passphrase on the first line of a file. Raises UsageError when it is too short, InputRefused when it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise InputRefused("passphrase_file_unusable", file=path.name)
            words = file.read(_MAX_PASSPHRASE_BYTES).decode().split("\n")[0].strip("\r\n")
    except (OSError, ValueError) as error:
        raise InputRefused("passphrase_file_unusable", file=path.name) from error
    if len(words) < MIN_PASSPHRASE:
        raise UsageError("passphrase_too_short", length=MIN_PASSPHRASE)
    return WithPassphrase(words)


def for_key(recipient: str) -> ForKey:
    """Protection for an age key. Raises InputRefused when it is none."""
    try:
        pyrage.x25519.Recipient.from_str(recipient.strip())
    except pyrage.RecipientError as error:
        raise InputRefused("age_key_invalid") from error
    return ForKey(recipient.strip())


def protect(source: Path, folder: Path, name: str, protection: ForKey | WithPassphrase) -> Path:
    """Write the encrypted file `name`.age into the folder. Raises InputRefused when it is too large for a passphrase."""
    target = folder / f"{name}.age"
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as encrypted, source.open("rb") as plain:
        if isinstance(protection, ForKey):
            pyrage.encrypt_io(plain, encrypted, [pyrage.x25519.Recipient.from_str(protection.recipient)])
        elif os.fstat(plain.fileno()).st_size > MAX_PASSPHRASE_FILE_BYTES:
            raise InputRefused("release_too_large", megabytes=MAX_PASSPHRASE_FILE_BYTES // 1024**2)
        else:
            encrypted.write(pyrage.passphrase.encrypt(plain.read(), protection.words))
        encrypted.flush()
        os.fsync(encrypted.fileno())
    return target
