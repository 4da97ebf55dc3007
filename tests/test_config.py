"""MLPConfig: round trips by dict, JSON and repr; the same digits for the same seed; error messages name the field."""

import re
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.lib.pretty import pretty

from mlp_helpers import MLPConfig
from mlp_helpers.exercises import exercise
from mlp_helpers.optimizers import OPTIMIZERS


class Mine(exercise("Network").key.reference):
    """A network as a student writes it."""


CONFIGS = st.builds(
    lambda hidden, **fields: MLPConfig(
        hidden=tuple(units for units, _ in hidden), activations=tuple(name for _, name in hidden), **fields
    ),
    hidden=st.lists(st.tuples(st.integers(1, 99), st.sampled_from(["relu", "tanh", "sigmoid"])), max_size=3),
    init_stddev=st.floats(0, 2) | st.sampled_from(["he", "glorot"]),
    learning_rate=st.floats(1e-6, 10),
    batch_size=st.integers(1, 500),
    optimizer=st.sampled_from(["sgd", "nesterov", "adamw"]),
    momentum=st.floats(0, 0.99),
    weight_decay=st.floats(0, 1),
    schedule=st.sampled_from(["constant", "step", "cosine"]),
    warmup=st.floats(0, 0.9),
    dropout=st.floats(0, 0.9),
    patience=st.none() | st.integers(1, 10),
    dtype=st.sampled_from(["float32", "float64"]),
    seed=st.integers(0, 2**32),
)


@given(CONFIGS)
def test_there_and_back(config):
    assert MLPConfig.from_dict(config.to_dict()) == config
    assert MLPConfig.from_json(config.to_json()) == config
    assert eval(repr(config)) == eval(pretty(config)) == config
    assert max(map(len, pretty(config).splitlines())) <= 60
    assert hash(MLPConfig.from_json(config.to_json())) == hash(config)


@pytest.mark.parametrize(
    ("changes", "network", "said"),
    [
        ({"hidden": (500, 250)}, None, r'520,260 parameters in float64 makes a file of 4\.2 MB.* Take dtype="float32"'),
        ({"hidden": (500, 250)}, Mine, "Take fewer units"),
        ({"hidden": (500, 250), "dtype": "float32"}, None, ""),
        ({"hidden": (480, 240)}, None, ""),
        ({"dropout": 0.25, "init_stddev": "he"}, Mine, "Mine is not told of init_stddev and dropout, and"),
        ({"dropout": 0.25, "init_stddev": "he"}, None, ""),
    ],
)
def test_what_may_surprise_is_said_before_the_training(changes, network, said):
    config = MLPConfig(**changes)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        config.run(config.build(network), np.zeros((4, 784)), np.zeros(4, int))
    assert [bool(re.search(said, str(one.message))) for one in caught] == [True] * bool(said)
    assert all(one.filename == __file__ for one in caught)


def test_build_makes_the_network_described():
    config = MLPConfig(n_inputs=6, hidden=(5, 4), n_classes=3, activations=("relu", "tanh"), dtype="float32")
    network = config.build()
    assert [param.shape for param in network.params()] == [(6, 5), (1, 5), (5, 4), (1, 4), (4, 3), (1, 3)]
    assert network.activations == ["relu", "tanh", None]
    assert network.params()[0].dtype == np.float32


def test_dropout_stands_behind_each_hidden_layer():
    layers = MLPConfig(n_inputs=6, hidden=(5, 4), n_classes=3, dropout=0.25).build().layers
    assert [type(layer).__name__ for layer in layers] == [
        "InputLayer",
        *("FullyConnectedLayer", "Dropout") * 2,
        "FullyConnectedLayer",
        "SoftmaxOutput",
    ]
    assert layers[2].rate == 0.25
    plain = MLPConfig(n_inputs=6, hidden=(5, 4), n_classes=3).build().params()
    with_dropout = MLPConfig(n_inputs=6, hidden=(5, 4), n_classes=3, dropout=0.25).build().params()
    assert all(np.array_equal(a, b) for a, b in zip(plain, with_dropout, strict=True))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_everything_together_gives_the_same_digits_twice(rng, name):
    config = MLPConfig(
        n_inputs=4, hidden=(8,), n_classes=3, init_stddev="glorot", learning_rate=0.05, batch_size=3, epochs=6,
        optimizer=name, momentum=0.8, weight_decay=0.01, schedule="cosine", warmup=0.2, dropout=0.2, patience=3,
    )  # fmt: skip
    X, y = rng.normal(size=(40, 4)), rng.integers(3, size=40)
    runs = [config.run(config.build(), X, y, X[:10], y[:10]) for _ in range(2)]
    histories = [[result.valid_loss for result in run] for run in runs]
    assert histories[0] == histories[1]
    optimizer = runs[0].optimizer
    assert type(optimizer) is OPTIMIZERS[name]
    assert (optimizer.learning_rate, optimizer.weight_decay) == (0.05, 0.01)
    assert getattr(optimizer, "momentum", 0.8) == 0.8
    assert (runs[0].settings.patience, runs[0].settings.schedule(0.1)) == (3, 0.5)


