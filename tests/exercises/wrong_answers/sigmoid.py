"""Wrong answers to `sigmoid`."""

import numpy as np

from wrong_answers import partly_right, wrong


@partly_right("overflows to NaN for large x", names="1000|overflow|infinit")
def sigmoid_quotient(x):
    return np.exp(x) / (1 + np.exp(x))


@wrong("lacks the brackets of the denominator", names="bracket")
def sigmoid_without_brackets(x):
    return 1 / 1 + np.exp(-x)


@wrong("takes tanh of x, not of x / 2", names="half|tanh|steep|factor|twice")
def sigmoid_tanh_of_x(x):
    return 0.5 * (1 + np.tanh(x))


@wrong("lets `if` decide for a whole array", names="`if`|truth value")
def sigmoid_if_for_array(x):
    if x >= 0:
        return 1 / (1 + np.exp(-x))
    else:
        return np.exp(x) / (1 + np.exp(x))


@wrong("has the wrong sign in the exponent", names="sign|falls|mirror|1 -")
def sigmoid_falling(x):
    return 1 / (1 + np.exp(x))


@partly_right("chooses one form for the whole array: NaN where signs are mixed", names="1000|overflow|infinit")
def sigmoid_one_branch_for_all(x):
    if np.all(x >= 0):
        return 1 / (1 + np.exp(-x))
    return np.exp(x) / (1 + np.exp(x))
