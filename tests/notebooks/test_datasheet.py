"""Datasheets of MNIST and its writers, and what notebook 02 says of them: numbers, computed from data and networks."""

import nbformat
import numpy as np
import pytest

from mlp_helpers import mnist, writers
from mlp_helpers.data import REPOSITORY_DATA
from mlp_helpers.services.files import REPOSITORY

PAGE, WRITERS = (
    " ".join((REPOSITORY / "data" / name).read_text(encoding="utf-8").split())
    for name in ("README.md", "qmnist/README.md")
)


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


def test_the_writers():
    train, valid, test = writers()
    parts = [np.concatenate([train, valid]), train, valid, test]
    people = [np.unique(part) for part in parts]
    rows = {
        "images": [f"{len(part):,}" for part in parts],
        "writers": list(map(len, people)),
        "of these, students": [np.sum(one >= 2100) for one in people],
        "of these, employees": [np.sum(one < 2100) for one in people],
        "share of images by students": [f"{100 * np.mean(part >= 2100):.1f} %" for part in parts],
    }
    for name, cells in rows.items():
        assert f"| {name} | {' | '.join(map(str, cells))} |" in WRITERS
    n_both, share = len(np.intersect1d(train, valid)), 100 * np.isin(valid, train).mean()
    assert f"{n_both} writers, among them all 250 students" in WRITERS
    assert f"{share:.1f} % of the validation images" in WRITERS
    assert f"{share:.1f} % of its images are by people who also wrote training images" in PAGE
    assert f"{len(people[0])} people wrote the training images, 250 students and 289 employees" in PAGE
    assert f"up to {max(np.bincount(np.concatenate(parts[1:])))} of them" in WRITERS


@pytest.mark.thorough
def test_what_a_known_hand_is_worth_to_the_nearest_image(digits):
    (X, y), (X_valid, y_valid), _ = digits
    train, valid, _ = writers()
    squares, wrong = np.sum(X**2, axis=1) / 2, []
    for some in np.array_split(np.flatnonzero(np.isin(valid, train)), 20):
        scores = X_valid[some] @ X.T - squares
        strange = np.where(valid[some, np.newaxis] == train, -np.inf, scores)
        wrong.append([y[both.argmax(axis=1)] != y_valid[some] for both in (scores, strange)])
    errors = 100 * np.concatenate(wrong, axis=1).mean(axis=1)
    cells = nbformat.read(REPOSITORY / "notebooks" / "02_data_loading.ipynb", as_version=4).cells
    (text,) = (" ".join(cell.source.split()) for cell in cells if cell.id == "nearest-image-see")
    assert f"Of all 4,080 validation images by known hands it misreads {errors[0]:.1f} %" in text
    assert f"it misreads {errors[1]:.1f} %" in text
