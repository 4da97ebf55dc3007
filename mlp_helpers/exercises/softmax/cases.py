"""Cases of `softmax`."""

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import LARGE


def _large_logits(rng):
    """Return, in random order, a row of large logits, one of large negative ones, and one with both."""
    large, negative, highest, lowest = rng.uniform(*LARGE, size=4)
    rows = 2 * rng.normal(size=(3, 3)) + [[large], [-negative], [0.0]]
    rows[2, :2] = highest, -lowest
    rows[2] = rng.permutation(rows[2])
    return rng.permutation(rows)


def _cases(rng):
    return {
        "ordinary": (2 * rng.normal(size=(4, 3)),),
        "one sample": (rng.normal(size=(1, 5)),),
        "large": (_large_logits(rng),),
    }


QUESTIONS = Questions(
    _cases,
    rowwise=True,
    awkward=("large",),
    ordinary_share=1 / 2,
    conceals=("activations", "layers", "outputs", "network"),
)
