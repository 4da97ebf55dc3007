"""Cases of `pairwise_differences`."""

import numpy as np

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import shuffled


def _cases(rng):
    numbers = shuffled(rng, 6)
    return {
        "3 and 2 numbers": (numbers[:3] + 0.5, numbers[3:5]),
        "3 and 3 numbers": (numbers[::2] + 0.5, numbers[1::2]),
        "a single number in x": (np.array([3.5]), numbers[1:5]),  # 1 to 6 without two: some smaller, some larger
    }


QUESTIONS = Questions(_cases)
