"""Cases of `batch_norm_backward`."""

import numpy as np

from mlp_helpers.checking.observations import agree
from mlp_helpers.checking.questions import Questions

PATHS = "the straight one", "that through the mean", "that through sigma"


def _batch(rng, n_samples, n_units):
    """Return random gradients, normalized values, scales and standard deviations."""
    X = rng.normal(1, 2, (n_samples, n_units)) * rng.uniform(0.5, 2, n_units)
    sigma = np.sqrt(X.var(axis=0, keepdims=True) + 1e-5)
    X_hat = (X - X.mean(axis=0, keepdims=True)) / sigma
    return rng.normal(1, 1, X.shape), X_hat, rng.uniform(1.5, 3, (1, n_units)), sigma


def _cases(rng):
    return {
        "5 samples, 2 units": _batch(rng, 5, 2),
        "4 samples, 4 units": _batch(rng, 4, 4),
        "3 samples, 1 unit": _batch(rng, 3, 1),
    }


def _paths(wanted, got, arguments):
    """Return which of the paths to dX come with a wrong weight, from what each unit's column is made of."""
    (dA, X_hat, gamma, _), right, own = arguments, wanted["dX"], got["dX"]
    if type(own) is not np.ndarray or own.shape != right.shape or len(dA) < 5 or not np.isfinite(own).all():
        return None
    wrong, where = set(), "Only dX is wrong" if agree({**got, "dX": right}, wanted) else "The gradient dX is wrong"
    for grads, hat, *columns in zip((dA * gamma).T, X_hat.T, right.T, own.T, strict=True):
        along = np.stack([grads, np.full(len(grads), grads.mean()), hat * np.mean(grads * hat)], axis=1)
        weights, its = (np.linalg.lstsq(along, column, rcond=None)[0] for column in columns)
        if agree(along[:, :2] @ weights[:2] + weights[2] * np.mean(grads * hat), columns[1]):
            wrong.add(PATHS[2])  # it lacks X_hat of the sample itself
            continue
        if not agree(along @ its, columns[1]):
            return f"{where}: whatever their factors, the three paths do not give it. Over what is each mean taken?"
        wrong |= {path for path, *pair in zip(PATHS, weights, its, strict=True) if not agree(*pair)}
    of_these = " and ".join(path for path in PATHS if path in wrong)
    if len(wrong) == 1:
        return f"{where}: of its three paths, {of_these} has a wrong factor. What lies on that path?"
    return f"{where}: of its three paths, {of_these} have wrong factors. What lies on each of them?"


QUESTIONS = Questions(
    _cases, parts=("dX", "dgamma", "dbeta"), properties={"dX": _paths}, conceals=("beyond.normalization",)
)
