"""Right answers to `train`, in the styles of different students."""

import copy

import numpy as np

import mlp_helpers as mlp


def sgd_step(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param -= learning_rate * grad


def sgd_epoch(network, X, Y, learning_rate, batch_size, rng):
    for X_batch, Y_batch in mlp.minibatches(X, Y, batch_size, rng):
        sgd_step(network.params(), network.gradients(X_batch, Y_batch), learning_rate)


def train_arg_min(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, snapshots = [], [], []
    for epoch in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.evaluate(X, Y)[0])
        valid_losses.append(network.evaluate(X_valid, Y_valid)[0])
        snapshots.append([param.copy() for param in network.params()])
        best = int(np.argmin(valid_losses))
        if epoch - best >= patience:
            break
    for param, old in zip(network.params(), snapshots[best], strict=True):
        param[:] = old
    return train_losses, valid_losses


def train_deep_copy(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    records, best_network, bad_epochs, best_loss = [], None, 0, None
    while len(records) < n_epochs and bad_epochs < patience:
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_loss, _ = network.evaluate(X, Y)
        valid_loss, _ = network.evaluate(X_valid, Y_valid)
        records.append((train_loss, valid_loss))
        if best_loss is None or valid_loss < best_loss:
            best_loss, bad_epochs, best_network = valid_loss, 0, copy.deepcopy(network)
        else:
            bad_epochs += 1
    for param, best in zip(network.params(), best_network.params(), strict=True):
        np.copyto(param, best)
    train_losses, valid_losses = zip(*records, strict=True)
    return list(train_losses), list(valid_losses)


def train_by_hand(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    def loss(X, Y):
        return network.layers[-1].loss(Y, network.predict(X))

    lowest, since, train_losses, valid_losses = np.inf, 0, np.zeros(n_epochs), np.zeros(n_epochs)
    for epoch in range(n_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            for param, grad in zip(network.params(), network.gradients(X[rows], Y[rows]), strict=True):
                param -= learning_rate * grad
        train_losses[epoch], valid_losses[epoch] = loss(X, Y), loss(X_valid, Y_valid)
        since += 1
        if valid_losses[epoch] < lowest:
            lowest, since = valid_losses[epoch], 0
            kept = [p.copy() for p in network.params()]
        if since >= patience:
            break
    for param, old in zip(network.params(), kept, strict=True):
        param += old - param
    return train_losses[: epoch + 1], valid_losses[: epoch + 1]


def train_window(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses = [], []
    best = None
    for _ in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(float(network.evaluate(X, Y)[0]))
        valid_losses.append(float(network.evaluate(X_valid, Y_valid)[0]))
        earlier, recent = valid_losses[:-patience], valid_losses[-patience:]
        if valid_losses.index(min(valid_losses)) == len(valid_losses) - 1:
            best = copy.deepcopy(network.params())
        if earlier and min(earlier) <= min(recent):
            break
    for param, value in zip(network.params(), best, strict=True):
        param[...] = value
    return [train_losses, valid_losses]


VARIANTS = [train_arg_min, train_deep_copy, train_by_hand, train_window]
