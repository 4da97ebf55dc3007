"""Right answers to `softplus`, in the styles of different students."""

import math

import numpy as np


def softplus_logaddexp(x):
    return np.logaddexp(0, x)


def softplus_where(x):
    with np.errstate(over="ignore"):
        return np.where(x > 30, x, np.log(1 + np.exp(x)))


def softplus_masks(x):
    result = x.copy()
    small = x < 50
    result[small] = np.log1p(np.exp(x[small]))
    return result


def softplus_numbers(x):
    result = np.empty(x.shape)
    for index, number in np.ndenumerate(x):
        small = math.exp(-abs(number))
        result[index] = (number if number > 0 else 0) + math.log1p(small)
    return result


def softplus_minus_log_sigmoid(x):
    s = 0.5 * (1 + np.tanh(-np.abs(x) / 2))  # sigmoid of -|x|, at most 1/2
    return np.maximum(x, 0) - np.log(1 - s)


def softplus_warns(x):
    y = np.log(1 + np.exp(x))
    y[np.isinf(y)] = x[np.isinf(y)]
    return y


VARIANTS = [
    softplus_logaddexp,
    softplus_where,
    softplus_masks,
    softplus_numbers,
    softplus_minus_log_sigmoid,
    softplus_warns,
]
