"""Cases of `momentum_step`."""

import numpy as np

from mlp_helpers.checking.observations import agree
from mlp_helpers.checking.questions import Questions


def _cases(rng):
    def arrays(*shapes):
        return [rng.normal(size=shape) for shape in shapes]

    layer, matrix = ((3, 2), (1, 2)), ((2, 2),)
    return {
        "one layer": (arrays(*layer), arrays(*layer), arrays(*layer), 0.1, 0.9),
        "the first step": (arrays(*matrix), arrays(*matrix), [np.zeros((2, 2))], 0.2, 0.8),
        "momentum 0": (arrays(*matrix), arrays(*matrix), arrays(*matrix), 0.5, 0.0),
    }


def _look_at_momentum(answer, params, grads, velocities, learning_rate, momentum):
    """Return the arrays passed as parameters and velocities, after the step; the return value is ignored."""
    found = {"parameters": list(params), "velocities": list(velocities)}
    answer(params, grads, velocities, learning_rate, momentum)
    return found


def _parameters(wanted, got, arguments):
    _, grads, velocities, *_ = arguments
    if agree(wanted["velocities"], got["velocities"]):
        return "The velocities are right, but the parameters have not moved by them. By what do they move?"
    if made := _made_of(got["velocities"], velocities, grads):
        return f"Neither parameters nor velocities are right. {made}"
    return "The parameters are not where they should be after the step, nor are the velocities what they should be."


def _velocities(_wanted, got, arguments):
    _, grads, velocities, *_ = arguments
    made = _made_of(got["velocities"], velocities, grads)
    return f"The velocities are not what they should be after the step.{made and ' '}{made}"


def _made_of(found, velocities, grads):
    """Return how many times the old velocities and the gradients are in the new ones; "" if it is nothing like that."""
    if [np.shape(one) for one in found] != [one.shape for one in velocities]:
        return ""
    found, *parts = (np.concatenate([one.ravel() for one in arrays]) for arrays in (found, velocities, grads))
    if not all(map(np.any, parts)):
        return ""  # any number of times
    if not np.isfinite(found).all():
        return "The new velocities are no finite numbers."
    factors, *_ = np.linalg.lstsq(np.stack(parts, axis=1), found, rcond=None)
    if not agree(found, factors @ parts):
        return (
            "The new velocities are no multiple of the old ones plus a multiple of the gradients. What is multiplied?"
        )
    old, grad = np.round(factors, 6) + 0.0
    what = f"The new velocities are {old:g} times the old ones plus {grad:g} times the gradients."
    return f"{what} Which numbers belong there?"


PROPERTIES = {
    "parameters": _parameters,
    "velocities": _velocities,
}

QUESTIONS = Questions(_cases, _look_at_momentum, changes=(0, 2), properties=PROPERTIES)
