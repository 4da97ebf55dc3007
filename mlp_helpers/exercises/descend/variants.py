"""Right answers to `descend`, in the styles of different students."""

import numpy as np


def descend_by_exp(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = 1 / (1 + np.exp(-(X @ w + b)))
        dz = (a - y) * a * (1 - a)
        w = w - learning_rate * np.mean(X * dz[:, np.newaxis], axis=0)
        b = b - learning_rate * dz.sum() / len(dz)
    return w, b


def descend_in_place(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = 0.5 * (1 + np.tanh((X @ w + b) / 2))
        slope = (a - y) * (a - a**2)
        w -= learning_rate * slope @ X / len(X)
        b -= learning_rate * slope.mean()
    return w, b


def descend_sample_by_sample(X, y, learning_rate, n_steps):
    n_samples, n_inputs = X.shape
    w, b = np.zeros(n_inputs), 0.0
    for _ in range(n_steps):
        dw, db = np.zeros(n_inputs), 0.0
        for x, target in zip(X, y, strict=True):
            a = 1 / (1 + np.exp(-(np.dot(x, w) + b)))
            dz = (a - target) * a * (1 - a)
            dw, db = dw + x * dz, db + dz
        w, b = w - learning_rate * dw / n_samples, b - learning_rate * db / n_samples
    return w, b


VARIANTS = [descend_by_exp, descend_in_place, descend_sample_by_sample]
