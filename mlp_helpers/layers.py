"""Layers: each maps an input to an output, and the gradient of its output to that of its input.

Gradients passed between layers are per sample; gradients of parameters are means over the batch.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mlp_helpers.activations import Activation
from mlp_helpers.services.validation import (
    Array,
    computed,
    float_dtype,
    fraction,
    int_at_least,
    nonnegative_float,
    one_of,
)

Shape: TypeAlias = tuple[int | None, int]
"""Shape (n_samples, n_features); None allows any number of samples."""

# Standard deviations of initial weights, as functions of the numbers of inputs and outputs.
STDDEVS: dict[str, Callable[[int, int], float]] = {
    "he": lambda n_inputs, n_outputs: math.sqrt(2 / n_inputs),
    "glorot": lambda n_inputs, n_outputs: math.sqrt(2 / (n_inputs + n_outputs)),
}


class Layer:
    """Interface of every layer.

    Attributes
    ----------
    input_shape : tuple (n_samples or None, n_features)
    """

    input_shape: Shape

    def fprop(self, input: Array) -> Array:
        """Forward: return the output for an input of shape (n_samples, n_features)."""
        raise NotImplementedError(f"{type(self).__name__} must define fprop")

    def fprop_training(self, input: Array) -> Array:
        """Forward during training: by default the same as `fprop`."""
        return self.fprop(input)

    def bprop(self, output_grad: Array) -> Array:
        """Backward: return the gradient with respect to the last input, given that with respect to the output."""
        raise NotImplementedError(f"{type(self).__name__} must define bprop")

    def output_size(self) -> Shape:
        """Return the output's shape, (n_samples or None, n_features)."""
        raise NotImplementedError(f"{type(self).__name__} must define output_size")


class Parameterized:
    """Additional interface of a layer with parameters."""

    bprop: Callable[[Array], Array]  # which it has as a `Layer`

    def params(self) -> Sequence[Array]:
        """Return the parameters by reference: changing them in place changes the layer."""
        raise NotImplementedError(f"{type(self).__name__} must define params")

    def grad_params(self) -> Sequence[Array]:
        """Return the gradients from the last backward pass, in the order of `params`."""
        raise NotImplementedError(f"{type(self).__name__} must define grad_params")

    def bprop_params(self, output_grad: Array) -> None:
        """Compute the gradients of the parameters alone, which is cheaper than `bprop`; return nothing."""
        self.bprop(output_grad)


class InputLayer(Layer):
    """Input layer: states the input shape; data and gradients pass unchanged.

    Parameters
    ----------
    input_shape : tuple (n_samples or None, n_features)
        None allows any number of samples.

    Raises
    ------
    TypeError, ValueError
        The shape is not a tuple of two positive integers, of which the first may be None.
    """

    def __init__(self, input_shape: Shape) -> None:
        if not isinstance(input_shape, tuple) or len(input_shape) != 2:
            raise ValueError(f"input_shape must be a tuple (n_samples or None, n_features), got {input_shape!r}")
        if input_shape[0] is not None:
            int_at_least(input_shape[0], "input_shape[0]")
        int_at_least(input_shape[1], "input_shape[1]")
        self.input_shape = input_shape

    def output_size(self) -> Shape:
        """Return the input shape."""
        return self.input_shape

    def fprop(self, input: Array) -> Array:
        """Return the input unchanged."""
        return input

    def bprop(self, output_grad: Array) -> Array:
        """Return the gradient unchanged."""
        return output_grad


