"""Wrong answers to `softmax`."""

import math

import numpy as np

from wrong_answers import partly_right, wrong


@partly_right("subtracts one maximum from all rows: 0 / 0 in a row far below it", names="subtract")
def softmax_one_maximum(logits):
    e = np.exp(logits - np.max(logits))
    return e / e.sum(axis=1, keepdims=True)


@wrong("normalises columns", names="each column")
def softmax_of_columns(logits):
    e_x = np.exp(logits - np.max(logits, axis=0))
    return e_x / e_x.sum(axis=0)


@wrong("adds the sums of the rows before")
def softmax_running_total(logits):
    probs = np.zeros(logits.shape)
    total = 0
    for i in range(logits.shape[0]):
        e = np.exp(logits[i] - logits[i].max())
        total += e.sum()
        probs[i] = e / total
    return probs


@partly_right("overflows for large logits", names="overflow|large|math")
def softmax_by_math_exp(logits):
    result = []
    for row in logits:
        e = [math.exp(z) for z in row]
        s = sum(e)
        result.append([v / s for v in e])
    return np.array(result)


@wrong("returns inside the loop", names="always ends in its first pass")
def softmax_of_the_first_row(logits):
    for row in logits:
        e = np.exp(row - row.max())
        return e / e.sum()
