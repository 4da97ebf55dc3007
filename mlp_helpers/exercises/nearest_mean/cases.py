"""Cases of `nearest_mean`."""

import numpy as np

from mlp_helpers.checking.questions import Questions


def _cases(rng):
    means = rng.normal(size=(4, 3))
    far = np.vstack([means[0] / 2, means[0] * 5, means[2] - 4])  # the product of a short one is larger with a long one
    base = rng.normal(size=3)
    squares = base + np.array([[3.0, 0, 0], [2, 2, 0], [0, 0, 5]])  # squared distances 9, 8, 25; L1 distances 3, 4, 5
    return {
        "six samples": (rng.normal(size=(6, 3)), means),
        "samples at the means": (means[rng.permutation(4)], means),
        "long and short means": (far[rng.permutation(3)] + 0.05 * rng.normal(size=(3, 3)), far),
        "near by squares": (base + 0.1 * rng.uniform(-1, 1, size=(2, 3)), rng.permutation(squares)),
    }


QUESTIONS = Questions(_cases, conceals=("data", "network"))
