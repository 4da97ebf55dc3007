"""Example cells of the exercise sheet: their calls and arguments work, with only the imports changed."""

import itertools
import re

import numpy as np
import pytest

from mlp_helpers import (
    Activation,
    FullyConnectedLayer,
    InputLayer,
    NeuralNetwork,
    SoftmaxOutput,
    mnist,
    one_hot,
    unhot,
)


@pytest.fixture(autouse=True)
def seeded(monkeypatch):
    """Seed the generators that the sheet creates without a seed with 0, 1, 2, …."""
    make, seeds = np.random.default_rng, itertools.count()
    monkeypatch.setattr(np.random, "default_rng", lambda seed=None: make(next(seeds) if seed is None else seed))


def test_gradient_check_on_random_data(capsys):
    n_labels, input_shape = 6, (5, 10)
    layers = [InputLayer(input_shape)]
    for num_units, name in ((15, "relu"), (6, "tanh"), (n_labels, "relu")):
        layers.append(
            FullyConnectedLayer(layers[-1], num_units=num_units, init_stddev=0.1, activation_fun=Activation(name))
        )
    layers.append(SoftmaxOutput(layers[-1]))
    network = NeuralNetwork(layers)
    rng = np.random.default_rng()
    X = rng.normal(size=input_shape)
    Y = one_hot(rng.integers(n_labels, size=input_shape[0]), n_labels)
    network.check_gradients(X, Y)
    printed = capsys.readouterr().out
    assert re.findall(r"checking gradient for layer (\d)", printed) == ["1", "2", "3"]
    assert printed.count("diff scipy") == 6


def test_one_hot_of_the_last_cell():
    lab = np.array([1, 2, 0])
    assert unhot(one_hot(lab)).tolist() == lab.tolist()


# The sheet trains for 30 epochs by stochastic gradient descent, as notebook 05 does in each run of the tests.
@pytest.mark.thorough
@pytest.mark.parametrize(("descent_type", "max_epochs"), [("sgd", 2), ("gd", 1)])
def test_training_on_mnist(capsys, descent_type, max_epochs):
    (X_train, y_train), (X_valid, y_valid), (X_test, y_test) = mnist(datasets_dir="./data")
    X_train = X_train.reshape(X_train.shape[0], -1)
    X_valid = X_valid.reshape(X_valid.shape[0], -1)
    X_test = X_test.reshape(X_test.shape[0], -1)
    layers = [InputLayer((None, 28 * 28))]
    for num_units, activation_fun in ((80, Activation("relu")), (70, Activation("tanh")), (10, None)):
        layers.append(
            FullyConnectedLayer(layers[-1], num_units=num_units, init_stddev=0.01, activation_fun=activation_fun)
        )
    layers.append(SoftmaxOutput(layers[-1]))
    network = NeuralNetwork(layers)
    train_loss, valid_loss = network.train(
        X_train,
        y_train,
        X_valid,
        y_valid,
        learning_rate=0.1,
        max_epochs=max_epochs,
        batch_size=64,
        y_one_hot=True,
        descent_type=descent_type,
    )
    assert train_loss.shape == valid_loss.shape == (max_epochs + 1,)
    printed = capsys.readouterr().out
    assert f"epoch {max_epochs}.0000, loss" in printed
    error = network.classification_error(X_test, y_test) * 100
    if descent_type == "sgd":
        assert error < 10  # the sheet has 6.25 % on validation data after these three epochs
    else:
        assert train_loss[-1] < train_loss[0] < 2.31  # two steps do not go far