class FullyConnectedLayer(Layer, Parameterized):
    """Fully connected (dense) layer: output = activation(input W + b).

    Parameters
    ----------
    input_layer : Layer
        The preceding layer; only its output size is used.
    num_units : int
        Outputs of this layer.
    init_stddev : float, "he" or "glorot"
        Standard deviation of the normal distribution of the initial weights; the biases start at 0. "he" is
        √(2 / n_inputs), which preserves the size of a signal through relu. "glorot" is √(2 / (n_inputs + num_units)),
        a compromise between the forward and the backward pass for tanh.
    activation_fun : str, Activation or None, optional
        None means no activation. An Activation object is copied, because it holds state.
    rng : numpy.random.Generator, optional
        Source of the initial weights; by default they differ every time.
    dtype : {float64, float32}, optional
        Of parameters and outputs. Gradient checks need float64; float32 is faster.

    Attributes
    ----------
    W : ndarray of shape (n_inputs, num_units)
    b : ndarray of shape (1, num_units)
    dW, db : ndarrays of the same shapes, or None before the first backward pass
        Gradients of the mean loss over the last batch; the next backward pass replaces them.

    Raises
    ------
    TypeError, ValueError
        An argument is out of range, or the activation is unknown.

    References
    ----------
    X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010;
    K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers", ICCV 2015.
    """

    def __init__(
        self,
        input_layer: Layer,
        num_units: int,
        init_stddev: float | str,
        activation_fun: str | Activation | None = "relu",
        *,
        rng: np.random.Generator | None = None,
        dtype: npt.DTypeLike = np.float64,
    ) -> None:
        self.num_units = int_at_least(num_units, "num_units")
        self.init_stddev = initial_stddev(init_stddev)
        self.activation_fun = own_activation(activation_fun)
        self.dtype = float_dtype(dtype)
        self.input_shape = input_layer.output_size()
        rng = np.random.default_rng() if rng is None else rng
        shape = (self.input_shape[1], self.num_units)
        stddev = STDDEVS[self.init_stddev](*shape) if isinstance(self.init_stddev, str) else self.init_stddev
        self.W: Array = rng.normal(0.0, stddev, shape).astype(self.dtype)
        self.b: Array = np.zeros((1, self.num_units), self.dtype)
        self.dW: Array | None = None
        self.db: Array | None = None
        self.last_input: Array | None = None

    def output_size(self) -> Shape:
        """Return (n_samples or None, num_units)."""
        return (self.input_shape[0], self.num_units)

    def fprop(self, input: Array) -> Array:
        """Return activation(input W + b), (n_samples, num_units)."""
        self.last_input = np.asarray(input, dtype=self.dtype)
        output: Array = self.last_input @ self.W + self.b
        return output if self.activation_fun is None else self.activation_fun.fprop(output)

    def bprop(self, output_grad: Array) -> Array:
        """Set dW and db; return the gradient with respect to the input, (n_samples, n_inputs)."""
        return self._set_gradients(output_grad) @ self.W.T

    def bprop_params(self, output_grad: Array) -> None:
        """Set dW and db."""
        self._set_gradients(output_grad)

    def _set_gradients(self, output_grad: Array) -> Array:
        """Set dW and db; return the gradient with respect to the pre-activation, (n_samples, num_units)."""
        grad = output_grad if self.activation_fun is None else self.activation_fun.bprop(output_grad)
        mean_grad = grad / len(grad)
        self.dW = computed(self.last_input, "fprop").T @ mean_grad
        self.db = mean_grad.sum(axis=0, keepdims=True)
        return grad

    def params(self) -> tuple[Array, Array]:
        """Return W and b, by reference."""
        return self.W, self.b

    def grad_params(self) -> tuple[Array, Array]:
        """Return dW and db."""
        return computed(self.dW, "bprop"), computed(self.db, "bprop")

    def __getstate__(self) -> dict[str, object]:
        """Return the state for a copy, without the last input, which may be as large as the data."""
        return {**vars(self), "last_input": None}

    def __repr__(self) -> str:
        activation = None if self.activation_fun is None else self.activation_fun.name
        return f"FullyConnectedLayer({self.input_shape[1]} -> {self.num_units}, activation={activation!r})"


class Dropout(Layer):
    """Dropout: during training, each input is set to 0 with probability `rate`, and the others are scaled up.

    Those are divided by 1 - `rate`, so the expected value of each input stays the same. A new random choice for every
    batch keeps units from relying on one another. Outside training the input passes unchanged.

    Parameters
    ----------
    input_layer : Layer
        The preceding layer; only its output size is used.
    rate : float
        Probability of dropping an input, at least 0 and below 1.
    rng : numpy.random.Generator, optional
        Source of the random choices; by default they differ every time.

    Raises
    ------
    TypeError, ValueError
        The rate is out of range.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: a simple way to prevent neural
    networks from overfitting", JMLR 15, 2014.
    """

    def __init__(self, input_layer: Layer, rate: float, *, rng: np.random.Generator | None = None) -> None:
        self.rate = fraction(rate, "rate")
        self.input_shape = input_layer.output_size()
        self.rng = np.random.default_rng() if rng is None else rng
        self._factors: Array | None = None  # what the last input was multiplied by; None for 1

    def output_size(self) -> Shape:
        """Return the input shape."""
        return self.input_shape

    def fprop(self, input: Array) -> Array:
        """Return the input unchanged."""
        self._factors = None
        return input

    def fprop_training(self, input: Array) -> Array:
        """Return input · kept / (1 - rate), where kept is 0 or 1: of float32 like the input, else of float64."""
        dtype = np.float32 if input.dtype == np.float32 else np.float64  # images may hold bytes
        kept = self.rng.random(input.shape, dtype=dtype) >= self.rate
        factors: Array = kept.astype(dtype)
        self._factors = factors / (1 - self.rate)
        return input * self._factors

    def bprop(self, output_grad: Array) -> Array:
        """Return the gradient, multiplied by the same factors as the input."""
        return output_grad if self._factors is None else output_grad * self._factors

    def __getstate__(self) -> dict[str, object]:
        """Return the state for a copy, without the last factors."""
        return {**vars(self), "_factors": None}

    def __repr__(self) -> str:
        return f"Dropout({self.rate:g})"


def initial_stddev(value: float | str, name: str = "init_stddev") -> float | str:
    """Return `value` if it is a key of STDDEVS, else as a finite float of at least 0."""
    return one_of(value, STDDEVS, name) if isinstance(value, str) else nonnegative_float(value, name)


def own_activation(activation_fun: str | Activation | None) -> Activation | None:
    """Return an Activation that no other layer shares, or None."""
    if activation_fun is None or isinstance(activation_fun, Activation):
        return copy.copy(activation_fun)
    return Activation(activation_fun)
