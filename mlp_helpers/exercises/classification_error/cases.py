"""Cases of `classification_error`."""

import numpy as np

from mlp_helpers.checking.questions import Questions, refusing


def _cases(rng):
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
        "one prediction for all": (y, y_pred[:1]),
    }


QUESTIONS = Questions(
    _cases,
    refusing(lambda y, y_pred: y.shape != y_pred.shape),
    awkward=("a column of predictions", "one prediction for all"),
    ordinary_share=1 / 2,
    conceals=("data", "network"),
)
