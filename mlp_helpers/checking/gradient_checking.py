"""Cases of notebook 03: derivatives from differences."""

import numpy as np

from mlp_helpers.checking.questions import Questions

CONCEALED = ("gradients",)


def _square_and_cube(x):
    return x**2 + x**3


def _sum_of_products(x):
    """Return a nonlinear function of an array, a number, that couples all entries."""
    return np.sum(x**3) + np.sum(x) ** 2 + x.flat[0] * x.flat[-1]


class _Looking:
    """A function of an array of its own that ignores its argument, like a network's loss."""

    def __init__(self, x):
        self.x = x

    def __call__(self, _):
        return _sum_of_products(self.x)


def _central_difference(rng):
    return {
        "a number": (_square_and_cube, rng.uniform(1, 2), 0.5),
        "a small step": (np.sin, rng.uniform(0.5, 1), 0.01),
        "an array": (_square_and_cube, rng.uniform(0.5, 2, size=4), 0.25),
    }


def _relative_error(rng):
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


def _numerical_gradient(rng):
    x = rng.normal(size=3)
    return {
        "a matrix": (_sum_of_products, rng.normal(size=(2, 3)), 0.1),
        "a row": (_sum_of_products, rng.normal(size=4), 0.25),
        "a function that looks at x itself": (_Looking(x), x, 0.1),
        "a small step": (_sum_of_products, rng.normal(size=(2, 2)), 1e-4),
    }


QUESTIONS = {
    "central_difference": Questions(_central_difference),
    "relative_error": Questions(
        _relative_error,
        awkward=("both 0", "one exactly 0", "below the floor", "another floor"),
        ordinary_share=1 / 2,
    ),
    "numerical_gradient": Questions(
        _numerical_gradient, awkward=("a function that looks at x itself",), ordinary_share=1 / 2
    ),
}
