"""Checking a dossier: its files against the seal, the seal against the log, the log against keys and receipts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.dossier.checking.chain import LOG, MAX_LOG_BYTES, Log, canonical, parse_log
from pipeline.dossier.checking.files import Tree, Unusable, is_leftover, read_file, sha256_in
from pipeline.dossier.checking.outside import Outside
from pipeline.dossier.checking.report import FAULT, MAX_FINDINGS, NOTE, REPORT_SCHEMA, Finding, Report
from pipeline.dossier.checking.seal import MANIFEST, NEXT_MANIFEST, NEXT_SEAL, SEAL, FoundSeal, find_seal
from pipeline.dossier.checking.signatures import CAN_CHECK_SIGNATURES, SIGNED_LINE, key_id_of, keys_in, signature_holds, trusted_with

UNSEALED = frozenset({LOG, MANIFEST, SEAL, NEXT_MANIFEST, NEXT_SEAL})
WORK = "work/"
# What may get another content after a seal, as long as the log says so. Everything else only ever gets added.
REPLACEABLE = frozenset(
    {"agreement.toml", "without-agreement.txt", "minutes/current", "recording/listening.m4a", "recording/outline.json", "integrity.json"}
)
# A later version of the cut check may find other places; what it drew of them goes with them.
_DRAWN = "integrity/"


def check_dossier(tree: Tree, name: str, trusted: Mapping[str, bytes] | None, outside: Outside | None) -> Report:
    """Check a dossier. `trusted`: the organisation's public keys from elsewhere; `outside`: a receipt from elsewhere."""
    data = read_file(tree, LOG, MAX_LOG_BYTES)
    if data is None and MANIFEST not in tree.names:
        raise Unusable("not_a_dossier")
    log = parse_log(data or b"")
    seal = find_seal(tree, log)
    findings = [Finding(FAULT, "log_missing", LOG)] if not data else list(log.findings)
    findings += seal.findings
    findings += _covered_log(log, seal)
    findings += _files(tree, log, seal)
    findings = _signatures(findings, log, seal, trusted)
    signer, signer_findings = _signer(log, seal, trusted)
    independent, receipt_findings = _against_receipt(log, outside)
    findings += [*signer_findings, *receipt_findings]
    return Report(
        schema=REPORT_SCHEMA,
        subject="dossier",
        name=name,
        holds=all(finding.level != FAULT for finding in findings),
        independent=independent and all(finding.level != FAULT for finding in findings),
        signer=signer,
        sealed_at=str(seal.plain.get("made_at", "")),
        entries=len(log.lines),
        head=log.head,
        recording_sha256=_recording_in(log),
        findings=tuple(dict.fromkeys(findings))[:MAX_FINDINGS],
    )


def _covered_log(log: Log, seal: FoundSeal) -> list[Finding]:
    """Whether the log still begins with the lines that were sealed."""
    if not seal.plain or log.findings:
        return []
    covered = seal.entries
    if len(log.lines) < covered:
        return [Finding(FAULT, "log_truncated", LOG, len(log.lines) + 1, str(covered))]
    if covered and log.lines[covered - 1].sha256 != seal.plain["log"].get("head"):
        return [Finding(FAULT, "log_replaced", LOG, covered)]
    return []


def _files(tree: Tree, log: Log, seal: FoundSeal) -> list[Finding]:
    findings = [Finding(FAULT, "file_not_plain", name) for name in tree.odd if not name.startswith(WORK)]
    findings += [Finding(NOTE, "leftover", name) for name in (NEXT_MANIFEST, NEXT_SEAL) if name in tree.names]
    if not seal.plain:
        return findings + _original_only(tree, log)
    sealed: Mapping[str, Any] = seal.plain["files"]
    later = {line.entry["object_sha256"]: line.number for line in log.lines if line.number > seal.entries}
    deleted = {line.entry["object_sha256"]: line.entry["at"] for line in log.lines if line.entry["act"] == "deleted"}
    present = [name for name in tree.names if name not in UNSEALED and not name.startswith(WORK)]
    home_of = {entry["sha256"]: path for path, entry in sealed.items()}
    for name in present:
        sha256 = sha256_in(tree, name)
        expected = sealed[name]["sha256"] if name in sealed else None
        if sha256 == expected:
            continue
        if sha256 in later and (expected is None or name in REPLACEABLE or name.startswith(_DRAWN)):
            findings.append(Finding(NOTE, "file_logged", name, later[sha256]))
        elif expected is None:
            findings.append(Finding(NOTE, "leftover", name) if is_leftover(name) else Finding(FAULT, "file_added", name))
        elif sha256 in home_of:
            findings.append(Finding(FAULT, "file_moved", name, detail=home_of[sha256]))
        else:
            findings.append(Finding(FAULT, "file_changed", name))
    for name in sorted(sealed.keys() - set(present)):
        if sealed[name]["sha256"] not in deleted:
            findings.append(Finding(FAULT, "file_removed", name))
    return findings + _deletions(log)


