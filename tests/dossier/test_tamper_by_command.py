"""Flipped bytes told by the command itself and by the single file that every bundle carries, each in a process of its own."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.dossier.layout import Dossier
from pipeline.dossier.verifier import verifier_source
from tests.commands import wederhoor

# Of each kind: a few in the fast tier, fifty in the long one.
FEW, FIFTY = 2, 50
ROUNDS = [pytest.param(FEW, id="few"), pytest.param(FIFTY, id="fifty", marks=pytest.mark.long)]


def flips(dossier: Dossier, count: int, chance: random.Random) -> list[tuple[Path, int, int]]:
    """Bits to flip: in files of every kind, large and small alike, anywhere in them."""
    files = [path for path in sorted(dossier.path.rglob("*")) if path.is_file() and dossier.work not in path.parents]
    chosen = [files[number % len(files)] for number in chance.sample(range(10 * len(files)), count)]
    return [(path, chance.randrange(path.stat().st_size), chance.randrange(8)) for path in chosen]


def flipped(path: Path, at: int, bit: int) -> bytes:
    """Flip one bit and return the bytes of before."""
    before = path.read_bytes()
    after = bytearray(before)
    after[at] ^= 1 << bit
    path.chmod(0o600)
    path.write_bytes(bytes(after))
    return before


def named_in(told: str, dossier: Dossier, path: Path) -> bool:
    """Whether the report names this file; a flip in the log or the seal may be told as what it breaks there."""
    name = path.relative_to(dossier.path).as_posix()
    of_the_seal = name in ("custody.jsonl", "manifest.json", "manifest.sig")
    return name in told or (of_the_seal and any(word in told for word in ("custody", "manifest", "regel")))


@pytest.mark.parametrize("count", ROUNDS)
def test_the_command_finds_every_flipped_byte_and_names_the_file(count: int, dossier: Dossier, chance: random.Random) -> None:
    assert wederhoor("verify", dossier.path).returncode == 0
    for path, at, bit in flips(dossier, count, chance):
        before = flipped(path, at, bit)
        told = wederhoor("verify", dossier.path)
        assert told.returncode == 4, (path.name, at, bit)
        assert named_in(told.stdout, dossier, path), (path.name, at, told.stdout)
        path.write_bytes(before)
    assert wederhoor("verify", dossier.path).returncode == 0


@pytest.mark.parametrize("count", ROUNDS)
def test_the_single_file_verifier_finds_every_flipped_byte(count: int, dossier: Dossier, chance: random.Random, tmp_path: Path) -> None:
    script = tmp_path / "controleer.py"
    script.write_text(verifier_source())

    def check() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-I", script, dossier.path], capture_output=True, text=True, timeout=120, check=False)

    assert check().returncode == 0
    for path, at, bit in flips(dossier, count, chance):
        before = flipped(path, at, bit)
        told = check()
        assert told.returncode == 4, (path.name, at, bit)
        assert named_in(told.stdout, dossier, path), (path.name, at, told.stdout)
        path.write_bytes(before)
    assert check().returncode == 0
