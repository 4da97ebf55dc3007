"""Cases of `cross_entropy`."""

import numpy as np

from mlp_helpers.checking.questions import Questions, no_text
from mlp_helpers.checking.samples import impossible, one_hot_rows, probabilities


def _cases(rng):
    Y = np.eye(3)[[0, 2, 1, 1]]
    return {
        "4 samples, 3 classes": (Y, probabilities(rng, 4, 3)),
        "one sample": (one_hot_rows(rng, 1, 4), probabilities(rng, 1, 4)),
        "a probability around 1e-20": _hardly_possible(rng),
        "a probability of 0": impossible(rng, 2)[:2],
    }


def _hardly_possible(rng):
    """Return labels and probabilities of 2 samples; the true class of one gets little more than 1e-20."""
    Y, Y_pred = one_hot_rows(rng, 2, 3), probabilities(rng, 2, 3)
    sample, small = rng.integers(2), 1e-20 * rng.uniform(1, 2)
    true = Y[sample].argmax()
    Y_pred[sample, true - 1] += Y_pred[sample, true] - small
    Y_pred[sample, true] = small
    return Y, Y_pred


def _look_at_loss(answer, Y, Y_pred):
    return no_text(answer(Y, Y_pred))


def _conclude_loss(loss, _Y, Y_pred):
    """Return the loss. With a probability of 0 any large finite loss is right, because floors may differ."""
    is_number = isinstance(loss, int | float | np.ndarray | np.generic) and np.ndim(loss) == 0
    return "large and finite" if np.any(Y_pred == 0) and is_number and 20 < loss < np.inf else no_text(loss)


QUESTIONS = Questions(
    _cases,
    _look_at_loss,
    conclude=_conclude_loss,
    awkward=("a probability around 1e-20", "a probability of 0"),
    ordinary_share=1 / 2,
    conceals=("activations", "layers", "outputs", "network"),
)
