"""Right answer to `sigmoid_d`, and known mistakes."""

import numpy as np

from mlp_helpers import activations
from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=activations.sigmoid_d)


@KEY.mistake(
    "You get this if x itself is taken for the sigmoid's value. What is x here, the input or the output?",
    source="https://github.com/PacktPublishing/Neural-Network-Projects-with-Python/issues/4",
)
def sigmoid_d_of_output(x):
    return x * (1 - x)


@KEY.mistake(
    "This is the slope at sigmoid(x), not at x. Is the sigmoid applied once too often?",
    source="https://github.com/dwhitena/gophernet/issues/6",
)
def sigmoid_d_twice(x):
    s = activations.sigmoid(activations.sigmoid(x))
    return s * (1 - s)


@KEY.mistake("You get this if one factor is made from the sigmoid's value, and the other from x. Do they go together?")
def sigmoid_d_mixed(x):
    return activations.sigmoid(x) * (1 - x)


@KEY.mistake("Right, except that -1000 gives NaN. Which part of your formula is infinite there?")
def sigmoid_d_quotient(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


@KEY.mistake("At 0 it gives 3/4, which is too steep. This is the rule for the slope of another function: which one?")
def sigmoid_d_rule_of_tanh(x):
    return 1 - activations.sigmoid(x) ** 2
