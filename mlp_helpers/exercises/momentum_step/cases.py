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


def _parameters(wanted, got, _arguments):
    if agree(wanted["velocities"], got["velocities"]):
        return "The velocities are right, but the parameters have not moved by them. By what do they move?"
    return "The parameters are not where they should be after the step, nor are the velocities what they should be."


PROPERTIES = {
    "parameters": _parameters,
    "velocities": "The velocities are not what they should be after the step.",
}

QUESTIONS = Questions(_cases, _look_at_momentum, changes=(0, 2), properties=PROPERTIES)
