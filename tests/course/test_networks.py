"""Files of trained networks: what is read of them, and what is refused."""

import contextlib
import io
import itertools
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_helpers import MLPConfig, mnist, save_network
from mlp_helpers.activations import ACTIVATIONS
from mlp_helpers.clinic.vitals import vitals
from mlp_helpers.course.networks import BadNetwork, read_file, read_network
from mlp_helpers.exercises import exercise

CONFIG = MLPConfig(hidden=(12, 7), activations=("tanh", "relu"), dropout=0.2)


@pytest.fixture(scope="module")
def network():
    return CONFIG.build()


@pytest.fixture(scope="module")
def content(network, tmp_path_factory):
    path = tmp_path_factory.mktemp("networks") / "my_network.npz"
    network.save(path)
    return path.read_bytes()


def arrays_of(content):
    with np.load(io.BytesIO(content)) as file:
        return dict(file)


def packed(arrays, write=np.savez):
    file = io.BytesIO()
    write(file, **arrays)
    return file.getvalue()


def changed(content, **changes):
    """Return the file with other arrays; None leaves one out."""
    arrays = arrays_of(content) | changes
    return packed({name: array for name, array in arrays.items() if array is not None})


def described(content, **changes):
    """Return the file with another description."""
    description = json.loads(str(arrays_of(content)["description"])) | changes
    return changed(content, description=json.dumps(description))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_a_network_is_read_and_classifies_as_it_does_itself(network, content, dtype):
    arrays = {
        name: array if name == "description" else array.astype(dtype) for name, array in arrays_of(content).items()
    }
    read = read_network(packed(arrays))
    X = mnist()[1][0][:300].reshape(300, -1)
    right = network.predict(X).argmax(axis=1)
    assert np.mean(read.classify(X) == right) > (0.98 if dtype == np.float16 else 0.999)
    assert read.n_parameters == sum(param.size for param in network.params())


def test_an_activation_that_is_added_is_trained_saved_looked_into_and_handed_in(tmp_path, monkeypatch):
    derivative = (lambda x: 1 / (1 + np.abs(x)) ** 2), (lambda y: (1 - np.abs(y)) ** 2)
    monkeypatch.setitem(ACTIVATIONS, "softsign", (lambda x: x / (1 + np.abs(x)), *derivative))
    config = MLPConfig(hidden=(8,), activations=("softsign",), epochs=1)
    X, y = (part[:300].reshape(300, -1).squeeze() for part in mnist()[0])
    network = config.build()
    run = config.run(network, X, y)
    next(run)
    assert vitals(run).now[1].name == "layer 1, softsign"
    network.save(tmp_path / "my_network.npz")
    read = read_network((tmp_path / "my_network.npz").read_bytes())
    assert np.array_equal(read.classify(X), network.predict(X).argmax(axis=1))


def test_a_network_of_a_students_class_is_read_too(tmp_path):
    network = exercise("Network").key.reference((784, 20, 10), ("relu", "linear"), np.random.default_rng(0))
    save_network(network, tmp_path / "my_network.npz")
    X = np.random.default_rng(1).random((50, 784)).astype(np.float32)
    assert np.array_equal(read_file(tmp_path / "my_network.npz").classify(X), network.predict(X).argmax(axis=1))


def test_the_order_in_memory_does_not_matter(content):
    columns_first = {name: np.asfortranarray(arrays_of(content)[name]) for name in ("W0", "W1", "b1", "W2")}
    read, columns_read = read_network(content), read_network(changed(content, **columns_first))
    assert columns_read.digest == read.digest
    for parts, columns_parts in zip(read.layers, columns_read.layers, strict=True):
        assert np.array_equal(columns_parts[0], parts[0])


def test_equal_parameters_have_equal_digests(content):
    same = read_network(content).digest
    assert read_network(packed(dict(sorted(arrays_of(content).items())))).digest == same
    other = changed(content, b0=arrays_of(content)["b0"] + 1e-3)
    assert read_network(other).digest != same


def test_logits_that_overflow_are_no_class(content):
    read = read_network(changed(content, b1=np.full((1, 7), 1e300), W2=np.full((7, 10), 1e300)))
    assert set(read.classify(np.ones((3, 784)))) == {-1}


def tiny(content, weight):
    """Return a file whose first layers have small weights, and whose last one gives all to class 3."""
    first = {"W0": np.full((784, 400), weight), "b0": np.zeros((1, 400))}
    second = {"W1": np.full((400, 7), weight), "b1": np.zeros((1, 7))}
    return changed(content, **first, **second, W2=np.eye(10)[[3] * 7], b2=np.zeros((1, 10)))


# With subnormal numbers some processors take a hundred times as long. 1e-60 becomes too small in the second layer.
@pytest.mark.parametrize("weight", [1e-310, 1e-60])
def test_numbers_near_the_subnormal_are_taken_as_zero(content, monkeypatch, weight):
    X = np.full((2, 784), 0.7)
    assert read_network(tiny(content, 1e-20)).classify(X).tolist() == [3, 3]
    network = read_network(tiny(content, weight))
    assert network.layers[0][0].all() == (weight > 1e-100)
    assert network.classify(X).tolist() == [0, 0]
    monkeypatch.setattr("mlp_helpers.course.networks.SMALLEST", 0)
    without = read_network(tiny(content, weight))
    assert without.layers[0][0].all()
    assert without.classify(X).tolist() == ([3, 3] if weight > 1e-100 else [0, 0])


class Pickled:
    def __reduce__(self):
        return (print, ("run",))


def bomb():
    return packed({"W0": np.zeros((4000, 1000))}, np.savez_compressed)


