"""Right answer to `pairwise_differences`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=lambda x, y: x[:, np.newaxis] - y)


@KEY.mistake(
    "Both arrays lie along the same axis, so only numbers in the same place meet, and lengths 3 and 2 are an error. "
    "How can `x` get an axis of its own?"
)
def pairwise_differences_side_by_side(x, y):
    return x - y


@KEY.mistake(
    "The result has a row for each number of `y`; it should have one for each number of `x`. Which of the two should "
    "stand upright, as a column?"
)
def pairwise_differences_turned(x, y):
    return x - y[:, np.newaxis]


@KEY.mistake("Each number has the wrong sign. Which of the two is subtracted from which?")
def pairwise_differences_backwards(x, y):
    return y - x[:, np.newaxis]


@KEY.mistake(
    "No number is negative: these are distances. What should the result be where the number of `y` is the larger one?"
)
def pairwise_differences_without_sign(x, y):
    return np.abs(x[:, np.newaxis] - y)


@KEY.mistake(
    "These are the sums of each number of `x` and each number of `y`. The arrangement is right; is the operation?"
)
def pairwise_differences_sums(x, y):
    return x[:, np.newaxis] + y
