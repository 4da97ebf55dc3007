"""Cases of `nudge`."""

import numpy as np

from mlp_helpers.checking.questions import Misfit, Questions


def _curved(w):
    """Return a number that depends on all weights, and on each in another way."""
    if np.ndim(w) == 0:
        raise Misfit("The loss depends on all weights, so it needs an array such as `w`. Which part of it do you pass?")
    w = np.asarray(w)
    return np.sum(np.arange(1.0, len(w) + 1) * w**2) + np.prod(w) / 20


def _cases(rng):
    signs = iter(rng.permutation([1, 1, -1, -1]))  # of the slopes: a lost sign shows only where one is below 0

    def case(n_weights, i, h):
        w = rng.choice([-1, 1], n_weights) * rng.uniform(1, 2, n_weights)
        w[i] = next(signs) * abs(w[i])
        return _curved, w, i, h

    return {
        "a nudge of 0.5": case(3, int(rng.integers(3)), 0.5),
        "a nudge of 0.1": case(5, int(rng.integers(5)), 0.1),
        "a nudge down": case(4, int(rng.integers(4)), -0.25),
        "a single weight": case(1, 0, 0.2),
    }


def _small_case(_rng):
    return {"loss(w) = w[0]**2 + 3 * w[1]": (lambda w: w[0] ** 2 + 3 * w[1], np.array([2.0, 1.0]), 0, 0.5)}


QUESTIONS = Questions(
    _cases,
    small=Questions(_small_case),
    conceals=("gradients", "layers", "network", "optimizers", "outputs", "training"),
)
