"""Everything held on one person, across dossiers: for whoever asks what is kept on them (GDPR, article 15).

A party to a conversation gets everything of it; somebody who is only spoken of gets the places where they are named. What is
gathered may hold data of others: every such place is named in a list for a person to check before anything is given.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.checking.files import FolderTree, Unusable
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.errors import UsageError, WederhoorError
from pipeline.minutes.clock import clock
from pipeline.minutes.model import Minutes
from pipeline.minutes.pseudonymise import Known, find_personal_data, known_names
from pipeline.minutes.versions import load_current, version_names

SCHEMA = "wederhoor/subject/1"
CHECK_FILE = "check.json"
_MAX_TEXT_BYTES = 4 * 1024**2
_TEXT = frozenset((".toml", ".txt", ".json", ".jsonld"))
# Titles say nothing about who somebody is.
_NO_NAME = frozenset(
    [
        "de",
        "den",
        "der",
        "het",
        "van",
        "ter",
        "ten",
        "te",
        "la",
        "le",
        "el",
        "al",
        "mr",
        "mw",
        "mevrouw",
        "meneer",
        "dhr",
        "drs",
        "dr",
        "ms",
        "mrs",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that holds data of others: a file of the export, and where in it (a line's id, or null for the whole file).

    `why`: `voices` (others are heard), `speaks` (somebody else says this), `named` (others are named); `others`: whom, as found.
    """

    file: str
    where: str | None
    why: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierShare:
    """What one dossier holds on the person: as which parties (ids, empty when only spoken of), which files, what to check.

    `sure`: the whole name stands there; if not, a part of it does and it may be somebody else.
    """

    dossier: str
    sure: bool
    parties: tuple[str, ...]
    files: tuple[str, ...]
    check: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectExport:
    """The document of `wederhoor subject`. `unreadable`: dossiers that could not be read and must be looked at by hand."""

    schema: str
    made_at: str
    folder: Path
    dossiers: tuple[DossierShare, ...]
    unreadable: tuple[str, ...]


def export_subject(name: str, dossiers: Iterable[Dossier], *, out: Path, actor: str, now: datetime, key: OrganisationKey) -> SubjectExport:
    """Gather what is held on `name` into a new folder under `out`. Raises UsageError when the name is no name to search by."""
    person = _Person.named(name)
    folder = _new_folder(out, now)
    shares: list[DossierShare] = []
    unreadable: list[str] = []
    for dossier in dossiers:
        try:
            share = _share(person, dossier, folder / dossier.path.name)
        except (WederhoorError, Unusable):
            unreadable.append(dossier.path.name)
            continue
        if share is not None:
            shares.append(share)
            custody.append(dossier, Act.OPENED_FOR_EXPORT, actor, None, now=now, settings={"as": "subject"}, signer=key)
    made_at = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    export = SubjectExport(schema=SCHEMA, made_at=made_at, folder=folder, dossiers=tuple(shares), unreadable=tuple(unreadable))
    documents.write_atomically(folder / CHECK_FILE, documents.encode(export))
    return export


@dataclass(frozen=True, slots=True)
class _Person:
    """Whom to look for: the words of the name, without case, accents and titles."""

    words: tuple[str, ...]

    @classmethod
    def named(cls, name: str) -> "_Person":
        words = tuple(word for word in _words(name) if word not in _NO_NAME)
        if not words or max(map(len, words)) < 2:
            raise UsageError("subject_name_too_short")
        return cls(words)

    def is_in(self, text: str) -> bool:
        """Whether a text names this person: by the last name at least."""
        return self.words[-1] in _words(text)

    def is_wholly_in(self, text: str) -> bool:
        """Whether a text holds every word of the name."""
        return set(self.words) <= set(_words(text))

    def is_named(self, name: str | None) -> bool:
        """Whether a field that holds a name may hold this one: the same, or a shorter or longer form of it."""
        words = {word for word in _words(name or "") if word not in _NO_NAME}
        return bool(words) and (set(self.words) <= words or words <= set(self.words))


