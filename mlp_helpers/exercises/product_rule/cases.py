"""Cases of `product_rule`."""

import numpy as np

from mlp_helpers.checking.questions import Questions, no_text

PARTS = "the product", "the slope with respect to x", "the slope with respect to y"


def _cases(rng):
    def number():
        return float(rng.choice([-1, 1]) * rng.uniform(0.5, 4))

    return {"two numbers": (number(), number()), "two others": (number(), number()), "0 and a number": (0.0, number())}


def _conclude(seen, _x, _y):
    """Return the three numbers by their names; None for None, and for anything else a sentence in their places."""
    if seen is None:
        return None
    items = seen if type(seen) in (list, tuple) else np.atleast_1d(seen) if type(seen) is np.ndarray else [seen]
    if len(items) != len(PARTS):
        return dict.fromkeys(PARTS, f"Three numbers are wanted, the product and two slopes. You return {len(items)}.")
    return dict(zip(PARTS, map(no_text, items), strict=True))


QUESTIONS = Questions(
    _cases, conclude=_conclude, conceals=("gradients", "layers", "network", "optimizers", "outputs", "training")
)
