"""Right answers to `pairwise_differences`, in the styles of different students."""

import numpy as np


def pairwise_differences_reshaped(x, y):
    return x.reshape(-1, 1) - y.reshape(1, -1)


def pairwise_differences_outer(x, y):
    return np.subtract.outer(x, y)


def pairwise_differences_loops(x, y):
    D = np.empty((len(x), len(y)))
    for i in range(len(x)):
        for j in range(len(y)):
            D[i, j] = x[i] - y[j]
    return D


def pairwise_differences_rows(x, y):
    return np.array([number - y for number in x])


def pairwise_differences_turned_twice(x, y):
    return (x - y[:, None]).T


def pairwise_differences_grid(x, y):
    left, right = np.meshgrid(x, y, indexing="ij")
    return left - right


VARIANTS = [
    pairwise_differences_reshaped,
    pairwise_differences_outer,
    pairwise_differences_loops,
    pairwise_differences_rows,
    pairwise_differences_turned_twice,
    pairwise_differences_grid,
]
