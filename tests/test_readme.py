"""Every command the README shows is run as it stands there."""

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

from pipeline.shipped import SAMPLE_AUDIO
from tests.commands import FAKE_ENGINES, NIGHT_AT_ANY_HOUR, ROOT, wederhoor
from tests.night.planted import speechlike
from tests.review.responses.files import PartyPage

README = (ROOT / "README.md").read_text(encoding="utf-8")
# In the README's own order: the tasks follow each other on one dossier.
COMMANDS = list(dict.fromkeys(re.findall(r"^(?:\$ )?wederhoor (.+)$", README, re.MULTILINE)))
DOSSIER = re.compile(r"output/\d{4}-\d\d-\d\d-[0-9a-f]{8}")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the README assumes: a recording, its agreement, and a dossier made from them."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copyfile(SAMPLE_AUDIO / "gesprek.m4a", folder / "gesprek.m4a")
    shutil.copyfile(SAMPLE_AUDIO / "agreement.toml", folder / "agreement.toml")
    (folder / "brief.pdf").write_bytes(b"%PDF-1.7 handgeschreven")
    (folder / "sample_audio").symlink_to(SAMPLE_AUDIO)
    (folder / "mijn-verslag.txt").write_text("Mijn tas is weg. Er is een brief beloofd.")
    (folder / "inbox" / "jan").mkdir(parents=True)
    speechlike(folder / "zaken" / "2026-0173" / "opnamen" / "hoorzitting.wav", 2_000, 1)
    done = wederhoor("minutes", "gesprek.m4a", "--agreement", "agreement.toml", environment=FAKE_ENGINES, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_runs_as_it_stands_there(command: str, desk: Path) -> None:
    (dossier,) = (desk / "output").glob("[0-9]*-18910f93")
    arguments = [DOSSIER.sub(os.path.relpath(dossier, desk), argument) for argument in shlex.split(command)]

    if "reactie.jsonld" in command:
        # What the client does at home with the page.
        (page,) = (desk / "output" / "releases").glob("*/verslag-met-geluid.html")
        client = PartyPage.read(page)
        (desk / "reactie.jsonld").write_bytes(client.save(client.about("oneens", "line", "L0002", text="Zo was het niet.")))

    done = wederhoor(*arguments, environment=FAKE_ENGINES | NIGHT_AT_ANY_HOUR, cwd=desk)

    assert done.returncode == 0, done.stderr
    if command == "overnight":
        case = desk / "zaken" / "2026-0173"
        assert "hoorzitting.wav" in (case / "LEESMIJ.html").read_text()
        assert list(case.glob("dossiers/*/minutes/v001/verslag.html"))
        assert list(desk.glob("nachtrapporten/*.html"))


def test_the_readme_shows_commands() -> None:
    assert len(COMMANDS) >= 8


def test_a_comparison_prints_what_the_readme_shows(desk: Path) -> None:
    command, *shown = README[README.index("$ wederhoor compare sample_audio") :].partition("\n\n")[0].splitlines()
    done = wederhoor(*shlex.split(command.removeprefix("$ wederhoor ")), cwd=desk)
    printed = done.stdout.splitlines()
    assert [line for line in shown[:-1] if line != "..."] == printed[: len(shown) - 2]
    assert re.fullmatch(r"output/comparisons/18910f93-7574ec00-[0-9a-f]{8}/vergelijking\.html", printed[-1])
    assert (desk / printed[-1]).is_file()
