"""The response keys of a dossier: responses/keys/<key_id>.json, one for each page that was given to a party."""

import hashlib
import re

from pipeline import documents
from pipeline.dossier.custody import Act
from pipeline.dossier.layout import Dossier
from pipeline.errors import InputRefused, VerificationFailed
from pipeline.review.publish import Desk
from pipeline.review.responses.reading import Received
from pipeline.review.responses.signing import PageKey, ResponseKey, make_key


def new_page_key(desk: Desk, *, party: str, acts_for: str | None, minutes_sha256: str) -> PageKey:
    """A key for one page; the dossier keeps the public half, and the log names it before it is there."""
    page, kept = make_key(party=party, acts_for=acts_for, minutes_sha256=minutes_sha256, now=desk.now)
    data = documents.encode(kept)
    desk.log(Act.CHANGED, hashlib.sha256(data).hexdigest(), {"kind": "response_key", "to": party})
    folder = desk.dossier.response_keys
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    documents.write_atomically(folder / f"{kept.key_id}.json", data, mode=0o400)
    documents.fsync_folder(folder.parent)
    return page


def check_key(dossier: Dossier, received: Received, name: str) -> ResponseKey:
    """The key that signed a response. Raises VerificationFailed for a key of another dossier or party, or a wrong signature."""
    proof = received.response.proof
    if proof is None:
        raise InputRefused("response_invalid", file=name)
    path = dossier.response_keys / f"{proof.key_id}.json"
    if not re.fullmatch(r"[0-9a-f]{16}", proof.key_id) or not path.is_file():
        raise VerificationFailed("response_key_unknown", file=name)
    key = documents.read(ResponseKey, path)
    received.check_signature(key)
    return key
