"""Activation functions, their derivatives, and `Activation`, the object that a layer holds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mlp_helpers.services.validation import Array, computed, one_of


def sigmoid(x: Array) -> Array:
    """Logistic function, elementwise: 1 / (1 + exp(-x)), in (0, 1).

    Computed as (1 + tanh(x / 2)) / 2, the same function in a form that never overflows.
    """
    return 0.5 * (1.0 + tanh(0.5 * x))


def sigmoid_d(x: Array) -> Array:
    """Derivative of `sigmoid` at x: s (1 - s), where s is the sigmoid of x; in (0, 1/4]."""
    return _sigmoid_slope(sigmoid(x))


def tanh(x: Array) -> Array:
    """Hyperbolic tangent, elementwise, in (-1, 1)."""
    return np.tanh(x)


def tanh_d(x: Array) -> Array:
    """Derivative of `tanh` at x: 1 - tanh(x)², in (0, 1]."""
    return _tanh_slope(np.tanh(x))


def relu(x: Array) -> Array:
    """Rectified linear unit, elementwise: max(0, x)."""
    return np.maximum(x, 0)


def relu_d(x: Array) -> Array:
    """Derivative of `relu` at x: 1 where x > 0, else 0. At 0, where it is undefined, 0 is a convention."""
    return _relu_slope(np.asarray(x))


def linear(x: Array) -> Array:
    """Identity: x itself."""
    return x


def linear_d(x: Array) -> Array:
    """Derivative of `linear`: 1 everywhere, in the shape of x."""
    return _linear_slope(np.asarray(x))


# Each derivative follows from the function's value y alone. That saves a second tanh in every backward pass, and a
# layer need not keep its pre-activations.
def _sigmoid_slope(y: Array) -> Array:
    return y * (1.0 - y)


def _tanh_slope(y: Array) -> Array:
    return 1.0 - y * y


def _relu_slope(y: Array) -> Array:
    return (y > 0).astype(y.dtype)


def _linear_slope(y: Array) -> Array:
    return np.ones_like(y)


# name: function, derivative as a function of x, derivative as a function of y
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], ...]] = {
    "sigmoid": (sigmoid, sigmoid_d, _sigmoid_slope),
    "tanh": (tanh, tanh_d, _tanh_slope),
    "relu": (relu, relu_d, _relu_slope),
    "linear": (linear, linear_d, _linear_slope),
}


class Activation:
    """Activation function that keeps its last output for the backward pass.

    Parameters
    ----------
    name : str
        A key of the table ACTIVATIONS: "sigmoid", "tanh", "relu" or "linear".

    Attributes
    ----------
    act, act_d : functions
        The activation and its derivative with respect to its input.
    last_output : ndarray or None
        Result of the last `fprop`. Because of this state, two layers must not share one Activation.

    Raises
    ------
    ValueError
        The name is unknown.
    """

    def __init__(self, name: str) -> None:
        self.name = one_of(name, ACTIVATIONS, "activation")
        self.act, self.act_d, self._slope = ACTIVATIONS[name]
        self.last_output: Array | None = None

    def fprop(self, input: Array) -> Array:
        """Return act(input), of the same shape."""
        self.last_output = self.act(input)
        return self.last_output

    def bprop(self, output_grad: Array) -> Array:
        """Apply the chain rule: return the gradient with respect to the last input, given that of the last output."""
        return output_grad * self._slope(computed(self.last_output, "fprop"))

    def __getstate__(self) -> dict[str, object]:
        """Return the state for a copy, without the last output, which may be as large as the data."""
        return {**vars(self), "last_output": None}

    def __repr__(self) -> str:
        return f"Activation({self.name!r})"
