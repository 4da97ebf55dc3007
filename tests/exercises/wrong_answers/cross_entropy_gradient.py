"""Wrong answers to `cross_entropy_gradient`."""

import numpy as np

from wrong_answers import wrong


@wrong("changes the caller's probabilities", names="input has changed")
def cross_entropy_gradient_in_place(Y, Y_pred):
    grad = Y_pred
    grad[np.arange(len(Y)), Y.argmax(axis=1)] -= 1
    return grad


@wrong("is the gradient with respect to the probabilities", names="probabilities")
def cross_entropy_gradient_of_probabilities(Y, Y_pred):
    return -Y / Y_pred


@wrong("keeps the column of the true class alone", names="true class")
def cross_entropy_gradient_true_class(Y, Y_pred):
    return np.where(Y == 1, Y_pred - 1, 0.0)


@wrong("adds up the classes", names="one column for each column")
def cross_entropy_gradient_of_all_classes(Y, Y_pred):
    return np.sum(Y_pred - Y, axis=1)


@wrong("squares the difference", names="half the square")
def cross_entropy_gradient_squared(Y, Y_pred):
    return 0.5 * (Y_pred - Y) ** 2
