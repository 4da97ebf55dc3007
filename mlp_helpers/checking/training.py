"""Cases of notebook 04: steps and epochs. A toy network replaces that of the package, which is an answer."""

import numpy as np

from mlp_helpers.checking.data_loading import look_at_epochs, numbered_samples
from mlp_helpers.checking.questions import Questions

CONCEALED = ("optimizers", "training", "network")


def _sgd_step(rng):
    def arrays(*shapes):
        return [rng.normal(size=shape) for shape in shapes]

    return {
        "two layers": (arrays((3, 2), (1, 2), (2, 2), (1, 2)), arrays((3, 2), (1, 2), (2, 2), (1, 2)), 0.1),
        "one parameter": (arrays((2, 2)), arrays((2, 2)), 0.5),
        "a rate of 2": (arrays((4,)), arrays((4,)), 2.0),
    }


def _look_at_params(answer, params, grads, learning_rate):
    """Return the arrays passed as parameters, after the step; the answer's return value is ignored."""
    arrays = list(params)
    answer(params, grads, learning_rate)
    return arrays


class ToyNetwork:
    """A network with two parameters and constant gradients, which records the calls of `gradients` in its diary."""

    def __init__(self, rng):
        self._params = [rng.normal(size=(2, 2)), rng.normal(size=(1, 2))]
        self._grads = [rng.normal(size=(2, 2)), rng.normal(size=(1, 2))]
        self.diary = []  # for each call of `gradients`: X, Y, and a copy of the first parameter

    def params(self):
        """Return the parameters by reference."""
        return list(self._params)

    def gradients(self, X, Y):
        """Record the batch; return the gradients."""
        self.diary.append((np.array(X), np.array(Y), self._params[0].copy()))
        return [grad.copy() for grad in self._grads]


def _sgd_epoch(rng):
    return {
        "23 samples in batches of 5": (ToyNetwork(rng), *numbered_samples(23), 0.1, 5, rng),
        "12 samples in batches of 4": (ToyNetwork(rng), *numbered_samples(12), 0.5, 4, rng),
    }


def _look_at_training(answer, network, X, Y, learning_rate, batch_size, rng):
    """Train two epochs; return the properties that all right answers share, however they shuffle."""
    X_before, Y_before, state, epochs = X.copy(), Y.copy(), rng.bit_generator.state, []
    for _ in range(2):
        answer(network, X, Y, learning_rate, batch_size, rng)
        epochs.append(network.diary)
        network.diary = []
    first, second = ([(X_batch, Y_batch) for X_batch, Y_batch, _ in epoch] for epoch in epochs)
    return {
        **look_at_epochs(X_before, Y_before, first, second),
        "by rng": rng.bit_generator.state != state,
        "a weight at each batch": np.array([weights[0, 0] for _, _, weights in epochs[0]]),
        "parameters at the end": network.params(),
    }


QUESTIONS = {
    "sgd_step": Questions(_sgd_step, _look_at_params, changes=(0,)),
    "sgd_epoch": Questions(_sgd_epoch, _look_at_training, changes=(0,)),
}
