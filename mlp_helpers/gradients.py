"""Gradient checking: backpropagation compared with numerical derivatives of the loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from mlp_helpers.layers import Parameterized
from mlp_helpers.outputs import output_of
from mlp_helpers.protocol import Adapted, Layered, Network, adapted
from mlp_helpers.services.validation import Array, Targets

ROUNDING = np.finfo(np.float64).eps
# Central differences have a truncation error of O(ε²) and a rounding error of O(ROUNDING / ε). Their sum is smallest
# near the cube root of ROUNDING; for forward differences, which SciPy takes, near its square root.
CENTRAL_STEP = ROUNDING ** (1 / 3)
FORWARD_STEP = ROUNDING ** (1 / 2)


class GradientCheckError(AssertionError):
    """Raised where a gradient is wrong; `report` is the whole `GradientReport`."""

    def __init__(self, report: GradientReport) -> None:
        super().__init__(report.worst.complaint(report.tolerance))
        self.report = report


def relative_error(analytic: npt.ArrayLike, numeric: npt.ArrayLike, floor: float = 1e-8) -> float:
    """Largest elementwise |a - n| / max(|a|, |n|, floor).

    Parameters
    ----------
    analytic, numeric : ndarray of the same shape
        Gradients of one scalar loss with respect to one parameter.
    floor : float, optional
        Smallest denominator: below it a numerical gradient has no correct digits.

    Returns
    -------
    float
        0 for equal gradients, 2 for opposite ones.

    Raises
    ------
    ValueError
        The shapes differ: NumPy would broadcast them, and compare entries that do not belong together.
    """
    analytic, numeric = np.asarray(analytic), np.asarray(numeric)
    if analytic.shape != numeric.shape:
        raise ValueError(f"analytic and numeric must have the same shape, got {analytic.shape} and {numeric.shape}")
    return float(np.max(_relative_errors(analytic, numeric, floor)))


def _relative_errors(analytic: Array, numeric: Array, floor: float) -> Array:
    errors: Array = np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floor)
    return errors


def numerical_gradient(function: Callable[[Array], float], x: Array, epsilon: float = CENTRAL_STEP) -> Array:
    """Central differences: entry i is (f(x + ε e_i) - f(x - ε e_i)) / 2ε.

    Parameters
    ----------
    function : callable
        Accepts `x`, returns a number.
    x : ndarray of float64, any shape
        Each entry is changed in place and restored exactly, also when `function` raises. So `x` may be a parameter of
        the network that `function` evaluates.
    epsilon : float, optional
        ε, above 0.

    Returns
    -------
    ndarray of the shape of x

    Raises
    ------
    TypeError
        `x` is not an ndarray of float64. An array of ints would not move by ε, and one of float32 only roughly.
    """
    if not isinstance(x, np.ndarray) or x.dtype != np.float64:
        found = f"dtype {x.dtype}" if isinstance(x, np.ndarray) else repr(x)
        raise TypeError(f"x must be an ndarray of float64, got {found}")
    above, below = _function_around(function, x, epsilon)
    return (above - below) / (2 * epsilon)


def _function_around(function: Callable[[Array], float], x: Array, epsilon: float) -> tuple[Array, Array]:
    """Return f(x + ε e_i) and f(x - ε e_i) for every entry i, as two arrays of the shape of x."""
    above, below = np.empty(x.shape), np.empty(x.shape)
    for index in np.ndindex(x.shape):
        value = x[index]
        try:
            x[index] = value + epsilon
            above[index] = function(x)
            x[index] = value - epsilon
            below[index] = function(x)
        finally:
            x[index] = value
    return above, below


@dataclass(frozen=True)
class ParameterCheck:
    """Comparison of analytic and numerical gradients for one parameter of a layer.

    `index`, `analytic` and `numeric` describe the worst entry. Among entries whose relative error is too large, that is
    the one with the largest |analytic - numeric|; if there are none, the one with the largest relative error.
    """

    layer: int  # position in the network; the input layer is 0
    layer_name: str  # of its class; of another network than those of the package, that of its activation
    parameter: str  # "W", "b", or the position among the layer's parameters
    shape: tuple[int, ...]
    relative_error: float  # largest among the entries
    scipy_difference: float  # length of analytic - numeric, as SciPy's check_grad gives it
    scipy_allowed: float  # its limit: tolerance times the gradient's length, plus rounding noise
    index: tuple[int, ...]
    analytic: float
    numeric: float
    n_kinks: int  # entries at a kink of the loss, where any value between the one-sided slopes is right

    def passes(self, tolerance: float) -> bool:
        """Return whether both comparisons find the gradient right."""
        return self.relative_error <= tolerance and self.scipy_difference <= self.scipy_allowed

    def complaint(self, tolerance: float) -> str:
        """Return four lines that say what is wrong and where, short enough for a narrow page."""
        if self.relative_error <= tolerance:
            found = f"SciPy's check_grad differs by {self.scipy_difference:.2g}, allowed {self.scipy_allowed:.2g}"
        else:
            here = relative_error(self.analytic, self.numeric, np.finfo(float).tiny)
            found = f"relative error {here:.2g}, allowed {tolerance:g}"
        return (
            f"layer {self.layer} ({self.layer_name}), parameter {self.parameter} at {self.index}:\n"
            f"backpropagation gives {self.analytic:.4g},\n"
            f"the numerical gradient is {self.numeric:.4g}\n"
            f"({found})"
        )


@dataclass(frozen=True)
class GradientReport:
    """Result of a gradient check: a `ParameterCheck` per parameter, and the largest relative error allowed."""

    checks: tuple[ParameterCheck, ...]
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether every parameter's gradient is right."""
        return all(check.passes(self.tolerance) for check in self.checks)

    @property
    def worst(self) -> ParameterCheck:
        """The worst `ParameterCheck`, taken from the last layer that has a wrong one.

        Gradients flow backwards, so a fault also spoils the earlier layers.
        """
        wrong = [check for check in self.checks if not check.passes(self.tolerance)]
        if not wrong:
            return max(self.checks, key=lambda check: check.relative_error)
        last = [check for check in wrong if check.layer == wrong[-1].layer]
        return max(last, key=lambda check: abs(check.analytic - check.numeric))

    def __str__(self) -> str:
        # The differences of a right gradient are rounding noise, which varies between machines. The table therefore
        # states only that they are below the tolerance; the numbers remain in `checks`. A narrow page
        # has room for 60 characters.
        lines: list[str] = []
        layer = None
        for check in self.checks:
            if check.layer != layer:
                layer = check.layer
                lines.append(f"checking gradient for layer {layer} ({check.layer_name})")
            columns = [
                ("rel. error", check.relative_error, self.tolerance),
                ("diff scipy", check.scipy_difference, 10.0 ** np.ceil(np.log10(check.scipy_allowed))),
            ]
            errors = [
                f"{name} {f'<= {_short(allowed)}' if found <= allowed else f'{found:.1e}':7}"
                for name, found, allowed in columns
            ]
            verdict = "ok" if check.passes(self.tolerance) else "WRONG"
            lines.append(f"  {check.parameter} {check.shape!s:8} {errors[0]}  {errors[1]}  {verdict}")
        return "\n".join(lines)


