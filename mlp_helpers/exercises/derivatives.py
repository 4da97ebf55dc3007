"""Answer keys of notebook 02: softplus, and derivatives that the text does not give."""

import numpy as np

from mlp_helpers import activations
from mlp_helpers.exercises.bank import AnswerKey


def _softplus(x):
    return np.maximum(x, 0.0) + np.log(1.0 + np.exp(-np.abs(x)))


softplus = AnswerKey(reference=_softplus)

OVERFLOWS = (
    "Ordinary numbers are right, but 1000 gives infinity. What does exp make of 1000, and can the function be written "
    "so that exp never gets a large number?"
)
CUT_OFF = (
    "Ordinary numbers are right, but 1000 comes out too small. Is something cut off on its way into exp, and what "
    "should come out there?"
)


@softplus.mistake(OVERFLOWS, source="https://github.com/rushter/MLAlgorithms/pull/30")
def softplus_overflows(x):
    return np.log(1 + np.exp(x))


@softplus.mistake(CUT_OFF)
def softplus_cut_off_at_500(x):
    return np.log(1 + np.exp(np.clip(x, -500, 500)))


@softplus.mistake(CUT_OFF)
def softplus_cut_off_at_700(x):
    return np.log(1 + np.exp(np.minimum(x, 700)))


@softplus.mistake(CUT_OFF)
def softplus_cut_off_at_20(x):
    return np.log1p(np.exp(np.clip(x, -20, 20)))


@softplus.mistake(
    "Right where x is positive, but it rises again to the left of 0, and -1000 gives infinity. What does exp get there?"
)
def softplus_sign_forgotten(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-x))


@softplus.mistake(
    "Right, except that -1000 gives infinity. What does exp make of the number that it gets there?",
    source="https://github.com/rushter/MLAlgorithms/pull/31",
)
def softplus_other_form(x):
    return x + np.log(1 + np.exp(-x))


@softplus.mistake(
    "These are the values of exp, which grow much faster than a line. What stands inside the brackets of the logarithm?"
)
def softplus_brackets(x):
    return np.log(1) + np.exp(x)


@softplus.mistake(
    "Ordinary numbers are all too small by one factor, and 1000 gives infinity. Which base has the logarithm that you "
    "call?"
)
def softplus_log10(x):
    return np.log10(1 + np.exp(x))


@softplus.mistake("This is relu, kink and all. What does the formula give at 0?")
def softplus_relu(x):
    return np.maximum(x, 0)


@softplus.mistake("It falls from left to right, and -1000 gives infinity. Follow the sign of x through your formula.")
def softplus_mirrored(x):
    return np.log(1 + np.exp(-x))


softplus_d = AnswerKey(reference=activations.sigmoid)


@softplus_d.mistake("Right, except that 1000 gives NaN. What becomes of each part of your fraction there?")
def softplus_d_overflows(x):
    return np.exp(x) / (1 + np.exp(x))


@softplus_d.mistake(
    "It falls, while softplus gets steeper from left to right. Which factor does the chain rule add for what stands "
    "inside the logarithm?"
)
def softplus_d_inner_slope_lost(x):
    return 1 / (1 + np.exp(x))


@softplus_d.mistake(
    "It grows without limit, while softplus never gets steeper than a line of slope 1. The slope of what is inside the "
    "logarithm is there: what about that of the logarithm?"
)
def softplus_d_inner_slope_alone(x):
    return np.exp(x)


@softplus_d.mistake(
    "It is largest at 0 and falls on both sides, as the slope of the slope does. How often was softplus differentiated?"
)
def softplus_d_twice(x):
    return activations.sigmoid_d(x)


@softplus_d.mistake("These are the values of softplus itself. How steep is it?")
def softplus_d_function(x):
    return np.logaddexp(0, x)


@softplus_d.mistake("It jumps from 0 to 1, as the slope of relu does. Has softplus a kink?")
def softplus_d_step(x):
    return np.where(x > 0, 1.0, 0.0)


leaky_relu_d = AnswerKey(reference=lambda x, slope: np.where(x > 0, 1.0, slope))


@leaky_relu_d.mistake(
    "Right, except at 0 itself. Which of its two sides does the notebook count 0 to?",
    source="https://github.com/uptake/numpynet/pull/35",
)
def leaky_relu_d_1_at_0(x, slope):
    return np.where(x >= 0, 1.0, slope)


@leaky_relu_d.mistake("These are the values of leaky relu itself. By how much does it grow when x grows a little?")
def leaky_relu_d_function(x, slope):
    return np.where(x > 0, x, slope * x)


@leaky_relu_d.mistake(
    "Right where x is positive, but to the left of 0 it changes with x. How steep is a straight line, near and far?",
    source="https://github.com/pluskid/Mocha.jl/pull/94",
)
def leaky_relu_d_left_function(x, slope):
    return np.where(x > 0, 1.0, slope * x)


@leaky_relu_d.mistake("To the left of 0 it is right, but to the right it gives x itself. How steep is it there?")
def leaky_relu_d_right_function(x, slope):
    return np.where(x > 0, x, slope)


@leaky_relu_d.mistake("It is steep on the left and flat on the right. Which value belongs to which side?")
def leaky_relu_d_swapped(x, slope):
    return np.where(x > 0, slope, 1.0)


@leaky_relu_d.mistake("To the left of 0 it is 0.01 in every case. Which argument does your function not use?")
def leaky_relu_d_fixed(x, slope):
    return np.where(x > 0, 1.0, 0.01)


@leaky_relu_d.mistake(
    "To the left of 0 it is 0, as for relu. What does the leak let through there?",
    source="https://github.com/scientific-computing/FKB/issues/15",
)
def leaky_relu_d_of_relu(x, slope):
    return np.where(x > 0, 1.0, 0.0)


@leaky_relu_d.mistake("To the left of 0 the sign is wrong. Does leaky relu rise or fall there?")
def leaky_relu_d_falls(x, slope):
    return np.where(x > 0, 1.0, -slope)


ANSWER_KEYS = {"leaky_relu_d": leaky_relu_d, "softplus": softplus, "softplus_d": softplus_d}
