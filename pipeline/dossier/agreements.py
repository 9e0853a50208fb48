"""The agreement in a dossier: recorded as handed in, logged by its digest, and never lost when a later one comes."""

import hashlib
from datetime import datetime

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.custody import Act, Signer
from pipeline.dossier.layout import Dossier
from pipeline.recording.agreement import Agreement, parse_agreement, read_agreement, read_agreement_bytes

MAX_REASON = 2000


def agreement_of(dossier: Dossier) -> Agreement | None:
    """The agreement in force, null when none was recorded."""
    return read_agreement(dossier.agreement) if dossier.agreement.exists() else None


def missing_because(dossier: Dossier) -> str | None:
    """Why there is no agreement, null when nobody said so or when there is one by now."""
    if dossier.agreement.exists() or not dossier.without_agreement.exists():
        return None
    return dossier.without_agreement.read_text(encoding="utf-8")


def record_agreement(dossier: Dossier, data: bytes, *, actor: str, now: datetime, signer: Signer | None) -> Agreement:
    """Make these bytes the agreement in force; an earlier one is kept beside it. The same bytes again change nothing."""
    agreement = parse_agreement(data)
    if dossier.agreement.exists() and (earlier := read_agreement_bytes(dossier.agreement)) != data:
        dossier.earlier_agreements.mkdir(mode=0o700, exist_ok=True)
        kept = dossier.earlier_agreements / f"{hashlib.sha256(earlier).hexdigest()[:16]}.toml"
        documents.write_atomically(kept, earlier)
        documents.fsync_folder(dossier.path)
    documents.write_atomically(dossier.agreement, data)
    _log_once(dossier, agreement.sha256, "agreement", actor=actor, now=now, signer=signer)
    return agreement


def record_missing(dossier: Dossier, reason: str, *, actor: str, now: datetime, signer: Signer | None) -> None:
    """Record in someone's own words why there is no agreement."""
    data = reason.strip()[:MAX_REASON].encode(errors="replace")
    documents.write_atomically(dossier.without_agreement, data)
    _log_once(dossier, hashlib.sha256(data).hexdigest(), "reason", actor=actor, now=now, signer=signer)


def _log_once(dossier: Dossier, sha256: str, kind: str, *, actor: str, now: datetime, signer: Signer | None) -> None:
    """Log unless this is what the log already says: a re-run after a kill completes, it does not repeat."""
    entries = custody.read(dossier) if dossier.custody_log.exists() else ()
    recorded = [entry for entry in entries if entry.act is Act.AGREEMENT_RECORDED]
    if not recorded or recorded[-1].object_sha256 != sha256:
        custody.append(dossier, Act.AGREEMENT_RECORDED, actor, sha256, now=now, settings={"kind": kind}, signer=signer)