def _short(power: float) -> str:
    """Return a number below 1 as its power of ten, 1e-5 in place of 1e-05."""
    return f"{power:.0e}".replace("e-0", "e-")


def check_gradients(network: Network, X: Array, Y: Targets, tolerance: float = 1e-5) -> GradientReport:
    """Compare every parameter's gradient with central differences and with `scipy.optimize.check_grad`.

    Parameters
    ----------
    network : NeuralNetwork, or any object with the methods of `protocol`
        With float64 parameters, which are restored exactly, also when interrupted. Every single number costs four
        evaluations of the loss, and six if something looks wrong, so the network and the batch should be small.
    X : ndarray of shape (n_samples, n_features)
    Y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Labels or target rows.
    tolerance : float, optional
        Largest relative error allowed.

    Returns
    -------
    GradientReport

    Raises
    ------
    ValueError
        The network has no parameters, or some that are not float64.
    """
    checked = adapted(network)
    parts = _adapted_parts(checked, X, Y) if isinstance(checked, Adapted) else _layer_parts(checked, X, Y)
    found = [_check_parameter(part, tolerance) for part in parts]
    if not found:
        raise ValueError("the network has no parameters to check")
    return GradientReport(tuple(found), tolerance)


@dataclass(frozen=True)
class _Part:
    """A parameter to be checked: where it is in the network, the loss as a function of it, and its gradient."""

    layer: int
    layer_name: str
    name: str
    param: Array
    loss: Callable[[Array], float]
    gradient: Callable[[], Array]

    def analytic(self) -> Array:
        """Return its gradient from backpropagation; ValueError if its shape differs from the parameter's."""
        gradient = np.array(self.gradient(), dtype=np.float64)
        if gradient.shape != self.param.shape:
            raise ValueError(
                f"layer {self.layer} ({self.layer_name}): the gradient of parameter {self.name} "
                f"must have its shape {self.param.shape}, got {gradient.shape}"
            )
        return gradient


