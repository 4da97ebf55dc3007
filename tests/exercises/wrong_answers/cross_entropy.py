"""Wrong answers to `cross_entropy`."""

import numpy as np

from wrong_answers import partly_right, wrong


@partly_right("adds 1e-10 to every probability", names="1e-10|add|small")
def cross_entropy_1e_10_added(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log(Y_pred + 1e-10), axis=1))


@wrong("averages over the classes, too", names="factor, the number of classes")
def cross_entropy_mean_over_classes(Y, Y_pred):
    safe = np.maximum(Y_pred, np.finfo(float).tiny)
    return -np.mean(Y * np.log(safe))


@wrong("divides by the number of classes", names="divided by the number of classes")
def cross_entropy_by_classes(Y, Y_pred):
    m = Y.shape[1]
    safe = np.maximum(Y_pred, np.finfo(float).tiny)
    return -np.sum(Y * np.log(safe)) / m


@wrong("adds the term of 1 - Y", names="1 - |two classes|binary")
def cross_entropy_binary(Y, Y_pred):
    tiny = np.finfo(float).tiny
    p = np.clip(Y_pred, tiny, 1 - 1e-16)
    loss = Y * np.log(p) + (1 - Y) * np.log(1 - p)
    return -np.mean(loss.sum(axis=1))


@partly_right("gives no loss where the probability is 0", names="large and finite|np.where|nothing")
def cross_entropy_nothing_for_0(Y, Y_pred):
    log_p = np.where(Y_pred > 0, np.log(np.where(Y_pred > 0, Y_pred, 1)), 0)
    return -np.mean(np.sum(Y * log_p, axis=1))


@partly_right("gives no loss where the probability is 0", names="large and finite|np.zeros|nothing")
def cross_entropy_logs_left_at_0(Y, Y_pred):
    logs = np.zeros(Y_pred.shape)
    logs[Y_pred > 0] = np.log(Y_pred[Y_pred > 0])
    return -np.sum(Y * logs) / len(Y)


@wrong("takes one-hot rows for indices", names="ind(ex|ices)|one-hot|integer")
def cross_entropy_rows_as_indices(Y, Y_pred):
    n = len(Y)
    p = Y_pred[np.arange(n), Y]
    return -np.mean(np.log(np.maximum(p, np.finfo(float).tiny)))


@partly_right("takes the log of 0", names="logarithm of 0")
def cross_entropy_log_of_0(Y, Y_pred):
    log_likelihood = np.log(Y_pred)
    return -np.mean(np.sum(Y * log_likelihood, axis=1))


@partly_right("takes eps for tiny: the loss stops at 36", names="[.]eps")
def cross_entropy_stops_at_36(Y, Y_pred):
    safe = np.maximum(Y_pred, np.finfo(float).eps)
    return -np.mean(np.sum(Y * np.log(safe), axis=1))


@partly_right("writes the floor into the caller's array", names="input has changed")
def cross_entropy_in_place(Y, Y_pred):
    Y_pred[Y_pred == 0] = np.finfo(float).tiny
    return -np.mean(np.sum(Y * np.log(Y_pred), axis=1))


@wrong("takes the logarithm to base 2", names="base|factor")
def cross_entropy_base_2(Y, Y_pred):
    return -np.mean(np.sum(Y * np.log2(np.maximum(Y_pred, 1e-300)), axis=1))


@wrong("returns the loss of each sample", names="several numbers")
def cross_entropy_of_each_sample(Y, Y_pred):
    return -np.sum(Y * np.log(np.maximum(Y_pred, 1e-300)), axis=1)
