"""Conclusions from what was seen of layers of the class `Dense`, which may be anything."""

import math

import numpy as np

from mlp_helpers.checking.questions import Misfit, Raised, two_arrays

# Inputs and units of layers for statistics: 2,048 weights each. The sizes are far apart, so that formulas that confuse
# or mix them show; as powers of 2 they keep the factors between formulas away from where `_spread` changes its words.
WIDE = ((256, 8), (8, 256))
# Limits, and how many standard deviations they lie away. The mean of 2,048 standard normal numbers has one of
# 0.022, their variance one of 0.031, and the share of 4,096 beyond twice their own deviation, 0.0455, one of 0.0022.
MAX_MEAN = 0.13  # relative to the standard deviation of the weights: 5.9
MAX_EXCESS = 0.2  # of the variance, relative to the right one: 6.4
BEYOND_2 = 0.03, 0.06  # share beyond twice the standard deviation: 7.0 and 6.5; 0 of uniform and of constant weights
NOT_SET = "W and b cannot be set."
WRONG_SIZE = "W and b should have as many numbers as the task asks for."  # too many are not looked at


def conclude_start(seen):
    """Return the properties of new layers' parameters that all right answers share, however they draw."""
    if "W and b" in seen:
        return {"W and b": seen["W and b"]}  # of no right answer
    W, b = _two(seen["layer"])
    twin, stranger, second = (_array(seen[name]) for name in ("twin", "stranger", "second"))
    wide = [_array(W).ravel().astype(np.float64) for W in _few(seen["wide"])]
    if any(W.size == 0 for W in wide):
        wide = [np.zeros(1)] * len(WIDE)
    standard = np.concatenate([(W - W.mean()) / (W.std() or 1.0) for W in wide])
    return {
        "shapes": {"W": str(W.shape), "b": str(b.shape)},
        "types": {"W": str(W.dtype), "b": str(b.dtype)},
        "biases": b,
        "weights by rng": np.array_equal(W, twin) and not np.array_equal(W, stranger),
        "other weights in each layer": not np.array_equal(stranger, second),
        "weights around 0": all(bool(abs(W.mean()) <= MAX_MEAN * W.std()) for W in wide),
        "normally distributed": bool(BEYOND_2[0] < np.mean(np.abs(standard) > 2) < BEYOND_2[1]),
        "spread of the weights": {
            f"{n_inputs} inputs, {n_units} units": _spread(W, n_inputs)
            for (n_inputs, n_units), W in zip(WIDE, wide, strict=True)
        },
    }


def _array(value):
    if type(value) is not np.ndarray:
        raise Misfit(WRONG_SIZE)
    return value


def _few(items):
    """Return a list of at most three items; anything else may take long to compare."""
    if type(items) not in (list, tuple) or len(items) > 3:
        raise Misfit("A short list is wanted.")
    return items


def _two(value):
    found = two_arrays(value)
    if found is None:
        raise Misfit(WRONG_SIZE)
    return found


def _spread(W, n_inputs):
    """Return the variance of weights in words, compared with the one that is asked for, in powers of 2."""
    ratio = float(np.var(W) * n_inputs / 2)
    if abs(ratio - 1) < MAX_EXCESS:
        return "as asked"
    if not 0 < ratio < math.inf:
        return "none" if ratio == 0 else "infinite"
    power = round(math.log2(ratio))
    if power == 0:
        return f"variance a little too {'large' if ratio > 1 else 'small'}"
    return f"variance some {2 ** abs(power):,} times too {'large' if power > 0 else 'small'}"


def conclude_work(seen, _X, W, b, _dZ):
    """Return what a layer with known parameters computes, and whether what `params` gives are its own arrays."""
    given, after, grads = seen["params"], seen.get("params afterwards"), seen.get("grads")
    dW, db = two_arrays(grads) or (grads, grads)
    return {
        "params are its own arrays": given if _is_words(given) else _are_set(given, W, b),
        "no step is taken": not _are_set(given, W, b) or _is_words(after) or _are_set(after, W, b),
        "fprop": seen.get("fprop"),
        "bprop": seen.get("bprop"),
        "weight gradient": dW,
        "bias gradient": db,
    }


def _is_words(value):
    return type(value) in (str, Raised)


def forms(value):
    """Return the forms in which a layer may keep an array: as it is, transposed, and with one axis."""
    return value, value.T, value.ravel()


def _are_set(given, *values):
    """Return whether two arrays hold two values that were written into them, rounded to their dtypes."""
    given = two_arrays(given)
    return given is not None and all(map(_holds, given, values))


def _holds(array, value):
    return array.dtype != bool and any(np.array_equal(array, form.astype(array.dtype)) for form in forms(value))


def conclude_two_layers(seen, _X, _dZ, _other_X, _other_dZ, W, b, _other_W, _other_b):
    """Return whether two layers share parameters, or what they remember, and what one of them computes."""
    alone, between, afterwards = (_few(seen[name]) for name in ("alone", "forward in between", "backward afterwards"))
    problem = next(filter(_is_words, alone), None)
    return {
        "two layers share no parameters": _not_shared(seen["before"], seen["after"], W, b),
        "another layer may go forward in between": problem or _same(alone, between),
        "another layer may go back afterwards": problem or _same(alone, afterwards),
        "gradients of one of two layers": problem or alone,
    }


def _not_shared(before, after, *values):
    """Return whether a layer keeps the values that were set; in words why that is not known."""
    if _is_words(before):
        return before
    return _are_set(after, *values) if _are_set(before, *values) else NOT_SET


def _same(some, others):
    return len(some) == len(others) and all(map(_equal, some, others))


def _equal(one, other):
    return type(one) is type(other) and (type(one) is not np.ndarray or np.array_equal(one, other))
