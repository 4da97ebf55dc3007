"""Wrong answers to `gd_epoch`."""

import numpy as np

from wrong_answers import wrong


def sgd_step(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param -= learning_rate * grad


@wrong("takes the first sample alone", names="X.:1")
def gd_epoch_first_sample(network, X, Y, learning_rate):
    sgd_step(network.params(), network.gradients(X[:1], Y[:1]), learning_rate)


@wrong("adds the gradient", names="uphill|sign")
def gd_epoch_adds(network, X, Y, learning_rate):
    for param, grad in zip(network.params(), network.gradients(X, Y), strict=True):
        param += learning_rate * grad


@wrong("swaps the arguments of gradients", names="gradients.Y, X")
def gd_epoch_swapped(network, X, Y, learning_rate):
    sgd_step(network.params(), network.gradients(Y, X), learning_rate)


@wrong("steps with the mean of the mean gradients", names="np.mean")
def gd_epoch_mean_of_means(network, X, Y, learning_rate):
    grads = [np.mean(grad) for grad in network.gradients(X, Y)]
    sgd_step(network.params(), grads, learning_rate)


@wrong("forgets the rate", names="learning_rate")
def gd_epoch_without_rate(network, X, Y, learning_rate):
    for param, grad in zip(network.params(), network.gradients(X, Y), strict=True):
        param -= grad


@wrong("computes the gradients anew for each parameter", names="calls `gradients` 2 times")
def gd_epoch_gradients_anew(network, X, Y, learning_rate):
    params = network.params()
    for i in range(len(params)):
        params[i] -= learning_rate * network.gradients(X, Y)[i]
