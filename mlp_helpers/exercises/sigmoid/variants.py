"""Right answers to `sigmoid`, in the styles of different students."""

import math

import numpy as np


def each(f):
    """Return a function that applies f elementwise, one number at a time."""

    def answer(x):
        result = np.empty(x.shape)
        for index, number in np.ndenumerate(x):
            result[index] = f(number)
        return result

    return answer


def sigmoid_by_sign(x):
    result = np.zeros_like(x)
    for index, number in np.ndenumerate(x):
        if number >= 0:
            result[index] = 1 / (1 + math.exp(-number))
        else:
            result[index] = math.exp(number) / (1 + math.exp(number))
    return result


def sigmoid_masks(x):
    result = np.empty_like(x)
    positive = x >= 0
    result[positive] = 1 / (1 + np.exp(-x[positive]))
    result[~positive] = np.exp(x[~positive]) / (1 + np.exp(x[~positive]))
    return result


VARIANTS = [
    lambda x: 1 / (1 + np.exp(-x)),
    lambda x: 1.0 / (1.0 + np.exp(-x.astype(np.float32))),
    lambda x: np.exp(-np.logaddexp(0, -x)),
    lambda x: np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x))),
    lambda x: 1 / (1 + np.exp(-np.clip(x, -500, 500))),
    lambda x: np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x))),
    sigmoid_by_sign,
    sigmoid_masks,
    each(lambda number: (1 + math.tanh(number / 2)) / 2),
]
