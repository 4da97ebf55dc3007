"""Cases of `batches_of`."""

import numpy as np

from mlp_helpers.checking.questions import Misfit, Questions, handed_out, own_array

HOLDERS = np.ndarray, list, tuple


def _cases(rng):
    numbers = 10.0 + rng.permutation(90)  # of two digits, unlike positions
    return {
        "7 numbers in batches of 3": (numbers[:7], 3),
        "6 numbers in batches of 3": (numbers[7:13], 3),
        "2 numbers in a batch of 5": (numbers[13:15], 5),
    }


def _look_at_parts(answer, x, size):
    """Return what an iterable hands out, as a list of arrays."""
    found = []
    for part in handed_out(answer(x, size)):
        if len(found) > len(x) + size:
            raise Misfit("There are more batches than numbers. When does your loop end?")
        if issubclass(type(part), list | tuple) and any(issubclass(type(item), HOLDERS) for item in part):
            raise Misfit(
                f"One item must be one batch of numbers, and it is a {type(part).__name__} of batches. Does each of "
                "them get a `yield` of its own?"
            )
        found.append(own_array(part, "A batch must be an array, and is something"))
    return found


QUESTIONS = Questions(_cases, _look_at_parts)
