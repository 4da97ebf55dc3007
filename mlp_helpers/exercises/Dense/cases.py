"""Cases of `Dense`."""

import copy

import numpy as np

from mlp_helpers.checking.dense_conclusions import (
    NOT_SET,
    WIDE,
    conclude_start,
    conclude_two_layers,
    conclude_work,
    forms,
)
from mlp_helpers.checking.objects import ask, copied
from mlp_helpers.checking.questions import CLASS, Questions, Raised, in_shapes, two_arrays

CALLS = {"fprop": "fprop(X)", "bprop": "bprop(dZ)", "params": "params()", "grads": "grads()"}


def _cases(rng):
    def at_work(n_samples, n_inputs, n_units):
        X, W = rng.normal(size=(n_samples, n_inputs)), rng.normal(size=(n_inputs, n_units))
        b, dZ = rng.normal(size=(1, n_units)), rng.normal(size=(n_samples, n_units))
        return n_inputs, n_units, rng, "at work", X, W, b, dZ

    batches = [rng.normal(size=shape) for shape in ((5, 4), (5, 3), (2, 4), (2, 3))]
    works = {
        "5 samples, 3 inputs, 2 units": at_work(5, 3, 2),
        "all three 4": at_work(4, 4, 4),
        "one sample": at_work(1, 3, 2),
    }
    parameters = [rng.normal(size=shape) for shape in 2 * ((4, 3), (1, 3))]
    # Weights that were seen under one seed have the wrong shape under another one.
    sizes = int(rng.integers(13, 33)), int(rng.integers(3, 13))
    return {
        "at the start": (*sizes, rng, "at the start"),
        **works,
        "two layers": (4, 3, rng, "two layers", *batches, *parameters),
    }


def _look_at_dense(answer, n_inputs, n_units, rng, part, *arrays):
    """Return what is seen of layers made by a class, for one part of what it must do.

    What fails in one method is put into words and leaves the others as they are. Only an exception of the
    constructor is raised, since nothing can be observed without a layer.
    """
    looks = {"at the start": _look_at_start, "at work": _look_at_work, "two layers": _look_at_two_layers}
    return looks[part](answer, n_inputs, n_units, rng, *arrays)


def _conclude_dense(seen, _n_inputs, _n_units, _rng, part, *arrays):
    """Return the properties of what was seen, for one part of what a layer must do."""
    conclusions = {"at the start": conclude_start, "at work": conclude_work, "two layers": conclude_two_layers}
    return conclusions[part](seen, *arrays)


def _ask(layer, method, *arguments):
    return ask(layer, CALLS, method, *arguments)


def _weights(layer):
    """Return W and b of a layer, from `params` or else from its attributes; None if it has none."""
    found = two_arrays(_ask(layer, "params"))
    return found or two_arrays([getattr(layer, name, None) for name in "Wb"])


def _look_at_start(answer, n_inputs, n_units, rng):
    """Return W and b of a new layer, and W of others: by the same generator, by another one, by that one once more."""
    other_rng = np.random.default_rng(rng.integers(2**32))
    layer, twin, stranger = (answer(n_inputs, n_units, r) for r in (copy.deepcopy(rng), copy.deepcopy(rng), other_rng))
    second = answer(n_inputs, n_units, other_rng)
    parameters = [_weights(one) for one in (layer, twin, stranger, second)]
    wide = [_weights(answer(*sizes, other_rng)) for sizes in WIDE]
    if any(found is None for found in (*parameters, *wide)):
        return {"W and b": _no_arrays(layer, "params")}
    others = {name: W for name, (W, _) in zip(("twin", "stranger", "second"), parameters[1:], strict=True)}
    # An array of a wrong shape may hold too many numbers to be looked at.
    return {
        "layer": parameters[0],
        **others,
        "wide": [W.ravel()[: n * m] for (n, m), (W, _) in zip(WIDE, wide, strict=True)],
    }


def _no_arrays(layer, method):
    """Return why a method does not give two arrays, in words or as `Raised`."""
    given = _ask(layer, method)
    if type(given) in (str, Raised):
        return given
    if type(given) in (list, tuple):
        items = "1 item" if len(given) == 1 else f"{len(given)} items"
        return f"`{method}` gives {items}, where a list of two arrays is wanted."
    return f"`{method}` gives a {type(given).__name__}, where a list of two arrays is wanted."


def _look_at_work(answer, n_inputs, n_units, rng, X, W, b, dZ):
    """Return what a layer with known parameters does with its second batch, of another size than its first."""
    layer = answer(n_inputs, n_units, rng)
    parameters = _set_parameters(layer, W, b)
    _ask(layer, "fprop", np.vstack([X + 1, X]))
    _ask(layer, "bprop", np.vstack([1 - dZ, dZ]))
    Z = copied(_ask(layer, "fprop", X))
    dX = copied(_ask(layer, "bprop", dZ))
    return {
        "params": parameters,
        "params afterwards": _arrays_of(layer, "params"),
        "fprop": Z,
        "bprop": dX,
        "grads": _arrays_of(layer, "grads"),
    }


