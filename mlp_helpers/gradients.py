"""Gradient checking: is what backpropagation computes the derivative of the loss?"""

from dataclasses import dataclass

import numpy as np

from mlp_helpers.layers import Parameterized

ROUNDING = np.finfo(np.float64).eps
# Central differences err by O(ε²) for the curve and by O(ROUNDING / ε) for the digits lost in subtracting:
# the sum is least near the cube root of ROUNDING. For forward differences, as SciPy takes, it is the square root.
CENTRAL_STEP = ROUNDING ** (1 / 3)
FORWARD_STEP = ROUNDING ** (1 / 2)


class GradientCheckError(AssertionError):
    """A gradient is wrong; `report` is the whole `GradientReport`."""

    def __init__(self, report):
        super().__init__(report.worst.complaint(report.tolerance))
        self.report = report


def relative_error(analytic, numeric, floor=1e-8):
    """Largest elementwise |a - n| / max(|a|, |n|, floor).

    Parameters
    ----------
    analytic, numeric : ndarray of the same shape
        Gradients of one scalar loss with respect to one parameter.
    floor : float, optional
        Numbers below it count as this large: a numerical gradient has no digits there.

    Returns
    -------
    float
        0 for equal gradients, 2 for ones of opposite sign.
    """
    return float(np.max(_relative_errors(np.asarray(analytic), np.asarray(numeric), floor)))


def _relative_errors(analytic, numeric, floor):
    return np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floor)


def numerical_gradient(function, x, epsilon=CENTRAL_STEP):
    """Central differences: entry i is (f(x + ε e_i) - f(x - ε e_i)) / 2ε.

    Parameters
    ----------
    function : callable
        Takes `x`, returns a number.
    x : ndarray of float64, any shape
        Each entry is moved in place and put back exactly, also when `function` raises; so `function` may as
        well read a network's parameter of which `x` is a reference.
    epsilon : float, optional
        ε, above 0.

    Returns
    -------
    ndarray of the shape of x
    """
    above, below = _function_around(function, x, epsilon)
    return (above - below) / (2 * epsilon)


def _function_around(function, x, epsilon):
    """Return f(x + ε e_i) and f(x - ε e_i) for every entry i, two arrays of the shape of x."""
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
    """The comparison for one parameter of one layer.

    `index`, `analytic` and `numeric` belong to the entry that is most wrong: of those whose relative error is
    too large the one with the largest |analytic - numeric|; where all are right, that of the largest
    relative error.
    """

    layer: int  # position in the network; the input layer is 0
    layer_name: str
    parameter: str  # "W", "b", or the position among the layer's parameters
    shape: tuple
    relative_error: float  # largest of the parameter
    scipy_difference: float  # length of analytic - numeric, as SciPy's check_grad gives it
    scipy_allowed: float  # what it may be: the tolerance's share of the gradient's length, and rounding noise
    index: tuple
    analytic: float
    numeric: float
    n_kinks: int  # entries at a kink of the loss, where every value between the one-sided slopes is right

    def passes(self, tolerance):
        """Whether both comparisons find the gradient right."""
        return self.relative_error <= tolerance and self.scipy_difference <= self.scipy_allowed

    def complaint(self, tolerance):
        """Return what is wrong, and where: two lines, short enough for a notebook's page."""
        if self.relative_error <= tolerance:
            found = f"SciPy's check_grad differs by {self.scipy_difference:.2g}, allowed {self.scipy_allowed:.2g}"
        else:
            here = relative_error(self.analytic, self.numeric, np.finfo(float).tiny)
            found = f"relative error {here:.2g}, allowed {tolerance:g}"
        return (
            f"layer {self.layer} ({self.layer_name}), parameter {self.parameter}, index {self.index}:\n"
            f"backpropagation gives {self.analytic:.4g}, the numerical gradient is {self.numeric:.4g} ({found})"
        )


@dataclass(frozen=True)
class GradientReport:
    """What a gradient check found: one `ParameterCheck` a parameter, and the largest relative error allowed."""

    checks: tuple
    tolerance: float

    @property
    def ok(self):
        """Whether every parameter's gradient is right."""
        return all(check.passes(self.tolerance) for check in self.checks)

    @property
    def worst(self):
        """The `ParameterCheck` that is most wrong; where several are wrong, that of the last layer.

        Gradients flow backwards, so a fault spoils the layers before it: the last layer that is wrong is where to look.
        """
        wrong = [check for check in self.checks if not check.passes(self.tolerance)]
        if not wrong:
            return max(self.checks, key=lambda check: check.relative_error)
        last = [check for check in wrong if check.layer == wrong[-1].layer]
        return max(last, key=lambda check: abs(check.analytic - check.numeric))

    def __str__(self):
        # Where a gradient is right, its remaining differences are rounding noise, which no two machines share:
        # so the table says that they are below the tolerance, and the numbers stay in `checks`.
        lines, layer = [], None
        for check in self.checks:
            if check.layer != layer:
                layer = check.layer
                lines.append(f"checking gradient for layer {layer} ({check.layer_name})")
            columns = [
                ("relative error", check.relative_error, self.tolerance),
                ("diff scipy", check.scipy_difference, 10.0 ** np.ceil(np.log10(check.scipy_allowed))),
            ]
            errors = [
                f"{name} {f'<= {allowed:.0e}' if found <= allowed else f'{found:.1e}':8}"
                for name, found, allowed in columns
            ]
            verdict = "ok" if check.passes(self.tolerance) else "WRONG"
            lines.append(f"  {check.parameter} {check.shape!s:10} {errors[0]}  {errors[1]}  {verdict}")
        return "\n".join(lines)


