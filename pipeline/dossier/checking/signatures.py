"""Keys and signatures: Ed25519 by the organisation, with each key naming its successor."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    CAN_CHECK_SIGNATURES = True
except ImportError:  # The hashes can be checked without; the report then says that the signatures were not.
    CAN_CHECK_SIGNATURES = False

SIGNED_LINE = b"wederhoor.custody/1 signature\n"
SIGNED_MANIFEST = b"wederhoor.manifest/1 signature\n"
SIGNED_SUCCESSOR = b"wederhoor.public-keys/1 successor\n"


def key_id_of(public_key: bytes) -> str:
    """The short name of a public key."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def signature_holds(public_key: bytes, signature: Any, message: bytes) -> bool:
    """Whether an Ed25519 signature (hexadecimal) over a message is by this key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def keys_in(plain: Any) -> dict[str, bytes]:
    """The public keys in a list of them, by id; what is not a key is left out."""
    keys: dict[str, bytes] = {}
    for entry in plain if isinstance(plain, list) else []:
        raw = raw_key(entry.get("public_key")) if isinstance(entry, dict) else None
        if raw is not None:
            keys[key_id_of(raw)] = raw
    return keys


def trusted_with(trusted: Mapping[str, bytes], plain: Any) -> dict[str, bytes]:
    """The trusted keys and those that a trusted key named as its successor, over any number of rotations."""
    known = dict(trusted)
    entries = [entry for entry in plain if isinstance(entry, dict)] if isinstance(plain, list) else []
    for _ in entries:
        for entry in entries:
            raw, by = raw_key(entry.get("public_key")), known.get(str(entry.get("endorsed_by")))
            if raw is not None and by is not None and signature_holds(by, entry.get("endorsement"), SIGNED_SUCCESSOR + raw):
                known[key_id_of(raw)] = raw
    return known


def raw_key(text: Any) -> bytes | None:
    """The 32 bytes of a public key in hexadecimal; null for anything else."""
    try:
        raw = bytes.fromhex(text)
    except (ValueError, TypeError):
        return None
    return raw if len(raw) == 32 else None
