"""The CAM++ speaker network: a voice as a vector.

Wang et al. 2023, "CAM++: A Fast and Efficient Network for Speaker Verification Using Context-Aware Masking"
(arXiv 2303.00332). Written from the paper's section 2 and from the names and shapes in the published weights
(3D-Speaker, "zh_en_16k-common_advanced"), which the attribute names below must match. Inference only.

The network is used in two halves: `frames` turns features into one 512-vector for every 20 ms, `pooled` turns the mean
and deviation of any selection of those vectors into an embedding. So the costly half runs once over a recording, however
many speakers are asked for.
"""

import torch
from torch import Tensor, nn

MEL_BINS = 80
FRAME_DIM = 512
EMBEDDING_DIM = 192
SUBSAMPLING = 2
"""Feature frames per output frame."""

_GROWTH = 32
_BOTTLENECK = 128
_HEAD_CHANNELS = 32
_INITIAL_CHANNELS = 128
# Paper table 1: layers and dilation of each densely connected block.
_BLOCKS = ((12, 1), (24, 2), (16, 2))
_CONTEXT_FRAMES = 100
"""Length of the segments whose mean, beside the mean of all frames, steers the masks (paper section 2.2)."""


class CamPlusPlus(nn.Module):
    """CAM++ with the sizes of the published weights; load them with `load_state_dict`."""

    def __init__(self) -> None:
        super().__init__()
        self.head = _ConvolutionalHead()
        backbone: dict[str, nn.Module] = {"tdnn": _Unit(_HEAD_CHANNELS * MEL_BINS // 8, _INITIAL_CHANNELS, kernel=5, stride=SUBSAMPLING)}
        channels = _INITIAL_CHANNELS
        for number, (layers, dilation) in enumerate(_BLOCKS, start=1):
            backbone[f"block{number}"] = _DenseBlock(channels, layers, dilation)
            channels += layers * _GROWTH
            backbone[f"transit{number}"] = _Transit(channels)
            channels //= 2
        backbone["out_nonlinear"] = _normalised(channels)
        backbone["dense"] = _Projection()
        self.xvector = nn.ModuleDict(backbone)

    def frames(self, features: Tensor) -> Tensor:
        """Frame vectors (batch, FRAME_DIM, frames / 2) of features (batch, frames, MEL_BINS) with their mean taken off."""
        hidden: Tensor = self.head(features.transpose(1, 2))
        for name, module in self.xvector.items():
            if name != "dense":
                hidden = module(hidden)
        return hidden

    def pooled(self, mean: Tensor, deviation: Tensor) -> Tensor:
        """Embeddings (batch, EMBEDDING_DIM) from the mean and standard deviation (batch, FRAME_DIM) of frame vectors."""
        embeddings: Tensor = self.xvector["dense"](torch.cat([mean, deviation], dim=-1).unsqueeze(-1))
        return embeddings.squeeze(-1)

    def forward(self, features: Tensor) -> Tensor:
        """The embeddings of whole utterances, from features as in `frames`."""
        frames = self.frames(features)
        return self.pooled(frames.mean(dim=-1), frames.std(dim=-1))


class _ConvolutionalHead(nn.Module):
    """Two-dimensional convolutions over frequency and time; frequency shrinks eightfold, time stays (paper section 2.3)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, _HEAD_CHANNELS, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(_HEAD_CHANNELS)
        self.layer1 = nn.Sequential(_Residual(stride=2), _Residual(stride=1))
        self.layer2 = nn.Sequential(_Residual(stride=2), _Residual(stride=1))
        self.conv2 = nn.Conv2d(_HEAD_CHANNELS, _HEAD_CHANNELS, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(_HEAD_CHANNELS)

    def forward(self, features: Tensor) -> Tensor:
        hidden = torch.relu_(self.bn1(self.conv1(features.unsqueeze(1))))
        hidden = self.layer2(self.layer1(hidden))
        hidden = torch.relu_(self.bn2(self.conv2(hidden)))
        return hidden.flatten(1, 2)


class _Residual(nn.Module):
    """A residual block; `stride` is along frequency only."""

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(_HEAD_CHANNELS, _HEAD_CHANNELS, 3, stride=(stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(_HEAD_CHANNELS)
        self.conv2 = nn.Conv2d(_HEAD_CHANNELS, _HEAD_CHANNELS, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(_HEAD_CHANNELS)
        self.shortcut = nn.Sequential()
        if stride > 1:
            shrink = nn.Conv2d(_HEAD_CHANNELS, _HEAD_CHANNELS, 1, stride=(stride, 1), bias=False)
            self.shortcut = nn.Sequential(shrink, nn.BatchNorm2d(_HEAD_CHANNELS))

    def forward(self, hidden: Tensor) -> Tensor:
        inner = torch.relu_(self.bn1(self.conv1(hidden)))
        return torch.relu_(self.bn2(self.conv2(inner)) + self.shortcut(hidden))


class _Unit(nn.Module):
    """A time-delay layer with normalisation behind it."""

    def __init__(self, channels: int, out: int, *, kernel: int, stride: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(channels, out, kernel, stride=stride, padding=kernel // 2, bias=False)
        self.nonlinear = _normalised(out)

    def forward(self, hidden: Tensor) -> Tensor:
        result: Tensor = self.nonlinear(self.linear(hidden))
        return result


class _DenseBlock(nn.ModuleDict):
    """Layers that each see what all earlier ones made."""

    def __init__(self, channels: int, layers: int, dilation: int) -> None:
        super().__init__({f"tdnnd{n + 1}": _DenseLayer(channels + n * _GROWTH, dilation) for n in range(layers)})

    def forward(self, hidden: Tensor) -> Tensor:
        for layer in self.values():
            hidden = torch.cat([hidden, layer(hidden)], dim=1)
        return hidden


class _DenseLayer(nn.Module):
    """One layer of a dense block: bottleneck, then the context-aware masked convolution."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.nonlinear1 = _normalised(channels)
        self.linear1 = nn.Conv1d(channels, _BOTTLENECK, 1, bias=False)
        self.nonlinear2 = _normalised(_BOTTLENECK)
        self.cam_layer = _ContextMask(dilation)

    def forward(self, hidden: Tensor) -> Tensor:
        result: Tensor = self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(hidden))))
        return result


