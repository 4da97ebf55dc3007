"""Wrong answers to `softplus_d`."""

import numpy as np

from wrong_answers import partly_right, wrong


@partly_right("takes differences of a form that overflows", names="1000|overflow")
def softplus_d_by_difference(x):
    h = 1e-5
    return (np.log(1 + np.exp(x + h)) - np.log(1 + np.exp(x - h))) / (2 * h)


@wrong("multiplies the inner slope by the function, not the outer slope")
def softplus_d_times_function(x):
    return np.exp(x) * np.log(1 + np.exp(x))


@wrong("multiplies by x", names="the right result times `x`")
def softplus_d_times_x(x):
    return x / (1 + np.exp(-x))


@wrong("divides by softplus itself, without overflow", names="above 1")
def softplus_d_of_the_logarithm(x):
    return np.exp(np.minimum(x, 0)) / np.log(1 + np.exp(x))
