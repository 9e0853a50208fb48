import os
import random
import shutil
import signal
import time
import wave
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import KeyRing, OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receive import receive
from pipeline.dossier.seal import seal
from pipeline.recording.model import HandedInBy
from pipeline.settings import Settings
from pipeline.shipped import SAMPLE_AUDIO

NOW = datetime(2026, 3, 3, 13, tzinfo=UTC)


class KillAfter(Protocol):
    def __call__(self, work: Callable[[], object], seconds: float) -> bool: ...


@pytest.fixture(autouse=True)
def own_keys(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of this test alone."""
    monkeypatch.setenv("WEDERHOOR_PATHS__DATA", str(tmp_path_factory.mktemp("data")))


@pytest.fixture
def chance() -> random.Random:
    return random.Random(20260303)


@pytest.fixture
def kill_after() -> KillAfter:
    """Run `work` in a child process and kill -9 it after `seconds`; tells whether it was still at work then."""

    def run(work: Callable[[], object], seconds: float) -> bool:
        child = os.fork()
        if child == 0:
            try:
                work()
            finally:
                os._exit(0)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status)

    return run


def write_wav(path: Path, seconds: float = 1.0, seed: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(random.Random(seed).randbytes(int(seconds * 8000) * 2))
    return path


@pytest.fixture(scope="session")
def ring_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ring") / "keys"


@pytest.fixture(scope="session")
def key(ring_folder: Path) -> OrganisationKey:
    return KeyRing(ring_folder).current(NOW)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, key: OrganisationKey, ring_folder: Path) -> Path:
    """The folder of a dossier with minutes, sealed twice and then released; not to be changed."""
    folder = tmp_path_factory.mktemp("finished")
    source = write_wav(folder / "gesprek met Canary.wav", seconds=0.2)
    settings = Settings(paths={"data": ring_folder.parent})  # type: ignore[arg-type]
    agreement = SAMPLE_AUDIO / "agreement.toml"
    dossier = receive(source, settings=settings, out=folder, now=NOW, agreement=agreement, handed_in_by="client", how=HandedInBy.APP)
    for number in (1, 2):
        version = dossier.minutes_folder / f"v00{number}"
        version.mkdir(parents=True)
        for name in ("minutes.json", "verslag.html", "transcript.txt"):
            (version / name).write_text(f"{name} van versie {number}: mijn tas stond in de gang")
        (dossier.minutes_folder / "current").write_text(f"v00{number}\n")
        made = documents.sha256_file(version / "minutes.json")
        custody.append(dossier, Act.PROCESSED, "wederhoor", made, now=NOW + timedelta(minutes=number), signer=key)
        seal(dossier, key=key, now=NOW + timedelta(minutes=number))
    dossier.work.mkdir()
    (dossier.work / "anything").write_text("may go")
    custody.append(dossier, Act.RELEASED, "staff", made, now=NOW + timedelta(hours=1), settings={"to": "client"}, signer=key)
    return dossier.path


@pytest.fixture
def dossier(finished: Path, tmp_path: Path) -> Dossier:
    """A copy of the finished dossier, to do anything to."""
    return Dossier(Path(shutil.copytree(finished, tmp_path / finished.name)))