def check_gradients(network, X, Y, tolerance=1e-5):
    """Compare every parameter's gradient with central differences and with SciPy's `check_grad`.

    Parameters
    ----------
    network : NeuralNetwork
        With float64 parameters, which are put back exactly, also when interrupted. Every parameter costs four
        evaluations of the loss, so the network and the batch should be small.
    X : ndarray of shape (n_samples, n_features)
    Y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Labels or target rows.
    tolerance : float, optional
        Largest relative error that counts as right.

    Returns
    -------
    GradientReport

    Raises
    ------
    ValueError
        A network without parameters, or of another dtype than float64.
    """
    checks = []
    for position, layer in enumerate(network.layers):
        if isinstance(layer, Parameterized):
            for which, param in enumerate(layer.params()):
                checks.append(_check_parameter(network, position, which, param, X, Y, tolerance))
    if not checks:
        raise ValueError("the network has no parameters to check")
    return GradientReport(tuple(checks), tolerance)


def _check_parameter(network, position, which, param, X, Y, tolerance):
    """Return the `ParameterCheck` of a parameter, the one at `which` in the layer at `position`."""
    layer = network.layers[position]
    if param.dtype != np.float64:
        raise ValueError(f"gradient checks need float64 parameters, layer {position} has {param.dtype}")

    def loss(_=None):
        return network.layers[-1].loss(Y, network.predict(X))

    analytic = _analytic_gradient(network, position, which, X, Y)
    here = loss()
    above, below = _function_around(loss, param, CENTRAL_STEP)
    numeric = (above - below) / (2 * CENTRAL_STEP)
    noise = _noise(here, CENTRAL_STEP)
    errors = _relative_errors(analytic, numeric, noise / tolerance)
    slopes = np.stack([above - here, here - below]) / CENTRAL_STEP
    kinks = (errors > tolerance) & _at_kinks(analytic, slopes, tolerance, noise)
    errors[kinks] = 0.0
    index = _worst_entry(errors, np.abs(analytic - numeric), tolerance)
    return ParameterCheck(
        layer=position,
        layer_name=type(layer).__name__,
        parameter=_name(layer, which),
        shape=param.shape,
        relative_error=float(errors.max()),
        scipy_difference=_scipy_difference(loss, param, analytic, ~kinks),
        # The length of a vector of noise grows with the root of its size; the noise of most entries is far below its
        # largest, hence the quarter.
        scipy_allowed=float(
            tolerance * np.linalg.norm(analytic) + np.sqrt(param.size) * _noise(here, FORWARD_STEP) / 4
        ),
        index=index,
        analytic=float(analytic[index]),
        numeric=float(numeric[index]),
        n_kinks=int(kinks.sum()),
    )


def _analytic_gradient(network, position, which, X, Y):
    """Return the gradient that backpropagation gives of a parameter; ValueError where it has another shape."""
    layer = network.layers[position]
    network.backpropagate(Y, network.predict(X))
    analytic = np.array(layer.grad_params()[which], dtype=np.float64)
    wanted = layer.params()[which].shape
    if analytic.shape != wanted:
        raise ValueError(
            f"layer {position} ({type(layer).__name__}): the gradient of parameter {_name(layer, which)} "
            f"must have its shape {wanted}, got {analytic.shape}"
        )
    return analytic


def _at_kinks(analytic, slopes, tolerance, noise):
    """Return where the loss has a kink, and the analytic gradient lies between the slopes to both sides of it.

    At a kink (a relu exactly at 0, or crossing it within ε) the slopes differ, and a central difference gives their
    mean. Backpropagation may give either, or anything between.
    """
    low, high, size = slopes.min(axis=0), slopes.max(axis=0), np.abs(slopes).max(axis=0)
    slack = tolerance * size + noise
    return (high - low > 1e-3 * size + noise) & (low - slack <= analytic) & (analytic <= high + slack)


def _worst_entry(errors, differences, tolerance):
    """Return the index of the entry that is most wrong or, where none is, of the one with the largest error."""
    wrong = errors > tolerance
    severity = np.where(wrong, differences, -1.0) if wrong.any() else errors
    return tuple(int(i) for i in np.unravel_index(np.argmax(severity), errors.shape))


def _noise(loss, epsilon):
    """Return how large the rounding noise of a difference quotient may be, generously."""
    return 16 * ROUNDING * max(abs(loss), 1.0) / epsilon


def _scipy_difference(loss, param, analytic, smooth):
    """Return what `scipy.optimize.check_grad` finds for the entries where `smooth`, and put the parameter back."""
    if not smooth.any():
        return 0.0
    from scipy.optimize import check_grad

    saved = param.copy()

    def loss_at(values):
        param[smooth] = values
        return loss()

    try:
        return float(check_grad(loss_at, lambda _: analytic[smooth], saved[smooth], epsilon=FORWARD_STEP))
    finally:
        param[...] = saved


def _name(layer, which):
    """Return the attribute under which the layer keeps the parameter, or its position where there is none."""
    param = layer.params()[which]
    return next((name for name, value in vars(layer).items() if value is param), str(which))
