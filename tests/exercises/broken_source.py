"""Three layers and two training loops with one fault each, for the exercises `faults_layers` and `faults_training`."""

import math

from mlp_helpers.history import EpochResult
from mlp_helpers.layers import FullyConnectedLayer


class _Layer(FullyConnectedLayer):
    """Fully connected layer whose parameters get their gradients from `bprop` alone."""

    def bprop_params(self, output_grad):
        """Set dW and db."""
        self.bprop(output_grad)


class LayerA(_Layer):
    """Fully connected layer with a fault in its backward pass."""

    def bprop(self, output_grad):
        """Set dW and db; return the gradient with respect to the input."""
        dW, db = self.dW, self.db
        input_grad = super().bprop(output_grad)
        if dW is not None:
            self.dW, self.db = dW + self.dW, db + self.db
        return input_grad


class LayerB(_Layer):
    """Fully connected layer with a fault in its backward pass."""

    def bprop(self, output_grad):
        """Set dW and db; return the gradient with respect to the input."""
        super().bprop(output_grad)
        return output_grad @ self.W.T


class LayerC(_Layer):
    """Fully connected layer with a fault in its backward pass."""

    def bprop(self, output_grad):
        """Set dW and db; return the gradient with respect to the input."""
        grad = output_grad
        if self.activation_fun is not None:
            grad = output_grad * self.activation_fun.act_d(self.activation_fun.last_output)
        self.dW = self.last_input.T @ grad / len(grad)
        self.db = grad.mean(axis=0, keepdims=True)
        return grad @ self.W.T


def loop_d(network, X, Y, X_valid, Y_valid, *, learning_rate=0.1, batch_size=64, n_epochs=10, rng):
    """Train with a fault in the loop, yielding an `EpochResult` after each epoch."""
    for epoch in range(n_epochs):
        train_figures = network.evaluate(X, Y)
        for batch in _batches(len(X), batch_size, rng):
            _step(network, X[batch], Y[batch], learning_rate)
        yield _result(epoch, train_figures, network.evaluate(X_valid, Y_valid))


def loop_e(network, X, Y, X_valid, Y_valid, *, learning_rate=0.1, batch_size=64, n_epochs=10, rng):
    """Train with a fault in the loop, yielding an `EpochResult` after each epoch."""
    for epoch in range(n_epochs):
        for batch in _batches(len(X), batch_size, rng):
            _step(network, X[batch], Y[batch], learning_rate)
            learning_rate *= 0.99
        yield _result(epoch, network.evaluate(X, Y), network.evaluate(X_valid, Y_valid))


def _batches(n_samples, batch_size, rng):
    """Yield the indices of each step's samples, in a new random order."""
    order = rng.permutation(n_samples)
    for start in range(0, n_samples, batch_size):
        yield order[start : start + batch_size]


def _step(network, X, Y, learning_rate):
    """Take one step of gradient descent."""
    for param, grad in zip(network.params(), network.gradients(X, Y), strict=True):
        param -= learning_rate * grad


def _result(epoch, train_figures, valid_figures):
    """Return the losses and errors of an epoch; times are not measured."""
    return EpochResult(epoch, *train_figures, *valid_figures, seconds=math.nan, samples_per_second=math.nan)
