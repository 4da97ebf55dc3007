"""Cases of `unhot`."""

import numpy as np

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import probabilities


def _cases(rng):
    return {
        "one-hot rows": (np.eye(5)[rng.permutation(5)[:4]],),
        "probabilities": (probabilities(rng, 5, 3),),
        "any numbers": (rng.normal(size=(4, 4)) - 3,),
    }


QUESTIONS = Questions(_cases, conceals=("data", "network"))
