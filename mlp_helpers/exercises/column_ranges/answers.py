"""Right answer to `column_ranges`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=lambda X: X.max(axis=0) - X.min(axis=0))


@KEY.mistake(
    "You get one number for each row, the range of that row. Along which axis do you move if you stay in one column?"
)
def column_ranges_of_rows(X):
    return X.max(axis=1) - X.min(axis=1)


@KEY.mistake("You get one number, the range of the whole array. How do you tell NumPy to treat each column by itself?")
def column_ranges_of_everything(X):
    return X.max() - X.min()


@KEY.mistake(
    "The smallest number of each column was subtracted from the largest of the whole array. Does each of your two "
    "calls work column by column?"
)
def column_ranges_from_one_maximum(X):
    return X.max() - X.min(axis=0)


@KEY.mistake("These are the largest numbers of the columns. How far away from them are the smallest ones?")
def column_ranges_maxima_alone(X):
    return X.max(axis=0)


@KEY.mistake("The first row was subtracted from the last. Is the largest number of a column always in its last row?")
def column_ranges_last_minus_first(X):
    return X[-1] - X[0]


@KEY.mistake(
    "Right, except where all numbers of a column are below 0: you get the distance from 0 to the smallest. With which "
    "number should a search for the largest begin?"
)
def column_ranges_from_0(X):
    return np.maximum(X.max(axis=0), 0) - X.min(axis=0)


@KEY.mistake(
    "Where no number is below 0, you get the largest numbers of the columns. With which number should a search for the "
    "smallest begin?"
)
def column_ranges_smallest_from_0(X):
    return X.max(axis=0) - np.minimum(X.min(axis=0), 0)


@KEY.mistake(
    "These are the distances from 0 to the number of each column that is farthest from it. If you search for two "
    "numbers, with which ones should you begin?"
)
def column_ranges_both_from_0(X):
    return np.maximum(X.max(axis=0), 0) - np.minimum(X.min(axis=0), 0)


@KEY.mistake(
    "You subtract places, counted from 0. Does the task ask where the largest and the smallest numbers stand, or for "
    "these numbers?"
)
def column_ranges_of_places(X):
    return X.argmax(axis=0) - X.argmin(axis=0)
