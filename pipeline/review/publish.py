"""Putting a version of the minutes in force: written in every format, named in the log, sealed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline import documents
from pipeline.access import open_to_group
from pipeline.dossier import custody
from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.checking.seal import MANIFEST
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import KeyRing, OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.seal import Manifest, seal
from pipeline.errors import UsageError
from pipeline.integrity.model import IntegrityDocument
from pipeline.integrity.pictures import pictures_of
from pipeline.minutes.changes import advance
from pipeline.minutes.model import Minutes, State
from pipeline.minutes.summary.again import followed
from pipeline.minutes.versions import MINUTES_JSON, StoredVersion, load_current, load_version, version_names, write_version
from pipeline.minutes.writers import WRITERS
from pipeline.recording.listening import Outline
from pipeline.review import reaction_form
from pipeline.review.page import page_writer
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where somebody works on a dossier. `actor`: their role's or party's id, for the log; `now` knows its time zone.

    Raises UsageError for an actor that is no such id.
    """

    dossier: Dossier
    settings: Settings
    actor: str
    now: datetime

    def __post_init__(self) -> None:
        # The log holds no names; it must not turn out only when something was written already.
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", self.actor):
            raise UsageError("party_id_invalid", party=self.actor)

    @property
    def key(self) -> OrganisationKey:
        """The organisation's key in use."""
        return KeyRing(self.settings.paths.keys).current(self.now)

    @property
    def at(self) -> str:
        """The moment, in UTC."""
        return self.now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def log(self, act: Act, sha256: str | None, facts: Mapping[str, str | int]) -> custody.CustodyEntry:
        """Write one act to the log."""
        return custody.append(self.dossier, act, self.actor, sha256, now=self.now, settings=facts, signer=self.key)

    def current(self) -> StoredVersion:
        """The version in force; one that a kill kept from being named and sealed is so now, before anybody works on it."""
        stored = load_current(self.dossier.minutes_folder)
        manifest = self.dossier.path / MANIFEST
        if manifest.exists() and f"minutes/{stored.minutes.version}/{MINUTES_JSON}" not in documents.read(Manifest, manifest).files:
            settle(self)
        return stored


def write_documents(dossier: Dossier, minutes: Minutes) -> StoredVersion:
    """Write one version of the minutes in every format."""
    outline = documents.read(Outline, dossier.outline)
    page = page_writer(outline.peaks, drawings(dossier))
    return write_version(dossier.minutes_folder, minutes, (*WRITERS, page, reaction_form.FORM))


def drawings(dossier: Dossier) -> Mapping[str, bytes]:
    """What was drawn of the findings, by their ids."""
    if not dossier.integrity.exists():
        return {}
    return pictures_of(documents.read(IntegrityDocument, dossier.integrity), dossier.integrity_pictures)


def put_in_force(desk: Desk, minutes: Minutes) -> StoredVersion:
    """Write this version, unless it is the one in force, and make sure the log names it and the seal covers it."""
    current = desk.current()
    minutes = followed(minutes, current.minutes, desk.settings, agreement_of(desk.dossier))
    stored = current if current.minutes == minutes else write_documents(desk.dossier, minutes)
    settle(desk)
    return stored


def settle(desk: Desk) -> None:
    """The log names every version and the seal covers them, also one that a kill kept from being named."""
    named = {entry.object_sha256 for entry in custody.read(desk.dossier)}
    folder = desk.dossier.minutes_folder
    for version in version_names(folder):
        if documents.sha256_file(folder / version / MINUTES_JSON) not in named:
            found = load_version(folder, version)
            kind = str(found.minutes.changes[-1].kind)
            act = Act.ESTABLISHED if kind == State.ESTABLISHED else Act.CHANGED
            desk.log(act, found.sha256, {"kind": kind, "version": version})
    seal(desk.dossier, key=desk.key, now=desk.now, actor=desk.actor)
    open_to_group(desk.dossier.path, desk.settings.paths.group)


def send_to_parties(desk: Desk) -> StoredVersion:
    """The version in force as one that lies with the parties: a concept becomes that, anything further stays as it is."""
    current = desk.current()
    if current.minutes.state is not State.CONCEPT:
        return current
    return put_in_force(desk, advance(current.minutes, State.WITH_PARTIES, actor=desk.actor, at=desk.at))
