"""Right answers to `softplus_d`, in the styles of different students."""

import numpy as np


def softplus_d_tanh(x):
    return (np.tanh(x / 2) + 1) / 2


def softplus_d_masks(x):
    result = np.empty_like(x)
    positive = x > 0
    result[positive] = 1 / (1 + np.exp(-x[positive]))
    e = np.exp(x[~positive])
    result[~positive] = e / (1 + e)
    return result


def softplus_d_package_style(x):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def softplus_d_clipped(x):
    x = np.clip(x, -500, 500)
    return np.exp(x) / (1 + np.exp(x))


def softplus_d_difference(x):
    h = 1e-5
    return (np.logaddexp(0, x + h) - np.logaddexp(0, x - h)) / (2 * h)


VARIANTS = [
    softplus_d_tanh,
    softplus_d_masks,
    softplus_d_package_style,
    softplus_d_clipped,
    softplus_d_difference,
]
