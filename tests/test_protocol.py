"""Networks that students write: every tool takes one that keeps the protocol, and says how another one breaks it."""

import copy
import re

import numpy as np
import pytest

import mlp_helpers as mlp
from mlp_helpers.exercises import exercise
from mlp_helpers.gradients import check_gradients
from mlp_helpers.protocol import adapted
from mlp_helpers.widgets.drawing import DigitDrawing

SIZES, NAMES = (6, 5, 4, 3), ("relu", "tanh", "linear")


class Network(exercise("Network").key.reference):
    """A network as a student writes it, of NumPy alone."""


@pytest.fixture
def data():
    rng = np.random.default_rng(3)
    return rng.normal(size=(300, 6)), rng.integers(3, size=300)


def network(kind=Network):
    return kind(SIZES, NAMES, np.random.default_rng(1))


def twin(of):
    """Return the package's network with the same parameters."""
    config = mlp.MLPConfig(n_inputs=6, hidden=(5, 4), n_classes=3, activations=("relu", "tanh"))
    made = config.build()
    for param, value in zip(made.params(), of.params(), strict=True):
        param[...] = value
    return made


def test_it_trains_as_the_packages_network_does(data):
    X, y = data
    mine = network()
    its = twin(mine)
    runs = [
        list(
            mlp.epochs(one, X[:200], y[:200], X[200:], y[200:], n_epochs=5, batch_size=16, rng=np.random.default_rng(2))
        )
        for one in (mine, its)
    ]
    for a, b in zip(*runs, strict=True):
        assert (a.train_loss, a.valid_loss) == pytest.approx((b.train_loss, b.valid_loss), rel=1e-12)
        assert (a.train_error, a.valid_error) == (b.train_error, b.valid_error)
    assert runs[0][-1].train_loss < runs[0][0].train_loss
    for a, b in zip(mine.params(), its.params(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


class Penalised(Network):
    """A network whose loss is not the cross-entropy alone."""

    def loss(self, X, Y):
        return super().loss(X, Y) + sum(np.sum(param**2) for param in self.params())


class Counted(Network):
    """A network that remembers of how many samples it was asked the loss."""

    asked = ()

    def loss(self, X, Y):
        self.asked += (len(X),)
        return super().loss(X, Y)


def test_a_loss_of_its_own_is_taken_for_all_samples():
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(2500, 6)), rng.integers(3, size=2500)
    penalised = network(Penalised)
    assert mlp.evaluate(penalised, X, y)[0] == pytest.approx(penalised.loss(X, mlp.one_hot(y, 3)), rel=1e-12)


def test_a_cross_entropy_is_asked_for_once_and_where_a_probability_underflows():
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(2500, 6)), rng.integers(3, size=2500)
    counted = network(Counted)
    assert mlp.evaluate(counted, X, y)[0] == pytest.approx(Network.loss(counted, X, mlp.one_hot(y, 3)), rel=1e-12)
    assert [n for n in counted.asked if n > 100] == [1024]
    counted.asked = ()
    counted.params()[-2][...] *= 1e5
    y = counted.predict(X).argmax(axis=1)
    y[2400] = counted.predict(X[2400:2401]).argmin()
    loss, _ = adapted(counted).evaluate(X, y)
    assert [n for n in counted.asked if n > 100] == [1024, 452]
    assert loss == pytest.approx(Network.loss(counted, X, mlp.one_hot(y, 3)), rel=1e-12)


def test_rows_and_labels_are_the_same(data):
    X, y = data
    rows = mlp.one_hot(y, n_classes=3)
    losses = [next(mlp.epochs(network(), X, Y, rng=np.random.default_rng(2))).train_loss for Y in (y, rows)]
    assert losses[0] == losses[1]


def test_the_packages_network_keeps_the_protocol(data):
    X, y = data
    its = twin(network())
    assert its.loss(X, y) == pytest.approx(network().loss(X, mlp.one_hot(y, n_classes=3)))
    assert its.activations == ["relu", "tanh", None]
    assert adapted(its) is its


