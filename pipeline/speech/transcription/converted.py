"""The pinned CTranslate2 weights for openai-whisper, key by key, so that both engines hear with the same network.

The converted file is kept beside the weights under the SHA-256 of what it was made from; its own SHA-256 is noted when it
is made and checked each time it is loaded. One that does not match is made anew.
"""

import json
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from whisper.model import ModelDimensions, Whisper

from pipeline.documents import fsync_folder, sha256_file, write_atomically
from pipeline.errors import ModelUnavailable
from pipeline.weights import WeightsFolder

# The version of this conversion: raise it when the outcome changes.
_CONVERSION = 1
_BINARY_VERSION = 6
_TYPES: dict[int, np.dtype[Any]] = {0: np.dtype("<f4"), 1: np.dtype("i1"), 2: np.dtype("<i2"), 3: np.dtype("<i4"), 4: np.dtype("<f2")}
_AUDIO_CONTEXT, _TEXT_CONTEXT = 1500, 448


def load_whisper(weights: WeightsFolder, device: str) -> Whisper:
    """The openai-whisper network with the weights of a CTranslate2 folder. Raises ModelUnavailable when they are no Whisper."""
    state = load_file(_converted(weights))
    model = Whisper(_dimensions(state))
    model.load_state_dict({name: tensor.float() for name, tensor in state.items()}, strict=False)
    heads = json.loads(weights.file("config.json").read_text(encoding="utf-8"))["alignment_heads"]
    mask = torch.zeros(model.dims.n_text_layer, model.dims.n_text_head, dtype=torch.bool)
    for layer, head in heads:
        mask[layer, head] = True
    model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
    return model.to(device).eval()


def _converted(weights: WeightsFolder) -> Path:
    path = weights.path / f".openai-{_CONVERSION}-{weights.sha256[:16]}.safetensors"
    note = path.with_suffix(".sha256")
    if path.exists() and note.exists() and sha256_file(path) == note.read_text(encoding="ascii").strip():
        return path
    part = path.with_suffix(f".{os.getpid()}.part")
    save_file(_translated(weights), part)
    digest = sha256_file(part)
    part.replace(path)
    fsync_folder(path.parent)
    write_atomically(note, digest.encode("ascii"))
    return path


def _translated(weights: WeightsFolder) -> dict[str, torch.Tensor]:
    try:
        with weights.file("model.bin").open("rb") as file:
            variables = _read_variables(file)
        return {name: torch.from_numpy(array.copy()) for name, array in _Translation(variables).all().items()}
    except (KeyError, struct.error, ValueError) as error:
        raise ModelUnavailable("model_not_convertible", model=weights.name) from error


