"""Cases of `pick`."""

import numpy as np

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import shuffled


def _cases(rng):
    row = np.append(4.0, shuffled(rng, 3))  # the largest entry is not that of the label
    return {
        "4 rows, 3 columns": (shuffled(rng, 4, 3) / 20, rng.permutation([0, 1, 1, 2])),
        "3 rows, 3 columns": (shuffled(rng, 3, 3), rng.permutation([0, 0, 2])),
        "a single row": (row[np.newaxis], rng.integers(1, 4, size=1)),
    }


QUESTIONS = Questions(_cases)
