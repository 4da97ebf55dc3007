"""Cases of `scale_in_place`."""

from mlp_helpers.checking.questions import Questions, look_at_arrays
from mlp_helpers.checking.samples import shuffled


def _cases(rng):
    return {
        "a matrix and a row": ([shuffled(rng, 3, 2), shuffled(rng, 1, 2)], 3.0),
        "three arrays": ([shuffled(rng, 4), shuffled(rng, 2, 2), shuffled(rng, 3)], 0.5),
        "one array with one number": ([2.0 + rng.integers(8, size=1)], -1.0),
    }


QUESTIONS = Questions(_cases, look_at_arrays, changes=(0,))
