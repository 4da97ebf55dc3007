"""Wrong answers to `clipped`."""

import numpy as np

from wrong_answers import wrong


@wrong("keeps what is above the limit, and overwrites the rest")
def clipped_other_side(x, limit):
    return np.where(x > limit, x, limit - 1)


@wrong("gives an array to the built-in min", names="min")
def clipped_builtin_min(x, limit):
    return min(x, limit)
