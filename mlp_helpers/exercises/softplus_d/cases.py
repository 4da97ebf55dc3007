"""Cases of `softplus_d`."""

import numpy as np

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import LARGE, among_ordinary, ordinary

BELOW_1 = "whether it is below 1, from 10 on"


def _conclude(seen, x):
    """Return the results; where all must be nearly 1 and are, whether they are below it: else 1 would pass for them."""
    is_array = x.min() >= 10 and type(seen) is np.ndarray and seen.dtype.kind == "f"
    return seen < 1 if is_array and np.all(np.abs(1 - seen) < 1e-3) else seen


def _cases(rng):
    return {
        "ordinary": (ordinary(rng),),
        "large": (among_ordinary(rng, LARGE, (6, 8)),),
        "far to the left": (rng.uniform(-19, -15, 6),),  # small results, beside no larger ones
        BELOW_1: (rng.uniform(10, 13, 6),),
    }


QUESTIONS = Questions(
    _cases,
    conclude=_conclude,
    awkward=("large", "far to the left", BELOW_1),
    ordinary_share=1 / 2,
    conceals=("activations", "layers", "outputs", "network"),
)
