"""Cases of `predict`."""

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.toys import ToyOutput, toy_layers


def _cases(rng):
    return {
        "two layers and an output": (toy_layers(rng, 3, 4, 2), rng.normal(size=(5, 3))),
        "three equally wide": (toy_layers(rng, 3, 3, 3, 3), rng.normal(size=(2, 3))),
        "an output alone": ([ToyOutput()], rng.normal(size=(2, 2))),
    }


QUESTIONS = Questions(_cases, conceals=("activations", "layers", "outputs", "network"))
