import json
import shutil
from pathlib import Path

import pytest

from pipeline.settings import Settings
from tests.commands import wederhoor


@pytest.fixture
def empty(tmp_path: Path) -> dict[str, str]:
    """An environment in which no weights are installed."""
    return {"WEDERHOOR_PATHS__DATA": str(tmp_path / "data")}


def test_the_list_says_what_is_not_here(empty: dict[str, str]) -> None:
    done = wederhoor("models", "list", "--json", environment=empty)
    found = {model["name"]: model for model in json.loads(done.stdout)["models"]}
    assert done.returncode == 0
    assert found["whisper-large-v2"]["standing"] == "missing"
    assert len(found) == 10


def test_verify_names_what_is_missing_and_the_command_that_gets_it(empty: dict[str, str]) -> None:
    done = wederhoor("models", "verify", environment=empty)
    assert done.returncode == 5
    assert "wederhoor models fetch whisper-base" in done.stderr


def test_an_unknown_model_is_wrong_usage(empty: dict[str, str]) -> None:
    done = wederhoor("models", "fetch", "gigantisch", environment=empty)
    assert done.returncode == 2
    assert "gigantisch" in done.stderr


@pytest.mark.models
def test_weights_carried_on_a_stick_are_fetched_and_a_damaged_file_is_told(empty: dict[str, str], tmp_path: Path) -> None:
    shutil.copytree(Settings().paths.weights / "silero-vad", tmp_path / "stick" / "silero-vad")
    done = wederhoor("models", "fetch", "silero-vad", "--from", tmp_path / "stick", environment=empty)
    assert done.returncode == 0, done.stderr
    assert wederhoor("models", "verify", "silero-vad", environment=empty).returncode == 0
    installed = tmp_path / "data" / "weights" / "silero-vad" / "silero_vad_v6.onnx"
    installed.write_bytes(installed.read_bytes()[:-1] + b"!")
    done = wederhoor("models", "verify", "silero-vad", environment=empty)
    assert done.returncode == 5
    assert "NIET het vastgelegde bestand" in done.stdout
