"""Checking a bundle: the dossier inside it, and the package around it (BagIt, RFC 8493)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.dossier.checking.dossier import check_dossier
from pipeline.dossier.checking.files import SubTree, Tree, Unusable, read_file, sha256_in
from pipeline.dossier.checking.outside import Outside
from pipeline.dossier.checking.report import FAULT, Finding, Report

BAG_DECLARATION = "bagit.txt"
PAYLOAD = "data/"
PAYLOAD_MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
_MAX_LIST_BYTES = 32 * 1024 * 1024


def bag_in(tree: Tree) -> Tree | None:
    """The tree from the bag's own root, which may lie one folder down; null when there is no bag."""
    if BAG_DECLARATION in tree.names:
        return tree
    tops = {name.partition("/")[0] for name in tree.names}
    inner = SubTree(tree, f"{tops.pop()}/") if len(tops) == 1 else None
    return inner if inner is not None and BAG_DECLARATION in inner.names else None


def check_bundle(bag: Tree, name: str, trusted: Mapping[str, bytes] | None, outside: Outside | None) -> Report:
    """Check a bundle. Inside one nothing is lawfully added later: every file must be as it was packed."""
    report = check_dossier(SubTree(bag, PAYLOAD), name, trusted, outside)
    told = {finding.path for finding in report.findings if finding.level == FAULT}
    tags = {file for file in bag.names if not file.startswith(PAYLOAD) and file != TAG_MANIFEST}
    payload = {file for file in bag.names if file.startswith(PAYLOAD)}
    # The list of the package's own files is covered by nothing else: a difference is in the file or in the list.
    package = [replace(finding, kind="package_changed", detail=TAG_MANIFEST) for finding in _listed(bag, TAG_MANIFEST, tags)]
    reliable = PAYLOAD_MANIFEST not in {finding.path for finding in package}
    found = package + (_listed(bag, PAYLOAD_MANIFEST, payload) if reliable else [])
    found += [Finding(FAULT, "file_not_plain", file) for file in bag.odd]
    more = [finding for finding in (_inside(finding) for finding in found) if finding.path not in told]
    holds = report.holds and not more
    return replace(report, subject="bundle", holds=holds, independent=report.independent and holds, findings=(*report.findings, *more))


def _listed(bag: Tree, listing: str, present: set[str]) -> list[Finding]:
    """What differs from one of the bag's lists of digests."""
    data = read_file(bag, listing, _MAX_LIST_BYTES)
    if data is None:
        return [Finding(FAULT, "file_removed", listing)]
    expected: dict[str, str] = {}
    for line in data.decode(errors="replace").splitlines():
        sha256, _, file = line.partition("  ")
        # BagIt writes these three characters as escapes (RFC 8493, section 2.1.3).
        expected[file.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")] = sha256
    findings = [Finding(FAULT, "file_added", file) for file in sorted(present - expected.keys())]
    findings += [Finding(FAULT, "file_removed", file) for file in sorted(expected.keys() - present)]
    return findings + [
        Finding(FAULT, "file_changed", file) for file in sorted(present & expected.keys()) if sha256_in(bag, file) != expected[file]
    ]


def _inside(finding: Finding) -> Finding:
    return replace(finding, path=finding.path[len(PAYLOAD) :]) if finding.path.startswith(PAYLOAD) else finding


def require_bag(tree: Tree) -> Tree:
    """The bag in a tree. Raises Unusable when there is none."""
    bag = bag_in(tree)
    if bag is None:
        raise Unusable("not_a_bundle")
    return bag
