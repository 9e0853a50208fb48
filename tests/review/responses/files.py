"""The worked example of a response file, and responses made as a page makes them."""

import base64
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from pipeline import documents
from pipeline.release.release import HandOver
from pipeline.review.responses.document import CONTEXT
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


@dataclass(frozen=True)
class PartyPage:
    """What a party's page knows of who responds to what; it saves files as the page's script does."""

    response: dict[str, Any]

    @classmethod
    def of(cls, ready: HandOver) -> "PartyPage":
        return cls.read(ready.folder / ready.files[0].name)

    @classmethod
    def read(cls, path: Path) -> "PartyPage":
        found = re.search(r'id="page-data">(.*?)</script>', path.read_text(encoding="utf-8"), re.DOTALL)
        assert found
        return cls(json.loads(found[1])["response"])

    def about(
        self, value: str, kind: str, subject: str, *, text: str = "", selector: Sequence[dict[str, str]] = (), **more: Any
    ) -> dict[str, Any]:
        """One reaction. `instead`: what should stand there; `speaker`: who says it."""
        body: list[dict[str, str]] = [{"type": "TextualBody", "purpose": "tagging", "value": value}]
        if text:
            body.append({"type": "TextualBody", "purpose": "commenting", "format": "text/plain", "value": text})
        for field, name in (("text", "instead"), ("speaker", "speaker")):
            if name in more:
                body.append({"type": "TextualBody", "purpose": "editing", "format": "text/plain", "field": field, "value": more.pop(name)})
        motivation = {"eens": "assessing", "oneens": "assessing", "opmerking": "commenting", "voorstel": "editing"}[value]
        target = {
            "type": "SpecificResource",
            "source": f"urn:wederhoor:minutes:{self.response['minutes']['sha256']}",
            "subject": {"kind": kind, "id": subject},
            **({"selector": list(selector)} if selector else {}),
        }
        plain = {"type": "Annotation", "id": f"urn:uuid:{uuid.uuid4()}", "created": "2026-03-10T12:00:00.000Z"}
        return {**plain, "motivation": motivation, "body": body, "target": target, **more}

    def close(self, *items: dict[str, Any], to: pyrage.x25519.Recipient) -> bytes:
        """The file this page saves when the party hands in closed."""
        return self.cover(pyrage.encrypt(self.save(*items), [to]))

    def cover(self, sealed: bytes) -> bytes:
        plain = {
            "schema": "wederhoor/closed-response/1",
            "creator": {"id": f"urn:wederhoor:party:{self.response['party']}", "type": "Person"},
            "created": "2026-03-10T12:30:00.000Z",
            "dossier": self.response["dossier"],
            "minutes": self.response["minutes"],
            "sealed": base64.b64encode(sealed).decode(),
        }
        own = self.response["key"]
        return signed(plain, PageKey(key_id=own["id"], jwk=own["jwk"]))

    def save(self, *items: dict[str, Any]) -> bytes:
        plain = {
            "@context": list(CONTEXT),
            "schema": "wederhoor/response/1",
            "type": "AnnotationCollection",
            "id": f"urn:uuid:{uuid.uuid4()}",
            "creator": {"id": f"urn:wederhoor:party:{self.response['party']}", "type": "Person"},
            "created": "2026-03-10T12:30:00.000Z",
            "dossier": self.response["dossier"],
            "minutes": self.response["minutes"],
            "total": len(items),
            "first": {"type": "AnnotationPage", "startIndex": 0, "items": list(items)},
        }
        own = self.response["key"]
        return signed(plain, PageKey(key_id=own["id"], jwk=own["jwk"]))


def quoted(exact: str) -> list[dict[str, str]]:
    """A selector of these words."""
    return [{"type": "TextQuoteSelector", "exact": exact}]