def _adapted_parts(network: Adapted, X: Array, Y: Targets) -> Iterator[_Part]:
    """Yield a `_Part` for each parameter of any network."""
    X, rows = network.checked_data(X, Y)

    def loss(_: Array) -> float:
        return network.loss(X, rows)

    def gradient(which: int) -> Array:
        return network.gradients(X, rows)[which]

    names = getattr(network.network, "activations", ())
    for i, param in enumerate(network.params()):
        name = str(names[i // 2]) if i // 2 < len(names) else network.name
        yield _Part(i // 2 + 1, name, "Wb"[i % 2], param, loss, partial(gradient, i))


def _layer_parts(network: Layered, X: Array, Y: Targets) -> Iterator[_Part]:
    """Yield a `_Part` for each parameter of a network of layers."""

    def loss(_: Array) -> float:
        return output_of(network.layers).loss(Y, network.predict(X))

    def gradient(layer: Parameterized, which: int) -> Array:
        network.backpropagate(Y, network.predict(X))
        return layer.grad_params()[which]

    found = [(i, layer) for i, layer in enumerate(network.layers) if isinstance(layer, Parameterized)]
    for position, layer in found:
        for which, param in enumerate(layer.params()):
            if param.dtype != np.float64:
                raise ValueError(f"gradient checks need float64 parameters, layer {position} has {param.dtype}")
            name = _name(layer, which)
            yield _Part(position, type(layer).__name__, name, param, loss, partial(gradient, layer, which))


def _check_parameter(part: _Part, tolerance: float) -> ParameterCheck:
    """Return the `ParameterCheck` of a `_Part`."""
    param, loss, analytic = part.param, part.loss, part.analytic()
    here = loss(param)
    above, below = _function_around(loss, param, CENTRAL_STEP)
    numeric = (above - below) / (2 * CENTRAL_STEP)
    noise = _noise(here, CENTRAL_STEP)
    errors = _relative_errors(analytic, numeric, noise / tolerance)
    kinks = errors > tolerance
    if kinks.any():
        kinks &= _at_kinks(analytic, _one_sided_slopes(loss, param, here, above, below), tolerance, noise)
    errors[kinks] = 0.0
    index = _worst_entry(errors, np.abs(analytic - numeric), tolerance)
    return ParameterCheck(
        layer=part.layer,
        layer_name=part.layer_name,
        parameter=part.name,
        shape=param.shape,
        relative_error=float(np.max(errors)),
        scipy_difference=_scipy_difference(loss, param, analytic, ~kinks),
        # The length of a noise vector grows with the square root of its size. Most entries are far below the bound,
        # hence the factor 1/4.
        scipy_allowed=float(
            tolerance * np.linalg.norm(analytic) + np.sqrt(param.size) * _noise(here, FORWARD_STEP) / 4
        ),
        index=index,
        analytic=float(analytic[index]),
        numeric=float(numeric[index]),
        n_kinks=int(kinks.sum()),
    )


def _one_sided_slopes(loss: Callable[[Array], float], param: Array, here: float, above: Array, below: Array) -> Array:
    """Return two slopes to the right of each entry, and two to the left, given the losses one step away.

    Over one step the curvature bends a slope by O(ε), more than a check allows. Over two steps that can be removed.
    """
    further, lower = _function_around(loss, param, 2 * CENTRAL_STEP)
    right, left = (above - here, further - here), (here - below, here - lower)
    return np.stack([slope for one, two in (right, left) for slope in (one, (4 * one - two) / 2)]) / CENTRAL_STEP


def _at_kinks(analytic: Array, slopes: Array, tolerance: float, noise: float) -> npt.NDArray[np.bool_]:
    """Return a mask: True where the loss has a kink and the analytic gradient lies between its one-sided slopes.

    At a kink (a relu at 0, or crossing 0 within ε) the slopes differ, and a central difference is their mean.
    Backpropagation may return either slope, or any value between.
    """
    low, high, size = slopes.min(axis=0), slopes.max(axis=0), np.abs(slopes).max(axis=0)
    slack = tolerance * size + noise
    is_kink: npt.NDArray[np.bool_] = (
        (high - low > 1e-3 * size + noise) & (low - slack <= analytic) & (analytic <= high + slack)
    )
    return is_kink


def _worst_entry(errors: Array, differences: Array, tolerance: float) -> tuple[int, ...]:
    """Return the index of the worst entry; see `ParameterCheck`."""
    wrong = errors > tolerance
    severity = np.where(wrong, differences, -1.0) if wrong.any() else errors
    return tuple(int(i) for i in np.unravel_index(np.argmax(severity), errors.shape))


def _noise(loss: float, epsilon: float) -> float:
    """Return a generous bound on the rounding noise of a difference quotient."""
    return 16 * ROUNDING * max(abs(loss), 1.0) / epsilon


def _scipy_difference(
    loss: Callable[[Array], float], param: Array, analytic: Array, smooth: npt.NDArray[np.bool_]
) -> float:
    """Return the result of `scipy.optimize.check_grad` for the entries where `smooth`; restore the parameter."""
    if not smooth.any():
        return 0.0
    from scipy.optimize import check_grad

    saved = param.copy()

    def loss_at(values: Array) -> float:
        param[smooth] = values
        return loss(param)

    try:
        return float(check_grad(loss_at, lambda _: analytic[smooth], saved[smooth], epsilon=FORWARD_STEP))
    finally:
        param[...] = saved


def _name(layer: Parameterized, which: int) -> str:
    """Return the name of the attribute that holds the parameter, or its position if there is none."""
    param = layer.params()[which]
    return next((name for name, value in vars(layer).items() if value is param), str(which))
