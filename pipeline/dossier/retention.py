"""Retention: what is due for deletion, what comes soon, and deletion with proof.

The schedule lists; a person deletes. Dates come from the agreement, else from the settings; the sound has a date of its own,
apart from the minutes. Nothing is deleted under a hold, while a complaint runs, or before both parties had notice in time.

Deleting removes names from the file system. What a disk keeps of the blocks is for encryption of the whole disk; what was
handed out and what lies in a backup is outside our reach, and the proof says so.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.checking.dossier import UNSEALED, WORK
from pipeline.dossier.checking.files import FolderTree, sha256_in
from pipeline.dossier.comparisons import comparisons_of
from pipeline.dossier.custody import Act, CustodyEntry
from pipeline.dossier.hold import RunningHold, may_be_registered, running_holds
from pipeline.dossier.keys import OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.seal import seal
from pipeline.errors import InputRefused, RefusedByRule
from pipeline.recording.agreement import Agreement
from pipeline.settings import Retention

PROOF_SCHEMA = "wederhoor.deletion/1"
NOTICE, PROOF = "deletion_notice", "deletion_proof"
_DELETIONS = "deletions/"
_HANDED_IN = ("recording/original.", "recording/listening.", "agreement.toml", "agreements/", "responses/")


class Part(StrEnum):
    """What has a deletion date of its own."""

    AUDIO = "audio"
    MINUTES = "minutes"


class Standing(StrEnum):
    """How a part stands today."""

    DUE = "due"
    SOON = "soon"
    LATER = "later"
    NO_DATE = "no_date"
    HELD = "held"
    COMPLAINT_RUNS = "complaint_runs"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStanding:
    """How one part stands. Days are YYYY-MM-DD.

    `delete_on` null when nobody set a date; `notice_on`: when both parties were last told of this date, null when not yet;
    `complaint_before`: the complaint term, given only when it ends after the deletion date.
    """

    part: Part
    standing: Standing
    delete_on: str | None
    notice_on: str | None
    complaint_before: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierStanding:
    """How a dossier stands: each part, and the holds in force."""

    dossier: str
    parts: tuple[PartStanding, ...]
    holds: tuple[RunningHold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A file that was deleted; `number`: the line of the log that says so."""

    path: str
    sha256: str
    at: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfReach:
    """A copy that was handed out: to whom (an id), what, when; `number`: its line of the log."""

    number: int
    at: str
    to: str
    what: str
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionProof:
    """The document that proves a deletion: digests and dates, no names.

    `copies_elsewhere`: how many files with the same bytes were found and deleted outside the dossier; `entry` and `head`: the
    last line of the log at that moment.
    """

    schema: str
    dossier: str
    recording_sha256: str
    made_at: str
    parts: tuple[Part, ...]
    deleted: tuple[Deleted, ...]
    copies_elsewhere: int
    out_of_reach: tuple[OutOfReach, ...]
    backups: tuple[str, ...]
    entry: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where Wederhoor wrote beside the dossier.

    `exports`: folders with releases, each named after its dossier; `comparisons`: folders with comparisons, which name what
    they were made of; `searched`: folders (inbox, quarantine) in which files with the same bytes are looked for; `ledger`: where
    a copy of every proof is kept, for when an older backup is put back.
    """

    ledger: Path
    exports: tuple[Path, ...] = ()
    comparisons: tuple[Path, ...] = ()
    searched: tuple[Path, ...] = ()


def dossiers_in(folder: Path) -> Iterator[Dossier]:
    """The dossiers under a folder that still hold something."""
    for path in sorted(folder.glob("[0-9]*")) if folder.is_dir() else ():
        try:
            yield Dossier.open(path)
        except InputRefused:
            continue


def standing_of(dossier: Dossier, *, today: date, settings: Retention) -> DossierStanding:
    """How a dossier stands today."""
    agreement, entries = agreement_of(dossier), custody.read(dossier)
    holds = running_holds(dossier)
    blocked = Standing.HELD if holds else Standing.COMPLAINT_RUNS if may_be_registered(agreement) else None
    parts = tuple(_part_standing(part, dossier, agreement, entries, blocked, today, settings) for part in Part)
    return DossierStanding(dossier=dossier.path.name, parts=parts, holds=holds)


def give_notice(
    dossier: Dossier, part: PartStanding, notice_sha256: str, *, earliest: date, actor: str, now: datetime, key: OrganisationKey
) -> CustodyEntry:
    """Log that both parties were told of a deletion. `earliest`: the day the notice names."""
    facts: dict[str, str | int] = {
        "kind": NOTICE,
        "part": part.part.value,
        "delete_on": part.delete_on or "",
        "earliest": earliest.isoformat(),
    }
    return custody.append(dossier, Act.SENT_TO_PARTIES, actor, notice_sha256, now=now, settings=facts, signer=key)


def earliest_day(part: PartStanding, *, today: date, settings: Retention) -> date:
    """The first day on which a part may be deleted when both parties are told today."""
    told_in_time = today + timedelta(days=settings.notice_days)
    return max(told_in_time, date.fromisoformat(part.delete_on)) if part.delete_on else told_in_time


def delete(
    dossier: Dossier,
    *,
    today: date,
    before_term: bool,
    settings: Retention,
    reach: Reach,
    actor: str,
    now: datetime,
    key: OrganisationKey,
) -> tuple[DeletionProof, Path]:
    """Delete what is due today and keep the proof; returns it with its place. Run again after a kill, it finishes.

    `before_term`: a person knows that a complaint can still come. Raises RefusedByRule, and logs that, when a rule or a hold
    forbids it; VerificationFailed when the dossier does not hold: a deletion is not there to cover that up.
    """
    seal(dossier, key=key, now=now)
    entries = custody.read(dossier)
    try:
        _refuse_under_hold(dossier)
        parts = _begun(dossier, entries) or _allowed(dossier, today=today, before_term=before_term, settings=settings)
    except RefusedByRule as refusal:
        facts: dict[str, str | int] = {"asked": "deletion", "because": refusal.text_key}
        custody.append(dossier, Act.REFUSED, actor, None, now=now, settings=facts, signer=key)
        raise
    return carry_out(dossier, parts, backups=settings.backups, reach=reach, actor=actor, now=now, key=key)


def carry_out(
    dossier: Dossier,
    parts: set[Part],
    *,
    backups: tuple[str, ...],
    reach: Reach,
    actor: str,
    now: datetime,
    key: OrganisationKey,
) -> tuple[DeletionProof, Path]:
    """Delete these parts of a sealed dossier, whatever the rules say of today, and keep the proof; returns it with its place."""
    entries = custody.read(dossier)
    recording = next((entry.object_sha256 for entry in entries if entry.act is Act.RECEIVED), None) or ""
    going = _going(dossier, parts, entries)
    _log(dossier, going, entries, actor=actor, now=now, key=key)
    # Only what came in from outside: a small file of ours may have the same bytes as a file of somebody else.
    sizes = {sha256: (dossier.path / name).stat().st_size for _, name, sha256 in going if name.startswith(_HANDED_IN)}
    elsewhere = _remove_elsewhere(dossier, sizes, reach) + _remove_comparisons(parts, recording, going, reach)
    for _, name, _ in going:
        (dossier.path / name).unlink()
    _remove_leftovers(dossier)
    proof = _proof(dossier, recording, elsewhere, backups, now)
    number = sum(1 for _ in dossier.deletions.glob("*.json")) + 1 if dossier.deletions.is_dir() else 1
    dossier.deletions.mkdir(mode=0o700, exist_ok=True)
    path = dossier.deletions / f"{number:03}.json"
    data = documents.encode(proof)
    # In the log first: a proof that a kill left unsealed is then still one the log knows.
    custody.append(dossier, Act.SENT_TO_PARTIES, actor, hashlib.sha256(data).hexdigest(), now=now, settings={"kind": PROOF}, signer=key)
    # Then the copy: after a kill here the next run proves the deletion again, under the same name.
    reach.ledger.mkdir(mode=0o700, parents=True, exist_ok=True)
    documents.write_atomically(reach.ledger / f"{dossier.path.name}-{path.name}", data)
    documents.write_atomically(path, data)
    documents.fsync_folder(dossier.path)
    seal(dossier, key=key, now=now)
    return proof, path


def _part_standing(
    part: Part,
    dossier: Dossier,
    agreement: Agreement | None,
    entries: Sequence[CustodyEntry],
    blocked: Standing | None,
    today: date,
    settings: Retention,
) -> PartStanding:
    delete_on = _delete_on(part, dossier, agreement, settings)
    term = agreement.procedure.complaint_before if agreement else None
    if any(entry.act is Act.DELETED and entry.settings.get("part") == part for entry in entries):
        standing = Standing.DELETED
    elif blocked is not None:
        standing = blocked
    elif delete_on is None:
        standing = Standing.NO_DATE
    elif delete_on <= today:
        standing = Standing.DUE
    else:
        standing = Standing.SOON if delete_on <= today + timedelta(days=2 * settings.notice_days) else Standing.LATER
    return PartStanding(
        part=part,
        standing=standing,
        delete_on=delete_on.isoformat() if delete_on else None,
        notice_on=_noticed_on(part, delete_on, entries),
        complaint_before=term.isoformat() if term and delete_on and delete_on < term else None,
    )


def _delete_on(part: Part, dossier: Dossier, agreement: Agreement | None, settings: Retention) -> date | None:
    if agreement is not None:
        agreed = agreement.privacy.delete_audio_on if part is Part.AUDIO else agreement.privacy.delete_minutes_on
        # A date that was written but not understood is a question; the settings do not answer it.
        if agreed is not None or any(place.startswith("privacy") for place in agreement.unreadable):
            return agreed
    days = settings.audio_days if part is Part.AUDIO else settings.minutes_days
    received = datetime.fromisoformat(dossier.recording().received_at).date()
    return received + timedelta(days=days) if days is not None else None


def _noticed_on(part: Part, delete_on: date | None, entries: Sequence[CustodyEntry]) -> str | None:
    day = delete_on.isoformat() if delete_on else ""
    told = [
        entry.at[:10]
        for entry in entries
        if entry.act is Act.SENT_TO_PARTIES
        and (entry.settings.get("kind"), entry.settings.get("part"), entry.settings.get("delete_on")) == (NOTICE, part.value, day)
    ]
    return told[0] if told else None


def _refuse_under_hold(dossier: Dossier) -> None:
    if holds := running_holds(dossier):
        raise RefusedByRule("deletion_held", dossier=dossier.path.name, holders=", ".join(hold.by for hold in holds))


def _begun(dossier: Dossier, entries: Sequence[CustodyEntry]) -> set[Part]:
    """The parts of a deletion that a kill interrupted."""
    return {part for part in Part for entry in _unproven(dossier, entries) if entry.settings.get("part") == part}


def _allowed(dossier: Dossier, *, today: date, before_term: bool, settings: Retention) -> set[Part]:
    """The parts that may go today. Raises RefusedByRule when there is none, naming why."""
    name = dossier.path.name
    standing = standing_of(dossier, today=today, settings=settings)
    if any(part.standing is Standing.COMPLAINT_RUNS for part in standing.parts):
        raise RefusedByRule("deletion_complaint_runs", dossier=name)
    due = [part for part in standing.parts if part.standing is Standing.DUE]
    if not due:
        dates = ", ".join(part.delete_on or "-" for part in standing.parts)
        raise RefusedByRule("deletion_not_due", dossier=name, dates=dates)
    terms = [part.complaint_before for part in due if part.complaint_before and date.fromisoformat(part.complaint_before) > today]
    if terms and not before_term:
        raise RefusedByRule("deletion_before_term", dossier=name, term=max(terms))
    told = {part.part for part in due if _told_in_time(part, today, settings)}
    if not told:
        raise RefusedByRule("deletion_without_notice", dossier=name, days=settings.notice_days)
    return told


def _told_in_time(part: PartStanding, today: date, settings: Retention) -> bool:
    if settings.notice_days == 0:
        return True
    return part.notice_on is not None and date.fromisoformat(part.notice_on) + timedelta(days=settings.notice_days) <= today


def _going(dossier: Dossier, parts: set[Part], entries: Iterable[CustodyEntry]) -> list[tuple[Part | None, str, str]]:
    """What goes: part (null for what belongs to the whole), name and digest. The agreement goes last."""
    gone = parts | {part for part in Part for entry in entries if entry.act is Act.DELETED and entry.settings.get("part") == part}
    tree = FolderTree(dossier.path)
    names = [name for name in tree.names if name not in UNSEALED and not name.startswith((WORK, _DELETIONS))]
    going = [(_part_of(name), name) for name in names]
    chosen = [(part, name) for part, name in going if part in parts or (part is None and gone == set(Part))]
    chosen.sort(key=lambda item: (item[0] is None, item[1] == "agreement.toml", item[1] == "recording/recording.json", item[1]))
    return [(part, name, sha256_in(tree, name)) for part, name in chosen]


def _part_of(name: str) -> Part | None:
    if name.startswith(("recording/original.", "recording/listening.")):
        return Part.AUDIO
    # The outline of the loudness is drawn in the page of the minutes and stays as long as they do.
    if name.startswith(("minutes/", "responses/", "integrity", "recording/outline.")):
        return Part.MINUTES
    return None


def _log(
    dossier: Dossier,
    going: Sequence[tuple[Part | None, str, str]],
    entries: Iterable[CustodyEntry],
    *,
    actor: str,
    now: datetime,
    key: OrganisationKey,
) -> None:
    """The log says what goes before it goes: after a kill the next run finishes what the log says."""
    told = {(entry.settings.get("file"), entry.object_sha256) for entry in entries if entry.act is Act.DELETED}
    for part, name, sha256 in going:
        if (name, sha256) not in told:
            kind = "listening_copy" if name.startswith("recording/listening.") else str(part or "rest")
            facts: dict[str, str | int] = {"kind": kind, "part": str(part or "rest"), "file": name}
            custody.append(dossier, Act.DELETED, actor, sha256, now=now, settings=facts, signer=key)


def _unproven(dossier: Dossier, entries: Sequence[CustodyEntry]) -> list[CustodyEntry]:
    """Deletions in the log that no proof names yet."""
    proven: set[int] = set()
    for path in sorted(dossier.deletions.glob("*.json")):
        proven |= {item.number for item in documents.read(DeletionProof, path).deleted}
    return [entry for entry in entries if entry.act is Act.DELETED and entry.number not in proven]


def _remove_elsewhere(dossier: Dossier, sizes: Mapping[str, int], reach: Reach) -> int:
    """Remove releases that still lie with us, and files with the same bytes; how many files that were."""
    removed = 0
    for folder in reach.exports:
        for export in folder.glob(f"{dossier.path.name}-*"):
            if not export.is_symlink() and export.is_dir():
                removed += sum(1 for path in export.rglob("*") if path.is_file())
                shutil.rmtree(export)
    for folder in (*reach.searched, *dossier.path.parent.glob(".receiving-*")):
        for path in _plain_files(folder):
            if path.stat().st_size in sizes.values() and documents.sha256_file(path) in sizes:
                path.unlink()
                removed += 1
    return removed


def _remove_comparisons(parts: set[Part], recording: str, going: Sequence[tuple[Part | None, str, str]], reach: Reach) -> int:
    """Remove what comparisons hold of what goes: of the sound its copy, of the words the whole comparison; how many files."""
    removed = 0
    if Part.MINUTES in parts:
        words = frozenset((recording, *(sha256 for part, _, sha256 in going if part is Part.MINUTES)))
        for found in list(comparisons_of(words, reach.comparisons)):
            removed += sum(1 for path in found.folder.rglob("*") if path.is_file())
            shutil.rmtree(found.folder)
    if Part.AUDIO in parts:
        for found in comparisons_of(frozenset((recording,)), reach.comparisons):
            for sound in found.sound_of(frozenset((recording,))):
                sound.unlink()
                removed += 1
    return removed


def _plain_files(folder: Path) -> Iterator[Path]:
    """The files under a folder, except those in a dossier: each dossier has dates and holds of its own."""
    for parent, folders, files in os.walk(folder, followlinks=False):
        if "custody.jsonl" in files and "manifest.json" in files:
            folders.clear()
            continue
        for name in files:
            path = Path(parent, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _remove_leftovers(dossier: Dossier) -> None:
    """The work folder, and folders that are empty now."""
    if dossier.work.exists():
        shutil.rmtree(dossier.work)
    for parent, _, _ in os.walk(dossier.path, topdown=False, followlinks=False):
        if Path(parent) != dossier.path and not any(Path(parent).iterdir()):
            Path(parent).rmdir()
    documents.fsync_folder(dossier.path)


def _proof(dossier: Dossier, recording_sha256: str, elsewhere: int, backups: tuple[str, ...], now: datetime) -> DeletionProof:
    entries = custody.read(dossier)
    deleted = _unproven(dossier, entries)
    released = (entry for entry in entries if entry.act is Act.RELEASED)
    return DeletionProof(
        schema=PROOF_SCHEMA,
        dossier=dossier.path.name,
        recording_sha256=recording_sha256,
        made_at=now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        parts=tuple(part for part in Part if any(entry.settings.get("part") == part for entry in deleted)),
        deleted=tuple(
            Deleted(path=str(entry.settings.get("file", "")), sha256=entry.object_sha256 or "", at=entry.at, number=entry.number)
            for entry in deleted
        ),
        copies_elsewhere=elsewhere,
        out_of_reach=tuple(
            OutOfReach(
                number=entry.number,
                at=entry.at,
                to=str(entry.settings.get("to", "")),
                what=str(entry.settings.get("what", "")),
                sha256=entry.object_sha256,
            )
            for entry in released
        ),
        backups=backups,
        entry=entries[-1].number,
        head=entries[-1].head,
    )
