"""Wrong answers to `classification_error`."""

import numpy as np

from wrong_answers import wrong


@wrong("is the share of right predictions", names="1 minus")
def classification_error_of_right_ones(y, y_pred):
    correct = (y == y_pred).sum()
    return correct / len(y)


@wrong("is the number of mistakes, not their share", names="number of mistakes")
def classification_error_as_number(y, y_pred):
    return np.sum(y != y_pred)


@wrong("squares the differences of labels", names="squar|[*][*] 2|far")
def classification_error_squared(y, y_pred):
    return np.mean((y - y_pred) ** 2)


@wrong("takes the labels for one-hot rows", names="only one axis|one-hot|argmax")
def classification_error_of_rows(y, y_pred):
    return np.mean(np.argmax(y, axis=1) != np.argmax(y_pred, axis=1))


@wrong("returns after the first sample", names="`return wrong")
def classification_error_returned_in_loop(y, y_pred):
    wrong = 0
    for i in range(len(y)):
        if y[i] != y_pred[i]:
            wrong += 1
        return wrong / len(y)


@wrong("divides by //: 1 unless every prediction is right", names="//|whole|round")
def classification_error_whole_numbers(y, y_pred):
    right = np.sum(y == y_pred)
    return 1 - right // len(y)
