"""Batches of drawn samples: what is seen of them, and what is concluded from it.

What is seen may be forged, so nothing in it is believed: each row is looked up among the samples that were drawn.
"""

import copy
import itertools

import numpy as np

from mlp_helpers.checking.questions import Misfit

NUMBERS = int | float | np.integer | np.floating
MAX_BATCHES = 150  # looked at; a right answer has at most 36, in a whole training


def sizes_of(value):
    """Return the sizes in the result of an exercise as text."""
    return ", ".join(f"{size:g}" for size in np.ravel(value.get("sizes", []))[:6]) or "no"


# What is wrong where a property of batches differs; see `Questions`.
BATCH_PROPERTIES = {
    "sizes": lambda wanted, got, _: f"The batches have {sizes_of(got)} samples; they should have {sizes_of(wanted)}.",
    "each sample once": "In one pass over the data some samples come twice or never.",
    "X beside its Y": "Some rows of X are no longer beside their rows of Y.",
    "in random order": "The samples come in the order in which they were given.",
    "in another order in the next epoch": "Each epoch has the same order.",
    "other samples together in the next epoch": "The same samples share a batch in each epoch. What do you shuffle?",
    "by rng": "The random order does not come from `rng`.",
}


def numbered_samples(rng, n_samples):
    """Return X and Y of whole numbers, all drawn: the first number of a row of X identifies its sample.

    No number comes twice, and all are exact in any dtype of floats.
    """
    X = 1.0 + rng.permutation(127)[: 2 * n_samples].reshape(n_samples, 2)
    return X, 1000 + rng.permutation(1000)[:n_samples]


def plain_batches(batches):
    """Return batches, pairs of arrays, without arrays of objects; raise `Misfit` if there are too many to look at."""
    if len(batches) > MAX_BATCHES:
        raise Misfit(f"There are more than {MAX_BATCHES} batches. When does your loop end?")
    return [tuple(map(_without_objects, batch)) for batch in batches]


def _without_objects(array):
    """Return an array of numbers that are kept as objects as one of float64, any other array as it is."""
    is_numbers = array.dtype.kind == "O" and all(issubclass(type(item), NUMBERS) for item in array.flat)
    return array.astype(float) if is_numbers else array


def next_numbers(rng):
    """Return the numbers that a generator draws next.

    They have 32 bits, and there are three: of a draw of 64 bits, one half may be left over for the next number.
    """
    return rng.integers(2**32, size=3)


def has_drawn(rng, seen):
    """Return whether the numbers that came next show that an answer drew from `rng`, which is as it was before."""
    untouched = next_numbers(copy.deepcopy(rng))
    return seen.shape == untouched.shape and not np.array_equal(seen, untouched)


def conclude_epochs(X, Y, epochs):
    """Return how two epochs, lists of batches, divide and shuffle the samples: the same for all right answers."""
    first, second = epochs
    places = [[positions_of_batch(X_batch, X) for X_batch, _ in epoch] for epoch in epochs]
    order, next_order = (list(itertools.chain(*epoch)) for epoch in places)
    batch_sets, next_batch_sets = (set(map(frozenset, epoch)) for epoch in places)
    given = list(range(len(X)))
    return {
        "sizes": np.array([len(X_batch) for X_batch, _ in first]),
        "each sample once": sorted(order) == given,
        "X beside its Y": are_rows_of(X, Y, [*first, *second], itertools.chain(*places)),
        "in random order": order != given,
        "in another order in the next epoch": order != next_order,
        "other samples together in the next epoch": len(first) < 2 or batch_sets != next_batch_sets,
    }


def positions_of_batch(X_batch, X):
    """Return the positions in X of the rows of a batch, which may be anything."""
    if not isinstance(X_batch, np.ndarray):
        raise Misfit("A batch must hold rows of X, and it holds no array of numbers, or a huge one.")
    if X_batch.ndim != X.ndim:
        raise Misfit(f"A batch must hold rows of X, and it holds an array of shape {X_batch.shape}.")
    return positions(X_batch[:, 0], X)


def positions(numbers, X):
    """Return the positions of the rows of X that begin with the numbers of an array, a list; -1 where none does."""
    found = {number: position for position, number in enumerate(X[:, 0].tolist())}
    return [found.get(number, -1) for number in numbers.tolist()]


def are_rows_of(X, Y, batches, places):
    """Return whether batches hold the rows of X and Y at the positions in `places`, a list for each batch."""
    return all(
        np.array_equal(X_batch, X[rows]) and np.array_equal(Y_batch, Y[rows])
        for (X_batch, Y_batch), rows in zip(batches, places, strict=True)
    )
