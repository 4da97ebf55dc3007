"""One contender in a process of its own: `python contenders.py NAME THREADS`, then a line of input for each epoch.

All do the sheet's recipe: 784-80-70-10 units, relu and tanh, batches of 64 in random order, learning rate 0.1,
cross-entropy; loss and error on training and validation data after the epoch. For each line on its input a
contender runs one epoch and answers with a line of JSON.
"""

import itertools
import json
import sys
import time

import numpy as np
from products import Products

SIZES = (784, 80, 70, 10)
LEARNING_RATE, BATCH_SIZE, INIT_STDDEV = 0.1, 64, 0.01


class Course:
    """The package's `training.epochs`."""

    dtype = "float32"

    def __init__(self, data, threads):
        from mlp_helpers import MLPConfig, epochs

        config = MLPConfig(hidden=SIZES[1:-1], activations=("relu", "tanh"), init_stddev=INIT_STDDEV, dtype=self.dtype)
        (X, y), (X_valid, y_valid) = data
        self.run = epochs(
            config.build(),
            X,
            y,
            X_valid,
            y_valid,
            learning_rate=LEARNING_RATE,
            batch_size=BATCH_SIZE,
            rng=np.random.default_rng(0),
        )

    def epoch(self):
        return next(self.run).valid_error


class Course64(Course):
    """The same in double precision, as the notebooks train."""

    dtype = "float64"


class SheetsLoop:
    """The sheet's loop, operation by operation: float64, each derivative from its input, the input's gradient too."""

    def __init__(self, data, threads):
        from mlp_helpers import one_hot

        (self.X, self.y), (self.X_valid, self.y_valid) = data
        self.Y, self.Y_valid = one_hot(self.y, 10), one_hot(self.y_valid, 10)
        rng = np.random.default_rng(0)
        self.W = [rng.normal(0, INIT_STDDEV, shape) for shape in itertools.pairwise(SIZES)]
        self.b = [np.zeros((1, size)) for size in SIZES[1:]]

    def forward(self, X):
        """Return the prediction; keep each layer's input and pre-activation for the way back."""
        self.inputs, self.pre_activations = [], []
        for W, b, activation in zip(self.W, self.b, (self.relu, np.tanh, None), strict=True):
            self.inputs.append(X)
            self.pre_activations.append(np.dot(X, W) + b)
            X = self.pre_activations[-1] if activation is None else activation(self.pre_activations[-1])
        exponentials = np.exp(X - np.max(X, axis=1, keepdims=True))
        return exponentials / np.sum(exponentials, axis=1, keepdims=True)

    def step(self, X, Y):
        n = X.shape[0]
        grad = self.forward(X) - Y
        dW, db = [None] * 3, [None] * 3
        for i, derivative in ((2, None), (1, self.tanh_d), (0, self.relu_d)):
            grad = grad if derivative is None else grad * derivative(self.pre_activations[i])
            dW[i] = (1 / n) * np.dot(self.inputs[i].T, grad)
            db[i] = (1 / n) * np.sum(grad, axis=0, keepdims=True)
            grad = np.dot(grad, self.W[i].T)
        for i in range(3):
            self.W[i] -= LEARNING_RATE * dW[i]
            self.b[i] -= LEARNING_RATE * db[i]

    def relu(self, x):
        return np.maximum(0.0, x)

    def relu_d(self, x):
        slope = np.zeros_like(x)
        slope[x > 0] = 1
        return slope

    def tanh_d(self, x):
        return 1.0 - np.tanh(x) ** 2

    def loss(self, X, Y):
        return np.mean(np.sum(-np.log(self.forward(X) + 1e-10) * Y, axis=1))

    def error(self, X, y):
        return np.mean(np.argmax(self.forward(X), axis=-1) != y)

    def epoch(self):
        for start in range(0, len(self.X) // BATCH_SIZE * BATCH_SIZE, BATCH_SIZE):
            batch = slice(start, start + BATCH_SIZE)
            self.step(self.X[batch], self.Y[batch])
        self.loss(self.X, self.Y)
        self.error(self.X, self.y)
        self.loss(self.X_valid, self.Y_valid)
        return self.error(self.X_valid, self.y_valid)


class BareProducts:
    """Nothing but the matrix products of an epoch: the floor."""

    dtype = "float32"

    def __init__(self, data, threads):
        self.n_trained, self.n_evaluated = len(data[0][0]), sum(len(X) for X, _ in data)
        self.products = Products(SIZES, BATCH_SIZE, self.dtype)

    def epoch(self):
        self.products.epoch(self.n_trained, self.n_evaluated)


class BareProducts64(BareProducts):
    """The same in double precision."""

    dtype = "float64"


class PyTorch:
    """A Sequential, fused SGD, float32."""

    def __init__(self, data, threads):
        import torch

        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.torch = torch
        self.data = [(torch.from_numpy(X), torch.from_numpy(y).long()) for X, y in data]
        linear = [torch.nn.Linear(*shape) for shape in itertools.pairwise(SIZES)]
        for layer in linear:
            torch.nn.init.normal_(layer.weight, std=INIT_STDDEV)
            torch.nn.init.zeros_(layer.bias)
        self.network = torch.nn.Sequential(linear[0], torch.nn.ReLU(), linear[1], torch.nn.Tanh(), linear[2])
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=LEARNING_RATE, fused=True)
        self.loss = torch.nn.functional.cross_entropy

    def epoch(self):
        X, y = self.data[0]
        for batch in self.torch.randperm(len(X)).split(BATCH_SIZE):
            self.optimizer.zero_grad()
            self.loss(self.network(X[batch]), y[batch]).backward()
            self.optimizer.step()
        with self.torch.inference_mode():
            for X, y in self.data:
                logits = self.network(X)
                self.loss(logits, y).item()
                error = (logits.argmax(1) != y).double().mean().item()
        return error


