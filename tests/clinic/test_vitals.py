"""Vital signs of each layer: by hand, and against the network's own gradients."""

import numpy as np
import pytest

from mlp_helpers import Dropout, FullyConnectedLayer, InputLayer, MLPConfig, NeuralNetwork, SoftmaxOutput, epochs
from mlp_helpers.activations import ACTIVATIONS
from mlp_helpers.clinic.vitals import _backward, vitals
from mlp_helpers.outputs import softmax


def small_network(rng, *activations):
    layers = [InputLayer((None, 3))]
    for name in activations:
        layers.append(FullyConnectedLayer(layers[-1], 2, 1.0, name, rng=rng))
    return NeuralNetwork([*layers, SoftmaxOutput(layers[-1])])


def test_by_hand():
    """Two inputs, two relu units of which one is dead, two classes."""
    network = small_network(np.random.default_rng(0), "relu", None)
    first, last = network.layers[1:3]
    first.W[...], first.b[...] = [[1, -1], [0, -1], [0, 0]], [0, -1]
    last.W[...], last.b[...] = [[2, 0], [0, 1]], 0
    X, y = np.array([[1.0, 1, 0], [3, 0, 0]]), np.array([0, 1])
    inputs, hidden, logits = vitals(epochs(network, X, y)).now
    assert (inputs.low, inputs.high, inputs.dead, inputs.gradient, inputs.update) == (0, 3, None, None, None)
    assert (hidden.name, hidden.low, hidden.high, hidden.dead, hidden.saturated) == ("layer 1, relu", 0, 3, 0.5, None)
    assert hidden.spread == np.std([1, 3, 0, 0])
    assert (logits.name, logits.low, logits.high, logits.dead) == ("layer 2, logits", 0, 6, 0)
    P = softmax(np.array([[2.0, 0], [6, 0]]))
    dZ = P - np.eye(2)
    assert logits.gradient == pytest.approx(np.sqrt(np.mean(dZ**2)))
    dA = dZ @ last.W.T
    assert hidden.gradient == pytest.approx(np.sqrt(np.mean((dA * [1, 0]) ** 2)))
    assert hidden.update is logits.update is None  # before the first step


@pytest.mark.parametrize("names", [("relu", "tanh", None), ("sigmoid", "sigmoid", None), (None,), ("tanh", "relu")])
def test_gradients_are_those_of_the_network(names):
    """The mean over the samples of a layer's gradient is the gradient of its biases."""
    rng = np.random.default_rng(1)
    network, X, y = small_network(rng, *names), rng.normal(size=(7, 3)), rng.integers(0, 2, 7)
    outputs, slopes = [X], []
    for layer in network.layers[1:-1]:
        outputs.append(layer.fprop(outputs[-1]))
        name = layer.activation_fun.name if layer.activation_fun else "linear"
        slopes.append(ACTIVATIONS[name][2](outputs[-1]))
    found = _backward(network.params(), True, outputs, slopes, y)
    for gradient, wanted in zip(found, network.gradients(X, y)[1::2], strict=True):
        np.testing.assert_allclose(gradient.mean(axis=0, keepdims=True), wanted, rtol=1e-12, atol=1e-15)


def test_saturation():
    network = small_network(np.random.default_rng(0), "tanh", None)
    network.layers[1].W[...], network.layers[1].b[...] = [[10, 0], [0, 0], [0, 0]], 0
    run = epochs(network, np.array([[1.0, 0, 0], [0, 0, 0]]), np.array([0, 1]))
    _, hidden, _ = vitals(run).now
    assert (hidden.saturated, hidden.dead) == (0.25, 0)  # one unit of two, at one sample of two


@pytest.mark.parametrize(("name", "saturates"), [("tanh", True), ("sigmoid", True), ("relu", False), ("linear", False)])
def test_what_can_be_saturated_is_flat_on_both_sides(name, saturates):
    _, hidden, _ = vitals(
        epochs(small_network(np.random.default_rng(0), name, None), np.ones((2, 3)), np.ones(2, int))
    ).now
    assert (hidden.saturated is not None) == saturates


def test_updates_are_the_first_steps_of_the_epochs():
    rng = np.random.default_rng(0)
    network, X, y = small_network(rng, "tanh", None), rng.normal(size=(6, 3)), rng.integers(0, 2, 6)
    W = network.layers[1].W.copy()
    grad = network.gradients(X[:4], y[:4])[0]
    run = epochs(network, X, y, learning_rate=0.5, batch_size=4, shuffle=False, n_epochs=2)
    next(run)
    table = vitals(run)
    wanted = 0.5 * np.linalg.norm(grad) / np.linalg.norm(W)
    assert table.start[1].update == table.now[1].update == pytest.approx(wanted)
    next(run)
    assert vitals(run).start == table.start
    assert vitals(run).now[1].update != table.now[1].update
    assert [len(ratios) for ratios in run.updates] == [4, 4]


def test_the_table_as_text():
    network = small_network(np.random.default_rng(0), "tanh", None)
    lines = str(vitals(epochs(network, np.ones((2, 3)), np.array([0, 1])))).splitlines()
    assert lines[0].split() == ["range", "spread", "dead", "saturated", "gradient", "update"]
    assert [line.strip() for line in lines if "  " not in line.strip()] == ["start", "now"]
    assert lines[2].split() == ["inputs", "1", "…", "1", "0", "–", "–", "–", "–"]
    assert len(lines) == 9


def test_a_network_of_a_students_class_is_looked_into(sets):
    class Network:
        """One of the package behind the protocol alone."""

        def __init__(self, config):
            self.inner, self.activations = config.build(), [*config.activations, "linear"]
            self.params, self.predict, self.loss = self.inner.params, self.inner.predict, self.inner.loss

        def gradients(self, X, Y):
            return self.inner.gradients(X, Y)

    (X, y), _ = sets
    X, y = X[:200].reshape(200, -1), y[:200]
    config = MLPConfig(hidden=(8,), epochs=1)
    tables = []
    for network in (config.build(), Network(config)):
        run = config.run(network, X, y)
        next(run)
        tables.append(str(vitals(run)))
    assert tables[0] == tables[1]
    network.activations = ["relu", None]
    assert str(vitals(run)) == tables[0]
    network.activations = ["gelu"]
    with pytest.raises(ValueError, match=r"activation must be one of 'sigmoid', .* got 'gelu'"):
        vitals(run)
    network.activations = ["relu", "linear", "linear"]
    with pytest.raises(ValueError, match="`activations` of Network must be a list with a name for each of 2 layers"):
        vitals(run)


def test_dropout_is_left_out_and_other_layers_are_refused():
    class Other(FullyConnectedLayer):
        pass

    first = InputLayer((None, 3))
    hidden = FullyConnectedLayer(first, 2, 1.0, "relu")
    dropped = Dropout(hidden, 0.5)
    last = FullyConnectedLayer(dropped, 2, 1.0, None)
    X, y = np.ones((2, 3)), np.array([0, 1])
    run = epochs(NeuralNetwork([first, hidden, dropped, last, SoftmaxOutput(last)]), X, y)
    assert len(vitals(run).now) == 3
    other = Other(first, 2, 1.0, None)
    with pytest.raises(ValueError, match=r"network must consist of fully connected layers, .* got InputLayer, Other"):
        vitals(epochs(NeuralNetwork([first, other, SoftmaxOutput(other)]), X, y))
