"""Wrong answers to `check_network`."""

import numpy as np

from mlp_helpers.exercises.check_network.answers import numerical_gradient, relative_error
from wrong_answers import wrong


@wrong("passes the loss, not a function of it", names="callable|call|function")
def check_network_passes_a_number(network, X, Y):
    errors = []
    for param, grad in zip(network.params(), network.gradients(X, Y), strict=True):
        errors.append(relative_error(grad, numerical_gradient(network.loss(X, Y), param)))
    return errors


@wrong("passes the method, which gets the parameter in the place of X", names="argument|loss|Y")
def check_network_passes_the_method(network, X, Y):
    errors = []
    for param, grad in zip(network.params(), network.gradients(X, Y), strict=True):
        errors.append(relative_error(grad, numerical_gradient(network.loss, param)))
    return errors


@wrong("appends after the loop", names="only the last row")
def check_network_appends_once(network, X, Y):
    errors = []
    for param, grad in zip(network.params(), network.gradients(X, Y), strict=True):
        numeric = numerical_gradient(lambda _: network.loss(X, Y), param)
    errors.append(relative_error(grad, numeric))
    return errors


@wrong("returns verdicts")
def check_network_verdicts(network, X, Y):
    return [
        bool(relative_error(grad, numerical_gradient(lambda _: network.loss(X, Y), param)) < 1e-5)
        for param, grad in zip(network.params(), network.gradients(X, Y), strict=True)
    ]


@wrong("returns arrays of errors", names="one number for each")
def check_network_arrays(network, X, Y):
    errors = []
    for param, grad in zip(network.params(), network.gradients(X, Y), strict=True):
        numeric = numerical_gradient(lambda _: network.loss(X, Y), param)
        errors.append(np.abs(grad - numeric) / np.maximum(np.abs(grad), np.abs(numeric)))
    return errors


@wrong("takes absolute differences")
def check_network_absolute(network, X, Y):
    return [
        np.max(np.abs(grad - numerical_gradient(lambda _: network.loss(X, Y), param)))
        for param, grad in zip(network.params(), network.gradients(X, Y), strict=True)
    ]


@wrong("prints instead of returning", names="None|return")
def check_network_prints(network, X, Y):
    for param, grad in zip(network.params(), network.gradients(X, Y), strict=True):
        print(relative_error(grad, numerical_gradient(lambda _: network.loss(X, Y), param)))


@wrong("says whether each is right", names="True and False")
def check_network_of_truths(network, X, Y):
    errors = []
    for param, grad in zip(network.params(), network.gradients(X, Y), strict=True):
        numeric = numerical_gradient(lambda _: network.loss(X, Y), param)
        errors.append(bool(relative_error(grad, numeric) < 1e-5))
    return errors


@wrong("adds a number to a list", names="adds to a list the items of another one")
def check_network_adds_numbers(network, X, Y):
    errors = []
    for param, grad in zip(network.params(), network.gradients(X, Y), strict=True):
        numeric = numerical_gradient(lambda _: network.loss(X, Y), param)
        errors += float(relative_error(grad, numeric))
    return errors
