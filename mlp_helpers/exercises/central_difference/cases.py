"""Cases of `central_difference`."""

import numpy as np

from mlp_helpers.checking.questions import Questions


def _square_and_cube(x):
    return x**2 + x**3


def _cases(rng):
    return {
        "a number": (_square_and_cube, rng.uniform(1, 2), 0.5),
        "a small step": (np.cos, rng.uniform(0.5, 1), 0.01),
        "an array": (_square_and_cube, rng.uniform(0.5, 2, size=4), 0.25),
        "an array of whole numbers": (_square_and_cube, 1 + rng.permutation(4), 0.25),
    }


QUESTIONS = Questions(_cases, conceals=("gradients",))
