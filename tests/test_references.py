"""Agreement with PyTorch: predictions, losses, gradients and steps (see references/make_torch.py)."""

import json
from pathlib import Path

import numpy as np
import pytest

from mlp_helpers import SGD, FullyConnectedLayer, InputLayer, LinearOutput, NeuralNetwork, SoftmaxOutput
from mlp_helpers.optimizers import OPTIMIZERS

FOUND = json.loads(Path(__file__).with_name("references").joinpath("torch.json").read_text())
CASES, OPTIMIZED = FOUND["cases"], FOUND["optimizers"]
SETTINGS = {"lr": "learning_rate", "eps": "epsilon"}  # PyTorch's names, and ours


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join([*case["activations"], case["output"]]))
def test_the_numbers_are_pytorchs(case):
    X, Y = np.array(case["X"]), np.array(case["Y"])
    layers = [InputLayer(X.shape)]
    for i, activation in enumerate([*case["activations"], None]):
        W, b = (np.array(param) for param in case["params"][2 * i : 2 * i + 2])
        layers.append(FullyConnectedLayer(layers[-1], W.shape[1], 0.0, activation))
        layers[-1].W[...], layers[-1].b[...] = W, b
    output = {"softmax": SoftmaxOutput, "linear": LinearOutput}[case["output"]]
    network = NeuralNetwork([*layers, output(layers[-1])])
    optimizer = SGD(case["learning_rate"])
    for step in case["steps"]:
        prediction = network.predict(X)
        np.testing.assert_allclose(prediction, step["prediction"], rtol=1e-12)
        assert network.layers[-1].loss(Y, prediction) == pytest.approx(step["loss"], rel=1e-12)
        grads = network.gradients(X, Y)
        for grad, expected in zip(grads, step["grads"], strict=True):
            np.testing.assert_allclose(grad, expected, rtol=1e-10, atol=1e-14)
        optimizer.step(network.params(), grads)


@pytest.mark.parametrize("case", OPTIMIZED, ids=lambda case: f"{case['optimizer']}-{case['settings']}")
def test_optimizers_are_where_pytorchs_are_after_fifty_steps(case):
    X, y = np.array(case["X"]), np.array(case["y"])
    layers = [InputLayer((None, 4))]
    layers.append(FullyConnectedLayer(layers[0], 3, 0.0, None))
    network = NeuralNetwork([*layers, SoftmaxOutput(layers[1])])
    layers[1].W[...] = case["W"]
    settings = {SETTINGS.get(name, name): value for name, value in case["settings"].items() if name != "nesterov"}
    optimizer = OPTIMIZERS[case["optimizer"]](**settings)
    expected = {after["n"]: after["params"] for after in case["after"]}
    assert max(expected) == 50
    for n in range(1, 51):
        optimizer.step(network.params(), network.gradients(X, y))
        for param, there in zip(network.params(), expected.get(n, network.params()), strict=True):
            np.testing.assert_allclose(param, there, rtol=1e-12, atol=1e-12)
