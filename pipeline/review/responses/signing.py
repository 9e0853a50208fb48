"""The key in a party's page, and what its signature is over.

The signature is ECDSA over P-256 with SHA-256: what WebCrypto has had in every browser for ten years, from file:// too
(Ed25519 came to browsers only in 2024-2025; a shared secret would have to lie in the dossier, where the other party gets it
with a bundle). It is over `SIGNED` followed by the canonical JSON of the file without `proof.value`: keys sorted, no white
space, UTF-8, only whole numbers. For this subset that is RFC 8785, and what JSON.stringify makes of sorted objects.
"""

import base64
import copy
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipeline import documents
from pipeline.review.responses.document import PartyId, Sha256

SIGNED = b"wederhoor/response/1 signature\n"
KEY_SCHEMA = "wederhoor/response-key/1"
_HALF = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseKey:
    """What the dossier keeps of the key in one page: the document responses/keys/<key_id>.json.

    `party`: whose page it is; `acts_for`: the party they act for, null for themselves; `public_key`: the uncompressed point
    (65 bytes in hexadecimal); `minutes_sha256`: of the version in that page.
    """

    schema: str
    key_id: str
    party: PartyId
    acts_for: PartyId | None
    public_key: str
    minutes_sha256: Sha256
    made_at: str

    def holds(self, signature: str, message: bytes) -> bool:
        """Whether this base64 signature over `message` is by this key."""
        try:
            point = bytes.fromhex(self.public_key)
            raw = base64.b64decode(signature, validate=True)
            if hashlib.sha256(point).hexdigest()[:16] != self.key_id or len(raw) != 2 * _HALF:
                return False
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            der = encode_dss_signature(int.from_bytes(raw[:_HALF]), int.from_bytes(raw[_HALF:]))
            public.verify(der, message, ec.ECDSA(SHA256()))
        except (ValueError, InvalidSignature):
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKey:
    """A key as it stands in a page: a JSON Web Key (RFC 7517) with its private part. It is never written anywhere else."""

    key_id: str
    jwk: Mapping[str, Any]


def make_key(*, party: str, acts_for: str | None, minutes_sha256: str, now: datetime) -> tuple[PageKey, ResponseKey]:
    """A new key: the half for the page and the half for the dossier."""
    private = ec.generate_private_key(ec.SECP256R1())
    return page_half(private), dossier_half(private, party=party, acts_for=acts_for, minutes_sha256=minutes_sha256, now=now)


def page_half(private: ec.EllipticCurvePrivateKey) -> PageKey:
    """What the page gets."""
    numbers = private.private_numbers()
    public = numbers.public_numbers
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": _base64url(public.x),
        "y": _base64url(public.y),
        "d": _base64url(numbers.private_value),
        "key_ops": ["sign"],
        "ext": False,
    }
    return PageKey(key_id=_key_id(private), jwk=jwk)


def dossier_half(
    private: ec.EllipticCurvePrivateKey, *, party: str, acts_for: str | None, minutes_sha256: str, now: datetime
) -> ResponseKey:
    """What the dossier keeps."""
    return ResponseKey(
        schema=KEY_SCHEMA,
        key_id=_key_id(private),
        party=party,
        acts_for=acts_for,
        public_key=_point(private).hex(),
        minutes_sha256=minutes_sha256,
        made_at=now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )


def signed_message(plain: Mapping[str, Any]) -> bytes:
    """What the signature of a response file is over; `plain` is the file as JSON data, with its `proof`."""
    unsigned = copy.deepcopy(dict(plain))
    unsigned["proof"].pop("value", None)
    return SIGNED + documents.canonical_json(unsigned)


def _key_id(private: ec.EllipticCurvePrivateKey) -> str:
    return hashlib.sha256(_point(private)).hexdigest()[:16]


def _point(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _base64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(_HALF)).decode().rstrip("=")
