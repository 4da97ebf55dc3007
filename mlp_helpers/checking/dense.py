"""Cases of the class `Dense` in notebook 02, and what is observed of its layers, method by method."""

import copy
import math

import numpy as np

from mlp_helpers.checking.questions import CLASS, NotAnswered, Questions, Raised, line_of, message_of, two_arrays

CONCEALED = ("activations", "layers", "outputs", "network")
CALLS = {"fprop": "fprop(X)", "bprop": "bprop(dZ)", "params": "params()", "grads": "grads()"}
WIDE = ((400, 25), (25, 400))  # inputs and units of layers with enough weights for statistics


def _dense(rng):
    def at_work(n_samples, n_inputs, n_units):
        X, W = rng.normal(size=(n_samples, n_inputs)), rng.normal(size=(n_inputs, n_units))
        b, dZ = rng.normal(size=(1, n_units)), rng.normal(size=(n_samples, n_units))
        return n_inputs, n_units, rng, "at work", X, W, b, dZ

    batches = [rng.normal(size=shape) for shape in ((5, 4), (5, 3), (2, 4), (2, 3))]
    return {
        "at the start": (5, 3, rng, "at the start"),
        "5 samples, 3 inputs, 2 units": at_work(5, 3, 2),
        "all three 4": at_work(4, 4, 4),
        "one sample": at_work(1, 3, 2),
        "two layers": (4, 3, rng, "two layers", *batches),
    }


def _look_at_dense(answer, n_inputs, n_units, rng, part, *arrays):
    """Return the properties of layers made by a class, for one part of what it must do.

    What fails in one method is put into words and leaves the other properties as they are. Only an exception of the
    constructor is raised, since nothing can be observed without a layer.
    """
    looks = {"at the start": _look_at_start, "at work": _look_at_work, "two layers": _look_at_two_layers}
    return looks[part](answer, n_inputs, n_units, rng, *arrays)


def _ask(layer, method, *arguments):
    """Return what a method of a layer returns; `Raised`, or in words why not, if it returns nothing."""
    try:
        function = getattr(layer, method, None)
        if function is None:
            return f"The method `{method}` is missing."
        if not callable(function):
            return f"`{method}` is an attribute. It is called, as {CALLS[method]}: make it a method, without @property."
        return function(*arguments)
    except NotAnswered:
        raise
    except Exception as error:
        if error.__traceback__.tb_next is None:  # raised by the call itself
            return f"`{method}` cannot be called as {CALLS[method]}. Is `self` its first parameter?"
        return Raised(type(error).__name__, message_of(error), _line(error, function, method))


def _line(error, function, method):
    """Return the line of a method that raised an error, "" if it is not known."""
    number, comma, line = line_of(error, getattr(function, "__func__", None)).partition(",")
    return f"{number} of {method}{comma}{line}" if line else ""


def _weights(layer):
    """Return W and b of a layer, from `params` or else from its attributes; None if it has none."""
    found = two_arrays(_ask(layer, "params"))
    return found or two_arrays([getattr(layer, name, None) for name in "Wb"])


def _look_at_start(answer, n_inputs, n_units, rng):
    """Return the properties of new layers' parameters that all right answers share, however they draw."""
    other_rng = np.random.default_rng(rng.integers(2**32))
    layer, twin, stranger = (answer(n_inputs, n_units, r) for r in (copy.deepcopy(rng), copy.deepcopy(rng), other_rng))
    second = answer(n_inputs, n_units, other_rng)
    parameters = [_weights(one) for one in (layer, twin, stranger, second)]
    wide = [_weights(answer(*sizes, other_rng)) for sizes in WIDE]
    if any(found is None for found in (*parameters, *wide)):
        return {"W and b": _no_arrays(layer, "params")}
    (W, b), (W_twin, _), (W_stranger, _), (W_second, _) = parameters
    spreads = {
        f"{sizes[0]} inputs, {sizes[1]} units": _spread(W, sizes[0]) for sizes, (W, _) in zip(WIDE, wide, strict=True)
    }
    standard = np.concatenate([(W.ravel() - W.mean()) / (W.std() or 1.0) for W, _ in wide])
    return {
        "shapes": {"W": str(W.shape), "b": str(b.shape)},
        "types": {"W": str(W.dtype), "b": str(b.dtype)},
        "biases": b.copy(),
        "weights by rng": np.array_equal(W, W_twin) and not np.array_equal(W, W_stranger),
        "other weights in each layer": not np.array_equal(W_stranger, W_second),
        "weights around 0": all(abs(W.mean()) <= 0.1 * W.std() for W, _ in wide),
        "normally distributed": bool(0.03 < np.mean(np.abs(standard) > 2) < 0.06),
        "spread of the weights": spreads,
    }


