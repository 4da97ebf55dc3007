"""Cases of `flatten`."""

from mlp_helpers.checking.questions import Questions


def _cases(rng):
    return {
        "three images": (rng.integers(100, size=(3, 1, 2, 4)) / 100,),
        "one image": (rng.integers(100, size=(1, 1, 3, 3)),),
        "three channels": (rng.integers(100, size=(2, 3, 2, 2)),),
    }


QUESTIONS = Questions(_cases, awkward=("three channels",), ordinary_share=1 / 2, conceals=("data", "network"))
