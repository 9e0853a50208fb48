import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from pipeline import documents
from pipeline.comparing import StoredComparison, compare
from pipeline.dossier.agreements import record_agreement
from pipeline.dossier.keys import KeyRing, OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receive import receive
from pipeline.dossier.seal import seal
from pipeline.minutes.versions import write_version
from pipeline.minutes.writers import WRITERS
from pipeline.recording.listening import OUTLINE_SCHEMA, Outline, write_listening_copy
from pipeline.release.decision import What
from pipeline.release.protection import PlainByHand
from pipeline.release.release import HandOver, release
from pipeline.settings import Settings
from pipeline.shipped import SAMPLE_AUDIO
from tests.dossier.conftest import write_wav
from tests.minutes import conversations as talk

NOW = datetime(2026, 3, 10, 13, tzinfo=UTC)
AGREEMENT = (SAMPLE_AUDIO / "agreement.toml").read_text()
BOTH_AGREE = """
[[recipient]]
id = "doctor"
name = "Canary Huisarts"
[[recipient.agreed]]
party = "client"
at = 2026-03-04
[[recipient.agreed]]
party = "staff"
at = 2026-03-05
"""

Release = Callable[..., HandOver]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with keys of these tests alone."""
    return Settings(paths={"data": tmp_path_factory.mktemp("data")})


@pytest.fixture(scope="session")
def key(settings: Settings) -> OrganisationKey:
    return KeyRing(settings.paths.keys).current(NOW)


@pytest.fixture(scope="session")
def identity() -> pyrage.x25519.Identity:
    """The client's own age key."""
    return pyrage.x25519.Identity.generate()


@pytest.fixture(scope="session")
def agreement(identity: pyrage.x25519.Identity) -> str:
    return AGREEMENT.replace('id = "client"', f'id = "client"\nage_key = "{identity.to_public()}"').replace(
        '"de cliënt"', '"Canary Cliënt"'
    )


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, settings: Settings, key: OrganisationKey, agreement: str) -> Path:
    """The folder of a sealed dossier with minutes; not to be changed."""
    folder = tmp_path_factory.mktemp("finished")
    source = write_wav(folder / "gesprek met Canary.wav", seconds=talk.OPVANG_MS / 1000)
    form = folder / "agreement.toml"
    form.write_text(agreement)
    dossier = receive(source, settings=settings, out=folder, now=NOW, agreement=form)
    write_listening_copy(dossier.original(), dossier.listening_copy)
    documents.write_atomically(dossier.outline, documents.encode(Outline(schema=OUTLINE_SCHEMA, peaks=(3, 50, 9))))
    minutes = talk.minutes()
    first = replace(minutes.lines[0], text="Ik ben Fatima Yilmaz, bel 06-12345678.", words=())
    write_version(dossier.minutes_folder, replace(minutes, lines=(first, *minutes.lines[1:])), WRITERS)
    seal(dossier, key=key, now=NOW)
    return dossier.path


@pytest.fixture
def dossier(finished: Path, tmp_path: Path) -> Dossier:
    """A copy of the finished dossier, to do anything to."""
    return Dossier(Path(shutil.copytree(finished, tmp_path / finished.name)))


@pytest.fixture
def released(dossier: Dossier, settings: Settings, key: OrganisationKey, tmp_path: Path) -> Release:
    """Releases something from the dossier; by hand to the client unless told otherwise."""

    def make(what: What = What.RECORDING, **given: object) -> HandOver:
        options: dict[str, object] = {
            "to": "client",
            "protection": PlainByHand(),
            "out": tmp_path / "handed",
            "settings": settings,
            **given,
        }
        return release(dossier, what=what, actor="staff", now=NOW, key=key, **options)  # type: ignore[arg-type]

    return make


@pytest.fixture
def compared(dossier: Dossier, settings: Settings, tmp_path: Path) -> Callable[[], StoredComparison]:
    """Lays a written report beside the dossier."""

    def make() -> StoredComparison:
        report = tmp_path / "verslag.txt"
        report.write_text("De cliënt vertelt dat zijn spullen weg zijn. Er is een nieuwe kamer beloofd.")
        return compare(dossier.path, report, settings, now=NOW)

    return make


@pytest.fixture
def settled(dossier: Dossier, key: OrganisationKey, agreement: str) -> Callable[[str], None]:
    """Records the agreement with something added."""

    def record(more: str = "", replacing: tuple[str, str] = ("", "")) -> None:
        text = agreement.replace(*replacing) if replacing[0] else agreement
        record_agreement(dossier, (text + more).encode(), actor="staff", now=NOW, signer=key)

    return record
