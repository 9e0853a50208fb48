"""Requests: small forms that a secretary drops in `verzoeken/`. Who asks is the file's owner, whatever the form says.

A form is taken by renaming it to `.bezig-<name>`, so that it is done once; afterwards it lies in `gedaan/` with an answer beside
it. A release that a kill interrupted is not done again by itself: the answer says so.
"""

import os
import pwd
import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline import documents
from pipeline.dossier.agreements import agreement_of, record_agreement
from pipeline.dossier.hold import end_hold, hold, is_committee
from pipeline.dossier.keys import KeyRing, OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.seal import seal
from pipeline.errors import InputRefused, RefusedByRule, UsageError, WederhoorError
from pipeline.night.cases.case import FORM, RELEASES, REQUESTS, Case
from pipeline.recording.agreement import read_agreement_bytes
from pipeline.release.decision import What
from pipeline.release.release import release
from pipeline.review.correcting import establish_minutes
from pipeline.review.publish import Desk
from pipeline.settings import Settings
from pipeline.texts import Texts, texts

_BUSY, _DONE = ".bezig-", "gedaan"
_MOST_FORMS = 200


class Asked(StrEnum):
    """What can be asked for."""

    ESTABLISH = "vaststellen"
    RELEASE = "kopie"
    HOLD = "bewaren"
    END_HOLD = "niet_bewaren"
    CLOSE = "sluiten"


class RequestForm(BaseModel):
    """A form, in the words of who fills it in. `dossier`: its folder's name, needed when the case has more than one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: Annotated[Asked, Field(alias="wat")]
    dossier: Annotated[str, Field(max_length=100)] | None = None
    to: Annotated[str | None, Field(alias="aan", max_length=100)] = None
    copy_of: Annotated[What, Field(alias="van")] = What.BUNDLE
    reason: Annotated[str | None, Field(alias="reden", max_length=2000)] = None
    closed_on: Annotated[date | None, Field(alias="gesloten_op")] = None
    decided_by: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(alias="besloten_door", max_length=20)] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a form. `form`: its name; `said`: what happened, or why not."""

    form: str
    done: bool
    said: str


def answer_requests(case: Case, settings: Settings, now: datetime) -> tuple[Answer, ...]:
    """Do what the forms ask, each once, and put an answer beside each."""
    folder = case.folder / REQUESTS
    if not folder.is_dir() or folder.is_symlink():
        return ()
    key = KeyRing(settings.paths.keys).current(now)
    answers = [_interrupted(busy, case, settings, now, key) for busy in sorted(folder.glob(f"{_BUSY}*"))]
    for path in _forms(folder):
        busy = path.with_name(f"{_BUSY}{path.name}")
        path.rename(busy)
        answers.append(_answered(busy, case, settings, now, key))
    return tuple(answers)


def _forms(folder: Path) -> Iterator[Path]:
    forms = [path for path in sorted(folder.glob("*.toml")) if path.is_file() and not path.is_symlink()]
    yield from forms[:_MOST_FORMS]


def _interrupted(busy: Path, case: Case, settings: Settings, now: datetime, key: OrganisationKey) -> Answer:
    """A form that was being done when a run was killed. Everything but a release can be done again without harm."""
    say = texts(settings.report_language)
    try:
        asked = _read(busy).what
    except WederhoorError:
        asked = None
    if asked is Asked.RELEASE:
        return _put_away(busy, Answer(_name(busy), done=False, said=say("case.request.interrupted")))
    return _answered(busy, case, settings, now, key)


def _answered(busy: Path, case: Case, settings: Settings, now: datetime, key: OrganisationKey) -> Answer:
    say = texts(settings.report_language)
    try:
        form = _read(busy)
        said = _done(form, _actor(busy, case), _dossier(form, case), case, settings, now, key, say)
        return _put_away(busy, Answer(_name(busy), done=True, said=said))
    except WederhoorError as error:
        return _put_away(busy, Answer(_name(busy), done=False, said=say.explain(error)))


