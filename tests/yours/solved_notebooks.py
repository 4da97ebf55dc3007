"""Solved notebooks, saved as a student saves them, with other answers; and right answers in other styles."""

import copy
from functools import cache

import nbformat

from mlp_helpers.course.cells import answer_name, blank, is_answer
from mlp_helpers.services.files import REPOSITORY

DATA, LAYERS, CHECKING, TRAINING = (
    f"{name}.ipynb" for name in ("02_data_loading", "03_layers", "04_gradient_checking", "05_training")
)


@cache
def solved(name):
    """Return a notebook of the course with its solutions, which must not be changed."""
    return nbformat.read(REPOSITORY / "notebooks" / name, as_version=4)


def answers_of(name):
    """Return the answer cells of a solved notebook, a dict by exercise."""
    return {answer_name(cell): cell for cell in solved(name).cells if is_answer(cell)}


def blanks(name):
    """Return the placeholders of a notebook's answers, a dict by exercise."""
    return {exercise: blank(cell) for exercise, cell in answers_of(name).items()}


def save(path, sources, of=None):
    """Save a solved notebook with other answers, a dict by exercise; return the path.

    The notebook is `of`, by default the one of the path's name.
    """
    notebook = copy.deepcopy(solved(of or path.name))
    for cell in notebook.cells:
        if is_answer(cell):
            cell.source = sources.get(answer_name(cell), cell.source)
    nbformat.write(notebook, path)
    return path


AS_TAUGHT = {}
OF_LISTS = {
    "slope": """
SLOPES = {"tanh": lambda x: 1 / np.cosh(x) ** 2, "relu": lambda x: 1.0 * (x > 0), "linear": np.ones_like}
SLOPES["leaky relu"] = lambda x: np.where(x > 0, 1.0, 0.1)
def slope(name, x):
    if name not in SLOPES:
        raise ValueError(name)
    return SLOPES[name](np.clip(x, -300, 300))
""",
    "Dense": """
class Dense:
    def __init__(self, n_inputs, n_units, rng):
        self.parts = {"W": rng.normal(0, (2 / n_inputs) ** 0.5, (n_inputs, n_units)), "b": np.zeros((1, n_units))}
    def fprop(self, X):
        self.X = X
        return np.dot(X, self.parts["W"]) + self.parts["b"]
    def bprop(self, dZ):
        self.found = [self.X.T.dot(dZ) / dZ.shape[0], dZ.sum(axis=0)[np.newaxis] / dZ.shape[0]]
        return np.dot(dZ, self.parts["W"].T)
    def params(self):
        return list(self.parts.values())
    def grads(self):
        return self.found
""",
    "Network": """
class Network:
    def __init__(self, sizes, activations, rng):
        self.activations, self.layers = activations, {}
        for i in range(len(activations)):
            self.layers[i] = (Dense(sizes[i], sizes[i + 1], rng), activations[i])
    def logits(self, X):
        self.Z = []
        for layer, name in self.layers.values():
            self.Z.append(layer.fprop(X))
            X = FUNCTIONS[name](self.Z[-1])
        return X
    def predict(self, X):
        return softmax(self.logits(X))
    def loss(self, X, Y):
        return cross_entropy_from_logits(Y, self.logits(X))
    def params(self):
        return sum((layer.params() for layer, _ in self.layers.values()), [])
    def gradients(self, X, Y):
        grad = self.predict(X) - Y
        for i in range(len(self.Z) - 1, -1, -1):
            layer, name = self.layers[i]
            grad = layer.bprop(slope(name, self.Z[i]) * grad)
        return sum((layer.grads() for layer, _ in self.layers.values()), [])
""",
}
SAMPLE_BY_SAMPLE = {
    "Dense": """
class Dense:
    def __init__(self, n_inputs, n_units, rng):
        self.W, self.b = rng.normal(0, np.sqrt(2 / n_inputs), (n_inputs, n_units)), np.zeros((1, n_units))
    def fprop(self, X):
        self.X = X
        return np.array([x @ self.W + self.b[0] for x in X])
    def bprop(self, dZ):
        self.dW, self.db, dX = np.zeros(self.W.shape), np.zeros(self.b.shape), []
        for x, dz in zip(self.X, dZ):
            self.dW += np.outer(x, dz) / len(dZ)
            self.db += dz / len(dZ)
            dX.append(self.W @ dz)
        return np.array(dX)
    def params(self):
        return [self.W, self.b]
    def grads(self):
        return [self.dW, self.db]
""",
    "Network": """
class Network:
    def __init__(self, sizes, activations, rng):
        self.activations = list(activations)
        self.first = Block(sizes, list(activations), rng)
    def params(self):
        return self.first.params()
    def predict(self, X):
        return softmax(self.first.forward(X))
    def loss(self, X, Y):
        return cross_entropy_from_logits(Y, self.first.forward(X))
    def gradients(self, X, Y):
        self.first.backward(cross_entropy_gradient(Y, self.predict(X)))
        return self.first.grads()
class Block:
    def __init__(self, sizes, names, rng):
        self.dense, self.name = Dense(sizes[0], sizes[1], rng), names[0]
        self.rest = Block(sizes[1:], names[1:], rng) if len(names) > 1 else None
    def forward(self, X):
        self.Z = self.dense.fprop(X)
        A = FUNCTIONS[self.name](self.Z)
        return self.rest.forward(A) if self.rest else A
    def backward(self, grad):
        if self.rest:
            grad = self.rest.backward(grad)
        return self.dense.bprop(grad * slope(self.name, self.Z))
    def params(self):
        return self.dense.params() + (self.rest.params() if self.rest else [])
    def grads(self):
        return self.dense.grads() + (self.rest.grads() if self.rest else [])
""",
}
STYLES = {"as taught": AS_TAUGHT, "of lists": OF_LISTS, "sample by sample": SAMPLE_BY_SAMPLE}
