import os
import random
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dossier.store import StageKey, StageStore
from pipeline.errors import InternalFault
from tests.dossier.conftest import KillAfter

# Tests of the flows leave threads in this process, which a fork does not survive.
SPAWN = get_context("spawn")

KEY = StageKey(stage="transcribe", version=1, inputs=("ab",), settings="cd", weights=("ef",))


class Counted:
    """A producer that counts how often it was asked."""

    def __init__(self, **files: str) -> None:
        self.files = files or {"words.json": "woorden"}
        self.times = 0

    def __call__(self, folder: Path) -> None:
        self.times += 1
        for name, text in self.files.items():
            (folder / name).write_text(text)


@pytest.fixture
def store(tmp_path: Path) -> StageStore:
    return StageStore(tmp_path / "work")


def test_a_finished_stage_is_taken_up_and_not_repeated(store: StageStore) -> None:
    produce = Counted()
    first = store.run(KEY, produce)
    second = store.run(KEY, produce)
    assert produce.times == 1
    assert first == second
    assert second.path("words.json").read_text() == "woorden"


def test_files_in_folders_are_kept_too(store: StageStore) -> None:
    def produce(folder: Path) -> None:
        (folder / "strips" / "a").mkdir(parents=True)
        (folder / "strips" / "a" / "één.png").write_bytes(b"\x89")

    store.run(KEY, produce)
    found = store.find(KEY)
    assert found is not None
    assert list(found.files) == ["strips/a/één.png"]


@pytest.mark.parametrize(
    "other",
    [
        StageKey(stage="diarise", version=1, inputs=("ab",), settings="cd", weights=("ef",)),
        StageKey(stage="transcribe", version=2, inputs=("ab",), settings="cd", weights=("ef",)),
        StageKey(stage="transcribe", version=1, inputs=("ab", "ab"), settings="cd", weights=("ef",)),
        StageKey(stage="transcribe", version=1, inputs=("ab",), settings="ce", weights=("ef",)),
        StageKey(stage="transcribe", version=1, inputs=("ab",), settings="cd", weights=()),
        StageKey(stage="transcribe", version=1, inputs=("abcd",), settings="", weights=("ef",)),
    ],
)
def test_another_key_is_another_result(store: StageStore, other: StageKey) -> None:
    produce = Counted()
    assert store.run(KEY, produce).folder != store.run(other, produce).folder
    assert produce.times == 2


def _change(folder: Path) -> None:
    (folder / "words.json").write_text("andere")


def _same_size(folder: Path) -> None:
    (folder / "words.json").write_text("woordeN")


def _remove(folder: Path) -> None:
    (folder / "words.json").unlink()


def _add(folder: Path) -> None:
    (folder / "more.json").write_text("{}")


def _link(folder: Path) -> None:
    (folder / "words.json").rename(folder.parent / "elsewhere.json")
    (folder / "words.json").symlink_to(folder.parent / "elsewhere.json")


def _lose_listing(folder: Path) -> None:
    (folder / "result.json").unlink()


def _break_listing(folder: Path) -> None:
    (folder / "result.json").write_bytes(b"[" * 100_000)


def _fifo(folder: Path) -> None:
    (folder / "words.json").unlink()
    os.mkfifo(folder / "words.json")


def _become_file(folder: Path) -> None:
    folder.rename(folder.with_name("moved"))
    folder.write_text("")


def _become_link(folder: Path) -> None:
    folder.rename(folder.with_name("moved"))
    folder.symlink_to(folder.with_name("moved"))


@pytest.mark.parametrize(
    "damage", [_change, _same_size, _remove, _add, _link, _lose_listing, _break_listing, _fifo, _become_file, _become_link]
)
def test_a_damaged_result_is_set_aside_and_made_anew(store: StageStore, damage: Callable[[Path], None]) -> None:
    produce = Counted()
    folder = store.run(KEY, produce).folder
    damage(folder)
    assert store.find(KEY) is None
    again = store.run(KEY, produce)
    assert produce.times == 2
    assert again.path("words.json").read_text() == "woorden"
    assert [path.name for path in folder.parent.glob(".damaged-*")] == [f".damaged-{folder.name}-1"]


