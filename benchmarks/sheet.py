"""The course's training loop against a plain restatement of the exercise sheet's: `python benchmarks/sheet.py`.

The recipe is the sheet's: 784-80-70-10 units, batches of 64, learning rate 0.1, loss and error on training and
validation data after every epoch. The contenders alternate epoch by epoch, each at one and at two BLAS threads;
what counts is the ratio within a round, each contender at its better number of threads.
"""

import argparse
import itertools
import statistics
import time

import numpy as np
from threadpoolctl import ThreadpoolController

from mlp_helpers import MLPConfig, epochs, mnist, one_hot, relu, softmax

SIZES = (784, 80, 70, 10)
LEARNING_RATE, BATCH_SIZE, INIT_STDDEV = 0.1, 64, 0.01
CONFIG = MLPConfig(hidden=SIZES[1:-1], activations=("relu", "tanh"), init_stddev=INIT_STDDEV)


class PlainLoop:
    """The loop as one writes it from the formulas: float64, every gradient, two forward passes for the figures."""

    def __init__(self, data):
        (self.X, self.y), (self.X_valid, self.y_valid) = data
        self.Y, self.Y_valid = one_hot(self.y, 10), one_hot(self.y_valid, 10)
        rng = np.random.default_rng(0)
        self.W = [rng.normal(0, INIT_STDDEV, shape) for shape in itertools.pairwise(SIZES)]
        self.b = [np.zeros((1, size)) for size in SIZES[1:]]

    def forward(self, X):
        Z1 = np.dot(X, self.W[0]) + self.b[0]
        A1 = relu(Z1)
        Z2 = np.dot(A1, self.W[1]) + self.b[1]
        A2 = np.tanh(Z2)
        return Z1, A1, Z2, A2, softmax(np.dot(A2, self.W[2]) + self.b[2])

    def step(self, X, Y):
        Z1, A1, Z2, A2, Y_pred = self.forward(X)
        grad = Y_pred - Y
        updates = []
        for i, (A, slope) in enumerate([(A2, 1 - np.tanh(Z2) ** 2), (A1, (Z1 > 0) * 1.0), (X, None)]):
            layer = 2 - i
            updates.append((layer, np.dot(A.T, grad) / len(X), np.sum(grad, axis=0, keepdims=True) / len(X)))
            grad = np.dot(grad, self.W[layer].T)
            grad = grad if slope is None else grad * slope
        for layer, dW, db in updates:
            self.W[layer] -= LEARNING_RATE * dW
            self.b[layer] -= LEARNING_RATE * db

    def loss(self, X, Y):
        return np.mean(np.sum(-np.log(self.forward(X)[-1] + 1e-10) * Y, axis=1))

    def error(self, X, y):
        return np.mean(np.argmax(self.forward(X)[-1], axis=1) != y)

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
    better = {}
    for (name, threads), times in seconds.items():
        if name not in better or statistics.median(times) < statistics.median(better[name][1]):
            better[name] = (threads, times)
    reference = better["sheet's loop"][1]
    print(f"{'':18} threads  s an epoch  times as fast as the sheet's loop (least to most)")
    for name, (threads, times) in better.items():
        ratios = [slow / fast for slow, fast in zip(reference, times, strict=True)]
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"{name:18} {threads:7}  {statistics.median(times):10.3f}  {spread}")


if __name__ == "__main__":
    main()
