"""Right answer to `cross_entropy`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey

TINY = np.finfo(float).tiny

KEY = AnswerKey(reference=lambda Y, Y_pred: -np.mean(np.sum(Y * np.log(np.maximum(Y_pred, TINY)), axis=1)))


@KEY.mistake(
    "You get this if 1 - Y and 1 - Y_pred are used as well, as for two classes. Which terms does the sum over classes "
    "have?",
    source="https://github.com/FluxML/Flux.jl/issues/139",
)
def cross_entropy_binary(Y, Y_pred):
    safe = np.maximum(Y_pred, TINY)
    return -np.mean(np.sum(Y * np.log(safe) + (1 - Y) * np.log(1 - safe), axis=1))


@KEY.mistake(
    "The loss is too small by a factor, the number of classes. Over how many numbers do you take the mean, and over "
    "how many should it be?",
    source="https://github.com/GMvandeVen/continual-learning/issues/5",
    is_factor=True,
)
def cross_entropy_mean_of_all(Y, Y_pred):
    return -np.mean(Y * np.log(np.maximum(Y_pred, TINY)))


@KEY.mistake(
    "Right, except that a probability of 0 gives NaN. What is the logarithm of 0, and what is 0 times that?",
    source="https://github.com/apache/mxnet/pull/4594",
)
def cross_entropy_log_of_0(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(Y_pred), axis=1))


EPSILON = (
    "Right for ordinary probabilities, but a very small one counts as a larger number. Do you add something to it, or "
    "cut it off, at more than the smallest float?"
)


@KEY.mistake(EPSILON)
def cross_entropy_epsilon(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(Y_pred + 1e-10), axis=1))


@KEY.mistake(EPSILON)
def cross_entropy_clipped(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(np.clip(Y_pred, 1e-15, 1 - 1e-15)), axis=1))


@KEY.mistake(EPSILON)
def cross_entropy_smaller_epsilon(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(Y_pred + 1e-12), axis=1))


@KEY.mistake(EPSILON)
def cross_entropy_clipped_as_in_keras(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(np.clip(Y_pred, 1e-7, 1 - 1e-7)), axis=1))


@KEY.mistake(EPSILON)
def cross_entropy_larger_epsilon(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(Y_pred + 1e-8), axis=1))


@KEY.mistake(
    "The loss is negative, and right apart from that. Which sign does the logarithm of a number below 1 have?",
    source="https://github.com/apache/mxnet/pull/7118",
    is_factor=True,
)
def cross_entropy_minus_lost(Y, Y_pred):
    return np.mean(np.sum(Y * np.log(np.maximum(Y_pred, TINY)), axis=1))


@KEY.mistake(
    "With one sample it is right; with several, their probabilities are averaged. What should you average instead?",
    source="https://github.com/lucadiliello/semantic-loss-pytorch/issues/5",
)
def cross_entropy_log_of_mean(Y, Y_pred):
    return -np.log(np.mean(np.sum(Y * Y_pred, axis=1)))


@KEY.mistake(
    "The sum of all terms is divided by the number of classes. Over what should the mean be taken?", of_ordinary=True
)
def cross_entropy_axes_exchanged(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(np.maximum(Y_pred, TINY)), axis=0))


@KEY.mistake(
    "The loss is infinite for ordinary probabilities, too: a logarithm is taken of 0. Which array holds zeros, and of "
    "which one should it be taken?",
    of_ordinary=True,
)
def cross_entropy_arrays_exchanged(Y, Y_pred):
    return -np.mean(np.sum(Y_pred * np.log(Y), axis=1))


@KEY.mistake(
    "You get this if the logarithm is taken of Y, whose entries are 0 and 1. Which of the two arrays holds the "
    "probabilities?",
    of_ordinary=True,
)
def cross_entropy_arrays_exchanged_with_floor(Y, Y_pred):
    return -np.mean(np.sum(Y_pred * np.log(np.maximum(Y, TINY)), axis=1))
