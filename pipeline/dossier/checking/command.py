"""The check as a program of its own, as a bundle carries it: python controleer.py [PATH] [--key F] [--receipt F]."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.dossier.checking.bundle import BAG_DECLARATION, PAYLOAD_MANIFEST, TAG_MANIFEST, bag_in, check_bundle, require_bag
from pipeline.dossier.checking.chain import GENESIS
from pipeline.dossier.checking.dossier import check_dossier
from pipeline.dossier.checking.files import FolderTree, Unusable, ZipTree
from pipeline.dossier.checking.outside import Outside, read_receipt
from pipeline.dossier.checking.report import FAULT, NOTE, REPORT_SCHEMA, Finding, Report, render
from pipeline.dossier.checking.signatures import keys_in

# The sentences by language, put in when a bundle is made.
TEXTS: dict[str, dict[str, str]] = {}
MAX_RECEIPT_BYTES = 1024 * 1024
MAX_NAMES_LOOKED_AT = 100_000


def check(path: Path, trusted: Mapping[str, bytes] | None, outside: Outside | None) -> Report:
    """Check a dossier's folder, a bundle (folder or zip) or a single copy. Raises Unusable when it is none of these."""
    if path.is_dir():
        tree = FolderTree(path)
        bag = bag_in(tree)
        return check_bundle(bag, path.name, trusted, outside) if bag is not None else check_dossier(tree, path.name, trusted, outside)
    if not path.is_file():
        raise Unusable("not_found")
    if zipfile.is_zipfile(path) and _was_packed_here(path):
        return check_bundle(require_bag(ZipTree(path)), path.name, trusted, outside)
    return _check_copy(path, outside)


def _was_packed_here(path: Path) -> bool:
    """Whether a zip must be a bundle. A docx, an odt and released minutes are zips too, but single copies."""
    try:
        names = {name.rpartition("/")[2] for name in zipfile.ZipFile(path).namelist()[:MAX_NAMES_LOOKED_AT]}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return True
    of_bundles = {BAG_DECLARATION, TAG_MANIFEST, PAYLOAD_MANIFEST, "manifest.json", "custody.jsonl"}
    of_copies = {"[Content_Types].xml", "mimetype", "minutes.json"}
    return bool(names & of_bundles) or not names & of_copies


def read_keys(data: bytes) -> dict[str, bytes]:
    """The public keys in an exported list. Raises Unusable when there is none in it."""
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unusable("not_a_key") from error
    keys = keys_in(plain.get("keys")) if isinstance(plain, dict) else {}
    if not keys:
        raise Unusable("not_a_key")
    return keys


def read_small(path: Path) -> bytes:
    """A key or receipt file, bounded."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_RECEIPT_BYTES + 1)
    except OSError as error:
        raise Unusable("not_found") from error
    if len(data) > MAX_RECEIPT_BYTES:
        raise Unusable("too_large")
    return data


def _check_copy(path: Path, outside: Outside | None) -> Report:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    sha256 = digest.hexdigest()
    equal = outside is not None and outside.names(sha256)
    finding = (
        Finding(NOTE, "copy_equal") if equal else Finding(NOTE, "copy_not_compared") if outside is None else Finding(FAULT, "copy_differs")
    )
    return Report(
        schema=REPORT_SCHEMA,
        subject="copy",
        name=path.name,
        holds=finding.level != FAULT,
        independent=equal,
        signer="none",
        sealed_at="",
        entries=0,
        head=GENESIS,
        recording_sha256=sha256,
        findings=(finding,),
    )


def main() -> int:
    """Run as a program: 0 when everything holds, 4 when something does not, 3 when there is nothing to check."""
    parser = argparse.ArgumentParser(prog="controleer.py")
    parser.add_argument("path", nargs="?", type=Path, default=Path(sys.argv[0]).resolve().parent)
    parser.add_argument("--key", type=Path)
    parser.add_argument("--receipt", type=Path)
    parser.add_argument("--language", choices=sorted(TEXTS), default="nl")
    given = parser.parse_args()

    def say(key: str, **details: Any) -> str:
        return TEXTS[given.language][key].format_map(details)

    try:
        trusted = read_keys(read_small(given.key)) if given.key else None
        outside = read_receipt(read_small(given.receipt).decode(errors="replace")) if given.receipt else None
        report = check(given.path, trusted, outside)
    except Unusable as problem:
        print(say(f"unusable.{problem}"), file=sys.stderr)
        return 3
    print(render(report, say))
    return 0 if report.holds else 4
