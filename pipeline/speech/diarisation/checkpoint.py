"""Load checkpoints without running what is in them: tensors and a short list of plain types, nothing else."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch


def load(path: Path, trusted: Sequence[type] = ()) -> dict[str, Any]:
    """The checkpoint at `path`, which must be a verified file of `pipeline.weights`.

    Only tensors, plain containers and the types in `trusted` are unpickled; anything else raises `UnpicklingError`.
    """
    with torch.serialization.safe_globals(list(trusted)):
        checkpoint: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return checkpoint
