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


@partly_right("subtracts one maximum from all rows", names="one maximum|each row|np.max.logits")
def cross_entropy_from_logits_one_maximum(Y, logits):
    m = np.max(logits)
    lse = m + np.log(np.sum(np.exp(logits - m), axis=1))
    return np.mean(lse - np.sum(Y * logits, axis=1))


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


@wrong("has the wrong sign", names="negative")
def cross_entropy_from_logits_sign(Y, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    log_softmax = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return np.mean(np.sum(Y * log_softmax, axis=1))


@wrong("takes logits for probabilities", names="of the logits, as if")
def cross_entropy_from_logits_of_probabilities(Y, logits):
    return -np.mean(np.sum(Y * np.log(logits), axis=1))


@wrong("takes maximum and sum of columns")
def cross_entropy_from_logits_of_columns(Y, logits):
    z = logits - logits.max(axis=0)
    log_p = z - np.log(np.exp(z).sum(axis=0))
    return -np.mean(np.sum(Y * log_p, axis=1))


@wrong("loses an axis", names="keepdims|from the last axis on")
def cross_entropy_from_logits_axis_lost(Y, logits):
    z = logits - logits.max(axis=1)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - (Y * z).sum(axis=1))


@wrong("shifts the caller's logits", names="input has changed")
def cross_entropy_from_logits_in_place(Y, logits):
    logits -= logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(logits), axis=1)) - np.sum(Y * logits, axis=1))


@wrong("returns the loss of each sample", names="several numbers")
def cross_entropy_from_logits_of_each_sample(Y, logits):
    m = logits.max(axis=1)
    lse = m + np.log(np.sum(np.exp(logits - m[:, None]), axis=1))
    return lse - np.sum(Y * logits, axis=1)


@wrong("adds up exp over all samples", names="np.sum.np.exp.z")
def cross_entropy_from_logits_one_sum(Y, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(z))) - np.sum(Y * z, axis=1))


@wrong("takes the log before the sum", names="first, the sum or the logarithm")
def cross_entropy_from_logits_sum_of_logs(Y, logits):
    m = logits.max(axis=1, keepdims=True)
    z = logits - m
    return np.mean(-np.sum(Y * z, axis=1) + np.sum(np.log(np.exp(z)), axis=1))


@wrong("takes the shifted logit in one term alone", names="`Y [*] z`")
def cross_entropy_from_logits_added_back_twice(Y, logits):
    m = logits.max(axis=1)
    z = logits - m[:, np.newaxis]
    lse = m + np.log(np.exp(z).sum(axis=1))
    return np.mean(lse - (Y * z).sum(axis=1))


@wrong("takes the logarithm to base 10", names="another base")
def cross_entropy_from_logits_base_10(Y, logits):
    m = logits.max(axis=1)
    lse = m + np.log10(np.exp(logits - m[:, None]).sum(axis=1))
    return np.mean(lse - np.sum(Y * logits, axis=1))


@partly_right("cuts the logits off", names="cutting it off")
def cross_entropy_from_logits_of_clipped_logits(Y, logits):
    z = np.clip(logits, -500, 500)
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.sum(Y * z, axis=1))


@wrong("takes the largest logit, not that of the right class", names="`Y` is never used")
def cross_entropy_from_logits_largest_logit(Y, logits):
    m = logits.max(axis=1, keepdims=True)
    p = np.exp(logits - m) / np.exp(logits - m).sum(axis=1, keepdims=True)
    return -np.mean(np.log(p.max(axis=1)))


@wrong("pairs every sample with every label", names="all samples")
def cross_entropy_from_logits_all_pairs(Y, logits):
    m = logits.max(axis=1)
    lse = m + np.log(np.exp(logits - m[:, None]).sum(axis=1))
    return np.mean(lse - logits[:, Y.argmax(axis=1)])
