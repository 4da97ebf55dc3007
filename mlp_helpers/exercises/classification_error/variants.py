"""Right answers to `classification_error`, in the styles of different students."""

import numpy as np


def classification_error_divided(y, y_pred):
    if y_pred.ndim > 1 or len(y_pred) != len(y):
        raise ValueError(f"{y_pred.shape} is no row")
    return np.sum(y != y_pred) / len(y)


def classification_error_from_accuracy(y, y_pred):
    if y.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return 1 - np.mean(y == y_pred)


def classification_error_loop(y, y_pred):
    if len(y.shape) != len(y_pred.shape) or len(y) != len(y_pred):
        raise ValueError
    n_wrong = 0
    for label, predicted in zip(y, y_pred, strict=True):
        if label != predicted:
            n_wrong += 1
    return n_wrong / y.shape[0]


def classification_error_counted(y, y_pred):
    if y_pred.ndim > 1 or len(y_pred) != len(y):
        raise ValueError(f"{y_pred.shape} is no row")
    return np.count_nonzero(y - y_pred) / y.size


def classification_error_float32(y, y_pred):
    if y.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return np.not_equal(y, y_pred).astype(np.float32).mean()


def classification_error_picked(y, y_pred):
    if len(y.shape) != len(y_pred.shape) or len(y) != len(y_pred):
        raise ValueError
    return len(y[y != y_pred]) / len(y)


VARIANTS = [
    classification_error_divided,
    classification_error_from_accuracy,
    classification_error_loop,
    classification_error_counted,
    classification_error_float32,
    classification_error_picked,
]
