"""Wrong answers to `central_difference`."""

import numpy as np

from wrong_answers import wrong


@wrong("lacks brackets, and multiplies by epsilon", names="order")
def central_difference_without_brackets(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / 2 * epsilon


@wrong("loops over x, which may be a number", names="`len`")
def central_difference_over_entries(function, x, epsilon):
    result = []
    for i in range(len(x)):
        result.append((function(x[i] + epsilon) - function(x[i] - epsilon)) / (2 * epsilon))
    return np.array(result)


@wrong("looks to one side, at twice the distance", names="calls `function` with")
def central_difference_far_ahead(function, x, epsilon):
    return (function(x + 2 * epsilon) - function(x)) / (2 * epsilon)


@wrong("divides by the square of epsilon", names="divided by half of `epsilon`")
def central_difference_by_the_square(function, x, epsilon):
    return (function(x + epsilon) - function(x - epsilon)) / epsilon**2
