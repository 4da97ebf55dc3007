"""Cases of `numerical_gradient`."""

import numpy as np

from mlp_helpers.checking.questions import Questions


def _sum_of_products(x):
    """Return a nonlinear function of an array, a number, that couples all entries."""
    return np.sum(x**3) + np.sum(x) ** 2 + x.flat[0] * x.flat[-1]


class _Looking:
    """A function of an array of its own that ignores its argument, like a network's loss."""

    def __init__(self, x):
        self.x = x

    def __call__(self, _):
        return _sum_of_products(self.x)


def _cases(rng):
    x = rng.normal(size=3)
    return {
        "a matrix": (_sum_of_products, rng.normal(size=(2, 3)), 0.1),
        "a row": (_sum_of_products, rng.normal(size=4), 0.25),
        "a function that looks at x itself": (_Looking(x), x, 0.1),
        "three axes and a small step": (_sum_of_products, rng.normal(size=(2, 1, 2)), 1e-4),
    }


QUESTIONS = Questions(
    _cases, awkward=("a function that looks at x itself",), ordinary_share=1 / 2, conceals=("gradients",)
)
