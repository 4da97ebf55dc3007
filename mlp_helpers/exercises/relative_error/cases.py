"""Cases of `relative_error`."""

import numpy as np

from mlp_helpers.checking.questions import Questions


def _cases(rng):
    analytic = rng.normal(size=(3, 2)) + 3
    numeric = analytic * (1 + 0.1 * rng.uniform(0.2, 1, size=(3, 2)))
    opposite = rng.normal(size=4)
    negative = -rng.uniform(0.5, 2, size=(2, 3))
    below = negative * (1 + 0.2 * rng.uniform(0.2, 1, size=(2, 3)))
    return {
        "ordinary": (analytic, numeric),
        "the other way round": (numeric, analytic),
        "opposite signs": (opposite, -rng.uniform(0.3, 0.8, size=4) * opposite),
        "negative": (negative, below),
        "negative, the other way round": (below, negative),
        "both 0": _pair(rng, 0.0, 0.0, rng.uniform(0.02, 0.1)),
        "one exactly 0": _pair(rng, 0.0, rng.uniform(0.2, 1)),  # the relative error is 1, whatever the other number
        "below the floor": _pair(rng, *_half(rng, 8e-9)),
        "another floor": (*_pair(rng, *_half(rng, 0.8)), 1.0),
    }


def _half(rng, largest):
    """Return a number, and a part of it, about half."""
    number = rng.uniform(0.3, 1) * largest
    return number, rng.uniform(0.3, 0.7) * number


def _pair(rng, analytic, numeric, change=0.0):
    """Return two gradients of 3 entries, with a given entry in each at a drawn place; the others differ by `change`."""
    place, others = rng.integers(3), rng.uniform(2, 4, size=2)
    return np.insert(others, place, analytic), np.insert((1 + change) * others, place, numeric)


QUESTIONS = Questions(
    _cases,
    awkward=("both 0", "one exactly 0", "below the floor", "another floor"),
    ordinary_share=1 / 2,
    conceals=("gradients",),
)
