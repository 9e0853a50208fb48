"""`wederhoor release`: a copy for somebody who may have it, with a receipt; or a refusal that names the rule."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import note, print_document, say
from pipeline.cli.options import Json, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.layout import Dossier
from pipeline.errors import UsageError
from pipeline.release.decision import ReleaseGround, What
from pipeline.release.protection import PlainByHand, Protection, read_passphrase
from pipeline.release.release import release as release_copy
from pipeline.texts import texts


class Kind(StrEnum):
    """What can be asked for by name."""

    RECORDING = "recording"
    BUNDLE = "bundle"
    MINUTES = "minutes"
    PAGE = "page"
    COMPARISON = "comparison"


def release(
    dossier: Annotated[Path, typer.Argument(help=sentences("release.dossier"), metavar="DOSSIER")],
    to: Annotated[str, typer.Option("--to", help=sentences("release.to"), metavar="PARTY")],
    what: Annotated[Kind, typer.Option("--what", help=sentences("release.kind"))] = Kind.RECORDING,
    pseudonymised: Annotated[bool, typer.Option("--pseudonymised", help=sentences("release.pseudonymised"))] = False,
    silenced_sound: Annotated[bool, typer.Option("--silenced-sound", help=sentences("release.silenced_sound"))] = False,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", help=sentences("release.passphrase_file"), metavar="FILE")
    ] = None,
    plain_by_hand: Annotated[bool, typer.Option("--plain-by-hand", help=sentences("release.plain_by_hand"))] = False,
    comparison: Annotated[list[Path] | None, typer.Option("--comparison", help=sentences("release.comparison"), metavar="DIR")] = None,
    out: Annotated[Path | None, typer.Option("--out", help=sentences("release.out"), metavar="DIR")] = None,
    by: Annotated[str, typer.Option("--by", help=sentences("release.by"))] = "staff",
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> None:
    """Make a copy ready to hand over and say where it lies."""
    settings, now = settings_from(report_language=report_language), datetime.now(UTC)
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", by):
        raise UsageError("party_id_invalid", party=by)
    if comparison and what is not Kind.PAGE:
        raise UsageError("release_comparison_without_page")
    if passphrase_file is not None and plain_by_hand:
        raise UsageError("release_two_protections")
    protection: Protection | None = PlainByHand() if plain_by_hand else read_passphrase(passphrase_file) if passphrase_file else None
    ready = release_copy(
        Dossier.open(dossier),
        to=to,
        what=_what(what, pseudonymised=pseudonymised, silenced_sound=silenced_sound),
        protection=protection,
        out=out or settings.paths.releases,
        settings=settings,
        actor=by,
        now=now,
        key=KeyRing(settings.paths.keys).current(now),
        comparisons=tuple(comparison or ()),
    )
    words = texts(settings.report_language)
    if ready.decision.ground is ReleaseGround.BOTH_AGREED:
        note(words("release.check_scope"))
    if pseudonymised:
        note(words("release.copy.read_first"))
    if as_json:
        print_document(ready)
        note(str(ready.folder))
        return
    say(ready.receipt.read_text(encoding="utf-8"))
    for path in ready.notices:
        say(words("release.give_notice", file=str(path)))
    if ready.what is What.COMPARISON:
        say(words("release.comparison_for_both"))
    say(str(ready.folder))


def _what(kind: Kind, *, pseudonymised: bool, silenced_sound: bool) -> What:
    if silenced_sound and not pseudonymised:
        raise UsageError("release_silenced_alone")
    if pseudonymised:
        return What.PSEUDONYMISED_WITH_SOUND if silenced_sound else What.PSEUDONYMISED
    return What(kind.value)