def test_by_default_nothing_is_added(rng):
    config = MLPConfig(n_inputs=4, hidden=(5,), n_classes=3)
    run = config.run(config.build(), rng.normal(size=(10, 4)), rng.integers(3, size=10))
    assert (run.settings.schedule, run.settings.patience, run.optimizer.weight_decay) == (None, None, 0)
    assert len(config.build().layers) == 4


def test_one_activation_serves_all_layers():
    assert MLPConfig(hidden=[3, 4, 5], activations="tanh").activations == ("tanh", "tanh", "tanh")
    assert MLPConfig(hidden=()).activations == ()


def test_replacing_the_layers_keeps_a_shared_activation():
    config = MLPConfig(hidden=(3, 4), activations="tanh")
    assert config.replace(hidden=(5,)).activations == ("tanh",)
    assert config.replace(hidden=()).replace(hidden=(5, 6)).activations == ("relu", "relu")
    assert config.replace(hidden=(5,), activations="relu").activations == ("relu",)
    with pytest.raises(ValueError, match="one for each of 3 hidden layers"):
        MLPConfig(hidden=(3, 4), activations=("tanh", "relu")).replace(hidden=(1, 2, 3))


def test_precision_stays_equal_in_any_spelling():
    assert MLPConfig(dtype=np.float32) == MLPConfig(dtype="float32")


@pytest.mark.parametrize(
    ("fields", "kind", "message"),
    [
        ({"n_inputs": 0}, ValueError, "n_inputs must be"),
        ({"hidden": 80}, TypeError, "hidden must be a tuple, got 80"),
        ({"hidden": (80, -1)}, ValueError, "hidden must be"),
        ({"activations": "rely"}, ValueError, "activations must be one of .*, got 'rely'"),
        ({"activations": ("relu",)}, ValueError, r"one for each of 2 hidden layers, got \('relu',\)"),
        ({"activations": 3}, TypeError, "activations must be a tuple, got 3"),
        ({"init_stddev": -1}, ValueError, "init_stddev must be a finite number of at least 0, got -1"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be a finite number above 0, got 0"),
        ({"batch_size": 1.5}, TypeError, "batch_size must be"),
        ({"epochs": 0}, ValueError, "epochs must be"),
        ({"optimizer": "lion"}, ValueError, "optimizer must be one of 'sgd', .*, got 'lion'"),
        ({"init_stddev": "lecun"}, ValueError, "init_stddev must be one of 'he', 'glorot', got 'lecun'"),
        ({"momentum": 1}, ValueError, "momentum must be"),
        ({"weight_decay": -1}, ValueError, "weight_decay must be a finite number of at least 0, got -1"),
        ({"schedule": "linear"}, ValueError, "schedule must be one of 'constant', 'step', 'cosine', got 'linear'"),
        ({"warmup": 1.5}, ValueError, "warmup must be"),
        ({"dropout": "half"}, TypeError, "dropout must be"),
        ({"patience": 0}, ValueError, "patience must be"),
        ({"dtype": "int8"}, ValueError, "dtype must be float32 or float64, got 'int8'"),
        ({"seed": -1}, ValueError, "seed must be an int of at least 0, got -1"),
    ],
    ids=str,
)
def test_bad_fields(fields, kind, message):
    with pytest.raises(kind, match=message):
        MLPConfig(**fields)
    with pytest.raises(kind, match=message):
        MLPConfig.from_dict(fields)


def test_an_unknown_field():
    with pytest.raises(ValueError, match=r"a field of MLPConfig must be one of .*'learning_rate'.*, got 'lr'"):
        MLPConfig.from_dict({"lr": 0.1})


@pytest.mark.parametrize("text", ["", "[1]", "3", "{'hidden': 1}"])
def test_json_that_is_none(text):
    with pytest.raises(ValueError, match=r"JSON|Expecting"):
        MLPConfig.from_json(text)


def test_it_is_frozen():
    with pytest.raises(AttributeError):
        MLPConfig().seed = 3
