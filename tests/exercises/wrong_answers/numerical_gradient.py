"""Wrong answers to `numerical_gradient`."""

import numpy as np

from wrong_answers import partly_right, wrong


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
