"""Cases of `clipped`."""

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import shuffled


def _cases(rng):
    return {
        "some above": (shuffled(rng, 6), 4.0),
        "a matrix": (shuffled(rng, 2, 3), 3.0),
        "none above": (shuffled(rng, 4), 5.0),
        "some far below 0": (1.5 * shuffled(rng, 6) - 5.25, 1.5),  # -3.75, -2.25, -0.75, 0.75, 2.25 and 3.75
    }


QUESTIONS = Questions(_cases)
