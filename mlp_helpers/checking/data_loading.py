"""Cases of notebook 01: data as arrays, a first classifier, minibatches."""

import numpy as np

from mlp_helpers.checking.batches import conclude_epochs, has_drawn, next_numbers, numbered_samples, plain_batches
from mlp_helpers.checking.questions import Misfit, Questions, own_array, refusing

CONCEALED = ("data", "network")  # see `cases`
PAIR = "A batch must be a pair of arrays, and holds something"


def one_hot_rows(rng, n_samples, n_classes):
    """Return random one-hot rows."""
    return np.eye(n_classes)[rng.integers(n_classes, size=n_samples)]


def probabilities(rng, n_samples, n_classes):
    """Return random rows that sum to 1, with no entry below a few per cent."""
    positive = rng.uniform(0.2, 1, size=(n_samples, n_classes))
    return positive / positive.sum(axis=1, keepdims=True)


def _flatten(rng):
    return {
        "three images": (rng.integers(100, size=(3, 1, 2, 4)),),
        "one image": (rng.integers(100, size=(1, 1, 3, 3)),),
        "three channels": (rng.integers(100, size=(2, 3, 2, 2)),),
    }


def _one_hot(rng):
    return {
        "a class absent": (rng.permutation(4), 5),
        "a class twice": (rng.permutation([0, 1, 2, rng.integers(3)]), 3),
        "one label": (rng.integers(3, size=1), 3),
        "a label of -1": (np.array([2, -1, 0]), 3),
        "a label of 3": (np.array([1, 3, 0]), 3),
    }


def _unhot(rng):
    return {
        "one-hot rows": (np.eye(5)[rng.permutation(5)[:4]],),
        "probabilities": (probabilities(rng, 5, 3),),
        "any numbers": (rng.normal(size=(4, 4)) - 3,),
    }


def _classification_error(rng):
    n_samples = rng.integers(12, 25)
    n_wrong = rng.integers(3, n_samples - 2)
    y = rng.integers(5, size=n_samples)
    y_pred = y.copy()
    y_pred[rng.permutation(n_samples)[:n_wrong]] += np.resize([1, 2, -1], n_wrong)
    others = y + np.resize([1, -1], n_samples) * (1 + rng.integers(3, size=n_samples))
    return {
        "some wrong": (y, y_pred),
        "all right": (y, y.copy()),
        "all wrong": (y, others),
        "a column of predictions": (y, y_pred.reshape(-1, 1)),
    }


def _nearest_mean(rng):
    means = rng.normal(size=(4, 3))
    far = np.vstack([means[0] + 0.4, means[1] * 5, means[2] - 4])  # means of very different norms
    base = rng.normal(size=3)
    squares = base + np.array([[3.0, 0, 0], [2, 2, 0], [0, 0, 5]])  # squared distances 9, 8, 25; L1 distances 3, 4, 5
    return {
        "six samples": (rng.normal(size=(6, 3)), means),
        "samples at the means": (means[rng.permutation(4)], means),
        "long and short means": (far[rng.permutation(3)] + 0.1 * rng.normal(size=(3, 3)), far),
        "near by squares": (base + 0.1 * rng.uniform(-1, 1, size=(2, 3)), rng.permutation(squares)),
    }


def _minibatches(rng):
    return {
        "23 samples in batches of 5": (*numbered_samples(rng, 23), 5, rng),
        "20 samples in batches of 4": (*numbered_samples(rng, 20), 4, rng),
        "9 samples in a batch of 16": (*numbered_samples(rng, 9), 16, rng),
    }


def _look_at_batches(answer, X, Y, batch_size, rng):
    """Return the batches of two epochs, and the numbers that come next."""
    epochs = [plain_batches(_batches(answer(X, Y, batch_size, rng), len(X))) for _ in range(2)]
    return {"batches": epochs, "next numbers": next_numbers(rng)}


def _batches(given, n_samples):
    """Return an iterable of batches as a list of pairs of arrays; raise `Misfit` if it is invalid."""
    found = []
    for item in given:
        if not isinstance(item, tuple | list) or len(item) != 2:
            raise Misfit(
                f"A batch must be a pair, rows of X and rows of Y, and what comes is of type {type(item).__name__}. "
                "Is each pair handed out with `yield`?"
            )
        if len(found) > n_samples:
            raise Misfit("There are more batches than samples. When does your loop end?")
        found.append(tuple(own_array(part, PAIR) for part in item))
    return found


def _conclude_batches(seen, X, Y, _batch_size, rng):
    return conclude_epochs(X, Y, seen["batches"]) | {"by rng": has_drawn(rng, seen["next numbers"])}


QUESTIONS = {
    "flatten": Questions(_flatten, rowwise=True, awkward=("three channels",), ordinary_share=1 / 2),
    "one_hot": Questions(
        _one_hot,
        refusing(lambda labels, n_classes: labels.min() < 0 or labels.max() >= n_classes),
        awkward=("a label of -1", "a label of 3"),
        ordinary_share=1 / 2,
    ),
    "unhot": Questions(_unhot, rowwise=True),
    "classification_error": Questions(
        _classification_error,
        refusing(lambda y, y_pred: y.shape != y_pred.shape),
        awkward=("a column of predictions",),
        ordinary_share=1 / 2,
    ),
    "nearest_mean": Questions(_nearest_mean, rowwise=True),
    "minibatches": Questions(
        _minibatches,
        _look_at_batches,
        _conclude_batches,
        awkward=("23 samples in batches of 5", "9 samples in a batch of 16"),
        ordinary_share=3 / 5,
    ),
}
