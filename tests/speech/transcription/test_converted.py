import shutil
from pathlib import Path

import pytest
import torch

from pipeline.errors import ModelUnavailable
from pipeline.settings import Paths, Settings
from pipeline.speech.transcription.converted import load_whisper
from pipeline.weights import WeightsFolder, locate

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> WeightsFolder:
    """A copy of the base weights of this machine, so that nothing is made beside the real ones."""
    data = tmp_path_factory.mktemp("data")
    found = locate("whisper-base", Settings())
    (data / "weights" / "whisper-base").mkdir(parents=True)
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copy(found.file(name), data / "weights" / "whisper-base" / name)
    return locate("whisper-base", Settings(paths=Paths(data=data)))


def converted_file(weights: WeightsFolder) -> Path:
    (path,) = weights.path.glob("*.safetensors")
    return path


def test_every_parameter_of_the_network_is_filled(weights: WeightsFolder) -> None:
    model = load_whisper(weights, "cpu")
    assert (model.dims.n_audio_state, model.dims.n_text_layer, model.dims.n_vocab) == (512, 6, 51865)
    assert model.alignment_heads.to_dense().sum() == 8
    # Layer norms start at 1 and biases at 0 when nothing is loaded.
    assert not torch.equal(model.decoder.blocks[5].cross_attn_ln.weight, torch.ones(512))
    assert model.decoder.blocks[5].cross_attn.value.bias.abs().max() > 0


def test_a_damaged_conversion_is_made_anew(weights: WeightsFolder) -> None:
    load_whisper(weights, "cpu")
    path = converted_file(weights)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    load_whisper(weights, "cpu")
    assert converted_file(weights).read_bytes() == whole


def test_what_is_no_whisper_is_refused(weights: WeightsFolder, tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\x06\0\0\0\x05\0Other" + bytes(100))
    other = WeightsFolder(name="whisper-base", path=tmp_path, sha256="f" * 64)
    with pytest.raises(ModelUnavailable):
        load_whisper(other, "cpu")
