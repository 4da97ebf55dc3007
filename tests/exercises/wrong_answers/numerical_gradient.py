"""Wrong answers to `numerical_gradient`."""

import numpy as np

from wrong_answers import partly_right, wrong


def central_difference(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / (2 * epsilon)


@wrong("moves one array with two names up and back", names="copy|two names|same place|same array")
def numerical_gradient_two_names(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        plus = x
        plus[index] += epsilon
        minus = x
        minus[index] -= epsilon
        gradient[index] = (function(plus) - function(minus)) / (2 * epsilon)
    return gradient


@wrong("moves a flattened copy, and never x", names="copy|flatten")
def numerical_gradient_flattened(function, x, epsilon=6e-6):
    gradient = np.zeros(x.size)
    flat = x.flatten()
    for i in range(x.size):
        old = flat[i]
        flat[i] = old + epsilon
        above = function(x)
        flat[i] = old - epsilon
        below = function(x)
        flat[i] = old
        gradient[i] = (above - below) / (2 * epsilon)
    return gradient.reshape(x.shape)


@wrong("goes down by epsilon only: back to x", names="taken at x itself")
def numerical_gradient_back_to_x(function, x, epsilon=6e-6):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += epsilon
        above = function(x)
        x[index] -= epsilon
        below = function(x)
        gradient[index] = (above - below) / (2 * epsilon)
    return gradient


@wrong("takes x for a matrix", names="x.shape.1")
def numerical_gradient_two_axes(function, x, epsilon=6e-6):
    grad = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            old = x[i, j]
            x[i, j] = old + epsilon
            up = function(x)
            x[i, j] = old - epsilon
            down = function(x)
            x[i, j] = old
            grad[i, j] = (up - down) / (2 * epsilon)
    return grad


@wrong("puts back the last entry alone", names="put back|oldval|in the right place|input has changed")
def numerical_gradient_put_back_late(function, x, epsilon=6e-6):
    grad = np.zeros(x.shape)
    for ix in np.ndindex(x.shape):
        oldval = x[ix]
        x[ix] = oldval + epsilon
        fxph = function(x)
        x[ix] = oldval - epsilon
        fxmh = function(x)
        grad[ix] = (fxph - fxmh) / (2 * epsilon)
    x[ix] = oldval
    return grad


@wrong("moves whole rows", names="row|all entries|together")
def numerical_gradient_whole_rows(function, x, epsilon=6e-6):
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        value = x[i].copy()
        x[i] = value + epsilon
        above = function(x)
        x[i] = value - epsilon
        below = function(x)
        x[i] = value
        grad[i] = (above - below) / (2 * epsilon)
    return grad


@wrong("moves whole rows, and keeps a view of them")
def numerical_gradient_rows_in_view(function, x, epsilon=6e-6):
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        value = x[i]
        x[i] = value + epsilon
        above = function(x)
        x[i] = value - epsilon
        below = function(x)
        x[i] = value
        gradient[i] = (above - below) / (2 * epsilon)
    return gradient


@wrong("gives a vector for a matrix", names="long row")
def numerical_gradient_flat(function, x, epsilon=6e-6):
    gradient = []
    for index in np.ndindex(x.shape):
        value = x[index]
        x[index] = value + epsilon
        above = function(x)
        x[index] = value - epsilon
        below = function(x)
        x[index] = value
        gradient.append((above - below) / (2 * epsilon))
    return np.array(gradient)


@wrong("moves all entries at once", names="all entries|at once|together|sum")
def numerical_gradient_all_at_once(function, x, epsilon=6e-6):
    return central_difference(function, x, epsilon) * np.ones(x.shape)


@partly_right("moves copies, and x stays", names="looks at x itself")
def numerical_gradient_of_copies(function, x, epsilon=6e-6):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x_plus, x_minus = x.copy(), x.copy()
        x_plus[index] += epsilon
        x_minus[index] -= epsilon
        grad[index] = (function(x_plus) - function(x_minus)) / (2 * epsilon)
    return grad


@wrong("puts back too much", names="input has changed|put back|2 . epsilon")
def numerical_gradient_put_back_too_far(function, x, epsilon=6e-6):
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        x[idx] += epsilon
        f1 = function(x)
        x[idx] -= 2 * epsilon
        f2 = function(x)
        x[idx] += 2 * epsilon
        grad[idx] = (f1 - f2) / (2 * epsilon)
    return grad


@wrong("passes single numbers to the function", names="single number")
def numerical_gradient_of_numbers(function, x, epsilon=6e-6):
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        gradient[i] = (function(x[i] + epsilon) - function(x[i] - epsilon)) / (2 * epsilon)
    return gradient
