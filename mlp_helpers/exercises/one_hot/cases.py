"""Cases of `one_hot`."""

import numpy as np

from mlp_helpers.checking.questions import Questions, refusing


def _cases(rng):
    return {
        "a class absent": (rng.permutation(4), 5),
        "a class twice": (rng.permutation([0, 1, 2, rng.integers(3)]), 3),
        "one label": (rng.integers(1, 3, size=1), 3),
        "a label of -1": (np.array([2, -1, 0]), 3),
        "a label of 3": (np.array([1, 3, 0]), 3),
        "a label of -2": (np.array([0, 1, -2]), 3),
    }


QUESTIONS = Questions(
    _cases,
    refusing(lambda labels, n_classes: labels.min() < 0 or labels.max() >= n_classes),
    awkward=("a label of -1", "a label of 3", "a label of -2"),
    ordinary_share=1 / 2,
    conceals=("data", "network"),
)
