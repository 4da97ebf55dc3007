"""Cases of `cross_entropy_from_logits`."""

import numpy as np

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import one_hot_rows

AROUND_1000, AROUND_MINUS_1000 = "logits around 1000", "logits around -1000"
ROWS_APART, CLASSES_APART = "one row around 1000, one around -1000", "some logits 1000 above others"


def _cases(rng):
    def case(Y, *centres):
        centres = np.array(centres) if centres else np.zeros((1, 1))
        return Y, centres + rng.normal(0, 1.5, Y.shape)

    rows = np.array([[1000], [-1000]])
    places = rng.permutation([0, 1000, -1000])
    return {
        "4 samples, 3 classes": case(np.eye(3)[[0, 2, 1, 1]]),
        "one sample": case(one_hot_rows(rng, 1, 4)),
        "equal logits": (one_hot_rows(rng, 3, 5), np.full((3, 5), rng.uniform(1, 2))),
        AROUND_1000: case(one_hot_rows(rng, 3, 4), [1000]),
        AROUND_MINUS_1000: case(one_hot_rows(rng, 2, 4), [-1000]),
        ROWS_APART: case(one_hot_rows(rng, 2, 3), *rng.permutation(rows)),
        CLASSES_APART: case(np.eye(3)[rng.permutation(3)], *[places] * 3),
    }


QUESTIONS = Questions(
    _cases,
    awkward=(AROUND_1000, AROUND_MINUS_1000, ROWS_APART, CLASSES_APART),
    ordinary_share=1 / 2,
    conceals=("activations", "layers", "outputs", "network"),
)
