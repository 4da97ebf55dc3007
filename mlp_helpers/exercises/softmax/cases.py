"""Cases of `softmax`."""

import numpy as np

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import LARGE

FAR_APART = "far apart, all but the largest"


def _large_logits(rng):
    """Return, in random order, a row of large logits, one of large negative ones, and one with both."""
    large, negative, highest, lowest = rng.uniform(*LARGE, size=4)
    rows = 2 * rng.normal(size=(3, 3)) + [[large], [-negative], [0.0]]
    rows[2, :2] = highest, -lowest
    rows[2] = rng.permutation(rows[2])
    return rng.permutation(rows)


def _cases(rng):
    return {
        "ordinary": (2 * rng.normal(size=(4, 3)),),
        "one sample": (rng.normal(size=(1, 5)),),
        "large": (_large_logits(rng),),
        FAR_APART: (rng.permuted(rng.normal(size=(2, 3)) + np.array([[0, 17, 0], [-17, 0, -18]]), axis=1),),
    }


def _conclude(seen, logits):
    """Return the probabilities; where one class leads far in each row, the others: beside it they count for nothing."""
    second, first = np.sort(logits, axis=1).T[-2:]
    if type(seen) is not np.ndarray or seen.shape != logits.shape or min(first - second) < 10:
        return seen
    return np.sort(seen, axis=1)[:, :-1]


QUESTIONS = Questions(
    _cases,
    conclude=_conclude,
    awkward=("large", FAR_APART),
    ordinary_share=1 / 2,
    conceals=("activations", "layers", "outputs", "network"),
)
