"""`wederhoor speakers`: a person confirms who each voice is; a new version is made."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import note, print_document, say
from pipeline.cli.options import Json, settings_from
from pipeline.cli.options import say as sentences
from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.layout import Dossier
from pipeline.errors import UsageError
from pipeline.minutes.beside import correction_in_words
from pipeline.minutes.changes import Confirmation
from pipeline.recording.agreement import Agreement, Role
from pipeline.stages import confirm_voices
from pipeline.texts import texts


def speakers(
    dossier: Annotated[Path, typer.Argument(help=sentences("cli.speakers.dossier"), metavar="DOSSIER")],
    who: Annotated[list[str], typer.Argument(help=sentences("cli.speakers.who"), metavar="S1=PARTY...")],
    by: Annotated[str, typer.Option("--by", help=sentences("cli.speakers.by"))] = "staff",
    as_json: Json = False,
) -> None:
    """Confirm voices as parties, each as S1=party or S1=role:Name; a proposal once the minutes are with the parties."""
    opened = Dossier.open(dossier)
    agreement = agreement_of(opened)
    confirmed = dict(_parse(choice, agreement) for choice in who)
    settings = settings_from()
    stored = confirm_voices(opened, confirmed, settings=settings, actor=by, now=datetime.now(UTC))
    if as_json:
        print_document(stored.minutes)
        note(str(opened.path))
    else:
        words = texts(settings.report_language)
        say(words("cli.speakers.done", version=stored.minutes.version))
        proposed = [one for one in stored.minutes.corrections if one.is_open and one.voice in confirmed]
        for one in proposed:
            say(correction_in_words(one, stored.minutes, words))
        if proposed:
            say(words("cli.speakers.proposed", ids=" --accept ".join(one.id for one in proposed)))
        say(str(opened.path))


def _parse(choice: str, agreement: Agreement | None) -> tuple[str, Confirmation]:
    """`S1=client` names a party of the agreement or a role; `S1=client:Name` adds a name. `1=client` is S1."""
    speaker, equals, rest = choice.partition("=")
    party_id, _, name = rest.partition(":")
    if not equals or not speaker.removeprefix("S").isdigit():
        raise UsageError("speaker_choice_invalid", choice=choice)
    party = next((party for party in agreement.parties if party.id == party_id), None) if agreement else None
    role = party.role if party else party_id if party_id in set(Role) else None
    if role is None:
        raise UsageError("speaker_choice_invalid", choice=choice)
    return f"S{speaker.removeprefix('S')}", Confirmation(role=Role(role), name=name.strip() or (party.name if party else None))
