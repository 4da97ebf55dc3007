"""Networks and loops with a fault: each behaves as its letter says, and shows no line of its code."""

import inspect
import traceback

import numpy as np
import pytest

import mlp_helpers as mlp
from mlp_helpers.exercises import exercise, spoilers

Dense, slope = (exercise(name).key.reference for name in ("Dense", "slope"))
Z = np.array([[-3.0, -1.0, 0.0, 1.0, 3.0]])


def test_neither_questions_nor_tracebacks_show_the_code():
    functions = [spoilers.loop_d, spoilers.loop_e, spoilers.without_relu, spoilers.at_the_output]
    for one in [*functions, spoilers.adding_up(Dense)]:
        with pytest.raises((OSError, TypeError)):
            inspect.getsource(one)
    with pytest.raises(TypeError) as raised:
        list(spoilers.loop_d(None, 1, 1, 1, 1, rng=0))
    told = "".join(traceback.format_exception(raised.value))
    assert "in loop_d" in told
    assert not [line for line in spoilers.SOURCE.splitlines() if len(line) > 12 and line.strip() in told]


def test_network_a_adds_its_gradients_up():
    rng = np.random.default_rng(0)
    X, dZ = rng.normal(size=(5, 3)), rng.normal(size=(5, 4))
    right, faulty = (kind(3, 4, np.random.default_rng(1)) for kind in (Dense, spoilers.adding_up(Dense)))
    assert np.array_equal(faulty.fprop(X), right.fprop(X))
    for times in (1, 2, 3):
        assert np.array_equal(faulty.bprop(dZ), right.bprop(dZ))
        for found, wanted in zip(faulty.grads(), right.grads(), strict=True):
            np.testing.assert_allclose(found, times * wanted)


def test_network_b_leaves_relu_out():
    assert spoilers.without_relu(slope)("relu", Z).tolist() == [[1.0] * 5]
    for name in ("tanh", "leaky relu", "linear"):
        assert np.array_equal(spoilers.without_relu(slope)(name, Z), slope(name, Z))


def test_network_c_takes_the_slope_of_tanh_at_its_output():
    np.testing.assert_allclose(spoilers.at_the_output(slope)("tanh", Z), 1 - np.tanh(np.tanh(Z)) ** 2)
    for name in ("relu", "leaky relu", "linear"):
        assert np.array_equal(spoilers.at_the_output(slope)(name, Z), slope(name, Z))


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
    network, start, results = trained(spoilers.loop_d)
    right, _, wanted = trained(mlp.epochs, learning_rate=0.1, batch_size=64)
    assert all(map(np.array_equal, network.params(), right.params()))
    assert [one.train_loss for one in results] == [start, *(one.train_loss for one in wanted[:-1])]


def test_loop_e_lowers_its_learning_rate(trained):
    network, _, _ = trained(spoilers.loop_e, n_epochs=1, batch_size=90, learning_rate=0.5)
    right, _, _ = trained(mlp.epochs, n_epochs=1, batch_size=90, learning_rate=0.5)
    assert all(map(np.array_equal, network.params(), right.params()))  # the first step is right
    late, _, _ = trained(spoilers.loop_e, n_epochs=600, batch_size=90)
    later, _, _ = trained(spoilers.loop_e, n_epochs=900, batch_size=90)
    assert all(np.allclose(a, b, atol=1e-2) for a, b in zip(late.params(), later.params(), strict=True))
