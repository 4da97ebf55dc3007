"""Quantised networks: hand-worked examples, and predictions within rounding of the original."""

import numpy as np
import pytest

from mlp_helpers import FullyConnectedLayer, InputLayer, LinearOutput, NeuralNetwork, SoftmaxOutput
from mlp_helpers.beyond.compact import MAX_LEVEL, compacted, restored


def network(activations=("relu", None), units=(7, 3), output=SoftmaxOutput, dtype="float64"):
    rng = np.random.default_rng(1)
    layers = [InputLayer((None, 5))]
    for activation, n in zip(activations, units, strict=True):
        layers.append(FullyConnectedLayer(layers[-1], n, "he", activation, rng=rng, dtype=dtype))
        layers[-1].b[...] = rng.normal(size=n)
    return NeuralNetwork([*layers, output(layers[-1])])


def test_by_hand():
    net = network((None,), (2,))
    net.layers[1].W[...] = [[1.5, 0.0], [-0.7, 0.0], [0.0, 0.0], [0.06, 0.0], [0.04, 0.0]]
    net.layers[1].b[...] = [[0.25, -4]]
    arrays = compacted(net)
    np.testing.assert_array_equal(arrays["W0"].T, [[15, -7, 0, 1, 0], [0] * 5])
    np.testing.assert_allclose(arrays["unit0"], [0.1, 1])
    np.testing.assert_array_equal(arrays["b0"], [0.25, -4])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_comes_back_is_rounded_to_half_a_unit(dtype):
    net = network(("relu", "relu", None), (40, 20, 10), dtype=dtype)
    arrays = compacted(net)
    assert {name: array.dtype for name, array in arrays.items() if "W" in name} == dict.fromkeys(
        ("W0", "W1", "W2"), np.int8
    )
    back = restored(arrays, dtype)
    assert str(back) == str(net)
    for layer, other, i in zip(net.layers[1:-1], back.layers[1:-1], range(3), strict=True):
        assert other.W.dtype == dtype
        assert np.all(np.abs(layer.W - other.W) <= 0.501 * arrays[f"unit{i}"])
        assert np.abs(arrays[f"W{i}"]).max() == MAX_LEVEL
        np.testing.assert_allclose(other.b, layer.b, rtol=1e-6)


def test_a_second_time_nothing_changes():
    arrays = compacted(network())
    again = compacted(restored(arrays))
    assert arrays.keys() == again.keys()
    for name, array in arrays.items():
        np.testing.assert_allclose(again[name], array, rtol=1e-6)


@pytest.mark.parametrize(
    "other", [{"activations": ("tanh", None)}, {"activations": ("relu", "relu")}, {"output": LinearOutput}]
)
def test_other_networks_are_refused(other):
    with pytest.raises(
        ValueError, match="network must have fully connected layers, relu between them, and softmax, got"
    ):
        compacted(network(**other))
