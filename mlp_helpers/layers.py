"""Layers: each turns an input into an output, and a gradient of its output into one of its input.

Gradients that flow between layers are per sample; gradients of parameters are means over the batch.
"""

import copy

import numpy as np

from mlp_helpers.activations import Activation
from mlp_helpers.validation import float_dtype, positive_float, positive_int


class Layer:
    """What every layer can do."""

    def fprop(self, input):
        """Forward: return the output for an input of shape (n_samples, n_features)."""
        raise NotImplementedError(f"{type(self).__name__} must define fprop")

    def bprop(self, output_grad):
        """Backward: return the gradient with respect to the last input, given that with respect to the output."""
        raise NotImplementedError(f"{type(self).__name__} must define bprop")

    def output_size(self):
        """Return the output's shape, (n_samples or None, n_features)."""
        raise NotImplementedError(f"{type(self).__name__} must define output_size")


class Parameterized:
    """What a layer with parameters can do besides."""

    def params(self):
        """Return the parameters, by reference: who changes them in place changes the layer."""
        raise NotImplementedError(f"{type(self).__name__} must define params")

    def grad_params(self):
        """Return the gradients left by the last backward pass, in the order of `params`."""
        raise NotImplementedError(f"{type(self).__name__} must define grad_params")

    def bprop_params(self, output_grad):
        """Backward for the parameters alone, where nobody asks for the input's gradient: often much cheaper."""
        self.bprop(output_grad)


class InputLayer(Layer):
    """The door of a network: says what shape comes in, and hands it on.

    Parameters
    ----------
    input_shape : tuple (n_samples or None, n_features)
        None where any number of samples may come.

    Raises
    ------
    ValueError
        The shape is no tuple of two.
    """

    def __init__(self, input_shape):
        if not isinstance(input_shape, tuple) or len(input_shape) != 2:
            raise ValueError(f"input_shape must be a tuple (n_samples or None, n_features), got {input_shape!r}")
        if input_shape[0] is not None:
            positive_int(input_shape[0], "input_shape[0]")
        positive_int(input_shape[1], "input_shape[1]")
        self.input_shape = input_shape

    def output_size(self):
        """Return the shape of what comes in."""
        return self.input_shape

    def fprop(self, input):
        """Return the input as it is."""
        return input

    def bprop(self, output_grad):
        """Return the gradient as it is."""
        return output_grad


class FullyConnectedLayer(Layer, Parameterized):
    """Every unit sees every input: output = activation(input W + b).

    Parameters
    ----------
    input_layer : Layer
        The layer before; only its output size is looked at.
    num_units : int
        Outputs of this layer.
    init_stddev : float
        Standard deviation of the normal distribution that the weights are drawn from; the biases start at 0.
    activation_fun : str, Activation or None, optional
        None: no activation. An Activation object is copied, since it holds state.
    rng : numpy.random.Generator, optional
        Draws the weights; without one they differ every time.
    dtype : {float64, float32}, optional
        Of parameters and outputs. Gradient checks need float64; float32 is faster.

    Attributes
    ----------
    W : ndarray of shape (n_inputs, num_units)
    b : ndarray of shape (1, num_units)
    dW, db : ndarrays of the same shapes, or None before the first backward pass
        Gradients of the mean loss of the last batch; the next backward pass replaces them.

    Raises
    ------
    TypeError, ValueError
        An argument out of range, an unknown activation.
    """

    def __init__(self, input_layer, num_units, init_stddev, activation_fun="relu", *, rng=None, dtype=np.float64):
        self.num_units = positive_int(num_units, "num_units")
        self.init_stddev = positive_float(init_stddev, "init_stddev", zero_allowed=True)
        self.activation_fun = _own_activation(activation_fun)
        self.dtype = float_dtype(dtype)
        self.input_shape = input_layer.output_size()
        rng = np.random.default_rng() if rng is None else rng
        weights = rng.normal(0.0, self.init_stddev, (self.input_shape[1], self.num_units))
        self.W = weights.astype(self.dtype)
        self.b = np.zeros((1, self.num_units), self.dtype)
        self.dW = None
        self.db = None
        self.last_input = None

    def output_size(self):
        """Return (n_samples or None, num_units)."""
        return (self.input_shape[0], self.num_units)

    def fprop(self, input):
        """Return activation(input W + b), (n_samples, num_units)."""
        self.last_input = np.asarray(input, dtype=self.dtype)
        output = self.last_input @ self.W + self.b
        return output if self.activation_fun is None else self.activation_fun.fprop(output)

    def bprop(self, output_grad):
        """Set dW and db; return the gradient with respect to the input, (n_samples, n_inputs)."""
        return self.bprop_params(output_grad) @ self.W.T

    def bprop_params(self, output_grad):
        """Set dW and db; return the gradient with respect to the pre-activation, (n_samples, num_units)."""
        grad = output_grad if self.activation_fun is None else self.activation_fun.bprop(output_grad)
        mean_grad = grad / len(grad)
        self.dW = self.last_input.T @ mean_grad
        self.db = mean_grad.sum(axis=0, keepdims=True)
        return grad

    def params(self):
        """Return W and b, by reference."""
        return self.W, self.b

    def grad_params(self):
        """Return dW and db."""
        return self.dW, self.db

    def __getstate__(self):
        """What a copy takes over: not what the last pass left, which may be as large as the data."""
        return {**vars(self), "last_input": None}

    def __repr__(self):
        activation = None if self.activation_fun is None else self.activation_fun.name
        return f"FullyConnectedLayer({self.input_shape[1]} -> {self.num_units}, activation={activation!r})"


def _own_activation(activation_fun):
    """Return an Activation that no other layer holds, or None."""
    if activation_fun is None or isinstance(activation_fun, Activation):
        return copy.copy(activation_fun)
    return Activation(activation_fun)
