"""Right answer to `batches_of`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey


def _batches_of(x, size):
    for start in range(0, len(x), size):
        yield x[start : start + size]


KEY = AnswerKey(reference=_batches_of)


@KEY.mistake(
    "The numbers after the last full batch are missing. How many batches do you need for 7 numbers in batches of 3?",
    source="https://github.com/NervanaSystems/neon/issues/9",
)
def batches_of_whole_batches(x, size):
    for i in range(len(x) // size):
        yield x[i * size : (i + 1) * size]


@KEY.mistake(
    "The numbers of the first batch come one by one, and nothing comes after them. What gives the caller a whole "
    "batch and lets the loop go on?"
)
def batches_of_return_in_the_loop(x, size):
    for start in range(0, len(x), size):
        return x[start : start + size]
    return None


@KEY.mistake(
    "The first batch is right, and all later ones are empty. Where does the second slice begin, and where does it end?"
)
def batches_of_an_end_that_stays(x, size):
    for start in range(0, len(x), size):
        yield x[start:size]


@KEY.mistake("A batch begins at every number, so most numbers come more than once. How far apart should two starts be?")
def batches_of_overlapping(x, size):
    for start in range(len(x)):
        yield x[start : start + size]


@KEY.mistake(
    "If the numbers fill their batches exactly, an empty batch comes after them. When does a remainder need a batch "
    "of its own?"
)
def batches_of_with_an_empty_one(x, size):
    for i in range(len(x) // size + 1):
        yield x[i * size : (i + 1) * size]


@KEY.mistake("There are `size` batches. What should `size` count, the batches or the numbers in each?")
def batches_of_so_many_parts(x, size):
    yield from np.array_split(x, size)
