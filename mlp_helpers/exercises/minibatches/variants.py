"""Right answers to `minibatches`, in the styles of different students."""

import numpy as np


def minibatches_list(X, Y, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    return [(X[order[i : i + batch_size]], Y[order[i : i + batch_size]]) for i in range(0, len(order), batch_size)]


def minibatches_while(X, Y, batch_size, rng):
    order = list(rng.permutation(len(X)))
    while order:
        batch, order = order[:batch_size], order[batch_size:]
        yield X[batch], Y[batch]


def minibatches_shuffled_copies(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    X, Y = X[order], Y[order]
    n_batches = int(np.ceil(len(X) / batch_size))
    for i in range(n_batches):
        start, end = i * batch_size, min((i + 1) * batch_size, len(X))
        yield X[start:end], Y[start:end]


def minibatches_split(X, Y, batch_size, rng):
    order = rng.choice(len(X), size=len(X), replace=False)
    for batch in np.array_split(order, range(batch_size, len(X), batch_size)):
        yield X[batch], Y[batch]


def minibatches_sorted(X, Y, batch_size, rng):
    order = np.argsort(rng.random(len(X)))
    starts = range(0, len(X), batch_size)
    return zip(
        [X[order[start : start + batch_size]] for start in starts],
        [Y[order[start : start + batch_size]] for start in starts],
        strict=True,
    )


def minibatches_pairs(X, Y, batch_size, rng):
    pairs = list(zip(X, Y, strict=True))
    rng.shuffle(pairs)
    for start in range(0, len(pairs), batch_size):
        rows, labels = zip(*pairs[start : start + batch_size], strict=True)
        yield np.array(rows), np.array(labels)


def minibatches_twin_generators(X, Y, batch_size, rng):
    seed = rng.integers(2**32)
    X, Y = np.random.default_rng(seed).permutation(X), np.random.default_rng(seed).permutation(Y)
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


VARIANTS = [
    minibatches_list,
    minibatches_while,
    minibatches_shuffled_copies,
    minibatches_split,
    minibatches_sorted,
    minibatches_pairs,
    minibatches_twin_generators,
]
