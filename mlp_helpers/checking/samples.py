"""Random inputs that the cases of several exercises share."""

import numpy as np

ORDINARY = 0.2, 3
NEAR_0 = 1e-3, 5e-3
LARGE = 800, 1200  # exp of such a number overflows, and exp of its negative is 0


def shuffled(rng, *shape):
    """Return an array of different whole numbers from 1 on, as floats, in random order."""
    return 1.0 + rng.permutation(int(np.prod(shape))).reshape(shape)


def one_hot_rows(rng, n_samples, n_classes):
    """Return random one-hot rows."""
    return np.eye(n_classes)[rng.integers(n_classes, size=n_samples)]


def probabilities(rng, n_samples, n_classes):
    """Return random rows that sum to 1, with no entry below a few per cent."""
    positive = rng.uniform(0.2, 1, size=(n_samples, n_classes))
    return positive / positive.sum(axis=1, keepdims=True)


def impossible(rng, n_samples):
    """Return labels and probabilities for 3 classes, and the sample for which another class than its own is certain."""
    Y, Y_pred = one_hot_rows(rng, n_samples, 3), probabilities(rng, n_samples, 3)
    sample = rng.integers(n_samples)
    Y_pred[sample] = np.roll(Y[sample], rng.integers(1, 3))
    return Y, Y_pred, sample


def ordinary(rng):
    """Return a (3, 4) array of numbers of ordinary size, half of them negative."""
    signs = rng.permutation(np.repeat([1, -1], 6)).reshape(3, 4)
    return signs * rng.uniform(*ORDINARY, size=(3, 4))


def among_ordinary(rng, *ranges):
    """Return 0, a number and a negative one from each range, and four of ordinary size, in random order.

    Results for large numbers are often 0 or 1. Those of the ordinary ones change with the seed, and so do all places.
    """
    low, high = np.transpose([*ranges, ORDINARY, ORDINARY])
    positive, negative = rng.uniform(low, high, size=(2, len(low)))
    return rng.permutation([*positive, *-negative, 0.0])
