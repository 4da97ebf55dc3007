"""Wrong answers to `unhot`."""

import numpy as np

from wrong_answers import wrong


@wrong("looks for the largest number of each column", names="column|axis")
def unhot_of_columns(one_hot_labels):
    return one_hot_labels.argmax(axis=0)


@wrong("looks for entries of exactly 1", names="exactly 1")
def unhot_equal_to_1(one_hot_labels):
    return np.where(one_hot_labels == 1)[1]


@wrong("returns the largest numbers, not where they are", names="get the largest number")
def unhot_values(one_hot_labels):
    values, indices = one_hot_labels.max(axis=1), one_hot_labels.argmax(axis=1)
    return values


@wrong("takes the place of the smallest number", names="smallest")
def unhot_smallest(one_hot_labels):
    return np.argsort(one_hot_labels, axis=1)[:, 0]


@wrong("leaves out rows whose largest number is at most 0.5")
def unhot_above_half(one_hot_labels):
    _, columns = np.nonzero(one_hot_labels > 0.5)
    return columns
