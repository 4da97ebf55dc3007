"""Right answers to `cross_entropy_gradient`, in the styles of different students."""

import numpy as np


def cross_entropy_gradient_of_true_class(Y, Y_pred):
    grad = Y_pred.copy()
    grad[np.arange(len(Y)), Y.argmax(axis=1)] -= 1
    return grad


def cross_entropy_gradient_jacobian(Y, Y_pred):
    rows = []
    for y, p in zip(Y, Y_pred, strict=True):
        jacobian_over_p = np.eye(len(p)) - p  # d log p_k / d z_j, with the division by p_k done on paper
        rows.append(-y @ jacobian_over_p)
    return np.array(rows)


VARIANTS = [
    cross_entropy_gradient_of_true_class,
    cross_entropy_gradient_jacobian,
    lambda Y, Y_pred: -(Y - Y_pred),
    lambda Y, Y_pred: np.subtract(Y_pred, Y, dtype=np.float32),
    lambda Y, Y_pred: np.where(Y == 1, Y_pred - 1, Y_pred),
    lambda Y, Y_pred: Y_pred * (1 - Y) - Y * (1 - Y_pred),
    lambda Y, Y_pred: np.array([[b - a for a, b in zip(y, p, strict=True)] for y, p in zip(Y, Y_pred, strict=True)]),
]
