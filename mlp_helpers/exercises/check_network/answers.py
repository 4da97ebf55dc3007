"""Right answer to `check_network`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey


def numerical_gradient(function, x):
    found = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        value, around = x[index], []
        for moved in (value + 6e-6, value - 6e-6):
            x[index] = moved
            around.append(function(x))
        x[index] = value
        found[index] = (around[0] - around[1]) / 1.2e-5
    return found


def relative_error(analytic, numeric):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), 1e-8))


def _check_network(network, X, Y):
    errors = []
    for param, analytic in zip(network.params(), network.gradients(X, Y), strict=True):
        numeric = numerical_gradient(lambda _: network.loss(X, Y), param)
        errors.append(relative_error(analytic, numeric))
    return errors


KEY = AnswerKey(reference=_check_network)


@KEY.mistake(
    "Each relative error is 1: by differences every gradient is 0. Do the entries that you move belong to the "
    "network, or to a copy of its array?"
)
def check_network_moves_a_copy(network, X, Y):
    errors = []
    for param, analytic in zip(network.params(), network.gradients(X, Y), strict=True):
        numeric = numerical_gradient(lambda _: network.loss(X, Y), param.copy())
        errors.append(relative_error(analytic, numeric))
    return errors


@KEY.mistake("It compares the numerical gradient with the parameter itself. What should it be compared with?")
def check_network_compares_parameters(network, X, Y):
    errors = []
    for param in network.params():
        numeric = numerical_gradient(lambda _: network.loss(X, Y), param)
        errors.append(relative_error(param, numeric))
    return errors


@KEY.mistake("There is one number for the whole network, and it does not say where a fault is. What is wanted of each?")
def check_network_largest_of_all(network, X, Y):
    errors = []
    for param, analytic in zip(network.params(), network.gradients(X, Y), strict=True):
        numeric = numerical_gradient(lambda _: network.loss(X, Y), param)
        errors.append(relative_error(analytic, numeric))
    return max(errors)


@KEY.mistake("Not every parameter is checked. Which are left out?")
def check_network_returns_early(network, X, Y):
    errors = []
    for param, analytic in zip(network.params(), network.gradients(X, Y), strict=True):
        numeric = numerical_gradient(lambda _: network.loss(X, Y), param)
        errors.append(relative_error(analytic, numeric))
        return errors  # too early
    return errors


@KEY.mistake("The numbers come in the opposite order. With which parameter should the list begin?")
def check_network_backwards(network, X, Y):
    errors = []
    for param, analytic in reversed(list(zip(network.params(), network.gradients(X, Y), strict=True))):
        numeric = numerical_gradient(lambda _: network.loss(X, Y), param)
        errors.append(relative_error(analytic, numeric))
    return errors


@KEY.mistake(
    "You get this from the largest absolute difference of each gradient. Is a difference of 0.01 large beside a "
    "gradient of 1000?"
)
def check_network_absolute(network, X, Y):
    errors = []
    for param, analytic in zip(network.params(), network.gradients(X, Y), strict=True):
        numeric = numerical_gradient(lambda _: network.loss(X, Y), param)
        errors.append(np.max(np.abs(analytic - numeric)))
    return errors
