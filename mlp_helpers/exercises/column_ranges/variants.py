"""Right answers to `column_ranges`, in the styles of different students."""

import numpy as np


def column_ranges_ptp(X):
    return np.ptp(X, axis=0)


def column_ranges_turned(X):
    return np.max(X.T, axis=1) - np.min(X.T, axis=1)


def column_ranges_loop(X):
    ranges = []
    for k in range(X.shape[1]):
        column = X[:, k]
        ranges.append(max(column) - min(column))
    return np.array(ranges)


def column_ranges_sorted(X):
    X = np.sort(X, axis=0)
    return X[-1] - X[0]


def column_ranges_squeezed(X):
    return (np.amax(X, 0, keepdims=True) - np.amin(X, 0, keepdims=True))[0]


VARIANTS = [
    column_ranges_ptp,
    column_ranges_turned,
    column_ranges_loop,
    column_ranges_sorted,
    column_ranges_squeezed,
]
