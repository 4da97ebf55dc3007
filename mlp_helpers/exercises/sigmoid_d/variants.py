"""Right answers to `sigmoid_d`, in the styles of different students."""

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


def sigmoid_d_in_place(x):
    s = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
    s -= s * s
    return s


VARIANTS = [
    sigmoid_d_in_place,
    lambda x: 1 / (2 * np.cosh(x / 2)) ** 2,
    lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2,
    lambda x: 0.25 * (1 - np.tanh(x / 2) ** 2),
    lambda x: 1 / (1 + np.exp(-x.astype("float32"))) * (1 - 1 / (1 + np.exp(-x.astype("float32")))),
    lambda x: 1 / (2 + np.exp(x) + np.exp(-x)),
    each(lambda number: sigmoid_by_sign(np.array([number]))[0] * sigmoid_by_sign(np.array([-number]))[0]),
]
