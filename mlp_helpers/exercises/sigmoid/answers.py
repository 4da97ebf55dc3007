"""Right answer to `sigmoid`, and known mistakes."""

import numpy as np

from mlp_helpers import activations
from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=activations.sigmoid)


@KEY.mistake(
    "This is the sigmoid's mirror image: it falls where it should rise. Follow the sign of x through your formula.",
    source="https://github.com/ljvmiranda921/pyswarms/pull/145",
)
def sigmoid_falls(x):
    return 1 / (1 + np.exp(x))


@KEY.mistake(
    "Right, except that 1000 gives NaN. What becomes of each part of your formula at x = 1000?",
    source="https://github.com/FederatedAI/FATE/issues/65",
)
def sigmoid_other_form(x):
    return np.exp(x) / (1 + np.exp(x))


@KEY.mistake(
    "It is above 1 everywhere, as if the division ended sooner than it should. What does Python divide first?",
    source="https://github.com/makeyourownneuralnetwork/makeyourownneuralnetwork/issues/25",
)
def sigmoid_brackets_missing(x):
    return 1 / 1 + np.exp(-x)


@KEY.mistake(
    "It exceeds 1 and grows about as fast as x. Does x occur in a place where it should not?",
    source="https://github.com/joaopauloschuler/neural-api/issues/21",
)
def sigmoid_x_in_numerator(x):
    return x / (1 + np.exp(-x))


@KEY.mistake("At 0 it is right, but it rises twice as fast as the sigmoid. What happens to x on its way in?")
def sigmoid_of_2x(x):
    return 0.5 * (1 + np.tanh(x))
