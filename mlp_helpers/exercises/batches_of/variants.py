"""Right answers to `batches_of`, in the styles of different students."""

import itertools

import numpy as np


def batches_of_list(x, size):
    return [x[start : start + size] for start in range(0, len(x), size)]


def batches_of_while(x, size):
    while len(x) > 0:
        yield x[:size]
        x = x[size:]


def batches_of_min(x, size):
    start = 0
    while start < len(x):
        end = min(start + size, len(x))
        yield x[start:end]
        start = end


def batches_of_ceil(x, size):
    n_batches = int(np.ceil(len(x) / size))
    for i in range(n_batches):
        yield x[i * size : (i + 1) * size]


def batches_of_split(x, size):
    yield from np.split(x, range(size, len(x), size))


def batches_of_collected(x, size):
    batch = []
    for number in x:
        batch.append(number)
        if len(batch) == size:
            yield np.array(batch)
            batch = []
    if batch:
        yield np.array(batch)


def batches_of_lists(x, size):
    numbers = iter(x.tolist())
    while batch := list(itertools.islice(numbers, size)):
        yield batch


VARIANTS = [
    batches_of_list,
    batches_of_while,
    batches_of_min,
    batches_of_ceil,
    batches_of_split,
    batches_of_collected,
    batches_of_lists,
]
