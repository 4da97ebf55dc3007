"""Cases of `centre_rows`."""

import numpy as np

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import shuffled


def _cases(rng):
    return {
        "2 rows, 4 columns": (shuffled(rng, 2, 4) ** 2,),
        "3 rows, 3 columns": (shuffled(rng, 3, 3) ** 2,),
        "a single row": (shuffled(rng, 1, 3),),
        "whole numbers": (3 * rng.integers(10, size=(2, 3)) + np.array([1, 0, 0]),),  # no mean of a row is whole
    }


QUESTIONS = Questions(_cases)
