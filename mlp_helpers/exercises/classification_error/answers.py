"""Right answer to `classification_error`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey


def _classification_error(y, y_pred):
    if y.shape != y_pred.shape:
        raise ValueError(f"y_pred must have the shape {y.shape} of y, got {y_pred.shape}")
    return np.mean(y != y_pred)


KEY = AnswerKey(reference=_classification_error)
BROADCAST = (
    "Right, except that a column of predictions also gives a share. To which shape does NumPy broadcast a row and a "
    "column, and what should happen instead?"
)


@KEY.mistake(
    BROADCAST, source="https://github.com/orobix/Prototypical-Networks-for-Few-shot-Learning-PyTorch/issues/23"
)
def classification_error_of_any_shapes(y, y_pred):
    return np.mean(y != y_pred)


@KEY.mistake(BROADCAST)
def classification_error_of_equal_lengths(y, y_pred):
    if len(y) != len(y_pred):
        raise ValueError
    return np.mean(y != y_pred)


@KEY.mistake(
    "Right, except that a single prediction for all samples also gives a share. What does NumPy do with an array of "
    "one number, and what should happen instead?"
)
def classification_error_of_equal_axes(y, y_pred):
    if y.ndim != y_pred.ndim:
        raise ValueError
    return np.mean(y != y_pred)


@KEY.mistake(
    "You get the share of predictions that are right, and so 1 if there is no mistake at all. Which share is the "
    "error?",
    source="https://github.com/luispedro/milk/pull/4",
)
def classification_error_is_accuracy(y, y_pred):
    return np.mean(y == y_pred)


@KEY.mistake(
    "You get this if each label is compared with the predictions of all samples. Which shapes do the two sides of "
    "your comparison have?",
    source="https://github.com/orobix/Prototypical-Networks-for-Few-shot-Learning-PyTorch/issues/23",
)
def classification_error_of_all_pairs(y, y_pred):
    return np.mean(y.reshape(-1, 1) != y_pred)


@KEY.mistake("This is the number of mistakes. A share does not grow with the number of samples.")
def classification_error_count(y, y_pred):
    return np.sum(y != y_pred)


@KEY.mistake(
    "You get this if labels are subtracted and the differences squared. A label is a name: is it a larger mistake to "
    "take a 7 for a 1 than to take it for a 6?"
)
def classification_error_squared(y, y_pred):
    return np.mean((y - y_pred) ** 2)


@KEY.mistake(
    "This is the mean distance between labels. A label is a name: is it a larger mistake to take a 7 for a 1 than to "
    "take it for a 6?"
)
def classification_error_distance(y, y_pred):
    if y.shape != y_pred.shape:
        raise ValueError
    return np.mean(np.abs(y - y_pred))


OF_SIGNS = (
    "This is the mean difference of the labels, in which mistakes may cancel. A label is a name: what is to be counted?"
)


@KEY.mistake(OF_SIGNS)
def classification_error_difference_from_the_predictions(y, y_pred):
    if y.shape != y_pred.shape:
        raise ValueError
    return np.mean(y - y_pred)


@KEY.mistake(OF_SIGNS)
def classification_error_difference(y, y_pred):
    if y.shape != y_pred.shape:
        raise ValueError
    return np.mean(y_pred - y)


@KEY.mistake(
    "This is the mean label of the misread samples, or NaN if there are none. Does the error depend on which labels "
    "these samples have, or on how many of them there are?",
    source="https://github.com/keras-team/keras/pull/2736",
)
def classification_error_of_picked_labels(y, y_pred):
    return y[y != y_pred].mean()
