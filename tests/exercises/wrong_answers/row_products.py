"""Wrong answers to `row_products`."""

import numpy as np

from wrong_answers import wrong


@wrong("reshapes M, which should be transposed", names="M.reshape|transpos")
def row_products_reshaped(X, M):
    return X @ M.reshape(M.shape[1], M.shape[0])


@wrong("multiplies sums, not rows")
def row_products_of_sums(X, M):
    return X.sum(axis=1, keepdims=True) * M.sum(axis=1)


@wrong("forgets to sum the products", names="their sum")
def row_products_not_summed(X, M):
    return X[:, np.newaxis, :] * M[np.newaxis, :, :]
