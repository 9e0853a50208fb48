from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.night.spool import Kind, Spool
from pipeline.settings import Settings

NOW = datetime(2026, 11, 25, 23, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_keys(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of this test alone; the weights of this machine."""
    data = tmp_path_factory.mktemp("data")
    (data / "weights").symlink_to(Settings().paths.weights)
    monkeypatch.setenv("WEDERHOOR_PATHS__DATA", str(data))


@pytest.fixture
def inbox(tmp_path: Path) -> Spool:
    (tmp_path / "inbox").mkdir()
    spool = Spool(tmp_path / "inbox", Kind.INBOX)
    spool.make()
    return spool


@pytest.fixture
def cases(tmp_path: Path) -> Spool:
    (tmp_path / "zaken").mkdir()
    spool = Spool(tmp_path / "zaken", Kind.CASES)
    spool.make()
    return spool


def dropped(folder: Path, name: str | bytes = "gesprek.wav", content: bytes = b"sound") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name if isinstance(name, str) else name.decode("utf-8", "surrogateescape"))
    path.write_bytes(content)
    return path