def _read(path: Path) -> RequestForm:
    try:
        return RequestForm.model_validate(tomllib.loads(read_agreement_bytes(path).decode("utf-8-sig")))
    except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputRefused("request_not_understood") from error


def _actor(path: Path, case: Case) -> str:
    """Who asks: the role that zaak.toml gives to the owner of the file."""
    status = path.lstat()
    # A second name for somebody else's file would borrow that owner.
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        raise InputRefused("request_not_understood")
    form = case.folder / FORM
    if form.exists() and form.stat().st_mode & stat.S_IWOTH:
        raise RefusedByRule("request_roles_open")
    try:
        user = pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        user = str(status.st_uid)
    role = case.form.actors.get(user)
    if role is None:
        raise RefusedByRule("request_unknown_actor", user=user)
    return role


def _dossier(form: RequestForm, case: Case) -> Dossier:
    dossiers = {dossier.path.name: dossier for dossier in case.dossiers()}
    if form.dossier is None and len(dossiers) == 1:
        return next(iter(dossiers.values()))
    if form.dossier is None or form.dossier not in dossiers:
        raise UsageError("request_which_dossier", known=", ".join(dossiers) or "-")
    return dossiers[form.dossier]


def _done(
    form: RequestForm, actor: str, dossier: Dossier, case: Case, settings: Settings, now: datetime, key: OrganisationKey, say: Texts
) -> str:
    match form.what:
        case Asked.HOLD:
            hold(dossier, by=actor, now=now, reason=form.reason, signer=key)
        case Asked.END_HOLD:
            end_hold(dossier, by=actor, reason=form.reason, now=now, signer=key)
        case Asked.RELEASE:
            if form.to is None:
                raise InputRefused("request_not_understood")
            made = release(
                dossier,
                to=form.to,
                what=form.copy_of,
                protection=None,
                out=case.folder / RELEASES,
                settings=settings,
                actor=actor,
                now=now,
                key=key,
            )
            seal(dossier, key=key, now=now)
            return say("case.request.released", folder=f"{RELEASES}/{made.folder.name}")
        case Asked.CLOSE:
            _close(dossier, form.closed_on or now.date(), actor, now, key)
        case Asked.ESTABLISH:
            _require_committee(dossier, actor)
            establish_minutes(Desk(dossier=dossier, settings=settings, actor=actor, now=now), form.decided_by)
    seal(dossier, key=key, now=now)
    return say(f"case.request.{form.what.name.lower()}")


def _close(dossier: Dossier, day: date, actor: str, now: datetime, key: OrganisationKey) -> None:
    """Note in the agreement that the complaint is closed; from then on its dates for deletion count again."""
    _require_committee(dossier, actor)
    if not dossier.agreement.exists():
        raise InputRefused("request_no_agreement")
    data = read_agreement_bytes(dossier.agreement)
    document = tomlkit.parse(data.decode("utf-8-sig"))
    procedure = document.setdefault("procedure", tomlkit.table())
    procedure["complaint_closed_at"] = day
    record_agreement(dossier, tomlkit.dumps(document).encode(), actor=actor, now=now, signer=key)


def _require_committee(dossier: Dossier, actor: str) -> None:
    """Only the committee establishes minutes and closes a complaint: neither party does that for the other."""
    if not is_committee(agreement_of(dossier), actor):
        raise RefusedByRule("request_committee_only", actor=actor)


def _put_away(busy: Path, answer: Answer) -> Answer:
    """The form goes to `gedaan/` under a name that is free, with the answer beside it."""
    done = busy.parent / _DONE
    done.mkdir(mode=0o770, exist_ok=True)
    number, stem = 1, Path(answer.form).stem
    while os.path.lexists(target := done / f"{stem}-{number}.toml"):
        number += 1
    documents.write_atomically(done / f"{target.stem}.antwoord.txt", f"{answer.said}\n".encode(), mode=0o640)
    busy.rename(target)
    return answer


def _name(busy: Path) -> str:
    return busy.name.removeprefix(_BUSY)
