"""Right answers to `sgd_epoch`, in the styles of different students."""

import numpy as np

import mlp_helpers as mlp


def minibatches_list(X, Y, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    return [(X[order[i : i + batch_size]], Y[order[i : i + batch_size]]) for i in range(0, len(order), batch_size)]


def sgd_step_index(params, grads, learning_rate):
    for i in range(len(params)):
        params[i] -= learning_rate * grads[i]


def sgd_step_slice(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param[:] = param - learning_rate * grad
    return params


def sgd_epoch_package(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        grads = network.gradients(X_batch, Y_batch)
        for param, grad in zip(network.params(), grads, strict=True):
            param -= learning_rate * grad


def sgd_epoch_by_hand(network, X, Y, learning_rate, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        sgd_step_index(network.params(), network.gradients(X[batch], Y[batch]), learning_rate)


def sgd_epoch_copies(network, X, Y, learning_rate, batch_size, rng):
    params = network.params()  # by reference, so once is enough
    order = rng.permutation(len(Y))
    X, Y = X[order], Y[order]
    start = 0
    while start < len(X):
        grads = network.gradients(X[start : start + batch_size], Y[start : start + batch_size])
        for i, grad in enumerate(grads):
            params[i][...] = params[i] - learning_rate * grad
        start += batch_size
    return network


def sgd_epoch_split(network, X, Y, learning_rate, batch_size, rng):
    order = rng.permutation(len(X))
    for batch in np.split(order, np.arange(batch_size, len(X), batch_size)):
        grads = network.gradients(X[batch], Y[batch])
        sgd_step_index(network.params(), grads, learning_rate)


def sgd_epoch_batches_first(network, X, Y, learning_rate, batch_size, rng):
    batches = minibatches_list(X, Y, batch_size, rng)
    for i in range(len(batches)):
        grads = network.gradients(*batches[i])
        sgd_step_slice(network.params(), grads, learning_rate)


VARIANTS = [
    sgd_epoch_package,
    sgd_epoch_by_hand,
    sgd_epoch_copies,
    sgd_epoch_split,
    sgd_epoch_batches_first,
]
