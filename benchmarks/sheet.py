"""The course's training loop against a plain restatement of the exercise sheet's: `python benchmarks/sheet.py`.

The recipe is the sheet's: 784-80-70-10 units, batches of 64, learning rate 0.1, loss and error on training and
validation data after every epoch. The contenders alternate epoch by epoch, each at one and at two BLAS threads;
what counts is the ratio within a round. On an idle machine two threads help the sheet's loop, whose products are
large where it evaluates; on a busy one they make every contender slow.
"""

import argparse
import itertools
import statistics
import time

import numpy as np
from threadpoolctl import ThreadpoolController

from mlp_helpers import MLPConfig, epochs, mnist, one_hot

SIZES = (784, 80, 70, 10)
LEARNING_RATE, BATCH_SIZE, INIT_STDDEV = 0.1, 64, 0.01
CONFIG = MLPConfig(hidden=SIZES[1:-1], activations=("relu", "tanh"), init_stddev=INIT_STDDEV)


class PlainLoop:
    """The sheet's loop, operation by operation: float64, each derivative from its input, the input's gradient too."""

    def __init__(self, data):
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

    def epoch(self, threads):
        with ThreadpoolController().limit(limits=threads, user_api="blas"):
            for start in range(0, len(self.X) // BATCH_SIZE * BATCH_SIZE, BATCH_SIZE):
                batch = slice(start, start + BATCH_SIZE)
                self.step(self.X[batch], self.Y[batch])
            self.loss(self.X, self.Y)
            self.error(self.X, self.y)
            self.loss(self.X_valid, self.Y_valid)
            return self.error(self.X_valid, self.y_valid)


class Course:
    """The package's `training.epochs`."""

    def __init__(self, data, dtype):
        (X, y), (X_valid, y_valid) = data
        network = CONFIG.replace(dtype=dtype).build()
        self.runs = {
            threads: epochs(
                network,
                X,
                y,
                X_valid,
                y_valid,
                learning_rate=LEARNING_RATE,
                batch_size=BATCH_SIZE,
                rng=np.random.default_rng(0),
                blas_threads=threads,
            )
            for threads in (1, 2)
        }

    def epoch(self, threads):
        return next(self.runs[threads]).valid_error


def measure(rounds):
    """Return seconds, a dictionary from (contender, threads) to a list with one entry a round."""
    data = [(X.reshape(len(X), -1), y) for X, y in mnist()[:2]]
    contenders = {
        "sheet's loop": PlainLoop(data),
        "course, float64": Course(data, "float64"),
        "course, float32": Course(data, "float32"),
    }
    seconds = {(name, threads): [] for name in contenders for threads in (1, 2)}
    for round_ in range(rounds + 1):  # the first warms up
        for name, threads in seconds:
            started = time.perf_counter()
            contenders[name].epoch(threads)
            if round_:
                seconds[name, threads].append(time.perf_counter() - started)
    return seconds


def main():
    """Measure, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    seconds = measure(parser.parse_args().rounds)
    median = {key: statistics.median(times) for key, times in seconds.items()}
    print(f"{'':18} {'threads':>7} {'s an epoch':>10}  times as fast as the sheet's loop, median (least to most)")
    for (name, threads), times in seconds.items():
        better = min((1, 2), key=lambda n, name=name: median[name, n])
        mark = "*" if better == threads else " "
        print(f"{name:18} {threads:>6}{mark} {median[name, threads]:10.3f}", end="")
        for reference in (1, 2):
            ratios = [slow / fast for slow, fast in zip(seconds["sheet's loop", reference], times, strict=True)]
            print(f"  on {reference}: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})", end="")
        print()
    print("* the better number of threads of this contender in this run")


if __name__ == "__main__":
    main()
