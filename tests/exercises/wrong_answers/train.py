"""Wrong answers to `train`."""

import copy

import numpy as np

from wrong_answers import partly_right, wrong


def sgd_epoch(network, X, Y, learning_rate, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        for param, grad in zip(network.params(), network.gradients(X[batch], Y[batch]), strict=True):
            param -= learning_rate * grad


@wrong("trains on the validation samples, too", names="others come")
def train_adds_validation_data(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    X_all, Y_all = np.concatenate([X, X_valid]), np.concatenate([Y, Y_valid])
    losses, valid_losses, best, waited = [], [], None, 0
    for _ in range(n_epochs):
        sgd_epoch(network, X_all, Y_all, learning_rate, batch_size, rng)
        losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] == min(valid_losses):
            best, waited = [param.copy() for param in network.params()], 0
        if waited == patience:
            break
    for param, old in zip(network.params(), best, strict=True):
        param[...] = old
    return losses, valid_losses


@wrong("puts back the first parameter alone", names="parameters of its best epoch")
def train_restores_first_parameter(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    losses, valid_losses, waited = [], [], 0
    for _ in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] < min(valid_losses[:-1], default=np.inf):
            best, waited = network.params()[0].copy(), 0
        if waited == patience:
            break
    network.params()[0][...] = best
    return losses, valid_losses


@wrong("returns nothing", names="returns nothing")
def train_returns_nothing(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    losses, valid_losses, waited = [], [], 0
    for _ in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] < min(valid_losses[:-1], default=np.inf):
            best, waited = [param.copy() for param in network.params()], 0
        if waited == patience:
            break
    for param, old in zip(network.params(), best, strict=True):
        param[...] = old


@partly_right("the lowest loss begins at 10")
def train_lowest_begins_at_10(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], 10, 0
    best = copy.deepcopy(network.params())
    for _ in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.loss(X, Y))
        valid_losses.append(network.loss(X_valid, Y_valid))
        waited += 1
        if valid_losses[-1] < lowest:
            lowest, waited, best = valid_losses[-1], 0, copy.deepcopy(network.params())
        if waited == patience:
            break
    for param, old in zip(network.params(), best, strict=True):
        param[...] = old
    return train_losses, valid_losses


@wrong("does not record the loss with which it stops", names="first 7 validation losses are right")
def train_breaks_too_early_to_record(
    network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng
):
    train_losses, valid_losses = [], []
    lowest, waited = np.inf, 0
    best = [param.copy() for param in network.params()]
    for _ in range(n_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            for param, grad in zip(network.params(), network.gradients(X[batch], Y[batch]), strict=True):
                param -= learning_rate * grad
        train_losses.append(float(network.loss(X, Y)))
        valid_loss = float(network.loss(X_valid, Y_valid))
        if valid_loss < lowest:
            lowest, waited = valid_loss, 0
            best = [param.copy() for param in network.params()]
        else:
            waited += 1
            if waited == patience:
                break
        valid_losses.append(valid_loss)
    for param, kept in zip(network.params(), best, strict=True):
        param[...] = kept
    return train_losses, valid_losses
