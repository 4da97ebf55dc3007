"""Cases of `slope`."""

from mlp_helpers.checking.questions import Questions, refusing
from mlp_helpers.checking.samples import LARGE, NEAR_0, among_ordinary, ordinary


def _cases(rng):
    x = ordinary(rng)
    return {
        "tanh": ("tanh", x),
        "tanh, large": ("tanh", among_ordinary(rng, LARGE, (4, 5))),
        "relu": ("relu", rng.permutation(x)),
        "relu around 0": ("relu", among_ordinary(rng, NEAR_0, NEAR_0)),
        "leaky relu": ("leaky relu", rng.permutation(x)),
        "leaky relu around 0": ("leaky relu", among_ordinary(rng, NEAR_0, NEAR_0)),
        "linear": ("linear", rng.permutation([[-1.5, 0.0, 2.0], [0.5, -3.0, 1.0]])),
        "another name": ("step", rng.permutation([-1.5, 0.5, 2.0])),
        "tanh, far out": ("tanh", rng.choice([-1, 1], 6) * rng.uniform(11, 12, 6)),  # small, beside no larger ones
    }


QUESTIONS = Questions(
    _cases,
    refusing(lambda name, _x: name == "step"),
    awkward=("tanh, large", "tanh, far out", "relu around 0", "leaky relu around 0", "another name"),
    ordinary_share=1 / 2,
    conceals=("activations", "layers", "outputs", "network"),
)
