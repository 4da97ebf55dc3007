"""Right answers to `numerical_gradient`, in the styles of different students."""

import numpy as np


def numerical_gradient_flat(function, x, epsilon=6e-6):
    gradient, entries = np.zeros(x.size), x.reshape(-1)
    for i in range(len(entries)):
        old = entries[i]
        entries[i] = old + epsilon
        above = function(x)
        entries[i] = old - epsilon
        gradient[i] = above - function(x)
        entries[i] = old
    return gradient.reshape(x.shape) / (2 * epsilon)


def numerical_gradient_nditer(function, x, epsilon=6e-6):
    gradient = np.empty_like(x)
    places = np.nditer(x, flags=["multi_index"])
    while not places.finished:
        index = places.multi_index
        value = float(x[index])
        values = []
        for moved in (value - epsilon, value + epsilon):
            x[index] = moved
            values.append(float(function(x)))
        x[index] = value
        gradient[index] = np.diff(values)[0] / (2 * epsilon)
        places.iternext()
    return gradient


VARIANTS = [
    numerical_gradient_flat,
    numerical_gradient_nditer,
]