class _ContextMask(nn.Module):
    """A convolution whose output is weighed by a mask from the mean of all frames and of each 100-frame segment."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.linear_local = nn.Conv1d(_BOTTLENECK, _GROWTH, 3, padding=dilation, dilation=dilation, bias=False)
        self.linear1 = nn.Conv1d(_BOTTLENECK, _BOTTLENECK // 2, 1)
        self.linear2 = nn.Conv1d(_BOTTLENECK // 2, _GROWTH, 1)

    def forward(self, hidden: Tensor) -> Tensor:
        length = hidden.shape[-1]
        segments = nn.functional.avg_pool1d(hidden, _CONTEXT_FRAMES, stride=_CONTEXT_FRAMES, ceil_mode=True)
        context = hidden.mean(dim=-1, keepdim=True) + segments
        mask = torch.sigmoid(self.linear2(torch.relu_(self.linear1(context))))
        local: Tensor = self.linear_local(hidden)
        return local * mask.repeat_interleave(_CONTEXT_FRAMES, dim=-1)[..., :length]


class _Transit(nn.Module):
    """Halves the channels between blocks."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.nonlinear = _normalised(channels)
        self.linear = nn.Conv1d(channels, channels // 2, 1, bias=False)

    def forward(self, hidden: Tensor) -> Tensor:
        result: Tensor = self.linear(self.nonlinear(hidden))
        return result


class _Projection(nn.Module):
    """From pooled statistics to the embedding."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Conv1d(2 * FRAME_DIM, EMBEDDING_DIM, 1, bias=False)
        self.nonlinear = nn.Sequential()
        self.nonlinear.add_module("batchnorm", nn.BatchNorm1d(EMBEDDING_DIM, affine=False))

    def forward(self, statistics: Tensor) -> Tensor:
        result: Tensor = self.nonlinear(self.linear(statistics))
        return result


def _normalised(channels: int) -> nn.Sequential:
    layers = nn.Sequential()
    layers.add_module("batchnorm", nn.BatchNorm1d(channels))
    layers.add_module("relu", nn.ReLU(inplace=False))
    return layers
