"""Wrong answers to `descend`."""

import numpy as np

from mlp_helpers.activations import sigmoid
from wrong_answers import wrong


@wrong("takes the target minus the answer", names="up|against|sign|opposite|y - a|a - y")
def descend_target_minus_answer(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w + b)
        dz = (y - a) * a * (1 - a)
        w = w - learning_rate * X.T @ dz / len(y)
        b = b - learning_rate * dz.mean()
    return w, b


@wrong("lacks the slope of the sigmoid", names="that of the sigmoid")
def descend_without_slope_of_sigmoid(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w + b)
        dz = a - y
        w = w - learning_rate * X.T @ dz / len(y)
        b = b - learning_rate * np.mean(dz)
    return w, b


@wrong("adds up the samples' gradients of the weights", names="mean|samples|divi|len.y.|rows of")
def descend_sum_for_weights(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w + b)
        dz = (a - y) * a * (1 - a)
        w = w - learning_rate * X.T @ dz
        b = b - learning_rate * np.mean(dz)
    return w, b


@wrong("adds up the samples' gradients", names="mean|samples|divi|len.y.|rows of")
def descend_sums(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(np.dot(X, w) + b)
        dz = (a - y) * a * (1 - a)
        dw = np.dot(X.T, dz)
        db = np.sum(dz)
        w = w - learning_rate * dw
        b = b - learning_rate * db
    return w, b


@wrong("leaves the bias at 0", names="bias|\\bb\\b|second")
def descend_bias_stays(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w + b)
        dz = (a - y) * a * (1 - a)
        w -= learning_rate * (X.T @ dz) / len(y)
    return w, b


@wrong("leaves the bias out of the answers", names="bias|\\bb\\b|X @ w")
def descend_answers_without_bias(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w)
        dz = (a - y) * a * (1 - a)
        w = w - learning_rate * X.T @ dz / len(y)
        b = b - learning_rate * np.mean(dz)
    return w, b


@wrong("adds the bias after the sigmoid", names="bias|\\bb\\b|sigmoid.X @ w. [+] b")
def descend_bias_outside(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w) + b
        dz = (a - y) * a * (1 - a)
        w = w - learning_rate * X.T @ dz / len(y)
        b = b - learning_rate * np.mean(dz)
    return w, b


@wrong("does not transpose X", names="X @ dz")
def descend_not_transposed(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w + b)
        dz = (a - y) * a * (1 - a)
        w = w - learning_rate * X @ dz / len(y)
        b = b - learning_rate * np.mean(dz)
    return w, b


@wrong("takes the slope of the sigmoid from z, not from a", names="`dz`")
def descend_slope_from_z(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        z = X @ w + b
        a = sigmoid(z)
        dz = (a - y) * z * (1 - z)
        w = w - learning_rate * X.T @ dz / len(y)
        b = b - learning_rate * np.mean(dz)
    return w, b


@wrong("leaves out the learning rate", names="learning.rate")
def descend_without_learning_rate(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w + b)
        dz = (a - y) * a * (1 - a)
        w = w - X.T @ dz / len(y)
        b = b - np.mean(dz)
    return w, b


@wrong("writes =- for -=: each step begins at 0", names="=-|last step|each step|begin|add|after one step|w = ?-")
def descend_equals_minus(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w + b)
        dz = (a - y) * a * (1 - a)
        w =- learning_rate * X.T @ dz / len(y)  # fmt: skip
        b =- learning_rate * np.mean(dz)  # fmt: skip
    return w, b


@wrong("divides by the number of inputs", names="number of (columns|inputs)|X.shape.1.|samples|len.w.")
def descend_by_inputs(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w + b)
        dz = (a - y) * a * (1 - a)
        w = w - learning_rate * X.T @ dz / len(w)
        b = b - learning_rate * np.mean(dz)
    return w, b


@wrong("makes the bias an array, one for each sample", names="bias|\\bb\\b|one number|several|shape|samples")
def descend_bias_for_each_sample(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w + b)
        dz = (a - y) * a * (1 - a)
        w = w - learning_rate * X.T @ dz / len(y)
        b = b - learning_rate * dz
    return w, b


@wrong("takes a step for each sample", names="sample|each|inner|loop")
def descend_sample_by_sample(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        for x, target in zip(X, y, strict=True):
            a = sigmoid(x @ w + b)
            dz = (a - target) * a * (1 - a)
            w = w - learning_rate * x * dz / len(y)
            b = b - learning_rate * dz / len(y)
    return w, b


@wrong("returns within the loop", names="one step|first step|loop|return")
def descend_return_in_the_loop(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w + b)
        dz = (a - y) * a * (1 - a)
        w = w - learning_rate * X.T @ dz / len(y)
        b = b - learning_rate * np.mean(dz)
        return w, b


@wrong("has a 2 from the square, though the loss has a half", names="factor|2|twice")
def descend_twice_the_distance(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        a = sigmoid(X @ w + b)
        dz = 2 * (a - y) * a * (1 - a)
        w = w - learning_rate * X.T @ dz / len(y)
        b = b - learning_rate * np.mean(dz)
    return w, b
