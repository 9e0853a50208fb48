"""What is handed over, made from the dossier: each a file that lies ready in the dossier's private work folder."""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from pipeline import documents
from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.bundle import make_bundle
from pipeline.dossier.comparisons import COMPARISON_JSON, comparisons_of, newest_comparison
from pipeline.dossier.layout import Dossier
from pipeline.errors import InputRefused, VerificationFailed
from pipeline.minutes.facts import Fact
from pipeline.minutes.pseudonymise import Known, PseudonymisedMinutes, known_names, pseudonymise
from pipeline.minutes.reading import Reading, read_minutes
from pipeline.minutes.versions import StoredVersion, load_chain, load_current, version_names
from pipeline.minutes.writers import DOCUMENTS, TRANSCRIPTS
from pipeline.recording.listening import Outline
from pipeline.release.decision import What
from pipeline.release.locked import lock
from pipeline.release.silenced import announcement, write_silenced_copy
from pipeline.review import parts, reaction_form
from pipeline.review.differences import ComparisonPoints, read_points
from pipeline.review.page import Responding, render
from pipeline.review.publish import Desk, drawings, send_to_parties
from pipeline.review.responses.closing import closing_for
from pipeline.review.responses.keys import new_page_key
from pipeline.texts import Language, Texts, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A file to hand over. `name`: as the receiver sees it; `entry`: the last line of the log that travels in it, null for none;
    `version`: of the minutes in it, null when there are none that can be responded to."""

    path: Path
    name: str
    entry: int | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """Who gets a page to respond in. `party`: their id; `acts_for`: the party they act for, null for themselves."""

    party: str
    acts_for: str | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What making a product needs. `folder` is private and goes when the product was handed over.

    `to_party`: the receiver is a party or acts for one: minutes that go out to them are with the parties from then on, and what
    changes in them is a proposal. `responder`: whose page it becomes, null when the receiver is nobody who responds;
    `page_words`: what a page must ask for before it opens, null for nothing. `comparisons`: the folders of comparisons whose
    differences the receiver of a page can respond to.
    """

    desk: Desk
    folder: Path
    language: Language
    to_party: bool
    responder: Responder | None
    page_words: str | None
    comparisons: tuple[Path, ...] = ()

    @property
    def dossier(self) -> Dossier:
        """The dossier it is made from."""
        return self.desk.dossier

    def minutes(self) -> StoredVersion:
        """The version that goes out."""
        return send_to_parties(self.desk) if self.to_party else self.desk.current()

    def ready_page(self, page: bytes) -> bytes:
        """A page as it is handed over: it asks for `page_words` first where there are any."""
        return page if self.page_words is None else lock(page, self.page_words, self.say)

    @property
    def say(self) -> Texts:
        """The sentences in the language of the hand-over."""
        return texts(self.language)


def make(what: What, bench: Workbench) -> Product:
    """Make what was asked for. Raises InputRefused when the dossier does not have it, VerificationFailed when it does not hold."""
    match what:
        case What.RECORDING:
            return _recording(bench)
        case What.BUNDLE:
            return _bundle(bench)
        case What.MINUTES:
            return _minutes(bench)
        case What.PAGE:
            return _page(bench)
        case What.COMPARISON:
            return _comparison(bench)
        case What.PSEUDONYMISED:
            return _pseudonymised(bench)
        case What.PSEUDONYMISED_WITH_SOUND:
            return _pseudonymised_with_sound(bench)


def _recording(bench: Workbench) -> Product:
    """The original itself, proven to be what was received."""
    original = _original(bench.dossier)
    return Product(path=original, name=f"{bench.say('release.file.recording')}{original.suffix}")


def _bundle(bench: Workbench) -> Product:
    version = bench.minutes().minutes.version if version_names(bench.dossier.minutes_folder) else None
    name = f"{bench.dossier.path.name}.zip"
    bundle = make_bundle(bench.dossier, bench.folder / name, actor=bench.desk.actor, key=bench.desk.key, now=bench.desk.now)
    return Product(path=bundle.path, name=name, entry=bundle.entry, version=version)


def _minutes(bench: Workbench) -> Product:
    """The documents of the version in force, without the page that needs the sound beside it; and a form to respond on paper."""
    stored = bench.minutes()
    wanted = {"minutes.json", *(writer.file_name for writer in (*DOCUMENTS, *TRANSCRIPTS))}
    files = [(path.name, path.read_bytes()) for path in sorted(stored.folder.iterdir()) if path.name in wanted]
    form = (reaction_form.FILE_NAME, reaction_form.render(read_minutes(stored.minutes)))
    return replace(_zipped(bench, "release.file.minutes", [form, *files]), version=stored.minutes.version)


