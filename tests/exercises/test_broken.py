"""Layers and loops with a fault: each behaves as its letter says, and its code is what is kept here in the open."""

from pathlib import Path

import numpy as np
import pytest

import mlp_helpers as mlp
from mlp_helpers.exercises import broken
from mlp_helpers.layers import FullyConnectedLayer, InputLayer


def test_the_encoded_code_is_that_of_broken_source():
    assert (Path(__file__).parent / "broken_source.py").read_text(encoding="utf-8") == broken.SOURCE


def layer_at_work(kind, activation="tanh", n_samples=5):
    """Return a layer after a way forward and back, its inputs, and the gradient that it was given."""
    rng = np.random.default_rng(0)
    X, dA = rng.normal(size=(n_samples, 3)), rng.normal(size=(n_samples, 4))
    layer = kind(InputLayer((None, 3)), 4, 0.5, activation, rng=np.random.default_rng(1))
    layer.fprop(X)
    return layer, X, dA


@pytest.mark.parametrize("activation", ["tanh", "relu", None])
def test_all_three_layers_are_right_on_the_way_forward(activation):
    right, X, _ = layer_at_work(FullyConnectedLayer, activation)
    for kind in (broken.LayerA, broken.LayerB, broken.LayerC):
        assert np.array_equal(layer_at_work(kind, activation)[0].fprop(X), right.fprop(X))


def test_layer_a_adds_its_gradients_up():
    right, _, dA = layer_at_work(FullyConnectedLayer)
    layer, _, _ = layer_at_work(broken.LayerA)
    wanted = right.bprop(dA)
    for times in (1, 2, 3):
        assert np.allclose(layer.bprop(dA), wanted)
        assert np.allclose(layer.dW, times * right.dW)
        assert np.allclose(layer.db, times * right.db)


def test_layer_b_hands_down_no_slope():
    right, _, dA = layer_at_work(FullyConnectedLayer)
    layer, _, _ = layer_at_work(broken.LayerB)
    assert np.allclose(layer.bprop(dA), dA @ layer.W.T)
    right.bprop(dA)
    assert np.allclose(layer.dW, right.dW)


def test_layer_c_takes_the_slope_at_its_output():
    layer, X, dA = layer_at_work(broken.LayerC)
    slope = 1 - np.tanh(np.tanh(X @ layer.W + layer.b)) ** 2
    assert np.allclose(layer.bprop(dA), (dA * slope) @ layer.W.T)
    layer, _, dA = layer_at_work(broken.LayerC, "relu")
    right, _, _ = layer_at_work(FullyConnectedLayer, "relu")
    assert np.allclose(layer.bprop(dA), right.bprop(dA))


@pytest.fixture
def trained():
    """Return a function that trains a small network by a loop; it returns the network and the results."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(90, 6)), rng.integers(3, size=90)

    def run(loop, n_epochs=4, **options):
        network = mlp.MLPConfig(n_inputs=6, n_classes=3, hidden=(5,), init_stddev="he").build()
        start = network.evaluate(X, y)[0]
        rng = np.random.default_rng(1)
        results = list(loop(network, X, y, X, y, n_epochs=n_epochs, rng=rng, **options))
        return network, start, results

    return run


def test_loop_d_reports_the_loss_from_before_the_epoch(trained):
    network, start, results = trained(broken.loop_d)
    right, _, wanted = trained(mlp.epochs, learning_rate=0.1, batch_size=64)
    assert all(map(np.array_equal, network.params(), right.params()))
    assert [one.train_loss for one in results] == [start, *(one.train_loss for one in wanted[:-1])]


def test_loop_e_lowers_its_learning_rate(trained):
    network, _, _ = trained(broken.loop_e, n_epochs=1, batch_size=90, learning_rate=0.5)
    right, _, _ = trained(mlp.epochs, n_epochs=1, batch_size=90, learning_rate=0.5)
    assert all(map(np.array_equal, network.params(), right.params()))  # the first step is right
    late, _, _ = trained(broken.loop_e, n_epochs=600, batch_size=90)
    later, _, _ = trained(broken.loop_e, n_epochs=900, batch_size=90)
    assert all(np.allclose(a, b, atol=1e-2) for a, b in zip(late.params(), later.params(), strict=True))