def _share(person: _Person, dossier: Dossier, folder: Path) -> DossierShare | None:
    """What this dossier holds, copied into `folder`; null when that is nothing."""
    agreement = agreement_of(dossier)
    minutes = load_current(dossier.minutes_folder).minutes if version_names(dossier.minutes_folder) else None
    parties = tuple(party.id for party in agreement.parties if person.is_named(party.name)) if agreement else ()
    voices = {speaker.id for speaker in minutes.speakers if person.is_named(speaker.name)} if minutes else set()
    known = known_names(agreement) if agreement else Known()
    took_part = bool(parties or voices)
    files = [*(_everything(dossier, minutes) if took_part else _naming_files(person, dossier))]
    spoken_of = [line for line in minutes.lines if person.is_in(line.text)] if minutes else []
    if not files and not spoken_of:
        return None
    for name in files:
        for parent in reversed((folder / name).relative_to(folder).parents):
            (folder / parent).mkdir(mode=0o700, exist_ok=True)
        documents.copy_atomically(dossier.path / name, folder / name)
    folder.mkdir(mode=0o700, exist_ok=True)
    if spoken_of and not took_part:
        lines = "".join(f"{line.id}  {clock(line.start_ms)}  {line.text}\n" for line in spoken_of)
        documents.write_atomically(folder / "lines.txt", lines.encode())
        files.append("lines.txt")
    places = _places(person, dossier, files, minutes if took_part else None, voices, known)
    if minutes and not took_part:
        places = [*places, *(place for line in spoken_of if (place := _named_in(person, "lines.txt", line.id, line.text, known)))]
    if took_part and (acts := _acts_of(dossier, parties)):
        documents.write_atomically(folder / "acts.jsonl", acts)
        files.append("acts.jsonl")
    texts = (*(_text(dossier, name) for name in files if Path(name).suffix in _TEXT and (dossier.path / name).is_file()), *_texts(minutes))
    sure = any(person.is_wholly_in(text) for text in texts)
    return DossierShare(dossier=dossier.path.name, sure=sure, parties=parties, files=tuple(sorted(files)), check=tuple(places))


def _everything(dossier: Dossier, minutes: Minutes | None) -> Iterator[str]:
    """The files of a conversation somebody took part in: the sound, the agreement, responses, the version in force."""
    current = f"minutes/{minutes.version}/" if minutes else "minutes/"
    for name in FolderTree(dossier.path).names:
        if name.startswith(
            ("recording/", "responses/", "countersignatures/", "holds/", "agreement", "without-agreement", "integrity", current)
        ):
            yield name


def _naming_files(person: _Person, dossier: Dossier) -> Iterator[str]:
    """Files beside the minutes in which somebody is named who did not take part."""
    for name in FolderTree(dossier.path).names:
        if (
            not name.startswith(("minutes/", "work/", "manifest", "custody"))
            and Path(name).suffix in _TEXT
            and person.is_in(_text(dossier, name))
        ):
            yield name


def _places(
    person: _Person, dossier: Dossier, files: Iterable[str], minutes: Minutes | None, voices: set[str], known: Known
) -> list[Place]:
    places: list[Place] = []
    for name in files:
        if name.startswith(("recording/original.", "recording/listening.")):
            places.append(Place(file=name, where=None, why="voices", others=()))
        elif not name.startswith("minutes/") and Path(name).suffix in _TEXT and name != "lines.txt":
            place = _named_in(person, name, None, _text(dossier, name), known)
            places += [place] if place else []
    if minutes is not None:
        file = f"minutes/{minutes.version}/minutes.json"
        for line in minutes.lines:
            if line.speaker not in voices:
                places.append(Place(file=file, where=line.id, why="speaks", others=(line.speaker or "?",)))
            if place := _named_in(person, file, line.id, line.text, known):
                places.append(place)
    return places


def _named_in(person: _Person, file: str, where: str | None, text: str, known: Known) -> Place | None:
    """The others that a text names; null when there are none."""
    found = (text[item.start : item.end] for item in find_personal_data(text, known))
    others = tuple(dict.fromkeys(value for value in found if not person.is_in(value)))
    return Place(file=file, where=where, why="named", others=others) if others else None


def _acts_of(dossier: Dossier, parties: tuple[str, ...]) -> bytes:
    """The lines of the log about what this person did or received."""
    entries = (entry for entry in custody.read(dossier) if entry.actor in parties or entry.settings.get("to") in parties)
    return b"".join(entry.line + b"\n" for entry in entries)


def _texts(minutes: Minutes | None) -> tuple[str, ...]:
    return tuple(line.text for line in minutes.lines) if minutes else ()


def _text(dossier: Dossier, name: str) -> str:
    with FolderTree(dossier.path).open(name) as file:
        return file.read(_MAX_TEXT_BYTES).decode(errors="replace")


def _words(text: str) -> list[str]:
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return re.findall(r"\w+", plain.casefold())


def _new_folder(out: Path, now: datetime) -> Path:
    """A private folder whose name betrays nobody."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = 1
    while (folder := out / f"subject-{now.date().isoformat()}-{number}").exists():
        number += 1
    folder.mkdir(mode=0o700)
    return folder
