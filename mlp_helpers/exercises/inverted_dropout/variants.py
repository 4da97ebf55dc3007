"""Right answers to `inverted_dropout`, in the styles of different students."""

import numpy as np


def inverted_dropout_binomial(A, keep_probability, rng):
    mask = rng.binomial(1, keep_probability, size=A.shape) / keep_probability
    return mask * A, mask


def inverted_dropout_choice(A, keep_probability, rng):
    mask = rng.choice([0.0, 1 / keep_probability], size=A.shape, p=[1 - keep_probability, keep_probability])
    return [A * mask, mask]


def inverted_dropout_other_side(A, keep_probability, rng):
    mask = np.ones(A.shape)
    mask[rng.uniform(size=A.shape) < 1 - keep_probability] = 0
    mask /= keep_probability
    return np.multiply(A, mask), mask


def inverted_dropout_rows(A, keep_probability, rng):
    mask = np.zeros_like(A)
    for i in range(len(A)):
        mask[i] = (rng.random(A.shape[1]) <= keep_probability).astype(float)
    result = A * mask / keep_probability
    return result, mask / keep_probability


VARIANTS = [
    inverted_dropout_binomial,
    inverted_dropout_choice,
    inverted_dropout_other_side,
    inverted_dropout_rows,
]
