"""Cases of notebook 00: shapes, axes, picking, views, changes in place, generators."""

import numpy as np

from mlp_helpers.checking.questions import Misfit, Questions, look_at_arrays, own_array

CONCEALED = ()
HOLDERS = np.ndarray, list, tuple


def _shuffled(rng, *shape):
    """Return an array of different whole numbers from 1 on, as floats, in random order."""
    return 1.0 + rng.permutation(int(np.prod(shape))).reshape(shape)


def _row_products(rng):
    return {
        "2 rows with 4 rows": (_shuffled(rng, 2, 3), _shuffled(rng, 4, 3)),
        "all lengths 3": (_shuffled(rng, 3, 3), _shuffled(rng, 3, 3)),
        "a single row": (_shuffled(rng, 1, 3), _shuffled(rng, 2, 3)),
    }


def _column_ranges(rng):
    return {
        "5 rows, 3 columns": (_shuffled(rng, 5, 3),),
        "3 rows, 3 columns": (_shuffled(rng, 3, 3) ** 2,),
        "a single row": (_shuffled(rng, 1, 4),),
    }


def _centre_rows(rng):
    return {
        "2 rows, 4 columns": (_shuffled(rng, 2, 4) ** 2,),
        "3 rows, 3 columns": (_shuffled(rng, 3, 3) ** 2,),
        "a single row": (_shuffled(rng, 1, 3),),
    }


def _pairwise_differences(rng):
    numbers = _shuffled(rng, 6)
    return {
        "2 and 3 numbers": (numbers[:2] + 0.5, numbers[2:5]),
        "3 and 3 numbers": (numbers[::2] + 0.5, numbers[1::2]),
        "a single number in x": (np.array([3.5]), numbers[1:5]),  # 1 to 6 without two: some smaller, some larger
    }


def _pick(rng):
    row = np.append(4.0, _shuffled(rng, 3))  # the largest entry is not that of the label
    return {
        "4 rows, 3 columns": (_shuffled(rng, 4, 3), rng.permutation([0, 1, 1, 2])),
        "3 rows, 3 columns": (_shuffled(rng, 3, 3), rng.permutation([0, 0, 2])),
        "a single row": (row[np.newaxis], rng.integers(1, 4, size=1)),
    }


def _clipped(rng):
    return {
        "some above": (_shuffled(rng, 6), 4.0),
        "a matrix": (_shuffled(rng, 2, 3), 3.0),
        "none above": (_shuffled(rng, 4), 5.0),
    }


def _scale_in_place(rng):
    return {
        "a matrix and a row": ([_shuffled(rng, 3, 2), _shuffled(rng, 1, 2)], 3.0),
        "three arrays": ([_shuffled(rng, 4), _shuffled(rng, 2, 2), _shuffled(rng, 3)], 0.5),
        "one array with one number": ([2.0 + rng.integers(8, size=1)], -1.0),
    }


def _batches_of(rng):
    numbers = 10.0 + rng.permutation(90)  # of two digits, unlike positions
    return {
        "7 numbers in batches of 3": (numbers[:7], 3),
        "6 numbers in batches of 3": (numbers[7:13], 3),
        "2 numbers in a batch of 5": (numbers[13:15], 5),
    }


def _look_at_parts(answer, x, size):
    """Return what an iterable hands out, as a list of arrays."""
    found = []
    for part in answer(x, size):
        if len(found) > len(x) + size:
            raise Misfit("There are more batches than numbers. When does your loop end?")
        if issubclass(type(part), list | tuple) and any(issubclass(type(item), HOLDERS) for item in part):
            raise Misfit(
                f"One item must be one batch of numbers, and it is a {type(part).__name__} of batches. Does each of "
                "them get a `yield` of its own?"
            )
        found.append(own_array(part, "A batch must be an array, and is something"))
    return found


QUESTIONS = {
    "row_products": Questions(_row_products, rowwise=True),
    "column_ranges": Questions(_column_ranges),
    "centre_rows": Questions(_centre_rows, rowwise=True),
    "pairwise_differences": Questions(_pairwise_differences),
    "pick": Questions(_pick),
    "clipped": Questions(_clipped),
    "scale_in_place": Questions(_scale_in_place, look_at_arrays, changes=(0,)),
    "batches_of": Questions(_batches_of, _look_at_parts),
}
