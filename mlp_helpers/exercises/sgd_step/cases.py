"""Cases of `sgd_step`."""

from mlp_helpers.checking.questions import Questions, look_at_arrays


def _cases(rng):
    def arrays(*shapes):
        return [rng.normal(size=shape) for shape in shapes]

    return {
        "two layers": (arrays((3, 2), (1, 2), (2, 2), (1, 2)), arrays((3, 2), (1, 2), (2, 2), (1, 2)), 0.1),
        "one parameter": (arrays((2, 2)), arrays((2, 2)), 0.5),
        "a rate of 2": (arrays((4,)), arrays((4,)), 2.0),
    }


QUESTIONS = Questions(_cases, look_at_arrays, changes=(0,), conceals=("optimizers", "training", "network"))
