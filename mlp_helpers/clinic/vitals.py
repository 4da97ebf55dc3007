"""Vital signs of a training: what a practitioner watches in each layer, at the start and now."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from mlp_helpers.activations import ACTIVATIONS
from mlp_helpers.layers import Dropout, FullyConnectedLayer, InputLayer
from mlp_helpers.outputs import LinearOutput, SoftmaxOutput
from mlp_helpers.services.validation import one_of

N_LOOKED_AT = 500  # training samples
FLAT = 0.05  # a unit whose slope is at most this share of the activation's largest slope is saturated
LOOKED_AT = np.linspace(-20, 20, 401)  # 0 included: pre-activations, to see the shape of an activation


@dataclass(frozen=True)
class Signs:
    """Vital signs of one layer, on the first `N_LOOKED_AT` training samples.

    Attributes
    ----------
    name : str
        Such as "inputs", "layer 1, relu" or "layer 3, logits".
    low, high : float
        Smallest and largest output.
    spread : float
        Standard deviation of the outputs.
    dead : float or None
        Share of the units whose slope is 0, or nearly so, for every sample: 0 … 1; None for the inputs.
    saturated : float or None
        Share of all outputs where the slope is at most `FLAT` of the largest one; None where there is no curve to be
        flat: for inputs, relu and logits.
    gradient : float or None
        Root mean square of the loss's gradient with respect to a unit's pre-activation, over units and samples.
    update : float or None
        Length of the last measured step of the weights as a share of their length.
    """

    name: str
    low: float
    high: float
    spread: float
    dead: float | None = None
    saturated: float | None = None
    gradient: float | None = None
    update: float | None = None


@dataclass(frozen=True)
class Vitals:
    """Vital signs of all layers, from the inputs to the last layer; as text, a table of both moments.

    Attributes
    ----------
    start, now : list of Signs
        Before the first step, and with the present parameters.
    """

    start: list
    now: list

    def __str__(self):
        titles = ("", "range", "spread", "dead", "saturated", "gradient", "update")
        rows = [titles]
        for moment, signs in (("start", self.start), ("now", self.now)):
            rows.append((moment, *[""] * (len(titles) - 1)))
            rows += [_cells(one) for one in signs]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(_line(row, widths) for row in rows)

    def _repr_pretty_(self, printer, cycle):
        printer.text(str(self))


def vitals(run):
    """Return the `Vitals` of a training.

    Parameters
    ----------
    run : TrainingRun
        From `epochs` or `MLPConfig.run`, before, during or after its epochs. The network may be of the package, or of
        a student's class with `activations`.

    Raises
    ------
    ValueError
        The network has layers that cannot be looked into, or no names of its activations.
    """
    names, is_classifier = activations_of(run.network)
    X, Y = (part[:N_LOOKED_AT] for part in run.train_data)
    moments = ((run.start, run.updates[:1]), (run.network.params(), run.updates[-1:]))
    with np.errstate(over="ignore", invalid="ignore"):  # in a training that diverged
        return Vitals(*(_signs(params, names, is_classifier, X, Y, updates) for params, updates in moments))


def chart(run):
    """Return what is to be seen of a training as plain numbers, a dict.

    Parameters
    ----------
    run : TrainingRun

    Returns
    -------
    dict
        "train_loss", "train_error", "valid_loss", "valid_error": arrays of a number for each epoch.
        "start", "now": the `Signs` of the inputs and of each layer, a list of dicts without their names.

    Raises
    ------
    ValueError
        As by `vitals`.
    """
    curves = {name: run.history.column(name) for name in ("train_loss", "train_error", "valid_loss", "valid_error")}
    moments = dataclasses.asdict(vitals(run))
    rows = {moment: [{key: row[key] for key in row if key != "name"} for row in moments[moment]] for moment in moments}
    return curves | rows


def activations_of(network):
    """Return the names of the activations of all layers with parameters, and whether a softmax follows them.

    Raises ValueError as `vitals` does.
    """
    if not hasattr(network, "layers"):
        return [one_of(name or "linear", ACTIVATIONS, "activation") for name in network.activations()], True
    first, *hidden, output = network.layers
    if type(first) is not InputLayer or not all(type(layer) in (FullyConnectedLayer, Dropout) for layer in hidden):
        kinds = ", ".join(type(layer).__name__ for layer in network.layers)
        raise ValueError(f"network must consist of fully connected layers, with or without dropout, got {kinds}")
    layers = [layer for layer in hidden if type(layer) is FullyConnectedLayer]
    names = [layer.activation_fun.name if layer.activation_fun else "linear" for layer in layers]
    return names, isinstance(output, SoftmaxOutput)


def _signs(params, names, is_classifier, X, Y, updates):
    """Return the `Signs` of the inputs and of each layer, for parameters given as W and b in turn."""
    outputs, slopes = [X], []
    for W, b, name in zip(params[::2], params[1::2], names, strict=True):
        Z = outputs[-1] @ W + b
        function, slope, _ = ACTIVATIONS[name]
        outputs.append(function(Z))
        slopes.append(slope(Z))
    gradients = _backward(params, is_classifier, outputs, slopes, Y)
    ratios = updates[0][::2] if updates else [None] * len(names)
    signs = [Signs("inputs", float(X.min()), float(X.max()), float(X.std()))]
    for i, (A, slope, name) in enumerate(zip(outputs[1:], slopes, names, strict=True)):
        curve = ACTIVATIONS[name][1](LOOKED_AT)
        flat = FLAT * curve.max()
        is_flat = slope <= flat
        what = ("logits" if is_classifier else "output") if i == len(names) - 1 else name
        signs.append(
            Signs(
                f"layer {i + 1}, {what}",
                float(A.min()),
                float(A.max()),
                float(A.std()),
                float(np.mean(is_flat.all(axis=0))),
                float(is_flat.mean()) if max(curve[[0, -1]]) <= flat else None,
                float(np.sqrt(np.mean(gradients[i] ** 2))),
                ratios[i],
            )
        )
    return signs


def _backward(params, is_classifier, outputs, slopes, Y):
    """Return the gradient of the loss of each sample with respect to each layer's pre-activation."""
    last = (SoftmaxOutput if is_classifier else LinearOutput)(InputLayer((None, outputs[-1].shape[1])))
    gradient, found = last.input_grad(Y, last.fprop(outputs[-1])), []
    for W, slope in zip(params[-2::-2], slopes[::-1], strict=True):
        gradient = gradient * slope
        found.append(gradient)
        gradient = gradient @ W.T
    return found[::-1]


def _cells(signs):
    """Return the cells of a row of the table."""
    shares = [None if share is None else f"{share:.0%}" for share in (signs.dead, signs.saturated)]
    numbers = [None if number is None else f"{number:.1e}" for number in (signs.gradient, signs.update)]
    return [
        f"  {signs.name}",
        f"{signs.low:.3g} … {signs.high:.3g}",
        f"{signs.spread:.2g}",
        *("–" if cell is None else cell for cell in (*shares, *numbers)),
    ]


def _line(row, widths):
    first, *others = row
    cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
    return "  ".join(cells).rstrip()
