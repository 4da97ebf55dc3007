"""Right answer to `softplus`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey


def _softplus(x):
    return np.maximum(x, 0.0) + np.log(1.0 + np.exp(-np.abs(x)))


KEY = AnswerKey(reference=_softplus)
OVERFLOWS = (
    "Ordinary numbers are right, but 1000 gives infinity. What is exp(1000), and can you write the function so that "
    "exp never gets a large number?"
)
CUT_OFF = (
    "Ordinary numbers are right, but the result for 1000 is too small. Is something cut off on its way into exp, and "
    "what should the result be there?"
)


@KEY.mistake(OVERFLOWS, source="https://github.com/rushter/MLAlgorithms/pull/30")
def softplus_overflows(x):
    return np.log(1 + np.exp(x))


@KEY.mistake(CUT_OFF)
def softplus_cut_off_at_500(x):
    return np.log(1 + np.exp(np.clip(x, -500, 500)))


@KEY.mistake(CUT_OFF)
def softplus_cut_off_at_700(x):
    return np.log(1 + np.exp(np.minimum(x, 700)))


@KEY.mistake(CUT_OFF)
def softplus_cut_off_at_20(x):
    return np.log1p(np.exp(np.clip(x, -20, 20)))


@KEY.mistake("Right where x is positive, but it rises again to the left of 0. What does exp get there?")
def softplus_sign_forgotten(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-x))


@KEY.mistake(
    "Right, except that -1000 gives infinity. Which number does exp get there?",
    source="https://github.com/rushter/MLAlgorithms/pull/31",
)
def softplus_other_form(x):
    return x + np.log(1 + np.exp(-x))


@KEY.mistake(
    "These are the values of exp, which grow much faster than a line. What is inside the brackets of the logarithm?"
)
def softplus_brackets(x):
    return np.log(1) + np.exp(x)


@KEY.mistake(
    "Ordinary numbers are all too small by the same factor. What is the base of the logarithm that you call?",
    of_ordinary=True,
)
def softplus_log10(x):
    return np.log10(1 + np.exp(x))


@KEY.mistake("This is relu, kink and all. What does the formula give at 0?")
def softplus_relu(x):
    return np.maximum(x, 0)


@KEY.mistake("It falls from left to right. Follow the sign of x through your formula.", of_ordinary=True)
def softplus_mirrored(x):
    return np.log(1 + np.exp(-x))
