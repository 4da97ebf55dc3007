"""Wrong answers to `sigmoid_d`."""

import numpy as np

from mlp_helpers.activations import sigmoid
from wrong_answers import partly_right, wrong


@wrong("takes the input for the output", names="output|apply|x . [(]")
def sigmoid_d_of_output(x):
    return x * (1 - x)


@partly_right("overflows to NaN for very negative x", names="-1000|overflow|infinit")
def sigmoid_d_quotient(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


@wrong("lacks brackets: s * 1 - s is 0", names="bracket")
def sigmoid_d_without_brackets(x):
    return sigmoid(x) * 1 - sigmoid(x)


@wrong("is 1 - a², as for tanh", names="tanh|a[*][*]2|1 - a")
def sigmoid_d_of_tanh(x):
    a = sigmoid(x)
    return 1 - a**2


@wrong("takes sigmoid of 1 - x, not 1 - sigmoid", names="1 - x")
def sigmoid_d_of_1_minus_x(x):
    return sigmoid(x) * sigmoid(1 - x)
