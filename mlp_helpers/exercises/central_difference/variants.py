"""Right answers to `central_difference`, in the styles of different students."""

import numpy as np


def central_difference_named(function, x, epsilon):
    above = function(x + epsilon)
    below = function(x - epsilon)
    return (above - below) / epsilon / 2


def central_difference_halved(function, x, epsilon):
    return 0.5 * (function(x + epsilon) - function(x - epsilon)) * epsilon**-1


def central_difference_mean_of_both_sides(function, x, epsilon):
    here = function(x)
    forward, backward = (function(x + epsilon) - here) / epsilon, (here - function(x - epsilon)) / epsilon
    return (forward + backward) / 2


def central_difference_of_points(function, x, epsilon):
    left, right = x - epsilon, x + epsilon
    return np.divide(np.subtract(function(right), function(left)), right - left)


def central_difference_vectorized(function, x, epsilon):
    return np.vectorize(lambda number: (function(number + epsilon) - function(number - epsilon)) / (2 * epsilon))(x)


VARIANTS = [
    central_difference_named,
    central_difference_halved,
    central_difference_mean_of_both_sides,
    central_difference_of_points,
    central_difference_vectorized,
]
