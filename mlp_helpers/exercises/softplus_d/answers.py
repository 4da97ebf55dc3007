"""Right answer to `softplus_d`, and known mistakes."""

import numpy as np

from mlp_helpers import activations
from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=activations.sigmoid)


@KEY.mistake("Right, except that 1000 gives NaN. What becomes of each part of your fraction there?")
def softplus_d_overflows(x):
    return np.exp(x) / (1 + np.exp(x))


@KEY.mistake(
    "It falls, while softplus gets steeper from left to right. Which factor does the chain rule add for the "
    "expression inside the logarithm?"
)
def softplus_d_inner_slope_lost(x):
    return 1 / (1 + np.exp(x))


@KEY.mistake(
    "It grows without limit, while softplus never gets steeper than a line of slope 1. You have the slope of what is "
    "inside the logarithm: what about that of the logarithm itself?"
)
def softplus_d_inner_slope_alone(x):
    return np.exp(x)


@KEY.mistake(
    "It is largest at 0 and falls on both sides, as the slope of the slope does. How often did you differentiate "
    "softplus?"
)
def softplus_d_twice(x):
    slope = np.exp(-np.logaddexp(0, -x))
    return slope * (1 - slope)


@KEY.mistake(
    "You get this if exp(x) is divided by the value of softplus. What stands below the line in the derivative of a "
    "logarithm?",
    of_ordinary=True,
)
def softplus_d_over_function(x):
    return np.exp(x) / np.logaddexp(0, x)


@KEY.mistake(
    "You get this from the rule s (1 - s), with the value of softplus for s. Whose slope has this rule?",
    of_ordinary=True,
)
def softplus_d_rule_of_sigmoid(x):
    return np.logaddexp(0, x) * (1 - np.logaddexp(0, x))


@KEY.mistake("These are the values of softplus itself. How steep is it?")
def softplus_d_function(x):
    return np.logaddexp(0, x)


@KEY.mistake("It jumps from 0 to 1, as the slope of relu does. Does softplus have a kink?")
def softplus_d_step(x):
    return np.where(x > 0, 1.0, 0.0)


@KEY.mistake(
    "Right, except far to the left, where it stays at the number that it has at -10. To which numbers do you cut `x`, "
    "and what may become of exp there?"
)
def softplus_d_cut_at_10(x):
    return 1 / (1 + np.exp(-np.clip(x, -10, 10)))


@KEY.mistake(
    "Right, except that it is exactly 1 from 10 on, where the slope still lacks some hundred thousandths. Which "
    "formula of the slope needs no such limit?"
)
def softplus_d_1_from_10_on(x):
    return np.where(x > 10, 1.0, 1 / (1 + np.exp(-np.minimum(x, 10))))
