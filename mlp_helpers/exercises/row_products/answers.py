"""Right answer to `row_products`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey


def _row_products(X, M):
    return X @ M.T


KEY = AnswerKey(reference=_row_products)


@KEY.mistake(
    "Where all lengths are 3, rows of `X` were multiplied by columns of `M`; elsewhere the shapes do not fit. Which "
    "axis of `M` is as long as a row of `X`, and where does a product expect it?"
)
def row_products_with_columns(X, M):
    return X @ M


@KEY.mistake(
    "The result has a row for each row of `M`; it should have one for each row of `X`. From which factor does a "
    "product take its rows?"
)
def row_products_the_other_way_round(X, M):
    return M @ X.T


@KEY.mistake(
    "Each row of `X` was multiplied by the row of `M` in the same place, which fails for 2 rows and 4 rows. How many "
    "products are there if each row of `X` meets each row of `M`?"
)
def row_products_side_by_side(X, M):
    return (X * M).sum(axis=1)


@KEY.mistake(
    "Where all lengths are 3, columns of `X` were multiplied by columns of `M`; elsewhere the shapes do not fit. Over "
    "which axis of each matrix should the sum run?"
)
def row_products_of_columns(X, M):
    return X.T @ M


@KEY.mistake(
    "You get this if the products of `X` with all rows of `M` are added up over the rows of `M`, and not over the "
    "columns. Over which axis does a product of two rows sum?"
)
def row_products_over_rows(X, M):
    return (X[:, np.newaxis] * M).sum(axis=1)
