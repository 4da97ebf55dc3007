"""Faults in the student's own network: whatever its style, each is found by the check of notebook 04."""

import numpy as np
import pytest
from solved_notebooks import CHECKING, LAYERS, STYLES, save

from mlp_helpers.exercises import exercise, spoilers
from mlp_helpers.yours import answers, note, planted
from mlp_helpers.yours.planted import with_fault


def grads(change):
    """Return a fault of a layer that gives other gradients, made of dW, db and the number of samples."""

    def fault(layer):
        class Faulty(layer):
            def bprop(self, dZ):
                self.n_samples = len(dZ)
                return super().bprop(dZ)

            def grads(self):
                return change(*super().grads(), self.n_samples)

        return Faulty

    return {"layer": fault}


def hands_down(change):
    """Return a fault of a layer that hands down something else, made of dX, dZ and W."""

    def fault(layer):
        class Faulty(layer):
            def bprop(self, dZ):
                return change(super().bprop(dZ), dZ, self.params()[0])

        return Faulty

    return {"layer": fault}


def slope_of(name, change):
    """Return a fault of the slope of one activation, made of the right one and z."""
    return {"slope": lambda slope: lambda asked, z: change(slope(asked, z), z) if asked == name else slope(asked, z)}


FAULTS = {
    "forgets the mean": grads(lambda dW, db, n: [n * dW, n * db]),
    "forgets the mean of the weights": grads(lambda dW, db, n: [n * dW, db]),
    "takes the mean twice": grads(lambda dW, db, n: [dW / n, db / n]),
    "forgets the bias": grads(lambda dW, db, n: [dW, 0 * db]),
    "has the wrong sign": grads(lambda dW, db, n: [-dW, -db]),
    "turns the weights": grads(lambda dW, db, n: [dW.T, db]),
    "does not transpose": hands_down(lambda dX, dZ, W: dZ @ W),
    "hands down a mean": hands_down(lambda dX, dZ, W: dX / len(dZ)),
    "hands down what it got": hands_down(lambda dX, dZ, W: dZ),
    "adds up": spoilers.NETWORKS["NetworkA"],
    "relu as linear": spoilers.NETWORKS["NetworkB"],
    "tanh at its output": spoilers.NETWORKS["NetworkC"],
    "tanh without the square": slope_of("tanh", lambda right, z: 1 - np.tanh(z)),
    "relu the wrong way round": slope_of("relu", lambda right, z: 1 - right),
    "leaky relu with another leak": slope_of("leaky relu", lambda right, z: np.where(z > 0, 1.0, 0.01)),
}
MISFITS = {
    "a sum": lambda loss, X, Y, params: len(X) * loss,
    "another base": lambda loss, X, Y, params: loss / np.log(2),
    "a penalty": lambda loss, X, Y, params: loss + 0.1 * sum(np.sum(param**2) for param in params),
}
RNG = np.random.default_rng(28)
X, Y = RNG.normal(size=(5, 6)), np.eye(6)[RNG.integers(6, size=5)]


@pytest.fixture(scope="module", params=STYLES)
def own(request, tmp_path_factory):
    """Return the networks of a student, saved in a notebook, and the student's check."""
    folder = tmp_path_factory.mktemp("course")
    paths = [save(folder / name, STYLES[request.param]) for name in (LAYERS, CHECKING)]
    found = {name: one for path in paths for name, one in answers.read(path).items()}
    assert {name: one.trouble for name, one in found.items() if one.trouble} == {}
    return found["Network"].checked, found["check_network"].value


def made(network):
    return network((6, 6, 6, 6, 6), ("relu", "tanh", "leaky relu", "linear"), np.random.default_rng(4))


def wrong_ones(check_network, network):
    """Return the numbers of the parameters that a check calls wrong, in two checks, a list."""
    return [i for _ in range(2) for i, error in enumerate(check_network(network, X, Y)) if error > 1e-5]


def test_a_right_network_passes(own):
    network, check_network = own
    assert wrong_ones(check_network, made(network)) == []
    assert with_fault(network) is None


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_each_fault_is_found(own, fault):
    network, check_network = own
    faulty = with_fault(network, **fault)
    assert wrong_ones(check_network, made(faulty))
    assert wrong_ones(check_network, made(network)) == []


