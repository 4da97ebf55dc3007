"""The boxes "The same in PyTorch": their programs, what these printed, and the course's own numbers."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

import mlp_helpers as mlp
from mlp_helpers.schedules import cosine
from mlp_helpers.services.files import REPOSITORY

PROGRAMS = sorted((REPOSITORY / "benchmarks" / "pytorch").glob("*.py"))


def rounded(matrix):
    return [[round(x, 4) for x in row] for row in matrix.tolist()]


def network(*params, activation):
    """Return a network with one hidden layer, of the given W and b."""
    layers = [mlp.InputLayer((None, len(params[0])))]
    for W, name in ((params[0], activation), (params[2], None)):
        layers.append(mlp.FullyConnectedLayer(layers[-1], W.shape[1], 0.0, name))
    built = mlp.NeuralNetwork([*layers, mlp.SoftmaxOutput(layers[-1])])
    for own, given in zip(built.params(), params, strict=True):
        own[...] = given
    return built


def layers():
    W1, b1 = np.array([[2.0, -1.0], [1.0, 1.0]]), [-1.0, 0.0]
    W2, b2 = np.array([[1.0, -1.0], [1.0, 1.0]]), [-1.0, 3.0]
    X, y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([0, 1])
    built = network(W1, b1, W2, b2, activation="relu")
    yield f"loss {built.evaluate(X, y)[0]:.3f}"
    yield f"dW2 {rounded(built.gradients(X, y)[2])}"


def gradient_checking():
    X, W = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[0.2, -0.1], [0.1, 0.3]])
    gradient = X.T @ (1 - np.tanh(X @ W) ** 2)
    yield f"gradient {rounded(gradient)}"
    numerical = mlp.numerical_gradient(lambda W: np.tanh(X @ W).sum(), W)
    yield f"checked {np.allclose(gradient, numerical, rtol=1e-6)}"


def training():
    X, y = np.linspace(-1, 1, 24).reshape(8, 3), np.array([0, 1, 0, 1, 1, 0, 1, 0])
    shapes = [(4, 3), (1, 4), (2, 4), (1, 2)]  # as PyTorch stores them: weights are transposed
    params = [np.linspace(-0.5, 0.6, rows * columns).reshape(rows, columns) for rows, columns in shapes]
    built = network(params[0].T, params[1], params[2].T, params[3], activation="relu")
    optimizer = mlp.SGD(learning_rate=0.1)
    for X_batch, y_batch in mlp.minibatches(X, y, 4):
        yield f"loss of the batch {built.evaluate(X_batch, y_batch)[0]:.4f}"
        optimizer.step(built.params(), built.gradients(X_batch, y_batch))


def tuning():
    theta, optimizer = np.array([1.0]), mlp.Momentum(learning_rate=0.1, momentum=0.9, weight_decay=0.01)
    for step in range(4):
        factor = cosine(step / 4)
        yield f"rate {0.1 * factor:.4f}, theta {theta[0]:.4f}"
        optimizer.step([theta], [theta.copy()], factor)


OURS = {
    "03_layers": layers, "04_gradient_checking": gradient_checking, "05_training": training, "06_tuning": tuning,
}  # fmt: skip


def test_each_program_has_its_notebook():
    assert [program.stem for program in PROGRAMS] == list(OURS)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_a_box_holds_the_program_and_what_it_printed(program):
    notebook = nbformat.read(Path(REPOSITORY, "notebooks", f"{program.stem}.ipynb"), as_version=4)
    (box,) = [cell.source for cell in notebook.cells if cell.id == "same-in-pytorch"]
    assert f"```python\n{program.read_text()}```" in box
    assert max(map(len, program.read_text().splitlines())) <= 54  # else lines are wrapped on a narrow page
    assert f"```text\n{program.with_suffix('.txt').read_text()}```" in box


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_the_course_has_the_same_numbers(program):
    assert list(OURS[program.stem]()) == program.with_suffix(".txt").read_text().splitlines()


def test_another_number_would_be_noticed(monkeypatch):
    monkeypatch.setattr(mlp.Momentum, "_update", lambda self, param, grad, rate, velocity: None)
    assert list(tuning()) != (REPOSITORY / "benchmarks/pytorch/06_tuning.txt").read_text().splitlines()
