"""Right answer to `relu`, and known mistakes."""

import numpy as np

from mlp_helpers import activations
from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=activations.relu)


@KEY.mistake(
    "Only the largest number of each column is left. Should x be compared within itself, or each number with 0?",
    source="https://github.com/ahmedfgad/NumPyCNN/issues/4",
)
def relu_max_of_columns(x):
    return np.max(x, 0)


@KEY.mistake(
    "Where x is positive it gives 1, however large x is. Is this relu, or its slope?",
    source="https://github.com/hacktoberfest17/programming/pull/644",
)
def relu_step(x):
    return (x > 0).astype(float)


@KEY.mistake(
    "The values are right, but x itself was overwritten. Who else may still need its old values?",
    source="https://github.com/chainer/chainer/pull/4821",
)
def relu_in_place(x):
    x[x < 0] = 0
    return x


@KEY.mistake(
    "It stops the numbers that it should let through, and lets the others through. On which side is relu flat?"
)
def relu_minimum(x):
    return np.minimum(x, 0)


@KEY.mistake("Negative numbers become positive. What should they become?")
def relu_absolute(x):
    return np.abs(x)
