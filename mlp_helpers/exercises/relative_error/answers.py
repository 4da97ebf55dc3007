"""Right answer to `relative_error`, and known mistakes."""

import numpy as np

from mlp_helpers import gradients
from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=gradients.relative_error)


@KEY.mistake(
    "Right, except where both numbers are close to 0. What happens to the division there, and what is the floor for?",
    source="https://github.com/ericchansen/q2mm/pull/248",
)
def relative_error_without_floor(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.abs(analytic), np.abs(numeric)))


@KEY.mistake("Right, except that a floor of 1 changes nothing. Where do you use the argument `floor`?")
def relative_error_with_its_own_floor(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), 1e-8))


@KEY.mistake(
    "Right, except where both numbers are smaller than `floor`, but not 0. By what does the formula divide there?"
)
def relative_error_floor_at_0_alone(analytic, numeric, floor=1e-8):
    scale = np.maximum(np.abs(analytic), np.abs(numeric))
    return np.max(np.abs(analytic - numeric) / np.where(scale == 0, floor, scale))


@KEY.mistake(
    "Right, except where `floor` is not small beside the numbers: you get this if it is added to the larger one. What "
    "does the formula do with it?"
)
def relative_error_adds_the_floor(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / (np.maximum(np.abs(analytic), np.abs(numeric)) + floor))


NEGATIVE = (
    "Right for positive numbers, but not always for negative ones. Which is the larger one of -1 and -2, and which has "
    "the larger absolute value?"
)


@KEY.mistake(NEGATIVE, of_ordinary=True)
def relative_error_sign_of_numeric_kept(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), numeric), floor))


@KEY.mistake(NEGATIVE, of_ordinary=True)
def relative_error_sign_of_analytic_kept(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(analytic, np.abs(numeric)), floor))


@KEY.mistake(NEGATIVE, of_ordinary=True)
def relative_error_signs_kept(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(analytic, numeric), floor))


@KEY.mistake(
    "The largest difference is divided by the largest number of all, wherever the two stand. With which numbers should "
    "each difference be compared?",
    of_ordinary=True,
)
def relative_error_maximum_too_early(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric)) / max(np.max(np.abs(analytic)), np.max(np.abs(numeric)), floor)


@KEY.mistake(
    "Right where both numbers have the same sign. How far apart are 1 and -1, and what does your difference give for "
    "them?",
    of_ordinary=True,
)
def relative_error_of_absolute_values(analytic, numeric, floor=1e-8):
    analytic, numeric = np.abs(analytic), np.abs(numeric)
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(analytic, numeric), floor))


ONE_OF_TWO = (
    "Each difference is divided by the size of one gradient, always the same one. By which of the two numbers should "
    "it be divided?"
)


@KEY.mistake(ONE_OF_TWO, of_ordinary=True)
def relative_error_of_analytic_alone(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.abs(analytic), floor))


@KEY.mistake(ONE_OF_TWO, of_ordinary=True)
def relative_error_of_numeric_alone(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.abs(numeric), floor))


@KEY.mistake(
    "This is the average over the entries. Would it reveal a single wrong entry among a thousand?",
    source="https://github.com/apache/mxnet/issues/3997",
)
def relative_error_mean(analytic, numeric, floor=1e-8):
    scale = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floor)
    return np.mean(np.abs(analytic - numeric) / scale)


@KEY.mistake(
    "You get this if the difference is divided by the sum of both numbers, as in some books. Which denominator does "
    "the formula have here?",
    source="https://github.com/jcjohnson/torch-rnn/issues/13",
    of_ordinary=True,
)
def relative_error_of_the_sum(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.abs(analytic) + np.abs(numeric), floor))


NORMS = (
    "You get this if the lengths of whole arrays are compared. Would that reveal a wrong entry that is small beside "
    "the others?"
)


@KEY.mistake(
    NORMS,
    source="https://datascience.stackexchange.com/questions/30850/gradientchecking-can-i-blame-float-precision",
    of_ordinary=True,
)
def relative_error_of_norms(analytic, numeric, floor=1e-8):
    return np.linalg.norm(analytic - numeric) / (np.linalg.norm(analytic) + np.linalg.norm(numeric))


@KEY.mistake(
    NORMS,
    source="https://datascience.stackexchange.com/questions/30850/gradientchecking-can-i-blame-float-precision",
    of_ordinary=True,
)
def relative_error_of_norms_with_floor(analytic, numeric, floor=1e-8):
    return np.linalg.norm(analytic - numeric) / max(np.linalg.norm(analytic) + np.linalg.norm(numeric), floor)


@KEY.mistake(NORMS, of_ordinary=True)
def relative_error_of_largest_norm(analytic, numeric, floor=1e-8):
    return np.linalg.norm(analytic - numeric) / max(np.linalg.norm(analytic), np.linalg.norm(numeric), floor)


@KEY.mistake(
    "This is the largest difference as it stands. Is a difference of 0.1 large, and compared with what?",
    source="https://github.com/pybrain/pybrain/issues/51",
)
def relative_error_absolute(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric))
