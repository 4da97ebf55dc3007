"""Cases of notebook 05: momentum, dropout, and a configuration."""

import copy

import numpy as np

from mlp_helpers.checking.questions import VALUE, Misfit, Questions, no_arguments, two_arrays

CONCEALED = ()
MANY_VALUES = "The mask holds more than three different numbers. Which should it hold?"


def _momentum_step(rng):
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


def _inverted_dropout(rng):
    return {
        "most are kept": (rng.uniform(1, 2, size=(100, 100)), 0.8, rng),
        "most are dropped": (rng.uniform(1, 2, size=(100, 100)), 0.3, rng),
        "all are kept": (rng.uniform(1, 2, size=(4, 3)), 1.0, rng),
    }


def _look_at_dropout(answer, A, keep_probability, rng):
    """Return the properties of masks that all right answers share, however they draw."""
    before, other_rng = A.copy(), np.random.default_rng(rng.integers(2**32))
    (result, mask), (_, twin) = (_masked(answer(A, keep_probability, copy.deepcopy(rng))) for _ in range(2))
    (_, stranger), (_, second) = (_masked(answer(before.copy(), keep_probability, other_rng)) for _ in range(2))
    values = np.unique(mask)
    is_product = result.shape == A.shape and _is_product(result, before, mask)
    is_other_way_round = not is_product and _is_product(mask, before, result)
    found = {
        "shapes": {"activations": str(result.shape), "mask": str(mask.shape)},
        "values of the mask": values if len(values) <= 3 else MANY_VALUES,
        "A times the mask": "The second array is `A` times the first one." if is_other_way_round else is_product,
    }
    if keep_probability == 1:
        return found
    ratio = float(np.mean(result) / np.mean(before))
    return found | {
        "share kept": round(float(np.mean(mask != 0)), 1),
        "mean of the activations": "kept" if abs(ratio - 1) < 0.1 else "too large" if ratio > 1 else "too small",
        "a draw for each entry": mask.shape == A.shape
        and bool(np.any(mask[0] != mask[1]) and np.any(mask.T[0] != mask.T[1])),
        "mask by rng": np.array_equal(mask, twin) and not np.array_equal(mask, stranger),
        "another mask each time": not np.array_equal(stranger, second),
    }


def _small_dropout(_rng):
    return {"two samples": (np.arange(1.0, 9).reshape(2, 4), 0.75, np.random.default_rng(1))}


def _look_at_small_dropout(answer, A, keep_probability, rng):
    """Return the numbers that `rng.random` draws, and both arrays of an answer."""
    draws = copy.deepcopy(rng).random(A.shape)
    result, mask = _masked(answer(A, keep_probability, rng))
    return {"rng.random(A.shape)": draws, "activations": result, "mask": mask}


def _masked(given):
    """Return activations and mask as two plain arrays; raise `Misfit` if they are none."""
    pair = two_arrays(given)
    if pair is None:
        raise Misfit(
            "Two arrays are wanted, the activations that are left and the mask. Which of them does your `return` name?"
        )
    return [np.array(array, dtype=float) for array in pair]


def _is_product(result, A, mask):
    try:
        return bool(np.allclose(result, A * mask))
    except ValueError:  # shapes that do not fit
        return False


QUESTIONS = {
    "momentum_step": Questions(_momentum_step, _look_at_momentum, changes=(0, 2)),
    "inverted_dropout": Questions(
        _inverted_dropout,
        _look_at_dropout,
        awkward=("all are kept",),
        ordinary_share=1 / 2,
        small=Questions(_small_dropout, _look_at_small_dropout),
    ),
    "my_config": Questions(no_arguments, repr, kind=VALUE),
}
