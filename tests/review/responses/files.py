"""The worked example of a response file, and responses made as a page makes them."""

import base64
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from pipeline import documents
from pipeline.review.responses.signing import PageKey, ResponseKey, signed_message

FOLDER = Path(__file__).resolve().parents[2] / "data" / "responses"
EXAMPLE = FOLDER / "example.jsonld"
MESSAGE = FOLDER / "example.message.txt"
PAGE_KEY: dict[str, Any] = json.loads((FOLDER / "example.page-key.json").read_text())
DOSSIER_KEY = documents.read(ResponseKey, FOLDER / "example.response-key.json")


def example() -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return plain


def signed(plain: dict[str, Any], key: PageKey) -> bytes:
    """The file as this page would save it."""
    private = ec.derive_private_key(_number(key.jwk["d"]), ec.SECP256R1())
    plain["proof"] = {"type": "ecdsa-p256-sha256", "key_id": key.key_id}
    r, s = decode_dss_signature(private.sign(signed_message(plain), ec.ECDSA(SHA256())))
    plain["proof"]["value"] = base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()
    return json.dumps(plain, ensure_ascii=False).encode()


def _number(base64url: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(base64url + "="))
