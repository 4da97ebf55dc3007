"""Cases of `cross_entropy_gradient`."""

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import impossible, one_hot_rows, probabilities


def _certain(rng):
    """Return labels and probabilities of 4 samples; the true class of one is certain, and a wrong class of another."""
    Y, Y_pred, sample = impossible(rng, 4)
    Y_pred[sample - 1] = Y[sample - 1]
    return Y, Y_pred


def _cases(rng):
    return {
        "4 samples, 3 classes": (one_hot_rows(rng, 4, 3), probabilities(rng, 4, 3)),
        "one sample": (one_hot_rows(rng, 1, 4), probabilities(rng, 1, 4)),
        "certain": _certain(rng),
    }


QUESTIONS = Questions(_cases, conceals=("activations", "layers", "outputs", "network"))
