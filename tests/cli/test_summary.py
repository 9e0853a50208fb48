"""`wederhoor summary` on a dossier of its own: made again, given out as a Word file, taken back edited."""

import json
from pathlib import Path

import docx
import pytest

from pipeline.shipped import SAMPLE_AUDIO
from tests.commands import FAKE_ENGINES, wederhoor


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("summary")
    made = wederhoor(
        *("minutes", str(SAMPLE_AUDIO / "gesprek.m4a"), "--agreement", str(SAMPLE_AUDIO / "agreement.toml"), "--out", str(folder)),
        environment=FAKE_ENGINES,
        cwd=folder,
    )
    assert made.returncode == 0, made.stderr
    return Path(made.stdout.splitlines()[-1])


def test_the_first_version_has_a_summary_and_staff_may_edit_it_in_a_word_processor(dossier: Path, tmp_path: Path) -> None:
    first = json.loads((dossier / "minutes" / "v001" / "minutes.json").read_text())
    assert first["summary"]

    file = tmp_path / "samenvatting.docx"
    given = wederhoor("summary", str(dossier), "--text", str(file), environment=FAKE_ENGINES, cwd=tmp_path)
    assert given.returncode == 0, given.stderr
    document = docx.Document(str(file))
    document.add_paragraph("De cliënt betaalt negenhonderd euro. [L0001]", style="List Bullet")
    document.save(str(file))

    taken = wederhoor("summary", str(dossier), "--edited", str(file), "--json", environment=FAKE_ENGINES, cwd=tmp_path)
    assert taken.returncode == 0, taken.stderr
    second = json.loads(taken.stdout)
    assert second["version"] == "v002"
    assert second["summary"][:-1] == first["summary"]
    assert (second["summary"][-1]["origin"], second["summary"][-1]["lines"]) == ("staff", ["L0001"])
    assert "negenhonderd" in taken.stderr or "getal" in taken.stderr

    kind = wederhoor("summary", str(dossier), "--kind", "onbekend", environment=FAKE_ENGINES, cwd=tmp_path)
    assert kind.returncode == 2
