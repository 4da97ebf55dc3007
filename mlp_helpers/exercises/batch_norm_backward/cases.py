"""Cases of `batch_norm_backward`."""

import numpy as np

from mlp_helpers.checking.questions import Questions


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


QUESTIONS = Questions(_cases, conceals=("beyond.normalization",))
