"""Right answer to `minibatches`, and known mistakes."""

import numpy as np

from mlp_helpers import data
from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=data.minibatches)


@KEY.mistake(
    "Each sample comes once and in another order, but no longer beside its own label. How many random orders do you "
    "draw, and what is each of them applied to?",
    source="https://github.com/udacity/sdc-issue-reports/issues/1326",
)
def minibatches_shuffled_separately(X, Y, batch_size, rng):
    X, Y = rng.permutation(X), rng.permutation(Y)
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


@KEY.mistake(
    "The samples after the last full batch are missing. How many batches do you need for 23 samples in batches of 5?",
    source="https://github.com/NervanaSystems/neon/issues/9",
)
def minibatches_drops_the_last(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(len(X) // batch_size):
        batch = order[i * batch_size : (i + 1) * batch_size]
        yield X[batch], Y[batch]


@KEY.mistake(
    "The batches have the right sizes, but some samples come more than once and others never. Are the numbers of the "
    "samples drawn, or shuffled?",
    source="https://github.com/ageron/handson-ml2/issues/458",
)
def minibatches_with_replacement(X, Y, batch_size, rng):
    drawn = rng.integers(len(X), size=len(X))
    for start in range(0, len(X), batch_size):
        batch = drawn[start : start + batch_size]
        yield X[batch], Y[batch]


@KEY.mistake(
    "In one epoch some samples come more than once and others never, unless one batch holds them all. Is one order "
    "drawn for the whole epoch, or a new one for each batch?"
)
def minibatches_shuffled_for_each_batch(X, Y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        batch = rng.permutation(len(X))[start : start + batch_size]
        yield X[batch], Y[batch]


@KEY.mistake(
    "The samples come in the same order in each epoch. Where does the generator that draws this order come from, and "
    "how often does it start again?",
    source="https://github.com/deeppavlov/DeepPavlov/issues/13",
)
def minibatches_seeded_inside(X, Y, batch_size, rng):
    rng = np.random.default_rng(0)
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        yield X[batch], Y[batch]


@KEY.mistake(
    "The batches are cut correctly, but the samples come in the order in which they were given. Where do you use "
    "`rng`?",
    source="https://github.com/openai/random-network-distillation/issues/17",
)
def minibatches_without_shuffling(X, Y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


@KEY.mistake(
    "If the samples fill their batches exactly, an empty batch comes after them. When does a remainder need a batch "
    "of its own?"
)
def minibatches_with_an_empty_one(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(len(X) // batch_size + 1):
        batch = order[i * batch_size : (i + 1) * batch_size]
        yield X[batch], Y[batch]


@KEY.mistake(
    "The batches come in random order, but each holds neighbours, the same ones in each epoch. What should be "
    "shuffled: batches, or samples?"
)
def minibatches_of_neighbours(X, Y, batch_size, rng):
    for start in rng.permutation(np.arange(0, len(X), batch_size)):
        yield X[start : start + batch_size], Y[start : start + batch_size]
