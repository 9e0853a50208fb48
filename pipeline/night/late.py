"""An agreement that was dropped when its recording had been done already: a piece of work of its own.

A name alone is a weak tie: phones and people use the same one again. So such an agreement must have lain by itself for a while,
and is only joined to a recording that was done lately under that name and has no other agreement. Where that is not certain a
person decides.
"""

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path

from pipeline import documents
from pipeline.dossier.layout import Dossier
from pipeline.errors import InputRefused, WederhoorError
from pipeline.night.claims import Claim, ClaimRecord, claims_in
from pipeline.night.inbox import AGREEMENT_NAMES, Drop, drop_of, files_in, is_agreement, own_agreements
from pipeline.night.results import RESULT, NightResult
from pipeline.night.spool import Spool
from pipeline.recording.agreement import read_agreement_bytes

# Whoever drops both drops them at about the same time, the agreement perhaps first.
LAIN_SECONDS = 3600
_NIGHTS_BACK = 14
_MOST_KNOWN = 200_000


def late_agreements(spool: Spool, now_ns: int) -> Iterator[Drop]:
    """Agreements that lie without their recording for a while, and whose recording was done lately. `now_ns`: see Settling."""
    lonely = list(_lonely(spool, now_ns))
    if not lonely:
        return
    # In this order: a recording that is taken meanwhile is seen in one place or the next.
    claims = chain(claims_in(spool, spool.claims), claims_in(spool, spool.quarantine))
    under_way = {name for claim in claims for name in own_agreements(spool.place(claim.record.dropped))}
    done = {name for folder in _done_lately(spool) for name in own_agreements(spool.place(_dropped_as(folder)))}
    late = done - under_way
    yield from (drop for drop in lonely if drop.path in late)


def dossier_of(agreement: Claim) -> Dossier:
    """The dossier that a late agreement belongs to. Raises InputRefused when that is not certain, or it has another agreement."""
    dropped = agreement.spool.place(agreement.record.dropped)
    found: dict[Path, Dossier] = {}
    for folder in _done_lately(agreement.spool):
        if dropped in own_agreements(agreement.spool.place(_dropped_as(folder))):
            dossier = Dossier.open(Path(documents.read(NightResult, folder / RESULT).folder))
            found[dossier.path] = dossier
    if len(found) != 1:
        raise InputRefused("night_agreement_unclear", file=dropped.name)
    (dossier,) = found.values()
    original = agreement.original()
    if original is None or (dossier.agreement.exists() and read_agreement_bytes(dossier.agreement) != read_agreement_bytes(original)):
        raise InputRefused("night_agreement_another", file=dropped.name, dossier=dossier.path.name)
    return dossier


def _lonely(spool: Spool, now_ns: int) -> Iterator[Drop]:
    by_folder: dict[Path, list[Path]] = defaultdict(list)
    for path in files_in(spool):
        by_folder[path.parent].append(path)
    for paths in by_folder.values():
        others = {beginning for path in paths if not is_agreement(path) for beginning in _beginnings(path.name)}
        for path in paths:
            if not is_agreement(path) or path.name in AGREEMENT_NAMES or path.stem in others:
                continue
            with contextlib.suppress(FileNotFoundError):
                drop = drop_of(spool, path)
                if now_ns - drop.signature.quiet_since_ns >= LAIN_SECONDS * 1e9:
                    yield drop


def _beginnings(name: str) -> Iterator[str]:
    """A file's name up to each of its dots, and the whole: also "gesprek.m4a.kopie" may become the recording of "gesprek"."""
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts) + 1))


def _done_lately(spool: Spool) -> Iterator[Path]:
    """The recordings done in the last nights; what cannot be read is left out."""
    for night in list(spool.entries(spool.done))[-_NIGHTS_BACK:]:
        for folder in spool.entries(night):
            dropped = _dropped_as(folder)
            if dropped and not is_agreement(spool.place(dropped)):
                yield folder


@lru_cache(maxsize=_MOST_KNOWN)
def _dropped_as(done: Path) -> str:
    """Where a recording that was done had been dropped; nowhere when that cannot be read. It never changes."""
    try:
        return documents.read(ClaimRecord, done / "claim.json").dropped
    except (OSError, WederhoorError):
        return ""
