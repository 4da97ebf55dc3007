"""Right answer to `descend`, and known mistakes."""

import numpy as np

from mlp_helpers.activations import sigmoid
from mlp_helpers.exercises.answer_keys import AnswerKey


def _slopes(X, y, w, b):
    """Return the gradient of the mean loss with respect to w and b."""
    a = sigmoid(X @ w + b)
    dz = (a - y) * a * (1 - a)
    return X.T @ dz / len(y), np.mean(dz)


def _descend(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        dw, db = _slopes(X, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b


KEY = AnswerKey(reference=_descend)


@KEY.mistake(
    "You get this if the slope of the sigmoid is taken at `a`, which has come out of it. At which number does the "
    "formula want it?"
)
def descend_with_the_slope_at_the_output(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w + b)
        dz = (a - y) * sigmoid(a) * (1 - sigmoid(a))
        w, b = w - learning_rate * X.T @ dz / len(y), b - learning_rate * np.mean(dz)
    return w, b


@KEY.mistake("Each step went uphill. Does the loss fall along its slope, or against it?")
def descend_uphill(X, y, learning_rate, n_steps):
    return _descend(X, y, -learning_rate, n_steps)


@KEY.mistake(
    "The steps are too long, by the number of samples. The loss is a mean over them: what is its slope a mean of?"
)
def descend_by_sums(X, y, learning_rate, n_steps):
    return _descend(X, y, learning_rate * len(y), n_steps)


@KEY.mistake("The steps of `w` are too long, by the number of samples; those of `b` are right. What does one lack?")
def descend_by_a_sum_for_the_weights(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        dw, db = _slopes(X, y, w, b)
        w, b = w - learning_rate * len(y) * dw, b - learning_rate * db
    return w, b


@KEY.mistake("The steps of `b` are too long, by the number of samples; those of `w` are right. What does one lack?")
def descend_by_a_sum_for_the_bias(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        dw, db = _slopes(X, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * len(y) * db
    return w, b


@KEY.mistake(
    "In your backward pass the gradient met the loss, but not the sigmoid. At each gate it is multiplied by the local "
    "slope: what is that of the sigmoid?"
)
def descend_without_the_sigmoid_s_slope(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        dz = sigmoid(X @ w + b) - y
        w, b = w - learning_rate * X.T @ dz / len(y), b - learning_rate * np.mean(dz)
    return w, b


@KEY.mistake("The bias is still 0. It has a slope, too: what is its step?")
def descend_without_a_step_of_the_bias(X, y, learning_rate, n_steps):
    w = np.zeros(X.shape[1])
    for _ in range(n_steps):
        w = w - learning_rate * _slopes(X, y, w, 0.0)[0]
    return w, 0.0


@KEY.mistake("The bias was moved, but the neuron's output does not depend on it. What is z?")
def descend_without_the_bias_in_z(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        dw, db = _slopes(X, y, w, 0.0)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b


@KEY.mistake("There was a single step. Is the `return` inside the loop?")
def descend_for_one_step(X, y, learning_rate, n_steps):
    return _descend(X, y, learning_rate, 1)


@KEY.mistake("After several steps, `w` and `b` hold the last step alone. From where should each step go on?")
def descend_without_the_steps_before(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        dw, db = _slopes(X, y, w, b)
        w, b = -learning_rate * dw, -learning_rate * db
    return w, b


@KEY.mistake("After all steps `w` and `b` are 0. Print `dz` and look: is it 0, or do the new values get lost?")
def descend_that_stays(X, y, learning_rate, n_steps):
    return np.zeros(X.shape[1]), 0.0


@KEY.mistake("The bias was added to the answers, after the sigmoid. What is z?")
def descend_with_the_bias_after_the_sigmoid(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w) + b
        dz = (a - y) * a * (1 - a)
        w, b = w - learning_rate * X.T @ dz / len(y), b - learning_rate * np.mean(dz)
    return w, b


SAMPLE_BY_SAMPLE = (
    "Each sample took a step of its own, and moved the weights for the next one. What is a step a mean over?"
)


def _descend_sample_by_sample(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for row in list(range(len(y))) * n_steps:
        dw, db = _slopes(X[row : row + 1], y[row : row + 1], w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b


@KEY.mistake(SAMPLE_BY_SAMPLE)
def descend_sample_by_sample(X, y, learning_rate, n_steps):
    return _descend_sample_by_sample(X, y, learning_rate, n_steps)


@KEY.mistake(SAMPLE_BY_SAMPLE)
def descend_sample_by_sample_in_parts_of_a_step(X, y, learning_rate, n_steps):
    return _descend_sample_by_sample(X, y, learning_rate / len(y), n_steps)


@KEY.mistake("The learning rate makes no difference. Where does it belong?")
def descend_at_a_rate_of_1(X, y, learning_rate, n_steps):
    return _descend(X, y, 1.0, n_steps)


@KEY.mistake("The slope was taken once, at the start, and used for each step. Which lines belong into the loop?")
def descend_along_the_first_slope(X, y, learning_rate, n_steps):
    dw, db = _slopes(X, y, np.zeros(X.shape[1]), 0.0)
    return -n_steps * learning_rate * dw, -n_steps * learning_rate * db


@KEY.mistake(
    "The neuron learns the opposite: its answers go to 0 where the target is 1. Which two numbers are compared?"
)
def descend_away_from_the_targets(X, y, learning_rate, n_steps):
    return _descend(X, 1 - y, learning_rate, n_steps)


PRODUCT_OF_MEANS = (
    "The steps of `w` are a product of two means, or of a sum and a mean: one over `X`, one over `dz`. In which order "
    "should you multiply and take the mean?"
)


@KEY.mistake(PRODUCT_OF_MEANS)
def descend_by_a_product_of_means(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        _, db = _slopes(X, y, w, b)
        w, b = w - learning_rate * X.mean(axis=0) * db, b - learning_rate * db
    return w, b


@KEY.mistake(PRODUCT_OF_MEANS)
def descend_by_a_product_with_a_sum(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        _, db = _slopes(X, y, w, b)
        w, b = w - learning_rate * X.sum(axis=0) * db, b - learning_rate * db
    return w, b
