"""Write torch.json, PyTorch's values for small networks and graphs: `python tests/references/make_torch.py`.

PyTorch is not a dependency of the course. If the reference ever has to change, run this where PyTorch is installed;
tests/test_references.py compares the package with the file, and tests/notebooks/test_one_neuron.py the class `Value`.
"""

import itertools
import json
from pathlib import Path

import numpy as np
import torch

SIZES = (5, 7, 4, 3)
N_SAMPLES, N_STEPS, LEARNING_RATE = 6, 3, 0.5
HIDDEN = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "linear": lambda x: x}
OPTIMIZERS = [
    ("sgd", torch.optim.SGD, {"lr": 0.5, "weight_decay": 0.01}),
    ("momentum", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    ("momentum", torch.optim.SGD, {"lr": 0.1, "momentum": 0.8, "weight_decay": 0.01}),
    ("nesterov", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("nesterov", torch.optim.SGD, {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01}),
    ("adam", torch.optim.Adam, {"lr": 0.01}),
    ("adam", torch.optim.Adam, {"lr": 0.01, "betas": [0.8, 0.99], "eps": 1e-6, "weight_decay": 0.01}),
    ("adamw", torch.optim.AdamW, {"lr": 0.01, "weight_decay": 0.1}),
]
N_OPTIMIZER_STEPS, EVERY = 50, 10
N_GRAPHS, N_INPUTS, N_GATES = 10, 3, 12
GATES = {"+": torch.add, "*": torch.mul, "sigmoid": torch.sigmoid, "relu": torch.relu}
CASES = [("relu", "tanh", "softmax"), ("sigmoid", "relu", "softmax"), ("tanh", "linear", "linear")]


def run(first, second, output, rng):
    """Return inputs, parameters, and PyTorch's results for a few steps of gradient descent."""
    params = [rng.normal(0, 0.7, shape) for shape in itertools.pairwise(SIZES)]
    params = [p for W in params for p in (W, rng.normal(0, 0.2, (1, W.shape[1])))]
    X = rng.normal(size=(N_SAMPLES, SIZES[0]))
    labels = rng.integers(SIZES[-1], size=N_SAMPLES)
    Y = np.eye(SIZES[-1])[labels] if output == "softmax" else rng.normal(size=(N_SAMPLES, SIZES[-1]))

    tensors = [torch.tensor(p, requires_grad=True) for p in params]
    X_, Y_ = torch.tensor(X), torch.tensor(Y)
    steps = []
    for _ in range(N_STEPS):
        W1, b1, W2, b2, W3, b3 = tensors
        scores = HIDDEN[second](HIDDEN[first](X_ @ W1 + b1) @ W2 + b2) @ W3 + b3
        if output == "softmax":
            loss, prediction = torch.nn.functional.cross_entropy(scores, Y_), torch.softmax(scores, dim=1)
        else:
            loss, prediction = 0.5 * (scores - Y_).square().sum(dim=1).mean(), scores
        grads = torch.autograd.grad(loss, tensors)
        steps.append(
            {
                "loss": loss.item(),
                "prediction": prediction.tolist(),
                "grads": [grad.tolist() for grad in grads],
            }
        )
        with torch.no_grad():
            for tensor, grad in zip(tensors, grads, strict=True):
                tensor -= LEARNING_RATE * grad
    return {
        "activations": [first, second],
        "output": output,
        "learning_rate": LEARNING_RATE,
        "params": [p.tolist() for p in params],
        "X": X.tolist(),
        "Y": Y.tolist(),
        "steps": steps,
    }


def optimize(name, kind, settings):
    """Return the parameters of a linear softmax model after several steps of an optimizer."""
    rng = np.random.default_rng(1)
    W, X, labels = rng.normal(0, 0.7, (4, 3)), rng.normal(size=(8, 4)), rng.integers(3, size=8)
    param, b = torch.tensor(W, requires_grad=True), torch.zeros((1, 3), dtype=torch.float64, requires_grad=True)
    optimizer = kind([param, b], **settings)
    found = []
    for n in range(1, N_OPTIMIZER_STEPS + 1):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(torch.tensor(X) @ param + b, torch.tensor(labels)).backward()
        optimizer.step()
        if n == 1 or n % EVERY == 0:
            found.append({"n": n, "params": [param.tolist(), b.tolist()]})
    return {
        "optimizer": name,
        "settings": settings,
        "W": W.tolist(),
        "X": X.tolist(),
        "y": labels.tolist(),
        "after": found,
    }


def graph(rng):
    """Return a random graph, and PyTorch's gradients of its last value with respect to the inputs.

    An operand of a gate is the place of a value, an int, or a plain number, a float.
    """
    inputs, gates = rng.uniform(-2, 2, N_INPUTS).tolist(), []
    for n_values in range(N_INPUTS, N_INPUTS + N_GATES):
        name = str(rng.choice(list(GATES), p=[0.4, 0.4, 0.1, 0.1]))
        early, late = int(rng.integers(n_values)), int(rng.integers(max(n_values - 3, 0), n_values))
        operands = [late] if name in ("sigmoid", "relu") else [late, early]
        if len(operands) == 2 and rng.random() < 0.2:
            operands[1] = float(rng.uniform(-2, 2))
        gates.append([name, *(operands[::-1] if rng.random() < 0.5 else operands)])
    tensors = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in inputs]
    values = list(tensors)
    for name, *operands in gates:
        taken = [values[one] if type(one) is int else torch.tensor(one, dtype=torch.float64) for one in operands]
        values.append(GATES[name](*taken))
    grads = torch.autograd.grad(values[-1], tensors, allow_unused=True, materialize_grads=True)
    return {"inputs": inputs, "gates": gates, "value": values[-1].item(), "grads": [grad.item() for grad in grads]}


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    found = {
        "torch": torch.__version__,
        "cases": [run(*case, rng) for case in CASES],
        "optimizers": [optimize(*case) for case in OPTIMIZERS],
        "graphs": [graph(rng) for _ in range(N_GRAPHS)],
    }
    Path(__file__).with_name("torch.json").write_text(json.dumps(found) + "\n")
