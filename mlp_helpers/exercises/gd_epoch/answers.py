"""Right answer to `gd_epoch`, and known mistakes."""

from mlp_helpers.data import minibatches
from mlp_helpers.exercises.answer_keys import AnswerKey


def _step(network, grads, learning_rate):
    for param, grad in zip(network.params(), grads, strict=True):
        param -= learning_rate * grad


def _gd_epoch(network, X, Y, learning_rate):
    _step(network, network.gradients(X, Y), learning_rate)


KEY = AnswerKey(reference=_gd_epoch)


@KEY.mistake("The network takes a step for each sample. How many steps does gradient descent take in an epoch?")
def gd_epoch_sample_by_sample(network, X, Y, learning_rate):
    for X_batch, Y_batch in minibatches(X, Y, 1):
        _step(network, network.gradients(X_batch, Y_batch), learning_rate)


@KEY.mistake("The step is too long by a factor, the number of samples. Is a gradient here a sum or a mean over them?")
def gd_epoch_summed(network, X, Y, learning_rate):
    _step(network, network.gradients(X, Y), len(X) * learning_rate)


@KEY.mistake("The step is too short by a factor, the number of samples. Is the gradient a mean over them already?")
def gd_epoch_divided_again(network, X, Y, learning_rate):
    _step(network, network.gradients(X, Y), learning_rate / len(X))


@KEY.mistake("The step goes uphill. Which sign has a step against the gradient?")
def gd_epoch_uphill(network, X, Y, learning_rate):
    _step(network, network.gradients(X, Y), -learning_rate)


@KEY.mistake("No parameter moved. What does your step change: the arrays of the network, new ones, or the gradients?")
def gd_epoch_moves_nothing(network, X, Y, learning_rate):
    for param, grad in zip(network.params(), network.gradients(X, Y), strict=True):
        param = param - learning_rate * grad
