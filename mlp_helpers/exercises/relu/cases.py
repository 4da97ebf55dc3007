"""Cases of `relu`."""

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import NEAR_0, elementwise

QUESTIONS = Questions(elementwise("around 0", NEAR_0, NEAR_0), conceals=("activations", "layers", "outputs", "network"))
