"""Right answers to `relu`, in the styles of different students."""

import numpy as np


def relu_in_place_on_a_copy(x):
    x = x.copy()
    x[x < 0] = 0
    return x


def relu_nested_lists(x):
    if x.ndim == 1:
        return np.array([max(0, number) for number in x])
    return np.array([relu_nested_lists(row) for row in x])


VARIANTS = [
    lambda x: x * (x > 0),
    lambda x: np.where(x > 0, x, 0),
    lambda x: (x + np.abs(x)) / 2,
    lambda x: np.clip(x, 0, None),
    lambda x: np.maximum(np.zeros_like(x, dtype=np.float32), x.astype(np.float32)),
    lambda x: np.maximum(x, 0, out=np.empty_like(x)),
    relu_in_place_on_a_copy,
    relu_nested_lists,
    np.vectorize(lambda number: number if number > 0 else 0.0),
]
