"""Fixtures shared by several test files. Thorough tests need MLP_THOROUGH."""

import gc
import os
import signal

import hypothesis
import numpy as np
import pytest

from mlp_helpers import FullyConnectedLayer, InputLayer, NeuralNetwork, SoftmaxOutput, mnist

# The same examples in every run and no deadline, so that tests are not flaky on a busy machine.
hypothesis.settings.register_profile("course", derandomize=True, deadline=None)
hypothesis.settings.load_profile("course")


def pytest_collection_modifyitems(items):
    if not os.environ.get("MLP_THOROUGH"):
        for item in items:
            if item.get_closest_marker("thorough"):
                item.add_marker(pytest.mark.skip(reason="takes long: set MLP_THOROUGH"))


def pytest_collection_finish():
    # Collections, of which pytest makes ten at each worker's end, then pass over the tests and imported packages.
    gc.freeze()


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def usual_ctrl_c():
    """Install Python's usual SIGINT handler: a shell's background jobs ignore the signal."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def digits():
    """Return MNIST's three sets, images as rows."""
    return tuple((X.reshape(len(X), -1), y) for X, y in mnist())


@pytest.fixture
def make_network():
    """Return a factory of small networks."""

    def make(sizes=(4, 5, 3), activation="tanh", output=SoftmaxOutput, dtype=np.float64, seed=0, stddev=0.5):
        rng = np.random.default_rng(seed)
        layers = [InputLayer((None, sizes[0]))]
        for units in sizes[1:-1]:
            layers.append(FullyConnectedLayer(layers[-1], units, stddev, activation, rng=rng, dtype=dtype))
        layers.append(FullyConnectedLayer(layers[-1], sizes[-1], stddev, None, rng=rng, dtype=dtype))
        return NeuralNetwork([*layers, output(layers[-1])])

    return make