def renamed(content, old, new):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in entries.items():
            archive.writestr(new if name == old else name, data)
    return file.getvalue()


def deep(content, *units):
    """Return a file with a hidden layer for each number of units."""
    sizes = [784, *units, 10]
    layers = {f"W{i}": np.zeros(shape, np.float16) for i, shape in enumerate(itertools.pairwise(sizes))}
    biases = {f"b{i}": np.zeros((1, n), np.float16) for i, n in enumerate(sizes[1:])}
    return described(changed(content, **layers, **biases), activations=["tanh"] * len(units) + [None])


BROKEN = {
    "empty": (lambda content: b"", "damaged, or is no network"),
    "truncated": (lambda content: content[: len(content) // 2], "damaged, or is no network"),
    "a notebook": (lambda content: b'{"cells": [], "nbformat": 4}', "damaged, or is no network"),
    "too large": (lambda content: bytes(4_200_001), "has 4,200,001 bytes, and at most 4,200,000 are taken"),
    "a zip bomb": (lambda content: bomb(), "are compressed, and none is unpacked"),
    "of another course": (lambda content: packed({"weights": np.zeros(3)}), "has no description"),
    "an object array": (lambda content: changed(content, b0=np.array([Pickled()], dtype=object)), "Python objects"),
    "a million layers": (lambda content: described(content, activations=[None] * 10**5), "text of a usual length"),
    "no layers": (lambda content: described(content, activations=[]), "from 1 to 100 layers"),
    "an unknown activation": (lambda content: described(content, activations=["a", None, None]), "no activation 'a'"),
    "activations that are none": (lambda content: described(content, activations=[[], None, None]), "no activation"),
    "another format": (lambda content: described(content, format="x"), "format is 'x'"),
    "another output": (lambda content: described(content, output="LinearOutput"), "must end in a softmax"),
    "ten thousand inputs": (lambda content: described(content, input_shape=[None, 10_000]), "rows of 784 numbers"),
    "NaN": (lambda content: changed(content, b1=np.full((1, 7), np.nan)), "layer 2 are not finite numbers"),
    "infinite": (lambda content: changed(content, b1=np.full((1, 7), np.inf)), "layer 2 are not finite numbers"),
    "shapes that do not fit": (lambda content: changed(content, W1=np.zeros((11, 7))), "do not fit its 12 inputs"),
    "nine classes": (lambda content: changed(content, W2=np.zeros((7, 9)), b2=np.zeros((1, 9))), "has 9 units"),
    "a layer missing": (lambda content: changed(content, b1=None), "biases of layer 2 are missing"),
    "whole numbers": (lambda content: changed(content, b1=np.zeros((1, 7), int)), "must be floats"),
    "long doubles": (lambda content: changed(content, b1=np.zeros((1, 7), np.longdouble)), "must be floats"),
    "no array": (lambda content: renamed(content, "b1.npy", "b1.txt"), "biases of layer 2 are missing"),
    "a million parameters": (
        lambda content: described(
            changed(content, W0=np.zeros((784, 1300), np.float16), b0=np.zeros((1, 1300)), W1=np.zeros((1300, 7))),
            activations=[None, None, None],
        ),
        "has 1,029,",
    ),
    "slow": (
        lambda content: deep(content, *[2, 4000] * 46),
        "has 184,102 units in all its layers together, and at most",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_network_gets_a_clear_sentence(content, name, capsys):
    make, message = BROKEN[name]
    with pytest.raises(BadNetwork) as caught:
        read_network(make(content))
    assert message in str(caught.value)
    assert capsys.readouterr().out == ""


def test_where_units_are_not_counted_a_network_of_many_is_read(content, monkeypatch):
    monkeypatch.setattr("mlp_helpers.course.networks.MAX_UNITS", 1 << 20)
    assert read_network(deep(content, *[2, 4000] * 46)).n_parameters < 1_000_000


def test_the_limit_of_units_is_above_all_networks_of_equal_layers(content):
    for n_layers in range(1, 100):
        n_units = max(n for n in range(1, 1300) if 784 * n + (n_layers - 1) * n * (n + 1) + 11 * n + 10 <= 1_000_000)
        assert n_layers * n_units + 10 < 10_000
    assert read_network(deep(content, *[n_units] * 99)).n_parameters < 1_000_000


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "my_network.npz"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a terabyte of nothing
    with pytest.raises(BadNetwork, match="has 1,099,511,627,776 bytes, and at most 4,200,000 are taken"):
        read_file(path)


@pytest.mark.parametrize(
    ("n_units", "dtype", "message"),
    [
        (1624, np.float32, "The network has 1,291,090 parameters, and at most 1,000,000 are taken."),
        (1624, np.float64, "The network has 1,291,090 parameters, and at most 1,000,000 are taken."),
        (800, np.float64, r"The file has 5,08\d,\d+ bytes, and at most 4,200,000 are taken."),
    ],
)
def test_of_a_large_file_the_limit_that_matters_is_named(tmp_path, n_units, dtype, message):
    network = MLPConfig(hidden=(n_units,), activations=("relu",), dtype=np.dtype(dtype).name).build()
    network.save(tmp_path / "my_network.npz")
    with pytest.raises(BadNetwork, match=message):
        read_file(tmp_path / "my_network.npz")


@settings(max_examples=300)
@given(st.data())
def test_no_byte_makes_reading_fail_otherwise(content, data):
    position = data.draw(st.integers(0, len(content) - 1))
    spoiled = bytearray(content)
    spoiled[position : position + 4] = data.draw(st.binary(min_size=1, max_size=4))
    with contextlib.suppress(BadNetwork):
        read_network(bytes(spoiled))