def test_a_result_of_another_key_under_this_name_is_damaged(store: StageStore) -> None:
    other = StageKey(stage="transcribe", version=9, inputs=())
    mine, theirs = store.run(KEY, Counted()).folder, store.run(other, Counted(**{"words.json": "andere"})).folder
    mine.rename(mine.with_name("moved"))
    theirs.rename(mine)
    assert store.find(KEY) is None


def test_a_stage_that_fails_leaves_nothing(store: StageStore, tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.run(KEY, fail)
    assert [path for path in (tmp_path / "work").iterdir() if not path.name.endswith(".lock")] == []


def test_a_stage_may_not_leave_links_or_take_the_listings_name(store: StageStore) -> None:
    with pytest.raises(InternalFault):
        store.run(KEY, lambda folder: (folder / "words.json").symlink_to("/etc/hostname"))
    with pytest.raises(InternalFault):
        store.run(KEY, Counted(**{"result.json": "{}"}))
    assert store.find(KEY) is None


def test_a_store_behind_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "work").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InternalFault):
        StageStore(tmp_path / "work").run(KEY, Counted())


def _run_slowly(root: Path, log: Path) -> None:
    def produce(folder: Path) -> None:
        with log.open("a") as file:
            file.write("made\n")
        time.sleep(0.2)
        (folder / "words.json").write_text("woorden")

    assert StageStore(root).run(KEY, produce).path("words.json").read_text() == "woorden"


def test_of_several_processes_at_once_one_produces(tmp_path: Path) -> None:
    processes = [SPAWN.Process(target=_run_slowly, args=(tmp_path / "work", tmp_path / "log")) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(20)
    assert [process.exitcode for process in processes] == [0] * 4
    assert (tmp_path / "log").read_text() == "made\n"


@pytest.mark.parametrize("kills", [25, pytest.param(200, marks=pytest.mark.long)])
def test_a_kill_leaves_nothing_or_the_whole_result(tmp_path: Path, kill_after: KillAfter, chance: random.Random, kills: int) -> None:
    def produce(folder: Path) -> None:
        for number in range(8):
            (folder / f"{number}.bin").write_bytes(bytes([number]) * 50_000)

    began = time.perf_counter()
    StageStore(tmp_path / "measure").run(KEY, produce)
    usual = time.perf_counter() - began
    interrupted = 0
    for number in range(kills):
        root = tmp_path / str(number)
        interrupted += kill_after(lambda root=root: StageStore(root).run(KEY, produce), chance.uniform(0, 1.5 * usual))
        for path in root.glob("transcribe-*"):
            assert len(list(path.iterdir())) == 9
            assert StageStore(root).find(KEY) is not None
        result = StageStore(root).run(KEY, produce)
        assert [result.path(f"{n}.bin").read_bytes()[0] for n in range(8)] == list(range(8))
        assert list(root.glob(".*.part")) == []
        assert list(root.glob(".damaged-*")) == []
    assert interrupted > kills / 5


@given(
    st.dictionaries(
        st.text("abcé. -_", min_size=1, max_size=8).filter(lambda name: set(name) - {"."}), st.binary(max_size=50), min_size=1, max_size=4
    )
)
def test_whatever_a_stage_writes_comes_back_byte_for_byte(files: dict[str, bytes]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = StageStore(Path(folder) / "work")

        def produce(part: Path) -> None:
            for name, data in files.items():
                (part / name).write_bytes(data)

        store.run(KEY, produce)
        found = store.find(KEY)
        assert found is not None
        assert {name: found.path(name).read_bytes() for name in found.files} == files
