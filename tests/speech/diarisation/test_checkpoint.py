import pickle
from pathlib import Path

import pytest
import torch

from pipeline.speech.diarisation import checkpoint


class _Command:
    """What a hostile checkpoint holds: a call that runs while it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.target,)


class _Plain:
    pass


def test_a_checkpoint_cannot_run_anything(tmp_path: Path) -> None:
    torch.save({"state_dict": _Command(tmp_path / "ran")}, tmp_path / "weights")
    with pytest.raises(pickle.UnpicklingError):
        checkpoint.load(tmp_path / "weights")
    assert not (tmp_path / "ran").exists()


def test_types_are_read_only_when_named_and_only_then(tmp_path: Path) -> None:
    torch.save({"weight": torch.ones(2), "about": _Plain()}, tmp_path / "weights")
    assert isinstance(checkpoint.load(tmp_path / "weights", [_Plain])["about"], _Plain)
    with pytest.raises(pickle.UnpicklingError):
        checkpoint.load(tmp_path / "weights")
