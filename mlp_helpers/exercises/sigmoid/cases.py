"""Cases of `sigmoid`."""

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import LARGE, elementwise

QUESTIONS = Questions(
    elementwise("large", LARGE, (30, 45)),
    awkward=("large",),
    ordinary_share=1 / 2,
    conceals=("activations", "layers", "outputs", "network"),
)
