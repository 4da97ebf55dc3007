"""Cases of `descend`."""

import numpy as np

from mlp_helpers.checking.questions import Questions, no_text

PARTS = "w", "b"


def _cases(rng):
    def case(n_samples, n_inputs, learning_rate, n_steps):
        y = rng.permutation(np.arange(n_samples) % 3 == 0).astype(float)  # more of 0: the bias has a slope
        X = rng.normal(size=(n_samples, n_inputs)) + y[:, np.newaxis]
        return X, y, learning_rate, n_steps

    return {
        "one step": case(6, 3, 1.0, 1),
        "three steps": case(7, 4, 2.0, 3),
        "30 short steps": case(5, 2, 0.1, 30),
        "one input": case(4, 1, 0.5, 2),
    }


def _conclude(seen, *_arguments):
    """Return weights and bias by their names; None for None, and for anything else a sentence in their places."""
    if seen is None:
        return None
    if type(seen) not in (list, tuple) or len(seen) != len(PARTS):
        return dict.fromkeys(PARTS, "Your function must return two things, w and b, and returns something else.")
    return dict(zip(PARTS, map(no_text, seen), strict=True))


QUESTIONS = Questions(
    _cases, conclude=_conclude, conceals=("gradients", "layers", "network", "optimizers", "outputs", "training")
)