@pytest.mark.parametrize("misfit", MISFITS.values(), ids=MISFITS)
def test_a_loss_that_does_not_fit_is_found(own, misfit):
    network, check_network = own

    class Other(network):
        def loss(self, X, Y):
            return misfit(super().loss(X, Y), X, Y, self.params())

    assert wrong_ones(check_network, made(Other))


STARTS = """
class Dense(Dense):
    def __init__(self, *of):
        super().__init__(*of)
        self.params()[0][:] *= {}
"""
BLIND = {
    "starts at 0": STARTS.format(0.0),
    "starts too large": STARTS.format(2.0),
    "overflows": "def softmax(z):\n    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)\n",
}


@pytest.mark.parametrize("source", BLIND.values(), ids=BLIND)
def test_what_no_gradient_shows_is_not_found(own, source):
    """The notebook says so: the start and an overflow are no matter of gradients."""
    network, check_network = own
    space = network.__init__.__globals__
    kept = dict(space)
    try:
        exec(source, space)
        assert wrong_ones(check_network, made(network)) == []
    finally:
        space.update(kept)


@pytest.fixture
def entries(tmp_path, monkeypatch):
    """Work in a folder with notebook 03; return the entries of the lines that are shown."""
    found = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(note, "add", found.append)
    return found


OWN_FORMULAS = """
class Network:
    def __init__(self, sizes, activations, rng):
        self.activations = activations
        self.arrays = []
        for a, b in zip(sizes[:-1], sizes[1:]):
            self.arrays += [rng.normal(0, np.sqrt(2 / a), (a, b)), np.zeros((1, b))]
    def params(self):
        return self.arrays
    def forward(self, X):
        self.X, self.Z = [], []
        for W, b, name in zip(self.arrays[::2], self.arrays[1::2], self.activations):
            self.X.append(X)
            self.Z.append(X @ W + b)
            X = FUNCTIONS[name](self.Z[-1])
        return X
    def predict(self, X):
        return softmax(self.forward(X))
    def loss(self, X, Y):
        return cross_entropy_from_logits(Y, self.forward(X))
    def gradients(self, X, Y):
        grad, found = self.predict(X) - Y, []
        for i in reversed(range(len(self.Z))):
            Z, name = self.Z[i], self.activations[i]
            d = {"tanh": 1 - np.tanh(Z) ** 2, "relu": Z > 0, "linear": 1 + 0 * Z, "leaky relu": np.where(Z > 0, 1, 0.1)}
            grad = grad * d[name]
            found = [self.X[i].T @ grad / len(X), grad.mean(axis=0, keepdims=True)] + found
            grad = grad @ self.arrays[2 * i].T
        return found
"""
SLOTS = """
class Dense:
    __slots__ = "W", "b", "X", "dW", "db"
    def __init__(self, n_inputs, n_units, rng):
        self.W, self.b = rng.normal(0, np.sqrt(2 / n_inputs), (n_inputs, n_units)), np.zeros((1, n_units))
    def fprop(self, X):
        self.X = X
        return X @ self.W + self.b
    def bprop(self, dZ):
        self.dW, self.db = self.X.T @ dZ / len(dZ), dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T
    def params(self):
        return [self.W, self.b]
    def grads(self):
        return [self.dW, self.db]
"""


@pytest.mark.parametrize("sources", [{"Network": OWN_FORMULAS}, {"Dense": SLOTS}, {"Network": ""}, None])
def test_where_nothing_can_be_planted_the_packages_has_the_fault(tmp_path, entries, sources):
    if sources is not None:
        save(tmp_path / LAYERS, sources)
    assert wrong_ones(exercise("check_network").key.reference, made(planted.NetworkA)) == [2, 3]
    assert [one.is_own for one in entries if one.name == "Network"][-1] is False


def test_a_wrong_answer_has_no_second_fault(tmp_path, entries):
    save(tmp_path / LAYERS, {"slope": "def slope(name, x):\n    return 0.0 * x\n"})
    assert wrong_ones(exercise("check_network").key.reference, made(planted.NetworkA)) == [2, 3]
    assert {one.name for one in entries if not one.is_own} == {"slope"}


def test_other_names_are_refused():
    with pytest.raises(AttributeError, match="no attribute 'NetworkD'"):
        planted.NetworkD  # noqa: B018