def _arrays_of(layer, method):
    """Return copies of the two arrays that a method gives; in words or as `Raised` why there are none."""
    given = two_arrays(_ask(layer, method))
    return _no_arrays(layer, method) if given is None else list(map(np.copy, given))


def _set_parameters(layer, *values):
    """Set W and b in place; return copies of the arrays that `params` gives then, or in words why there are none.

    If they do not hold the values, the attributes W and b are set instead, so that the methods can be looked at all
    the same.
    """
    given = two_arrays(_ask(layer, "params"))
    is_filled = given is not None and all(map(_fill, given, values))
    found = _arrays_of(layer, "params")
    if is_filled and type(found) is list and all(map(np.array_equal, given, found)):
        return found
    for name, value in zip("Wb", values, strict=True):
        held = getattr(layer, name, None)
        if not (issubclass(type(held), np.ndarray) and _fill(held, value)):
            try:
                setattr(layer, name, value.copy())
            except (AttributeError, TypeError):
                return NOT_SET
    return found


def _fill(array, value):
    """Write a value into an array in one of its `forms`; return whether one fitted."""
    for form in forms(value):
        if form.shape == array.shape and array.flags.writeable:
            array[...] = form
            return True
    return False


def _look_at_two_layers(answer, n_inputs, n_units, rng, X, dZ, other_X, other_dZ, W, b, other_W, other_b):
    """Return parameters of a layer before and after another one's are set, and what it computes beside the other."""
    layer, other = (answer(n_inputs, n_units, rng) for _ in range(2))
    _set_parameters(layer, W, b)
    before = _copied_weights(layer)
    _set_parameters(other, other_W, other_b)

    def forward():
        _ask(other, "fprop", other_X.copy())

    def backward():
        forward()
        _ask(other, "bprop", other_dZ.copy())

    return {
        "before": before,
        "after": _copied_weights(layer),
        "alone": _back_and_forth(layer, X, dZ),
        "forward in between": _back_and_forth(layer, X, dZ, between=forward),
        "backward afterwards": _back_and_forth(layer, X, dZ, after=backward),
    }


def _copied_weights(layer):
    """Return copies of W and b of a layer, or in words why there are none."""
    found = _weights(layer)
    return _no_arrays(layer, "params") if found is None else list(map(np.copy, found))


def _back_and_forth(layer, X, dZ, between=lambda: None, after=lambda: None):
    """Return what `bprop` and `grads` of a layer give, where another one works between its calls."""
    _ask(layer, "fprop", X.copy())
    between()
    dX = copied(_ask(layer, "bprop", dZ.copy()))
    after()
    grads = two_arrays(_ask(layer, "grads"))
    return [dX] if grads is None else [dX, *(grad.copy() for grad in grads)]


def _spread(wanted, got, _arguments):
    """Return for which sizes the variance of the weights is wrong, and in which direction."""
    spread = got["spread of the weights"]
    sizes = next(sizes for sizes, text in wanted["spread of the weights"].items() if spread.get(sizes) != text)
    said = {"none": "variance 0", "infinite": "variance that is no number"}.get(spread.get(sizes), spread.get(sizes))
    return f"The initial weights do not have the variance that the task asks for: with {sizes}, they have {said}."


PROPERTIES = {
    "shapes": in_shapes,
    "types": "Its parameters are not both of dtype float64, so a step in place may be rounded, or fail.",
    "biases": "The biases do not start at 0.",
    "weights by rng": "The initial weights do not depend on `rng` alone.",
    "other weights in each layer": "A second layer made with the same generator starts with the same weights.",
    "weights around 0": "The initial weights do not lie around 0.",
    "normally distributed": "The initial weights are not normally distributed.",
    "spread of the weights": _spread,
    "params are its own arrays": "Changes to the arrays that `params` returns do not reach the layer.",
    "no step is taken": "The parameters change in `fprop` or in `bprop`. When is a step taken, and by whom?",
    "two layers share no parameters": "A step of one layer changes the parameters of another one.",
    "another layer may go forward in between": "A layer goes back with what another one remembers.",
    "another layer may go back afterwards": "The gradients of a layer become those of another one.",
}

QUESTIONS = Questions(
    _cases,
    _look_at_dense,
    _conclude_dense,
    kind=CLASS,
    awkward=("at the start", "two layers"),
    ordinary_share=3 / 5,
    conceals=("activations", "layers", "outputs", "network"),
    properties=PROPERTIES,
)