def test_its_gradients_are_checked(data):
    X, y = data
    report = check_gradients(network(), X[:5], y[:5])
    assert report.ok
    assert str(report).splitlines()[:2] == [
        "checking gradient for layer 1 (relu)",
        "  W (6, 5)   rel. error <= 1e-5  diff scipy <= 1e-5  ok",
    ]
    places = [(check.layer, check.layer_name, check.parameter) for check in report.checks]
    assert places == [(i, name, parameter) for i, name in enumerate(NAMES, start=1) for parameter in "Wb"]

    class Wrong(Network):
        def gradients(self, X, Y):
            first, *others = super().gradients(X, Y)
            return [1.1 * first, *others]

    wrong = check_gradients(network(Wrong), X[:5], y[:5])
    assert [check.passes(1e-5) for check in wrong.checks] == [False, True, True, True, True, True]


def test_it_is_saved(data, tmp_path):
    X, _ = data
    mlp.save_network(network(), tmp_path / "mine.npz")
    loaded = mlp.NeuralNetwork.load(tmp_path / "mine.npz")
    np.testing.assert_allclose(loaded.predict(X), network().predict(X), rtol=1e-12)
    without_last = network()
    without_last.activations = NAMES[:2]
    without_last.forward = lambda X: Network.forward(network(), X)
    mlp.save_network(without_last, tmp_path / "again.npz")
    assert (tmp_path / "again.npz").stat().st_size > 0
    mlp.save_network(loaded, tmp_path / "its.npz")
    np.testing.assert_array_equal(mlp.NeuralNetwork.load(tmp_path / "its.npz").predict(X), loaded.predict(X))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("relu", "leaky relu", "linear"), "a file has names for .*tanh.* alone, and Network has 'leaky relu'"),
        (("tanh", "relu", "linear"), r"the file would not predict what Network does: .* differ by up to 0\.\d"),
        (("relu",), r"`activations` of Network must be a list with a name for each of 3 layers, got \('relu',\)"),
        (None, "must be a list with a name for each of 3 layers, got None"),
        ((np.tanh, "relu", None), "Network has <ufunc 'tanh'>"),
    ],
)
def test_what_a_file_cannot_hold_is_not_written(tmp_path, names, message):
    mine = network()
    mine.forward = lambda X: Network.forward(network(), X)
    mine.activations = names
    with pytest.raises(ValueError, match=message):
        mlp.save_network(mine, tmp_path / "mine.npz")
    assert list(tmp_path.iterdir()) == []


def changed(**methods):
    return type("Network", (Network,), methods)


def copied_params(self):
    return [array.copy() for array in Network.params(self)]


def added_gradients(self, X, Y):
    found = Network.gradients(self, X, Y)
    self.total = [a + b for a, b in zip(found, getattr(self, "total", np.zeros(6)), strict=True)]
    return self.total


def lambdas(self, sizes, activations, rng):
    Network.__init__(self, sizes, activations, rng)
    self.call = lambda X: Network.predict(self, X)


