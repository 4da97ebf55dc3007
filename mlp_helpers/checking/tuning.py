"""Cases of notebooks 05 and 07: a configuration, and a logarithmic scale."""

import numpy as np

from mlp_helpers.checking.questions import VALUE, Questions, no_arguments

CONCEALED = ()


def _along(rng):
    return {
        "numbers": (rng.uniform(0.2, 0.8), 0.003, 0.6),
        "the ends": (np.array([0.0, 1.0]), 0.01, 100.0),
        "an array": (rng.random((2, 3)), 1e-6, 1e-3),
        "half way": (0.5, 1.0, 100.0),
    }


QUESTIONS = {
    "my_config": Questions(no_arguments, repr, kind=VALUE),
    "along": Questions(_along),
}
