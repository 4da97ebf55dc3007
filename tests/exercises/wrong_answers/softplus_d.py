"""Wrong answers to `softplus_d`."""

import numpy as np

from wrong_answers import wrong


@wrong("multiplies the inner slope by the function, not the outer slope")
def softplus_d_times_function(x):
    return np.exp(x) * np.log(1 + np.exp(x))


@wrong("multiplies by x", names="the right result times `x`")
def softplus_d_times_x(x):
    return x / (1 + np.exp(-x))


@wrong("divides by softplus itself, without overflow", names="above 1")
def softplus_d_of_the_logarithm(x):
    return np.exp(np.minimum(x, 0)) / np.log(1 + np.exp(x))
