"""Cases of `row_products`."""

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import shuffled


def _cases(rng):
    return {
        "2 rows with 4 rows": (0.25 - shuffled(rng, 2, 3), shuffled(rng, 4, 3)),  # no result is whole, or above 0
        "all lengths 3": (shuffled(rng, 3, 3), shuffled(rng, 3, 3)),
        "a single row": (shuffled(rng, 1, 3), shuffled(rng, 2, 3)),
    }


QUESTIONS = Questions(_cases)
