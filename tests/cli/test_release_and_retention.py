"""What the commands refuse before they do anything, and the documents they print."""

import grp
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli.console import run_command
from pipeline.cli.main import application
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receive import receive
from pipeline.dossier.seal import seal
from pipeline.settings import Settings
from pipeline.shipped import SAMPLE_AUDIO
from tests.dossier.conftest import NOW, write_wav

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs a command in this process; exit code, stdout, stderr."""
    monkeypatch.setenv("WEDERHOOR_PATHS__DATA", str(tmp_path / "data"))
    monkeypatch.setenv("WEDERHOOR_PATHS__OUTPUT", str(tmp_path / "output"))

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        code = run_command(lambda: application()([str(argument) for argument in arguments], standalone_mode=False))
        out, error = capfdbinary.readouterr()
        return code, out.decode(), error.decode()

    return command


@pytest.fixture
def dossier(run: Run, tmp_path: Path) -> Dossier:
    settings = Settings()
    source = write_wav(tmp_path / "gesprek.wav", seconds=0.2)
    made = receive(source, settings=settings, out=settings.paths.output, now=NOW, agreement=SAMPLE_AUDIO / "agreement.toml")
    seal(made, key=KeyRing(settings.paths.keys).current(NOW), now=NOW)
    return made


@pytest.mark.parametrize(
    "arguments",
    [
        ("release", "--to", "client"),
        ("release", "--to", "client", "--plain-by-hand", "--passphrase-file", "words.txt"),
        ("release", "--to", "client", "--plain-by-hand", "--silenced-sound"),
        ("release", "--to", "client", "--plain-by-hand", "--by", "Canary Medewerker"),
        ("hold", "--by", "neighbour"),
        ("hold", "--by", "client", "--end", "--reason", "klaar"),
    ],
)
def test_wrong_use_is_told_and_nothing_is_given(run: Run, dossier: Dossier, arguments: tuple[str, ...]) -> None:
    before = dossier.custody_log.read_bytes()
    code, out, error = run(arguments[0], dossier.path, *arguments[1:])
    assert (code, out) == (2, "")
    assert "Canary" not in error or "“Canary Medewerker”" in error
    assert dossier.custody_log.read_bytes() == before


@pytest.mark.parametrize("day", ["2999-01-01", "morgen"])
def test_deleting_on_a_day_that_has_not_come_is_refused(run: Run, dossier: Dossier, day: str) -> None:
    code, _, error = run("retention", "--delete", dossier.path, "--today", day)
    assert code == 2, error
    assert dossier.original().exists()


def test_a_refusal_explains_itself_with_the_rule(run: Run, dossier: Dossier) -> None:
    code, out, error = run("release", dossier.path, "--to", "Canary Krant", "--plain-by-hand")
    assert (code, out) == (6, "")
    assert "Regel 6: “Zowel de cliënt als de organisatie" in error
    assert "Canary" not in error


def test_a_named_group_may_read_a_dossier_and_nobody_may_write_it(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_wav(tmp_path / "ander gesprek.wav", seconds=0.2, seed=2)
    monkeypatch.setenv("WEDERHOOR_PATHS__GROUP", "no-such-group-canary")
    assert run("receive", source)[0] == 2
    monkeypatch.setenv("WEDERHOOR_PATHS__GROUP", grp.getgrgid(os.getgid()).gr_name)
    code, out, error = run("receive", source)
    assert code == 0, error
    made = Path(out.strip().splitlines()[-1])
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (made, *made.rglob("*"))}
    assert modes == {True: 0o050, False: 0o040}
    assert stat.S_IMODE(next(made.glob("recording/original.*")).stat().st_mode) == 0o440


def test_with_json_each_command_prints_one_document(run: Run, dossier: Dossier) -> None:
    for arguments, schema in (
        (("release", dossier.path, "--to", "client", "--plain-by-hand"), "wederhoor/release/1"),
        (("hold", dossier.path, "--by", "client"), "wederhoor/holds/1"),
        (("retention",), "wederhoor/retention/1"),
        (("subject", "Jan Nergens"), "wederhoor/subject/1"),
    ):
        code, out, error = run(*arguments, "--json")
        assert code == 0, error
        assert json.loads(out)["schema"] == schema


def test_the_list_counts_every_dossier_and_leaves_them_as_they_are(run: Run, dossier: Dossier, tmp_path: Path) -> None:
    shutil.copytree(dossier.path, tmp_path / "output" / "2026-01-01-another")
    before = dossier.custody_log.read_bytes()
    code, out, _ = run("retention")
    assert code == 0
    assert out.count("Geen datum afgesproken: het geluid") == 2
    assert dossier.custody_log.read_bytes() == before
