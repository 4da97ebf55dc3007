"""Wrong answers to `softplus`."""

import numpy as np

from wrong_answers import wrong


@wrong("is relu where x is positive", names="x > 0|positive|relu")
def softplus_relu_above_0(x):
    return np.where(x > 0, x, np.log(1 + np.exp(x)))


@wrong("sums over all entries inside the logarithm", names="np.sum")
def softplus_log_of_sum(x):
    return np.log(np.sum(1 + np.exp(-np.abs(x)))) + np.maximum(x, 0)
