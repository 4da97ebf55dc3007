"""SPOILERS: the faults that the exercises `faults_layers` and `faults_training` ask for. Solve these first.

The code stands in a text that is run, so that neither `??` nor a traceback shows a line of it to students.
"""

SOURCE = '''
import numpy as np

from mlp_helpers.history import EpochResult
from mlp_helpers.protocol import adapted


def adding_up(layer):
    """Return a class of layers that add their gradients to those of the pass before."""

    class AddingUp(layer):
        def bprop(self, dZ):
            dX = super().bprop(dZ)
            earlier = getattr(self, "total", (0.0, 0.0))
            self.total = [old + new for old, new in zip(earlier, super().grads(), strict=True)]
            return dX

        def grads(self):
            return self.total

    return AddingUp


def without_relu(slope):
    """Return slopes that leave relu out, as if it were linear."""
    return lambda name, x: np.ones(np.shape(x)) if name == "relu" else slope(name, x)


def at_the_output(slope):
    """Return slopes of which that of tanh is taken at its output."""
    return lambda name, x: slope(name, np.tanh(x) if name == "tanh" else x)


NETWORKS = {"NetworkA": {"layer": adding_up}, "NetworkB": {"slope": without_relu}, "NetworkC": {"slope": at_the_output}}


def loop_d(network, X, Y, X_valid, Y_valid, *, learning_rate=0.1, batch_size=64, n_epochs=10, rng):
    """Train with a fault in the loop, yielding an `EpochResult` after each epoch."""
    network = adapted(network)
    X, Y = network.checked_data(X, Y)
    for epoch in range(n_epochs):
        train_figures = network.evaluate(X, Y)
        for batch in _batches(len(X), batch_size, rng):
            _step(network, X[batch], Y[batch], learning_rate)
        yield EpochResult(epoch, *train_figures, *network.evaluate(X_valid, Y_valid))


def loop_e(network, X, Y, X_valid, Y_valid, *, learning_rate=0.1, batch_size=64, n_epochs=10, rng):
    """Train with a fault in the loop, yielding an `EpochResult` after each epoch."""
    network = adapted(network)
    X, Y = network.checked_data(X, Y)
    for epoch in range(n_epochs):
        for batch in _batches(len(X), batch_size, rng):
            _step(network, X[batch], Y[batch], learning_rate)
            learning_rate *= 0.99
        yield EpochResult(epoch, *network.evaluate(X, Y), *network.evaluate(X_valid, Y_valid))


def _batches(n_samples, batch_size, rng):
    """Yield the indices of each step's samples, in a new random order."""
    order = rng.permutation(n_samples)
    for start in range(0, n_samples, batch_size):
        yield order[start : start + batch_size]


def _step(network, X, Y, learning_rate):
    """Take one step of gradient descent."""
    for param, grad in zip(network.params(), network.gradients(X, Y), strict=True):
        param -= learning_rate * grad
'''
_FAULTS = {"__name__": "the faults"}
exec(compile(SOURCE, "<the faults>", "exec"), _FAULTS)
globals().update({name: value for name, value in _FAULTS.items() if not name.startswith("_")})
