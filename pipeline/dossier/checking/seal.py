"""The seal of a dossier: a manifest of its files, signed, and named by a line of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.dossier.checking.chain import LOG, Log, canonical, parse_json
from pipeline.dossier.checking.files import Tree, read_file
from pipeline.dossier.checking.report import FAULT, NOTE, Finding
from pipeline.dossier.checking.signatures import CAN_CHECK_SIGNATURES, SIGNED_MANIFEST, key_id_of, raw_key, signature_holds

MANIFEST, SEAL = "manifest.json", "manifest.sig"
# A seal that a crash interrupted: in force from the moment its line stands in the log.
NEXT_MANIFEST, NEXT_SEAL = ".manifest.json.next", ".manifest.sig.next"
MANIFEST_SCHEMA = "wederhoor.manifest/1"
SEAL_SCHEMA = "wederhoor.seal/1"
MAX_JSON_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class FoundSeal:
    """The manifest in force. `plain` is empty when there is none that can be relied on."""

    plain: Mapping[str, Any]
    findings: tuple[Finding, ...]
    public_key: bytes | None

    @property
    def entries(self) -> int:
        """How many lines of the log the seal covers."""
        return int(self.plain["log"]["entries"]) if self.plain else 0


def find_seal(tree: Tree, log: Log) -> FoundSeal:
    """The manifest that the log's last seal names, also when a crash kept it from getting its name."""
    sealed = [line for line in log.lines if line.entry["act"] == "sealed"]
    named = sealed[-1].entry["object_sha256"] if sealed else None
    found = {name: read_file(tree, name, MAX_JSON_BYTES) for name in (MANIFEST, NEXT_MANIFEST, SEAL, NEXT_SEAL)}
    for candidate in (found[MANIFEST], found[NEXT_MANIFEST]):
        if candidate is not None and hashlib.sha256(candidate).hexdigest() == named:
            key, findings = _seal_of(candidate, found[SEAL], found[NEXT_SEAL])
            plain = _manifest(candidate)
            return FoundSeal(plain, findings if plain else (Finding(FAULT, "file_changed", MANIFEST),), key)
    manifest = found[MANIFEST]
    if manifest is None:
        key = _own_key(found[SEAL])
        if named is None and found[SEAL] is None:
            return FoundSeal({}, (Finding(NOTE, "not_sealed"),), None)
        return FoundSeal({}, tuple(Finding(FAULT, "file_removed", file) for file in (MANIFEST, SEAL) if found[file] is None), key)
    key, findings = _seal_of(manifest, found[SEAL])
    if findings:
        return FoundSeal({}, (Finding(FAULT, "file_changed", MANIFEST),), _own_key(found[SEAL]))
    # The manifest is the one that was signed: then it is the log that lacks or changed the line of this seal.
    plain = _manifest(manifest)
    return FoundSeal(plain, (Finding(FAULT, "seal_line_missing", LOG, len(log.lines) + 1),), key)


def _manifest(data: bytes) -> Mapping[str, Any]:
    plain = parse_json(data.rstrip(b"\n"))
    try:
        usable = plain["schema"] == MANIFEST_SCHEMA and isinstance(plain["log"]["entries"], int)
        usable = usable and all(isinstance(path, str) and isinstance(entry["sha256"], str) for path, entry in plain["files"].items())
    except (KeyError, TypeError, AttributeError):
        return {}
    return plain if usable else {}


def _seal_of(manifest: bytes, *seals: bytes | None) -> tuple[bytes | None, tuple[Finding, ...]]:
    """The key of the signature over this manifest, and what is wrong when none of the files holds one."""
    sha256 = hashlib.sha256(manifest).hexdigest()
    for data in seals:
        plain: Any = parse_json(data.rstrip(b"\n")) if data else None
        key = _own_key(data)
        if key is None or plain["manifest_sha256"] != sha256 or data != canonical(plain) + b"\n":
            continue
        if not CAN_CHECK_SIGNATURES or signature_holds(key, plain["signature"], SIGNED_MANIFEST + manifest):
            return key, ()
    return None, (Finding(FAULT, "file_removed" if seals[0] is None else "file_changed", SEAL),)


def _own_key(data: bytes | None) -> bytes | None:
    """The public key that stands in a seal, when the seal names it rightly."""
    plain = parse_json(data.rstrip(b"\n")) if data else None
    if not isinstance(plain, dict) or plain.keys() != {"schema", "manifest_sha256", "key_id", "public_key", "signature"}:
        return None
    key = raw_key(plain["public_key"])
    return key if key is not None and plain["schema"] == SEAL_SCHEMA and key_id_of(key) == plain["key_id"] else None
