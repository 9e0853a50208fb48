"""`wederhoor retention`: what is due and what comes; deletion with proof, by a person."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline import documents
from pipeline.cli.console import note, print_document, say
from pipeline.cli.options import Json, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.dossier import retention as keeping
from pipeline.dossier.comparisons import comparisons_beside
from pipeline.dossier.keys import KeyRing, OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.restored import delete_again, restored_dossiers
from pipeline.dossier.retention import DossierStanding, Reach, Standing
from pipeline.dossier.retention_texts import notice_text, proof_text, standing_lines
from pipeline.errors import UsageError
from pipeline.night.cases.case import RELEASES
from pipeline.night.places import archives, search_folders
from pipeline.settings import Settings
from pipeline.texts import Texts, texts

_STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionList:
    """The document of `retention --json`."""

    schema: str
    today: str
    dossiers: tuple[DossierStanding, ...]


def retention(
    delete: Annotated[Path | None, typer.Option("--delete", help=sentences("retention.delete"), metavar="DOSSIER")] = None,
    today: Annotated[str | None, typer.Option("--today", help=sentences("retention.today"), metavar="YYYY-MM-DD")] = None,
    folder: Annotated[Path | None, typer.Option("--in", help=sentences("retention.in"), metavar="DIR")] = None,
    notices: Annotated[Path | None, typer.Option("--notices", help=sentences("retention.notices"), metavar="DIR")] = None,
    before_term: Annotated[bool, typer.Option("--before-term", help=sentences("retention.despite_term"))] = False,
    restored: Annotated[bool, typer.Option("--restored", help=sentences("retention.restored"))] = False,
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> None:
    """List the dates; write notices; delete one dossier's parts that are due."""
    settings = settings_from(report_language=report_language)
    now, words = datetime.now(UTC), texts(settings.report_language)
    day = _day(today) or now.date()
    if delete is not None:
        if day > now.date():
            raise UsageError("deletion_day_in_future", day=day.isoformat())
        _delete(Dossier.open(delete), day, settings, words, now=now, before_term=before_term, as_json=as_json)
        return
    if restored:
        _delete_again(settings, words, now=now)
        return
    folders = (folder,) if folder is not None else archives(settings)
    dossiers = tuple(dossier for one in folders for dossier in keeping.dossiers_in(one))
    if notices is not None:
        key = KeyRing(settings.paths.keys).current(now)
        for dossier in dossiers:
            _write_notices(dossier, notices, settings, words, now=now, key=key)
    standings = tuple(keeping.standing_of(dossier, today=day, settings=settings.retention) for dossier in dossiers)
    if as_json:
        print_document(RetentionList(schema="wederhoor/retention/1", today=day.isoformat(), dossiers=standings))
        return
    say(words("retention.title") if standings else words("retention.nothing"))
    for standing in standings:
        for line in standing_lines(standing, words):
            say(line)


def _delete(dossier: Dossier, day: date, settings: Settings, words: Texts, *, now: datetime, before_term: bool, as_json: bool) -> None:
    proof, path = keeping.delete(
        dossier,
        today=day,
        before_term=before_term,
        settings=settings.retention,
        reach=_reach(dossier, settings),
        actor=_STAFF,
        now=now,
        key=KeyRing(settings.paths.keys).current(now),
    )
    if as_json:
        print_document(proof)
        note(str(path))
    else:
        say(proof_text(proof, words))
        say(str(path))


def _delete_again(settings: Settings, words: Texts, *, now: datetime) -> None:
    """Delete what an older backup brought back, in every dossier."""
    key = KeyRing(settings.paths.keys).current(now)
    found = tuple(each for one in archives(settings) for each in restored_dossiers(one, settings.paths.deletions))
    for each in found:
        reach = _reach(each.dossier, settings)
        proof, path = delete_again(each, backups=settings.retention.backups, reach=reach, now=now, key=key)
        say(proof_text(proof, words))
        say(str(path))
    if not found:
        say(words("retention.nothing_restored"))


def _reach(dossier: Dossier, settings: Settings) -> Reach:
    beside = dossier.path.resolve().parent
    exports = (settings.paths.releases, beside / "releases", beside.parent / RELEASES)
    comparisons = (settings.paths.comparisons, comparisons_beside(dossier), *settings.retention.search)
    return Reach(
        ledger=settings.paths.deletions,
        exports=exports,
        comparisons=comparisons,
        searched=(*settings.retention.search, *search_folders(settings)),
    )


def _write_notices(dossier: Dossier, folder: Path, settings: Settings, words: Texts, *, now: datetime, key: OrganisationKey) -> None:
    """Write the notice for each part that is due or comes soon and of which the parties were not told yet."""
    standing = keeping.standing_of(dossier, today=now.date(), settings=settings.retention)
    for part in standing.parts:
        if part.standing in (Standing.DUE, Standing.SOON) and part.notice_on is None:
            earliest = keeping.earliest_day(part, today=now.date(), settings=settings.retention)
            text = notice_text(standing, part, earliest, settings.organisation, words).encode()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / f"{standing.dossier}-{part.part}.txt"
            documents.write_atomically(path, text)
            sha256 = hashlib.sha256(text).hexdigest()
            keeping.give_notice(dossier, part, sha256, earliest=earliest, actor=_STAFF, now=now, key=key)
            say(words("retention.notice_written", file=str(path)))


def _day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UsageError("day_invalid", day=written) from None
