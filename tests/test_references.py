"""The package gives PyTorch's numbers: predictions, losses, gradients and steps (see references/make_torch.py)."""

import json
from pathlib import Path

import numpy as np
import pytest

from mlp_helpers import SGD, FullyConnectedLayer, InputLayer, LinearOutput, NeuralNetwork, SoftmaxOutput

CASES = json.loads(Path(__file__).with_name("references").joinpath("torch.json").read_text())["cases"]


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