def _deletions(log: Log) -> list[Finding]:
    deleted = [line for line in log.lines if line.entry["act"] == "deleted"]
    kinds = {"audio": "audio_deleted", "minutes": "minutes_deleted"}
    return [
        Finding(NOTE, kinds.get(str(line.entry["settings"].get("kind")), "part_deleted"), "", line.number, line.entry["at"])
        for line in deleted
    ]


def _original_only(tree: Tree, log: Log) -> list[Finding]:
    """Without a seal, the log still tells what the original must be."""
    recording = _recording_in(log)
    originals = [name for name in tree.names if name.startswith("recording/original.")]
    if not recording:
        return []
    if any(line.entry["act"] == "deleted" and line.entry["object_sha256"] == recording for line in log.lines):
        return _deletions(log)
    if not originals:
        return [Finding(FAULT, "file_removed", "recording/original")]
    return [Finding(FAULT, "file_changed", name) for name in originals if sha256_in(tree, name) != recording]


def _recording_in(log: Log) -> str:
    return next((line.entry["object_sha256"] or "" for line in log.lines if line.entry["act"] == "received"), "")


def _signatures(findings: list[Finding], log: Log, seal: FoundSeal, trusted: Mapping[str, bytes] | None) -> list[Finding]:
    """Add what is wrong with the signatures of the lines, and drop the suspicion of lines whose signature holds."""
    known = {**keys_in(seal.plain.get("keys")), **(trusted or {})}
    if seal.public_key is not None:
        known[key_id_of(seal.public_key)] = seal.public_key
    if not CAN_CHECK_SIGNATURES or not known:
        return findings
    suspects = {finding.number for finding in findings if finding.kind == "line_changed"}
    anyone_signed = any(line.entry["signature"] is not None for line in log.lines)
    holding: set[int] = set()
    added: list[Finding] = []
    for line in log.lines:
        key = known.get(str(line.entry["key_id"]))
        unsigned = canonical({**line.entry, "signature": None})
        if key is not None and signature_holds(key, line.entry["signature"], SIGNED_LINE + unsigned):
            holding.add(line.number)
        elif line.number in suspects or (line.entry["signature"] is None and not anyone_signed):
            continue
        elif line.entry["signature"] is None or key is not None:
            added.append(Finding(FAULT, "signature_wrong" if key is not None else "signature_missing", LOG, line.number))
        elif seal.plain:
            added.append(Finding(FAULT, "signer_unknown", LOG, line.number))
    cleared = {number for number in suspects & holding if {number - 1, number + 1} & (suspects - holding)}
    return [finding for finding in findings if finding.kind != "line_changed" or finding.number not in cleared] + added


def _signer(log: Log, seal: FoundSeal, trusted: Mapping[str, bytes] | None) -> tuple[str, list[Finding]]:
    """Whether the signatures are by a key that came from elsewhere: anyone can sign with a key of their own."""
    used = {str(line.entry["key_id"]) for line in log.lines if line.entry["key_id"] is not None}
    if seal.public_key is not None:
        used.add(key_id_of(seal.public_key))
    if not used:
        return "none", [Finding(NOTE if trusted is None else FAULT, "not_signed")]
    if not CAN_CHECK_SIGNATURES:
        return "unchecked", [Finding(NOTE, "signatures_unchecked")]
    if trusted is None:
        return "unproven", [Finding(NOTE, "signer_unproven")]
    if used <= trusted_with(trusted, seal.plain.get("keys")).keys():
        return "proven", []
    return "unproven", [Finding(FAULT, "signer_other")]


def _against_receipt(log: Log, outside: Outside | None) -> tuple[bool, list[Finding]]:
    if outside is None:
        return False, [Finding(NOTE, "not_independent")]
    recording = _recording_in(log)
    heads = [line.number for line in log.lines if outside.names(line.sha256)]
    if heads:
        return True, [Finding(NOTE, "receipt_matches", LOG, max(heads), str(len(log.lines)))]
    if outside.digits or outside.hashes - {recording}:
        return False, [Finding(FAULT, "receipt_differs", LOG)]
    return False, [Finding(FAULT, "receipt_empty") if recording not in outside.hashes else Finding(NOTE, "receipt_recording_only")]
