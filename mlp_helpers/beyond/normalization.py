"""Batch normalization: a layer that keeps the values between other layers in a range where gradients are useful."""

import copy

import numpy as np

from mlp_helpers.layers import FullyConnectedLayer, InputLayer, Layer, Parameterized, own_activation
from mlp_helpers.network import NeuralNetwork
from mlp_helpers.outputs import SoftmaxOutput
from mlp_helpers.services.validation import float_dtype

EPSILON = 1e-5  # added to a variance, which may be 0


class BatchNormalization(Layer, Parameterized):
    """Normalization of each unit's values to mean 0 and variance 1, followed by a learned scale and offset.

        x̂ = (x - m) / √(v + ε)        y = activation(γ x̂ + β)

    In training, m and v are mean and variance over the batch, and gradients flow through them. Otherwise they are
    estimated from more data by `estimate_statistics`, so that a sample's output does not depend on the others.

    Parameters
    ----------
    input_layer : Layer
        The previous layer, without an activation; its biases have no effect.
    activation_fun : str, Activation or None, optional
    dtype : {float64, float32}, optional
        Of parameters and outputs.

    Attributes
    ----------
    gamma, beta : ndarray of shape (1, num_units)
    dgamma, dbeta : ndarray of the same shape, or None before the first backward pass
        Gradients of the mean loss of the last batch.
    mean, variance : ndarray of the same shape
        Initially 0 and 1.

    Raises
    ------
    TypeError, ValueError
        An unknown activation or dtype.

    References
    ----------
    S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate
    shift", ICML 2015; on the statistics Y. Wu, J. Johnson, "Rethinking “batch” in BatchNorm", arXiv 2105.07576.
    """

    def __init__(self, input_layer, activation_fun="relu", *, dtype=np.float64):
        self.input_shape = input_layer.output_size()
        self.activation_fun = own_activation(activation_fun)
        self.dtype = float_dtype(dtype)
        shape = (1, self.input_shape[1])
        self.gamma, self.beta = np.ones(shape, self.dtype), np.zeros(shape, self.dtype)
        self.mean, self.variance = np.zeros(shape, self.dtype), np.ones(shape, self.dtype)
        self.dgamma = self.dbeta = None
        self._normalized = self._factor = None  # of the last pass: x̂, and 1 / √(v + ε)
        self._is_batch = False  # whether m and v were the batch's

    def output_size(self):
        """Return the shape of the input, which is that of the output."""
        return self.input_shape

    def fprop(self, input):
        """Return activation(γ x̂ + β) with the estimated statistics."""
        self._is_batch = False
        return self._passed(input - self.mean, self.variance)

    def fprop_training(self, input):
        """Return activation(γ x̂ + β) with the batch's own statistics."""
        self._is_batch = True
        centred = input - input.mean(axis=0, keepdims=True)
        return self._passed(centred, _mean_product(centred, centred))

    def _passed(self, centred, variance):
        self._factor = 1 / np.sqrt(variance + self.dtype.type(EPSILON))
        self._normalized = centred
        self._normalized *= self._factor
        output = self.gamma * self._normalized
        output += self.beta
        return output if self.activation_fun is None else self.activation_fun.fprop(output)

    def bprop(self, output_grad):
        """Set dgamma and dbeta; return the gradient with respect to the input."""
        grad = output_grad if self.activation_fun is None else self.activation_fun.bprop(output_grad)
        self.dgamma = _mean_product(grad, self._normalized)
        self.dbeta = grad.mean(axis=0, keepdims=True)
        if self._is_batch:  # mean and variance depend on each sample
            grad = grad - self.dbeta - self.dgamma * self._normalized
        return self.gamma * self._factor * grad

    def estimate_statistics(self, input):
        """Set mean and variance to those of an input, (n_samples, num_units), representative of later ones."""
        self.mean = input.mean(axis=0, keepdims=True, dtype=np.float64).astype(self.dtype)
        self.variance = input.var(axis=0, keepdims=True, dtype=np.float64).astype(self.dtype)

    def params(self):
        """Return gamma and beta, by reference."""
        return self.gamma, self.beta

    def grad_params(self):
        """Return dgamma and dbeta."""
        return self.dgamma, self.dbeta

    def __getstate__(self):
        """Return the state for a copy, without the values of the last pass."""
        return {**vars(self), "_normalized": None, "_factor": None}

    def __repr__(self):
        activation = None if self.activation_fun is None else self.activation_fun.name
        return f"BatchNormalization({self.input_shape[1]}, activation={activation!r})"


def normalized_network(sizes, rng, dtype=np.float64):
    """Return a new network whose hidden layers are normalized before their relu.

    Parameters
    ----------
    sizes : tuple of int
        Inputs, hidden units of each layer, and classes.
    rng : numpy.random.Generator
    dtype : {float64, float32}, optional

    Returns
    -------
    NeuralNetwork
    """
    layers = [InputLayer((None, sizes[0]))]
    for units in sizes[1:-1]:
        layers.append(FullyConnectedLayer(layers[-1], units, "he", None, rng=rng, dtype=dtype))
        layers.append(BatchNormalization(layers[-1], "relu", dtype=dtype))
    layers.append(FullyConnectedLayer(layers[-1], sizes[-1], "he", None, rng=rng, dtype=dtype))
    return NeuralNetwork([*layers, SoftmaxOutput(layers[-1])])


def _mean_product(a, b):
    """Return the mean over the samples of a · b, (1, num_units), without allocating the product."""
    return np.einsum("ij,ij->j", a, b)[np.newaxis] / a.dtype.type(len(a))


def estimate_statistics(network, X):
    """Estimate the statistics of each `BatchNormalization` in a network from data, (n_samples, n_features)."""
    for layer in network.layers:
        if isinstance(layer, BatchNormalization):
            layer.estimate_statistics(X)
        X = layer.fprop(X)


def fold_batch_norm(network):
    """Return an equivalent network with each normalization folded into the weights of the layer before it.

    Parameters
    ----------
    network : NeuralNetwork
        With estimated statistics; each `BatchNormalization` follows a `FullyConnectedLayer` without activation.

    Returns
    -------
    NeuralNetwork

    Raises
    ------
    ValueError
        A `BatchNormalization` follows any other layer.
    """
    layers = []
    for layer in network.layers:
        if not isinstance(layer, BatchNormalization):
            layers.append(SoftmaxOutput(layer) if isinstance(layer, SoftmaxOutput) else copy.copy(layer))
            continue
        before = layers[-1]
        if not isinstance(before, FullyConnectedLayer) or before.activation_fun is not None:
            raise ValueError(f"a BatchNormalization must come after a layer without activation, got {before!r}")
        factor = layer.gamma / np.sqrt(layer.variance + layer.dtype.type(EPSILON))
        before.W, before.b = before.W * factor, (before.b - layer.mean) * factor + layer.beta
        before.activation_fun = own_activation(layer.activation_fun)
    return type(network)(layers)
