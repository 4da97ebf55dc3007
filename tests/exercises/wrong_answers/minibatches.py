"""Wrong answers to `minibatches`."""

import numpy as np

from wrong_answers import partly_right, wrong


@wrong("shuffles by NumPy's global generator", names="rng|np.random")
def minibatches_global_rng(X, Y, batch_size, rng):
    idx = np.arange(len(X))
    np.random.shuffle(idx)
    for start in range(0, len(X), batch_size):
        batch = idx[start : start + batch_size]
        yield X[batch], Y[batch]


@partly_right("leaves out the samples of the last partial batch", names="last|left over|//")
def minibatches_without_rest(X, Y, batch_size, rng):
    n_batches = len(X) // batch_size
    order = rng.permutation(len(X))
    for b in range(n_batches):
        batch = order[b * batch_size : (b + 1) * batch_size]
        yield X[batch], Y[batch]


@wrong("yields an empty batch after batches that are all full", names="empty|[+] 1|, 0 samples")
def minibatches_empty_at_end(X, Y, batch_size, rng):
    n_batches = len(X) // batch_size + 1
    order = rng.permutation(len(X))
    for k in range(n_batches):
        batch = order[k * batch_size : (k + 1) * batch_size]
        yield X[batch], Y[batch]


@wrong("shuffles and cuts columns", names=":, permutation")
def minibatches_of_columns(X, Y, batch_size, rng):
    m = X.shape[1]
    permutation = rng.permutation(m)
    X_shuffled, Y_shuffled = X[:, permutation], Y[:, permutation]
    for k in range(0, m, batch_size):
        yield X_shuffled[:, k : k + batch_size], Y_shuffled[:, k : k + batch_size]


@partly_right("begins the rest at the last full batch", names="k . batch_size")
def minibatches_rest_begun_too_early(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    complete = len(X) // batch_size
    for k in range(complete):
        batch = order[k * batch_size : (k + 1) * batch_size]
        yield X[batch], Y[batch]
    # what is left over
    if len(X) % batch_size != 0:
        batch = order[k * batch_size :]
        yield X[batch], Y[batch]


@wrong("shuffles X alone", names="its own label")
def minibatches_labels_in_old_order(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    X = X[order]
    for start in range(0, len(X), batch_size):
        end = start + batch_size
        yield X[start:end], Y[start:end]


@wrong("takes the None of rng.shuffle for an order", names="None")
def minibatches_order_is_none(X, Y, batch_size, rng):
    order = np.arange(len(X))
    order = rng.shuffle(order)
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        yield X[batch], Y[batch]


@wrong("draws a new order for each batch", names="one order")
def minibatches_order_for_each_batch(X, Y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        order = rng.permutation(len(X))
        batch = order[start : start + batch_size]
        yield X[batch], Y[batch]


# Its hint is false today: it counts six batches, the first ones, and there are 23.
@wrong("begins a batch at each sample")
def minibatches_at_each_sample(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    for i in range(len(X)):
        batch = order[i : i + batch_size]
        yield X[batch], Y[batch]


@wrong("never empties the lists of a batch")
def minibatches_never_emptied(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    X_batch, Y_batch = [], []
    for i in order:
        X_batch.append(X[i])
        Y_batch.append(Y[i])
        if len(X_batch) == batch_size:
            yield np.array(X_batch), np.array(Y_batch)
    if X_batch:
        yield np.array(X_batch), np.array(Y_batch)


@wrong("shuffles the caller's X and Y", names="input has changed")
def minibatches_in_place(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    X[:] = X[order]
    Y[:] = Y[order]
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], Y[start : start + batch_size]


@wrong("shuffles where batches begin, not the samples in them")
def minibatches_whole_blocks(X, Y, batch_size, rng):
    starts = np.arange(0, len(X), batch_size)
    rng.shuffle(starts)
    for start in starts:
        yield X[start : start + batch_size], Y[start : start + batch_size]


@wrong("ends each batch at the batch size", names=":batch_size|their end")
def minibatches_end_stays(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    X, Y = X[order], Y[order]
    for i in range(0, len(X), batch_size):
        yield X[i:batch_size], Y[i:batch_size]
