"""Toy layers in the place of the package's, which are answers."""

import itertools


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
        raise RuntimeError("the output layer has no bprop: its input_grad begins the way back")

    def input_grad(self, Y, Y_pred):
        """Return a gradient that depends on both arguments and their order."""
        return 2 * Y_pred - Y


def toy_layers(rng, *sizes):
    return [*(ToyLayer(rng, a, b) for a, b in itertools.pairwise(sizes)), ToyOutput()]
