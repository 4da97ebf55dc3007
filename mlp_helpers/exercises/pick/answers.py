"""Right answer to `pick`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=lambda P, labels: P[np.arange(len(P)), labels])


@KEY.mistake(
    "Each label was looked up in every row, so each row has as many numbers as there are labels. What tells NumPy "
    "that the first label belongs to the first row alone?"
)
def pick_every_label_in_every_row(P, labels):
    return P[:, labels]


@KEY.mistake(
    "Each label picked a whole row; where there is no such row, NumPy raises an error. What does a label name here, a "
    "row or a column?"
)
def pick_whole_rows(P, labels):
    return P[labels]


@KEY.mistake(
    "Where `P` is square, each label chose the row, and the row's number the column; elsewhere the index may lie "
    "outside `P`. Which of the two comes first in an index?"
)
def pick_with_swapped_indices(P, labels):
    return P[labels, np.arange(len(P))]


@KEY.mistake("These are the largest entries of the rows. Where do you use the labels?")
def pick_the_largest(P, labels):
    return P.max(axis=1)


@KEY.mistake(
    "Each entry is one column too far to the left, and for label 0 it is the last of its row. At which number do "
    "columns start?"
)
def pick_labels_from_1(P, labels):
    return P[np.arange(len(P)), labels - 1]


@KEY.mistake(
    "Right for whole numbers, but others lose their decimals. Of which dtype is the array that you return, and where "
    "does it come from?"
)
def pick_in_whole_numbers(P, labels):
    return P[np.arange(len(P)), labels].astype(int)


@KEY.mistake(
    "All these numbers are from the first row of `P`. What tells NumPy that the second label belongs to the second row?"
)
def pick_from_the_first_row(P, labels):
    return P[0, labels]
