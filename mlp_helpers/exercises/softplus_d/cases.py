"""Cases of `softplus_d`."""

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import LARGE, among_ordinary, ordinary


def _cases(rng):
    return {
        "ordinary": (ordinary(rng),),
        "large": (among_ordinary(rng, LARGE, (6, 8)),),
        "far to the left": (rng.uniform(-19, -15, 6),),  # small results, beside no larger ones
    }


QUESTIONS = Questions(
    _cases,
    awkward=("large", "far to the left"),
    ordinary_share=1 / 2,
    conceals=("activations", "layers", "outputs", "network"),
)
