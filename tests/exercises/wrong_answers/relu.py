"""Wrong answers to `relu`."""

import numpy as np

from wrong_answers import wrong


@wrong("gives np.max the 0 as an axis", names="column|axis|compared")
def relu_maximum_along_axis(x):
    return np.max(x, 0)


@wrong("gives arrays to the built-in max", names="max")
def relu_builtin_max(x):
    return max(0, x)


@wrong("changes the caller's array", names="overwritten")
def relu_in_place(x):
    x[x < 0] = 0
    return x


@wrong("keeps the positive numbers alone", names="positive|negative|left out|lost")
def relu_positive_ones(x):
    return x[x > 0]
