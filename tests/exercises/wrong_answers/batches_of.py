"""Wrong answers to `batches_of`."""

import numpy as np

from wrong_answers import wrong


@wrong("yields positions, not numbers")
def batches_of_positions(x, size):
    for start in range(0, len(x), size):
        yield np.arange(start, min(start + size, len(x)))


@wrong("yields empty batches for ever", names="loop end|never end")
def batches_of_endless(x, size):
    start = 0
    while True:
        yield x[start : start + size]
        start += size
