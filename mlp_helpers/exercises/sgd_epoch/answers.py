"""Right answer to `sgd_epoch`, and known mistakes."""

import copy

import numpy as np

from mlp_helpers.data import minibatches
from mlp_helpers.exercises.answer_keys import AnswerKey


def _sgd_step(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param -= learning_rate * grad


def _sgd_epoch(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in minibatches(X, Y, batch_size, rng):
        _sgd_step(network.params(), network.gradients(X_batch, Y_batch), learning_rate)


KEY = AnswerKey(reference=_sgd_epoch)


@KEY.mistake(
    "The steps grow from batch to batch, as if each contained the gradients of all batches before it. Where do you "
    "collect gradients, and when does that start again?",
    source="https://github.com/deepjavalibrary/d2l-java/pull/202",
)
def sgd_epoch_piles_gradients_up(network, X, Y, learning_rate, batch_size, rng):
    total = [np.zeros_like(param) for param in network.params()]
    for X_batch, Y_batch in minibatches(X, Y, batch_size, rng):
        for sum_, grad in zip(total, network.gradients(X_batch, Y_batch), strict=True):
            sum_ += grad
        _sgd_step(network.params(), total, learning_rate)


@KEY.mistake(
    "There was one step, with the samples of one batch. How many steps does an epoch have?",
    source="https://github.com/tensorflow/skflow/issues/50",
)
def sgd_epoch_of_one_batch(network, X, Y, learning_rate, batch_size, rng):
    batch = rng.permutation(len(X))[:batch_size]
    _sgd_step(network.params(), network.gradients(X[batch], Y[batch]), learning_rate)


@KEY.mistake(
    "There are as many steps as batches, but each uses the gradients of all samples. Which names does your loop give "
    "to a batch?"
)
def sgd_epoch_with_all_samples_in_each_step(network, X, Y, learning_rate, batch_size, rng):
    for _ in minibatches(X, Y, batch_size, rng):
        _sgd_step(network.params(), network.gradients(X, Y), learning_rate)


@KEY.mistake(
    "The gradients of each batch were computed, but there was only one step. What is inside the loop, and what comes "
    "after it?"
)
def sgd_epoch_steps_after_the_loop(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in minibatches(X, Y, batch_size, rng):
        grads = network.gradients(X_batch, Y_batch)
    _sgd_step(network.params(), grads, learning_rate)


@KEY.mistake(
    "The steps are right, but the samples come in the order in which they were given. Where do you use `rng`?",
    source="https://github.com/openai/random-network-distillation/issues/17",
)
def sgd_epoch_without_shuffling(network, X, Y, learning_rate, batch_size, rng):
    for start in range(0, len(X), batch_size):
        X_batch, Y_batch = X[start : start + batch_size], Y[start : start + batch_size]
        _sgd_step(network.params(), network.gradients(X_batch, Y_batch), learning_rate)


@KEY.mistake(
    "The samples after the last full batch get no step. How many batches do you need for 23 samples in batches of 5?",
    source="https://github.com/NervanaSystems/neon/issues/9",
)
def sgd_epoch_drops_the_last(network, X, Y, learning_rate, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(len(X) // batch_size):
        batch = order[i * batch_size : (i + 1) * batch_size]
        _sgd_step(network.params(), network.gradients(X[batch], Y[batch]), learning_rate)


@KEY.mistake(
    "It shuffles, but each epoch has the same order. Where does your generator come from, and how often is it made?"
)
def sgd_epoch_seeded_inside(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in minibatches(X, Y, batch_size, np.random.default_rng(0)):
        _sgd_step(network.params(), network.gradients(X_batch, Y_batch), learning_rate)


@KEY.mistake(
    "The gradients were computed once, with all samples, and every step used them. What must be computed again for "
    "each batch?"
)
def sgd_epoch_with_gradients_from_before(network, X, Y, learning_rate, batch_size, rng):
    grads = network.gradients(X, Y)
    for _ in minibatches(X, Y, batch_size, rng):
        _sgd_step(network.params(), grads, learning_rate)


@KEY.mistake("The network that was passed took no step. Does your function train it, or a copy of it?")
def sgd_epoch_of_a_copy(network, X, Y, learning_rate, batch_size, rng):
    network = copy.deepcopy(network)
    for X_batch, Y_batch in minibatches(X, Y, batch_size, rng):
        _sgd_step(network.params(), network.gradients(X_batch, Y_batch), learning_rate)
