"""Cases of `sgd_epoch`."""

import numpy as np

from mlp_helpers.checking.batches import (
    BATCH_PROPERTIES,
    conclude_epochs,
    has_drawn,
    next_numbers,
    numbered_samples,
    plain_batches,
)
from mlp_helpers.checking.observations import agree
from mlp_helpers.checking.questions import Questions


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


def _cases(rng):
    return {
        "23 samples in batches of 5": (ToyNetwork(rng), *numbered_samples(rng, 23), 0.1, 5, rng),
        "20 samples in batches of 4": (ToyNetwork(rng), *numbered_samples(rng, 20), 0.5, 4, rng),
    }


def _look_at_training(answer, network, X, Y, learning_rate, batch_size, rng):
    """Train two epochs; return their batches, the weights and parameters, and the numbers that come next."""
    epochs = []
    for _ in range(2):
        answer(network, X, Y, learning_rate, batch_size, rng)
        epochs.append(network.diary)
        network.diary = []
    return {
        "batches": [plain_batches([(X_batch, Y_batch) for X_batch, Y_batch, _ in epoch]) for epoch in epochs],
        "weights": np.array([weights[0, 0] for _, _, weights in epochs[0]]),
        "parameters": network.params(),
        "next numbers": next_numbers(rng),
    }


def _conclude_training(seen, _network, X, Y, _learning_rate, _batch_size, rng):
    return {
        **conclude_epochs(X, Y, seen["batches"]),
        "by rng": has_drawn(rng, seen["next numbers"]),
        "a weight at each batch": seen["weights"],
        "parameters at the end": seen["parameters"],
    }


def _step_length(wanted, got, arguments):
    """Return what is wrong with the steps from batch to batch: their length, their direction, or the first of them."""
    start = arguments[0].params()
    name = "a weight at each batch"
    neutral = "The parameters are wrong at a batch. When do you take each step, and how long is it?"
    if np.shape(got[name]) != np.shape(wanted[name]):
        return neutral
    if not agree(wanted[name][0], got[name][0]):
        return "The parameters have moved before the first gradients were asked for. When do you take each step?"
    ratios = np.diff(got[name]) / np.diff(wanted[name])
    moved, right = ([a - b for a, b in zip(one["parameters at the end"], start, strict=True)] for one in (got, wanted))
    if not ratios.any() and moved[0].any() == moved[1].any():
        return "From one batch to the next, the parameters stay where they are. What changes them, and when?"
    if not np.allclose(ratios, ratios[0]) or not agree([ratios[0] * step for step in right], moved):
        return neutral
    if ratios[0] < 0:
        return "Each step goes the opposite way."
    return f"Each step is too {'long' if ratios[0] > 1 else 'short'}. On what should its length depend?"


PROPERTIES = {
    **BATCH_PROPERTIES,
    "a weight at each batch": _step_length,
    "parameters at the end": "The steps do not lead where they should.",
}

QUESTIONS = Questions(
    _cases,
    _look_at_training,
    _conclude_training,
    changes=(0,),
    conceals=("optimizers", "training", "network"),
    properties=PROPERTIES,
)
