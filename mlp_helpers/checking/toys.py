"""Toy layers and networks in the place of the package's, which are answers."""

import itertools

import numpy as np


class ToyLayer:
    """A layer without parameters: multiplies by a fixed matrix and adds a shift; bprop multiplies by the transpose."""

    def __init__(self, rng, n_inputs, n_outputs):
        self.matrix, self.shift = rng.normal(size=(n_inputs, n_outputs)), rng.normal(size=n_outputs)

    def fprop(self, input):
        """Return the output, of shape (n_samples, n_outputs), for input of shape (n_samples, n_inputs)."""
        return input @ self.matrix + self.shift

    def bprop(self, output_grad):
        """Return the gradient of the input, (n_samples, n_inputs), for output_grad, (n_samples, n_outputs)."""
        return output_grad @ self.matrix.T


class ToyOutput:
    """An output layer that triples its input. Its input_grad starts backpropagation, so bprop is never called."""

    def fprop(self, input):
        """Return three times the input."""
        return 3 * input

    def bprop(self, output_grad):
        """Raise RuntimeError."""
        raise RuntimeError("the output layer has no bprop: its input_grad begins the backward pass")

    def input_grad(self, Y, Y_pred):
        """Return a gradient that depends on both arguments and their order."""
        return 2 * Y_pred - Y


def toy_layers(rng, *sizes):
    return [*(ToyLayer(rng, a, b) for a, b in itertools.pairwise(sizes)), ToyOutput()]


class ToyNetwork:
    """A small network of one layer of tanh units, with half the squared error as its loss.

    Parameters
    ----------
    rng : Generator
    n_inputs, n_units : int
    factors : tuple of float
        By which the gradients of W and b are multiplied: 1 for right ones.
    """

    def __init__(self, rng, n_inputs, n_units, factors=(1.0, 1.0)):
        self._params = [rng.normal(size=(n_inputs, n_units)), rng.normal(size=(1, n_units))]
        self.factors = factors

    def params(self):
        """Return the parameters by reference."""
        return list(self._params)

    def _output(self, X):
        W, b = self._params
        return np.tanh(X @ W + b)

    def loss(self, X, Y):
        """Return the mean loss of the samples."""
        return np.mean(np.sum(0.5 * (self._output(X) - Y) ** 2, axis=1))

    def gradients(self, X, Y):
        """Return gradients of the loss, new arrays, in the order of the parameters."""
        output = self._output(X)
        grad = (output - Y) * (1.0 - output**2) / len(X)
        found = np.einsum("nd,nm->dm", X, grad), np.sum(grad, axis=0, keepdims=True)
        return [factor * part for factor, part in zip(self.factors, found, strict=True)]


class ToyPair:
    """Two networks side by side, as one that has the parameters of both, and the sum of their losses.

    Parameters
    ----------
    *networks : ToyNetwork
    """

    def __init__(self, *networks):
        self.networks = networks

    def params(self):
        """Return the parameters by reference."""
        return [param for network in self.networks for param in network.params()]

    def loss(self, X, Y):
        """Return the sum of both losses."""
        return sum(network.loss(X, Y) for network in self.networks)

    def gradients(self, X, Y):
        """Return gradients of the loss, in the order of the parameters."""
        return [grad for network in self.networks for grad in network.gradients(X, Y)]