def _no_arrays(layer, method):
    """Return why a method does not give two arrays, in words or as `Raised`."""
    given = _ask(layer, method)
    if type(given) in (str, Raised):
        return given
    if type(given) in (list, tuple):
        return f"`{method}` gives {len(given)} items, which are not two arrays."
    return f"`{method}` gives a {type(given).__name__}, where a list of two arrays is wanted."


def _spread(W, n_inputs):
    """Return the variance of weights in words, compared with the one that is asked for, in powers of 2."""
    with np.errstate(all="ignore"):
        ratio = float(np.var(W) * n_inputs / 2)
    if abs(ratio - 1) < 0.15:
        return "as asked"
    if not 0 < ratio < math.inf:
        return "none" if ratio == 0 else "infinite"
    power = round(math.log2(ratio))
    if power == 0:
        return f"variance a little too {'large' if ratio > 1 else 'small'}"
    return f"variance some {2 ** abs(power):,} times too {'large' if power > 0 else 'small'}"


def _look_at_work(answer, n_inputs, n_units, rng, X, W, b, dZ):
    """Return what a layer with known parameters does with its second batch, of another size than its first."""
    layer = answer(n_inputs, n_units, rng)
    is_own = _set_parameters(layer, W, b)
    _ask(layer, "fprop", np.vstack([X + 1, X]))
    _ask(layer, "bprop", np.vstack([1 - dZ, dZ]))
    Z = _copied(_ask(layer, "fprop", X))
    dX = _copied(_ask(layer, "bprop", dZ))
    grads = two_arrays(_ask(layer, "grads"))
    dW, db = [_no_arrays(layer, "grads")] * 2 if grads is None else map(np.copy, grads)
    return {
        "params are its own arrays": is_own,
        "fprop": Z,
        "bprop": dX,
        "weight gradient": dW,
        "bias gradient": db,
    }


def _copied(value):
    return value.copy() if type(value) is np.ndarray else value


def _set_parameters(layer, *values):
    """Set W and b in place; return whether what `params` returned were the layer's own arrays, or in words why not.

    If they were not, the attributes W and b are set instead, so that the methods can be looked at all the same.
    """
    given = two_arrays(_ask(layer, "params"))
    if given is not None and all(map(_fill, given, values)):
        again = two_arrays(_ask(layer, "params"))
        if again is not None and all(map(np.array_equal, given, again)):
            return True
    for name, value in zip("Wb", values, strict=True):
        held = getattr(layer, name, None)
        if not (issubclass(type(held), np.ndarray) and _fill(held, value)):
            try:
                setattr(layer, name, value.copy())
            except (AttributeError, TypeError):
                return "W and b cannot be set."
    return _no_arrays(layer, "params") if given is None else False


def _fill(array, value):
    """Write a value into an array of its shape, its transposed shape or its size; return whether it fitted."""
    fitting = (value, value.T, value.ravel())
    for fitted in fitting:
        if fitted.shape == array.shape and array.flags.writeable:
            array[...] = fitted
            return True
    return False


def _look_at_two_layers(answer, n_inputs, n_units, rng, X, dZ, other_X, other_dZ):
    """Return whether two layers share parameters, or what they remember, whatever they compute with it."""
    layer, other = (answer(n_inputs, n_units, rng) for _ in range(2))
    before = _weights(layer)
    if before is None:
        shared = _no_arrays(layer, "params")
    else:
        before = [array.copy() for array in before]
        for array in _weights(other) or ():
            array += 1
        after = _weights(layer) or ()
        shared = len(after) == 2 and all(map(np.array_equal, before, after))
    alone = _back_and_forth(layer, X, dZ)
    problem = next((one for one in alone if type(one) in (str, Raised)), None)

    def is_undisturbed(between=lambda: None, after=lambda: None):
        return problem or all(map(_equal, alone, _back_and_forth(layer, X, dZ, between, after)))

    def forward():
        _ask(other, "fprop", other_X.copy())

    def backward():
        forward()
        _ask(other, "bprop", other_dZ.copy())

    return {
        "two layers share no parameters": shared,
        "another layer may go forward in between": is_undisturbed(between=forward),
        "another layer may go back afterwards": is_undisturbed(after=backward),
    }


def _back_and_forth(layer, X, dZ, between=lambda: None, after=lambda: None):
    """Return what `bprop` and `grads` of a layer give, where another one works between its calls."""
    _ask(layer, "fprop", X.copy())
    between()
    dX = _copied(_ask(layer, "bprop", dZ.copy()))
    after()
    grads = two_arrays(_ask(layer, "grads"))
    return [dX] if grads is None else [dX, *(grad.copy() for grad in grads)]


def _equal(one, other):
    return type(one) is type(other) and (type(one) is not np.ndarray or np.array_equal(one, other))


QUESTIONS = {
    "Dense": Questions(
        _dense, _look_at_dense, kind=CLASS, awkward=("at the start", "two layers"), ordinary_share=2 / 3
    ),
}