class Jax:
    """A jitted scan over the batches, float32; the last partial batch, which a scan cannot take, is left out."""

    def __init__(self, data, threads):
        import jax
        import jax.numpy as jnp

        rng = np.random.default_rng(0)
        self.params = [
            (jnp.asarray(rng.normal(0, INIT_STDDEV, shape), jnp.float32), jnp.zeros(shape[1]))
            for shape in itertools.pairwise(SIZES)
        ]
        self.data = [(jnp.asarray(X), jnp.asarray(y)) for X, y in data]
        self.rng = rng

        def logits(params, X):
            (W1, b1), (W2, b2), (W3, b3) = params
            return jnp.tanh(jax.nn.relu(X @ W1 + b1) @ W2 + b2) @ W3 + b3

        def loss(params, X, y):
            return -jnp.mean(jax.nn.log_softmax(logits(params, X))[jnp.arange(len(y)), y])

        @jax.jit
        def train(params, X, y, batches):
            def step(params, batch):
                grads = jax.grad(loss)(params, X[batch], y[batch])
                return jax.tree.map(lambda p, g: p - LEARNING_RATE * g, params, grads), None

            return jax.lax.scan(step, params, batches)[0]

        @jax.jit
        def evaluate(params, X, y):
            return loss(params, X, y), jnp.mean(jnp.argmax(logits(params, X), 1) != y)

        self.train, self.evaluate = train, evaluate

    def epoch(self):
        X, y = self.data[0]
        n_steps = len(X) // BATCH_SIZE
        batches = self.rng.permutation(len(X))[: n_steps * BATCH_SIZE].reshape(n_steps, BATCH_SIZE)
        self.params = self.train(self.params, X, y, batches)
        return [float(self.evaluate(self.params, *part)[1]) for part in self.data][1]


class ScikitLearn:
    """MLPClassifier.partial_fit, float32, relu in both layers: it trains and evaluates nothing."""

    def __init__(self, data, threads):
        from sklearn.neural_network import MLPClassifier

        self.data = data
        self.network = MLPClassifier(
            SIZES[1:-1],
            solver="sgd",
            alpha=0,
            batch_size=BATCH_SIZE,
            learning_rate_init=LEARNING_RATE,
            momentum=0,
            random_state=0,
        )

    def epoch(self):
        self.network.partial_fit(*self.data[0], classes=np.arange(10))


CONTENDERS = {
    "course": Course,
    "course, float64": Course64,
    "sheet's loop": SheetsLoop,
    "bare products": BareProducts,
    "bare products, float64": BareProducts64,
    "PyTorch": PyTorch,
    "JAX": Jax,
    "scikit-learn": ScikitLearn,
}


def load_data():
    """Return training and validation data as rows."""
    from mlp_helpers import mnist

    return [(X.reshape(len(X), -1), y) for X, y in mnist()[:2]]


def main(name, threads):
    """Answer each line of input with an epoch."""
    contender = CONTENDERS[name](load_data(), int(threads))
    for _ in sys.stdin:
        started = time.perf_counter()
        error = contender.epoch()
        seconds = time.perf_counter() - started
        print(json.dumps({"seconds": seconds, "valid_error": None if error is None else float(error)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
