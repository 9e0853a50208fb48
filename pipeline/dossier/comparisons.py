"""Where comparisons lie: beside the dossiers, since a comparison is of two sides and belongs to neither.

A dossier's log names each comparison it was part of by the SHA-256 of comparison.json. A comparison names the recordings and
minutes it was made of by theirs: so whatever is deleted of a dossier can be found in its comparisons too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.custody import Act
from pipeline.dossier.layout import Dossier
from pipeline.errors import InputRefused

FOLDER = "comparisons"
COMPARISON_JSON = "comparison.json"
SOUND = {"a": "opname-a.m4a", "b": "opname-b.m4a"}


@dataclass(frozen=True, slots=True)
class _Side:
    recording_sha256: str | None
    minutes_sha256: str | None
    report_sha256: str | None


@dataclass(frozen=True, slots=True)
class _Sides:
    """What matters of comparison.json here."""

    a: _Side
    b: _Side


@dataclass(frozen=True, slots=True)
class StoredSides:
    """A comparison's folder, and the digests of what each of its sides was made of, by "a" and "b"."""

    folder: Path
    digests: dict[str, frozenset[str]]

    def sound_of(self, digests: frozenset[str]) -> list[Path]:
        """The listening copies of the sides that were made of any of these digests."""
        return [self.folder / SOUND[side] for side, own in self.digests.items() if own & digests and (self.folder / SOUND[side]).is_file()]


def comparisons_beside(dossier: Dossier) -> Path:
    """The folder of the comparisons that lie beside a dossier."""
    return dossier.path.resolve().parent / FOLDER


def comparisons_of(digests: frozenset[str], folders: Iterable[Path]) -> Iterator[StoredSides]:
    """The comparisons in these folders that were made of any of these digests: a recording, minutes, or a report."""
    for folder in dict.fromkeys(path.resolve() for path in folders):
        for path in sorted(folder.glob(f"*/{COMPARISON_JSON}")) if folder.is_dir() else ():
            if path.is_symlink() or path.parent.is_symlink():
                continue
            try:
                sides = documents.read(_Sides, path)
            except InputRefused:
                continue
            found = StoredSides(path.parent, {"a": _digests(sides.a), "b": _digests(sides.b)})
            if digests & frozenset().union(*found.digests.values()):
                yield found


def _digests(side: _Side) -> frozenset[str]:
    return frozenset(one for one in (side.recording_sha256, side.minutes_sha256, side.report_sha256) if one is not None)


def newest_comparison(dossier: Dossier) -> StoredSides | None:
    """The comparison beside this dossier that its log names last and that is still there, with the bytes the log names."""
    logged = [entry.object_sha256 for entry in custody.read(dossier) if entry.act is Act.COMPARED]
    of_this = list(comparisons_of(frozenset((dossier.recording().sha256,)), (comparisons_beside(dossier),)))
    by_digest = {documents.sha256_file(found.folder / COMPARISON_JSON): found for found in of_this}
    return next((by_digest[digest] for digest in reversed(logged) if digest in by_digest), None)


def comparison_in(folder: Path, digests: frozenset[str]) -> StoredSides | None:
    """The comparison in this folder, when it was made of any of these digests."""
    return next((found for found in comparisons_of(digests, [folder.parent]) if found.folder == folder.resolve()), None)


def compared_with(dossier: Dossier, comparison: StoredSides) -> Iterator[Dossier]:
    """The other dossiers beside this one that a comparison was made of."""
    digests = frozenset().union(*comparison.digests.values())
    for path in sorted(dossier.path.resolve().parent.glob("[0-9]*")):
        if path == dossier.path.resolve():
            continue
        try:
            other = Dossier.open(path)
            if other.recording().sha256 in digests:
                yield other
        except InputRefused:
            continue
