"""Wrong answers to `pairwise_differences`."""

import numpy as np

from wrong_answers import wrong


@wrong("gives a flat list", names="list")
def pairwise_differences_in_list(x, y):
    return [a - b for a in x for b in y]


@wrong("subtracts in pairs", names="first meets the first")
def pairwise_differences_zipped(x, y):
    differences = []
    for a, b in zip(x, y, strict=False):
        differences.append(a - b)
    return np.array(differences)
