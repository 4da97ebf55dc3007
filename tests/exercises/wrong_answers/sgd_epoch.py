"""Wrong answers to `sgd_epoch`."""

import numpy as np

import mlp_helpers as mlp
from wrong_answers import wrong


def sgd_step(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param -= learning_rate * grad


@wrong("takes the gradients of all samples", names="all samples")
def sgd_epoch_gradients_of_all(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(X, Y)
        sgd_step(network.params(), grads, learning_rate)


@wrong("steps once, after the last batch", names="step")
def sgd_epoch_one_step(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(X_batch, Y_batch)
    sgd_step(network.params(), grads, learning_rate)


@wrong("overwrites the method params with None", names="None|params")
def sgd_epoch_params_overwritten(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(X_batch, Y_batch)
        network.params = sgd_step(network.params(), grads, learning_rate)


@wrong("adds up all gradients and steps once", names="what changes them, and when")
def sgd_epoch_gradients_added(network, X, Y, learning_rate, batch_size, rng):
    total = [np.zeros_like(p) for p in network.params()]
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        for t, g in zip(total, network.gradients(X_batch, Y_batch)):
            t += g
    sgd_step(network.params(), total, learning_rate)


@wrong("passes a batch as one argument", names="argument")
def sgd_epoch_pair_not_unpacked(network, X, Y, learning_rate, batch_size, rng):
    for batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(batch)
        sgd_step(network.params(), grads, learning_rate)


@wrong("steps on copies of the parameters", names="copy|copies|same (numbers|parameters)|not (moved|changed)")
def sgd_epoch_on_copies(network, X, Y, learning_rate, batch_size, rng):
    params = [param.copy() for param in network.params()]
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(X_batch, Y_batch)
        sgd_step(params, grads, learning_rate)


@wrong("divides means by the batch size once more", names="factor|len.batch|divid")
def sgd_epoch_rate_by_length(network, X, Y, learning_rate, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        grads = network.gradients(X[batch], Y[batch])
        for param, grad in zip(network.params(), grads, strict=True):
            param -= learning_rate / len(batch) * grad
