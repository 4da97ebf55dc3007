"""Wrong answers to `cross_entropy_from_logits`."""

import numpy as np

from wrong_answers import partly_right, wrong


@partly_right("takes exp of large logits", names="overflow|too large for exp|inf")
def cross_entropy_from_logits_overflow(Y, logits):
    return np.mean(-np.sum(Y * logits, axis=1) + np.log(np.sum(np.exp(logits), axis=1)))


@partly_right("takes the log of a probability of 0", names="probability is too small")
def cross_entropy_from_logits_log_of_0(Y, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.sum(Y * np.log(probs), axis=1))


@partly_right("adds a small number inside the log", names="add something to it")
def cross_entropy_from_logits_epsilon(Y, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.sum(Y * np.log(probs + 1e-12), axis=1))


@partly_right("cuts the probabilities off below", names="cut it off")
def cross_entropy_from_logits_clipped(Y, logits):
    e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    probs = np.clip(e / np.sum(e, axis=1, keepdims=True), 1e-15, 1.0)
    return -np.sum(Y * np.log(probs)) / len(Y)


@wrong("does not add the maximum back", names="maximum is subtracted")
def cross_entropy_from_logits_maximum_lost(Y, logits):
    m = logits.max(axis=1, keepdims=True)
    lse = np.log(np.sum(np.exp(logits - m), axis=1))
    return np.mean(-np.sum(Y * logits, axis=1) + lse)


@wrong("averages over the classes, too", names="factor, the number of classes")
def cross_entropy_from_logits_mean_over_classes(Y, logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.mean(Y * log_p)


@wrong("adds up the samples", names="samples are added up")
def cross_entropy_from_logits_sum(Y, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(z), axis=1)) - np.sum(Y * z, axis=1))


@wrong("loses an axis", names="keepdims|from the last axis on")
def cross_entropy_from_logits_axis_lost(Y, logits):
    z = logits - logits.max(axis=1)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - (Y * z).sum(axis=1))


@wrong("returns the loss of each sample", names="several numbers")
def cross_entropy_from_logits_of_each_sample(Y, logits):
    m = logits.max(axis=1)
    lse = m + np.log(np.sum(np.exp(logits - m[:, None]), axis=1))
    return lse - np.sum(Y * logits, axis=1)


@wrong("takes the log before the sum", names="first, the sum or the logarithm")
def cross_entropy_from_logits_sum_of_logs(Y, logits):
    m = logits.max(axis=1, keepdims=True)
    z = logits - m
    return np.mean(-np.sum(Y * z, axis=1) + np.sum(np.log(np.exp(z)), axis=1))


@partly_right("cuts the logits off", names="cutting it off")
def cross_entropy_from_logits_of_clipped_logits(Y, logits):
    z = np.clip(logits, -500, 500)
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.sum(Y * z, axis=1))


@wrong("pairs every sample with every label", names="all samples")
def cross_entropy_from_logits_all_pairs(Y, logits):
    m = logits.max(axis=1)
    lse = m + np.log(np.exp(logits - m[:, None]).sum(axis=1))
    return np.mean(lse - logits[:, Y.argmax(axis=1)])
