import numpy as np
import pytest
import torch

from pipeline.speech.diarisation.campplus import EMBEDDING_DIM, FRAME_DIM, MEL_BINS, CamPlusPlus


@pytest.fixture(scope="module")
def network() -> CamPlusPlus:
    torch.manual_seed(0)
    return CamPlusPlus().eval()


def test_the_names_and_shapes_are_those_of_the_published_weights(network: CamPlusPlus) -> None:
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    assert len(shapes) == 937
    assert shapes["head.layer2.0.shortcut.0.weight"] == (32, 32, 1, 1)
    assert shapes["xvector.tdnn.linear.weight"] == (128, 320, 5)
    assert shapes["xvector.block2.tdnnd24.linear1.weight"] == (128, 256 + 23 * 32, 1)
    assert shapes["xvector.block3.tdnnd16.cam_layer.linear_local.weight"] == (32, 128, 3)
    assert shapes["xvector.transit3.linear.weight"] == (512, 1024, 1)
    assert shapes["xvector.dense.linear.weight"] == (192, 1024, 1)
    assert "xvector.dense.nonlinear.batchnorm.weight" not in shapes


@pytest.mark.parametrize("length", [2, 99, 200, 201, 500])
def test_one_frame_vector_for_every_two_feature_frames(network: CamPlusPlus, length: int) -> None:
    with torch.inference_mode():
        frames = network.frames(torch.randn(1, length, MEL_BINS))
    assert frames.shape == (1, FRAME_DIM, -(-length // 2))


def test_pooling_all_frames_is_the_embedding_of_the_whole(network: CamPlusPlus) -> None:
    features = torch.randn(2, 300, MEL_BINS)
    with torch.inference_mode():
        frames = network.frames(features)
        pooled = network.pooled(frames.mean(dim=-1), frames.std(dim=-1))
        whole = network(features)
    assert whole.shape == (2, EMBEDDING_DIM)
    np.testing.assert_allclose(pooled.numpy(), whole.numpy(), rtol=1e-5, atol=1e-5)
