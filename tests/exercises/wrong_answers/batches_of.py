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


@wrong("yields one list of all batches", names="list of batches")
def batches_of_all_in_one_list(x, size):
    yield [x[i : i + size] for i in range(0, len(x), size)]


@wrong("begins at 1", names="at the beginning are missing")
def batches_of_from_1(x, size):
    for start in range(1, len(x) + 1, size):
        yield x[start : start + size]


@wrong("splits evenly", names="parts of 3, 2, 2")
def batches_of_even_parts(x, size):
    yield from np.array_split(x, int(np.ceil(len(x) / size)))


@wrong("yields single numbers", names="single number")
def batches_of_single_numbers(x, size):
    for start in range(0, len(x), size):
        yield from x[start : start + size]


@wrong("never empties its list", names="more than once")
def batches_of_growing(x, size):
    batch = []
    for number in x:
        batch.append(number)
        if len(batch) == size:
            yield np.array(batch)
    yield np.array(batch)