BROKEN = {
    "no predict": (
        changed(predict=None),
        "predict(X) of Network must be a method, and is an attribute of type NoneType",
    ),
    "params as a property": (
        changed(params=property(lambda self: Network.params(self))),
        "params() of Network must be a method, and is an attribute of type list",
    ),
    "params of None": (
        changed(params=lambda self: None),
        "params() of Network must give a list of arrays, got None: is",
    ),
    "params of pairs": (
        changed(params=lambda self: [(Network.params(self)[0], Network.params(self)[1])]),
        "params() of Network must give a list of arrays, got a list with a tuple in it",
    ),
    "b before W": (
        changed(params=lambda self: [Network.params(self)[i] for i in (1, 0, 3, 2, 5, 4)]),
        "params() of Network must give W and b of each layer in turn, of shapes (n_inputs, n_units) and (1, n_units)",
    ),
    "last layer first": (
        changed(params=lambda self: [Network.params(self)[i] for i in (4, 5, 2, 3, 0, 1)]),
        "got the shapes (4, 3), (1, 3), (5, 4), (1, 4), (6, 5), (1, 5)",
    ),
    "flat biases": (
        changed(params=lambda self: [a if i % 2 == 0 else a.reshape(-1) for i, a in enumerate(Network.params(self))]),
        "got the shapes (6, 5), (5,), (5, 4), (4,)",
    ),
    "float32": (
        changed(params=lambda self: [a.astype(np.float32) for a in Network.params(self)]),
        "params() of Network must be of float64, got float32",
    ),
    "copies": (
        changed(params=copied_params),
        "params() of Network must give the network's own arrays, and gives copies: no step stays",
    ),
    "gradients of None": (
        changed(gradients=lambda self, X, Y: None),
        "gradients(X, Y) of Network must give an array for each of params(), got None: is the `return` missing?",
    ),
    "gradients reversed": (
        changed(gradients=lambda self, X, Y: Network.gradients(self, X, Y)[::-1]),
        "in the same order, and its order is another: (1, 3), (4, 3), (1, 4), (5, 4), (1, 5), (6, 5)",
    ),
    "too few gradients": (
        changed(gradients=lambda self, X, Y: Network.gradients(self, X, Y)[:2]),
        "of the shapes (6, 5), (1, 5), (5, 4), (1, 4), (4, 3), (1, 3), got (6, 5), (1, 5)",
    ),
    "added gradients": (
        changed(gradients=added_gradients),
        "gradients(X, Y) of Network are added to those of the call before, and must be new",
    ),
    "logits": (
        changed(predict=Network.forward),
        "predict(X) of Network must give probabilities, and a row of them does not sum to 1",
    ),
    "predict of None": (
        changed(predict=lambda self, X: None),
        "predict(X) of Network must give an array of shape (3, 3), got None: is the `return` missing?",
    ),
    "classes": (
        changed(predict=lambda self, X: Network.predict(self, X).argmax(axis=1)),
        "predict(X) of Network must give an array of shape (3, 3), got an array of shape (3,)",
    ),
    "a loss for each sample": (
        changed(loss=lambda self, X, Y: -np.log(np.sum(Network.predict(self, X) * Y, axis=1))),
        "loss(X, Y) of Network must give a number, got an array of shape (3,)",
    ),
    "a sum for a loss": (
        changed(loss=lambda self, X, Y: len(X) * Network.loss(self, X, Y)),
        "loss(X, Y) of Network must be the mean over the samples, and for the same samples twice it is",
    ),
    "a copy with lambdas": (
        changed(__init__=lambdas, predict=lambda self, X: self.call(X)),
        "predict(X) of Network must use the arrays of params(), and a change of them changes nothing",
    ),
}


@pytest.mark.parametrize(("kind", "message"), BROKEN.values(), ids=BROKEN)
def test_a_network_that_breaks_the_protocol_is_told_so(data, kind, message):
    before = [param.copy() for param in network().params()]
    broken = copy.deepcopy(network(kind))
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        mlp.epochs(broken, *data)
    for param, value in zip(Network.params(broken), before, strict=True):
        np.testing.assert_array_equal(param, value)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (Network, "network must be an object, made by calling its class, got the class Network"),
        (np.zeros(3), "network must have the method params(), and ndarray has none"),
        (
            changed(__call__=Network.predict, predict=property(lambda self: self.nothing))(SIZES, NAMES, np.random),
            "network must have the method predict(X), and Network has none, and what it has is `__call__`",
        ),
    ],
)
def test_what_is_no_network_is_refused(data, other, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        mlp.epochs(other, *data)


def test_data_that_do_not_fit_are_refused(data):
    X, y = data
    with pytest.raises(ValueError, match=r"X must have shape \(n_samples, 6\), got \(300, 5\)"):
        mlp.epochs(network(), X[:, :5], y)
    with pytest.raises(ValueError, match="Y_valid must hold class labels of at least 0 and at most 2, got 0 to 3"):
        mlp.epochs(network(), X, y, X, np.arange(300) % 4)
    with pytest.raises(ValueError, match="X must hold finite numbers"):
        mlp.epochs(network(), np.full((4, 6), np.nan), y[:4])


def test_a_network_that_can_be_called_is_still_a_network():
    called = changed(__call__=Network.predict)((784, 10), ("linear",), np.random.default_rng(0))
    assert DigitDrawing(called, (np.ones((1, 784)), np.zeros(1, int))).network is called
    assert DigitDrawing(lambda: called).network is called
