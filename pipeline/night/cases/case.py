"""A case folder and its zaak.toml.

```
<case>/zaak.toml     what the case is; optional, every field of it too
<case>/opnamen/      recordings, each with an agreement beside it; or a bundle that was received
<case>/verslagen/    written reports of the conversation
<case>/reacties/     the parties' reactions
<case>/verzoeken/    requests: establish, release, hold, close
<case>/dossiers/     the dossiers made from them, and what lies beside what
<case>/uitgifte/     what lies ready to be handed over, receipts too
<case>/LEESMIJ.html  what is ready, due or missing
```
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.dossier.layout import Dossier
from pipeline.dossier.retention import dossiers_in
from pipeline.errors import InputRefused
from pipeline.night.inbox import RECORDINGS, Signature
from pipeline.night.spool import Kind, Spool
from pipeline.recording.agreement import read_agreement_bytes

CASE_SCHEMA = "wederhoor.case/1"
FORM = "zaak.toml"
REPORTS, REACTIONS, REQUESTS = "verslagen", "reacties", "verzoeken"
DOSSIERS, RELEASES = "dossiers", "uitgifte"
_MOST_READ = 10_000
_FOLDERS = (RECORDINGS, REPORTS, REACTIONS, REQUESTS, DOSSIERS)

RoleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]


class CaseForm(BaseModel):
    """zaak.toml. `group`: a group of this computer that may read the dossiers; `actors`: who a user of this computer is here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_name: Annotated[str, Field(alias="schema", pattern=f"^{re.escape(CASE_SCHEMA)}$")] = CASE_SCHEMA
    id: Annotated[str, Field(max_length=100)] = ""
    group: Annotated[str, Field(max_length=100)] = ""
    respond_before: date | None = None
    closed_on: date | None = None
    actors: dict[str, RoleId] = {}


@dataclass(frozen=True, slots=True)
class Case:
    """A case folder with its form; `problem`: the key of what is wrong with the form, null when it could be read."""

    folder: Path
    form: CaseForm
    problem: str | None = None

    @classmethod
    def read(cls, folder: Path) -> "Case":
        """The case in a folder. A form that cannot be read is a problem to tell, not a reason to do nothing."""
        form = folder / FORM
        try:
            signature = Signature.of(form)
        except OSError:
            return cls(folder, CaseForm())
        try:
            return cls(folder, _read_form(form, signature))
        except (InputRefused, ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
            return cls(folder, CaseForm(), problem="form_unreadable")

    @property
    def id(self) -> str:
        """What people call the case."""
        return self.form.id or self.folder.name

    @property
    def dossiers_folder(self) -> Path:
        """Where the dossiers of this case are made."""
        return self.folder / DOSSIERS

    def dossiers(self) -> tuple[Dossier, ...]:
        """The dossiers of this case, in order of date."""
        return tuple(dossiers_in(self.dossiers_folder))

    def make_folders(self) -> None:
        """Make the folders a secretary needs, where they are missing."""
        for name in _FOLDERS:
            (self.folder / name).mkdir(mode=0o770, exist_ok=True)


@lru_cache(maxsize=_MOST_READ)
def _read_form(form: Path, signature: Signature) -> CaseForm:
    """A form; with its signature, so that one that was changed is read again and others only once."""
    del signature
    return CaseForm.model_validate(tomllib.loads(read_agreement_bytes(form).decode("utf-8-sig")))


def cases_in(spool: Spool) -> Iterator[Case]:
    """The cases in a drop folder for cases: every folder in it that has a form or a folder for recordings."""
    if spool.kind is not Kind.CASES:
        return
    for path in spool.entries(spool.top):
        if path.is_dir() and not path.is_symlink() and ((path / FORM).is_file() or (path / RECORDINGS).is_dir()):
            yield Case.read(path)


def case_of(spool: Spool, dropped: Path) -> Case | None:
    """The case whose folder a file was dropped in; null for an inbox."""
    if spool.kind is not Kind.CASES:
        return None
    return Case.read(spool.top / dropped.relative_to(spool.top).parts[0])


def case_named(spool: Spool, identifier: str | None) -> Case | None:
    """The case with this id; null when there is none, or more than one."""
    if not identifier:
        return None
    found = [case for case in cases_in(spool) if case.form.id == identifier]
    return found[0] if len(found) == 1 else None
