"""Datasheet of MNIST: its numbers, computed from the data and the stored networks of notebook 08."""

import numpy as np
import pytest

from mlp_helpers import mnist
from mlp_helpers.data import REPOSITORY_DATA
from mlp_helpers.files import REPOSITORY

PAGE = " ".join((REPOSITORY / "data" / "README.md").read_text(encoding="utf-8").split())


def predictions(stored, seed, signal):
    """Return the classes that a stored network of relu layers predicts for rows."""
    n_layers = sum(key.startswith(f"{seed}/") for key in stored) // 2
    for layer in range(n_layers):
        signal = signal @ stored[f"{seed}/{2 * layer}"].astype(float) + stored[f"{seed}/{2 * layer + 1}"]
        signal = np.maximum(signal, 0) if layer < n_layers - 1 else signal
    return signal.argmax(axis=1)


@pytest.mark.thorough
def test_the_two_halves_of_the_test_set():
    X, y = mnist()[2]
    with np.load(REPOSITORY_DATA / "best.npz") as stored:
        wrong = np.array([predictions(stored, seed, X.reshape(len(X), -1)) != y for seed in range(5)])
    first, last = (100 * np.median(half.mean(axis=1)) for half in np.split(wrong, 2, axis=1))
    assert f"misreads {first:.2f} % of the first 5,000 test images, and {last:.2f} % of the last 5,000" in PAGE


def test_the_sizes_of_the_classes():
    counts = np.bincount(np.concatenate([y for _, y in mnist()]))
    assert f"{counts.max():,} ones and {counts.min():,} fives" in PAGE
    assert (counts.argmax(), counts.argmin()) == (1, 5)