def _page(bench: Workbench) -> Product:
    """The page with its sound inside: one file, or for a long conversation one for each part, together in a zip."""
    dossier = bench.dossier
    if not dossier.listening_copy.is_file() or not dossier.outline.is_file():
        raise InputRefused("release_without_sound", dossier=dossier.path.name)
    stored = bench.minutes()
    reading, peaks = read_minutes(stored.minutes), documents.read(Outline, dossier.outline).peaks
    # The parts of a long conversation are one page: they share the party's key.
    responding = _responding(bench, bench.responder, stored) if bench.responder else None
    pictures, differences = drawings(dossier), [_points(bench, folder) for folder in bench.comparisons]
    pages = (
        (audio, bench.ready_page(render(reading, peaks, audio, responding, pictures, differences)))
        for audio in parts.embedded_parts(dossier.listening_copy, reading.minutes, parts.PART_MS)
    )
    first = next(pages)
    if first[0].count == 1:
        name = f"{bench.say('release.file.page')}.html"
        path = bench.folder / name
        documents.write_atomically(path, first[1])
        return Product(path=path, name=name, version=stored.minutes.version)
    named = (
        (f"{bench.say('release.file.page_part', number=audio.number, count=audio.count)}.html", page)
        for audio, page in chain([first], pages)
    )
    return replace(_zipped(bench, "release.file.page", named), version=stored.minutes.version)


def _points(bench: Workbench, folder: Path) -> ComparisonPoints:
    """The points of a comparison. Raises InputRefused when it is none, or not of this conversation."""
    dossier = bench.dossier
    own = {dossier.recording().sha256, *(stored.sha256 for stored in load_chain(dossier.minutes_folder))}
    if folder.resolve() not in {found.folder for found in comparisons_of(frozenset(own), [folder.parent])}:
        raise InputRefused("release_comparison_of_other", dossier=dossier.path.name)
    return read_points(folder / COMPARISON_JSON, bench.say)


def _responding(bench: Workbench, responder: Responder, stored: StoredVersion) -> Responding:
    """What makes it one party's page: its own key, of which the dossier keeps the public half."""
    key = new_page_key(bench.desk, party=responder.party, acts_for=responder.acts_for, minutes_sha256=stored.sha256)
    return Responding(
        party=responder.party,
        acts_for=responder.acts_for,
        name=responder.name,
        dossier=bench.dossier.path.name,
        key=key,
        closing=closing_for(bench.dossier, stored.minutes, responder.party),
    )


def _comparison(bench: Workbench) -> Product:
    """The newest comparison this dossier is part of, whole: what one party gets, the other gets too."""
    found = newest_comparison(bench.dossier)
    if found is None:
        raise InputRefused("release_without_comparison", dossier=bench.dossier.path.name)
    files = ((path.name, path.read_bytes()) for path in sorted(found.folder.iterdir()) if path.is_file() and not path.name.startswith("."))
    return _zipped(bench, "release.file.comparison", files)


def _pseudonymised(bench: Workbench) -> Product:
    copy = _pseudonyms(bench.dossier)
    return _zipped(bench, "release.file.pseudonymised", _without_names(copy))


def _pseudonymised_with_sound(bench: Workbench) -> Product:
    """The sound with the same stretches silenced, and the announcement of that (rule 5)."""
    copy, say = _pseudonyms(bench.dossier), bench.say
    sound = bench.folder / f"{say('release.file.silenced')}.m4a"
    write_silenced_copy(_original(bench.dossier), sound, copy.silenced, say)
    announced = f"# {say('release.silenced.announcement', count=len(copy.silenced))}\n\n{announcement(copy.silenced)}"
    files = [*_without_names(copy), (f"{say('release.file.edits')}.toml", announced.encode()), (sound.name, sound.read_bytes())]
    return _zipped(bench, "release.file.pseudonymised", files)


def _pseudonyms(dossier: Dossier) -> PseudonymisedMinutes:
    agreement = agreement_of(dossier)
    known = known_names(agreement) if agreement else Known()
    return pseudonymise(load_current(dossier.minutes_folder).minutes, known)


def _without_names(copy: PseudonymisedMinutes) -> Iterable[tuple[str, bytes]]:
    reading = _noticed(read_minutes(copy.minutes), copy.notice)
    return [(writer.file_name, writer.render(reading)) for writer in (*DOCUMENTS, *TRANSCRIPTS)]


def _noticed(reading: Reading, notice: str) -> Reading:
    """The status stands on every page of every document; what kind of copy this is stands there too, in full at the head."""
    say = reading.say
    told = Fact("copy", say("release.copy.label"), (notice,))
    return replace(reading, status=f"{say('release.copy.status')} {reading.status}", facts=(told, *reading.facts))


def _original(dossier: Dossier) -> Path:
    original = dossier.original()
    if not original.is_file():
        raise InputRefused("release_without_sound", dossier=dossier.path.name)
    if documents.sha256_file(original) != dossier.recording().sha256:
        raise VerificationFailed("original_damaged", dossier=dossier.path.name)
    return original


def _zipped(bench: Workbench, name_key: str, files: Iterable[tuple[str, bytes]]) -> Product:
    name = f"{bench.say(name_key)}.zip"
    path = bench.folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for member, data in files:
            file.writestr(zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    path.chmod(0o600)
    return Product(path=path, name=name)
