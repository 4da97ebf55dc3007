"""Right answers to `centre_rows`, in the styles of different students."""

import numpy as np


def centre_rows_newaxis(A):
    return A - A.mean(axis=1)[:, np.newaxis]


def centre_rows_turned(A):
    return (A.T - A.mean(axis=1)).T


def centre_rows_divided(A):
    return A - np.sum(A, axis=-1, keepdims=True) / A.shape[1]


def centre_rows_loop(A):
    result = np.zeros(A.shape)
    for i, row in enumerate(A):
        result[i] = row - row.mean()
    return result


def centre_rows_copy(A):
    A = A.astype(float)
    for row in A:
        row -= row.mean()
    return A


def centre_rows_reshaped(A):
    means = np.average(A, axis=1).reshape(-1, 1)
    return np.subtract(A, means)


VARIANTS = [
    centre_rows_newaxis,
    centre_rows_turned,
    centre_rows_divided,
    centre_rows_loop,
    centre_rows_copy,
    centre_rows_reshaped,
]