@dataclass(frozen=True, slots=True)
class _Translation:
    """CTranslate2's names and fused matrices as openai-whisper has them."""

    variables: dict[str, np.ndarray]

    def all(self) -> dict[str, np.ndarray]:
        """Every tensor of the network, by openai-whisper's name."""
        found: dict[str, np.ndarray] = {}
        for convolution in ("conv1", "conv2"):
            found |= self._linear(f"encoder/{convolution}", f"encoder.{convolution}")
        found["encoder.positional_embedding"] = self.variables["encoder/position_encodings/encodings"]
        found |= self._norm("encoder/layer_norm", "encoder.ln_post")
        found["decoder.token_embedding.weight"] = self.variables["decoder/embeddings/weight"]
        found["decoder.positional_embedding"] = self.variables["decoder/position_encodings/encodings"]
        found |= self._norm("decoder/layer_norm", "decoder.ln")
        for half in ("encoder", "decoder"):
            for layer in range(self._layers(half)):
                found |= self._block(f"{half}/layer_{layer}", f"{half}.blocks.{layer}")
        return found

    def _layers(self, half: str) -> int:
        return len(
            {name.split("/")[1] for name in self.variables if name.startswith(f"{half}/layer_") and name.split("/")[1] != "layer_norm"}
        )

    def _block(self, source: str, target: str) -> dict[str, np.ndarray]:
        found = self._norm(f"{source}/self_attention/layer_norm", f"{target}.attn_ln")
        found |= self._fused(f"{source}/self_attention/linear_0", target + ".attn", ("query", "key", "value"))
        found |= self._linear(f"{source}/self_attention/linear_1", f"{target}.attn.out")
        if f"{source}/attention/linear_0/weight" in self.variables:
            found |= self._norm(f"{source}/attention/layer_norm", f"{target}.cross_attn_ln")
            found |= self._linear(f"{source}/attention/linear_0", f"{target}.cross_attn.query")
            found |= self._fused(f"{source}/attention/linear_1", target + ".cross_attn", ("key", "value"))
            found |= self._linear(f"{source}/attention/linear_2", f"{target}.cross_attn.out")
        found |= self._norm(f"{source}/ffn/layer_norm", f"{target}.mlp_ln")
        found |= self._linear(f"{source}/ffn/linear_0", f"{target}.mlp.0")
        return found | self._linear(f"{source}/ffn/linear_1", f"{target}.mlp.2")

    def _norm(self, source: str, target: str) -> dict[str, np.ndarray]:
        return {f"{target}.weight": self.variables[f"{source}/gamma"], f"{target}.bias": self.variables[f"{source}/beta"]}

    def _linear(self, source: str, target: str) -> dict[str, np.ndarray]:
        return {f"{target}.{part}": self.variables[f"{source}/{part}"] for part in ("weight", "bias")}

    def _fused(self, source: str, target: str, parts: tuple[str, ...]) -> dict[str, np.ndarray]:
        """Matrices that CTranslate2 stacks on each other. Whisper's keys have no bias; CTranslate2 fills it with zeros."""
        found: dict[str, np.ndarray] = {}
        for what in ("weight", "bias"):
            stacked = np.split(self.variables[f"{source}/{what}"], len(parts))
            found |= {f"{target}.{part}.{what}": array for part, array in zip(parts, stacked, strict=True)}
        return {name: array for name, array in found.items() if not name.endswith("key.bias")}


def _read_variables(file: BinaryIO) -> dict[str, np.ndarray]:
    """The variables of a CTranslate2 `model.bin` (its converters' model_spec.py): counts and sizes, little-endian."""

    def number(kind: str) -> int:
        return int(struct.unpack(f"<{kind}", file.read(struct.calcsize(kind)))[0])

    def text() -> str:
        return file.read(number("H")).rstrip(b"\0").decode()

    version, kind = number("I"), text()
    number("I")
    if version != _BINARY_VERSION or kind != "WhisperSpec":
        raise ValueError("not the weights of a Whisper network")
    variables: dict[str, np.ndarray] = {}
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        dtype = _TYPES[number("B")]
        variables[name] = np.frombuffer(file.read(number("I")), dtype).reshape(shape)
    for _ in range(number("I")):
        alias, name = text(), text()
        variables[alias] = variables[name]
    return variables


def _dimensions(state: dict[str, torch.Tensor]) -> ModelDimensions:
    """The network's size, read off its tensors. Whisper's heads are all of 64 values."""
    width = state["encoder.positional_embedding"].shape[1]
    layers = {half: len({name.split(".")[2] for name in state if name.startswith(f"{half}.blocks.")}) for half in ("encoder", "decoder")}
    return ModelDimensions(
        n_mels=state["encoder.conv1.weight"].shape[1],
        n_audio_ctx=_AUDIO_CONTEXT,
        n_audio_state=width,
        n_audio_head=width // 64,
        n_audio_layer=layers["encoder"],
        n_vocab=state["decoder.token_embedding.weight"].shape[0],
        n_text_ctx=_TEXT_CONTEXT,
        n_text_state=width,
        n_text_head=width // 64,
        n_text_layer=layers["decoder"],
    )
