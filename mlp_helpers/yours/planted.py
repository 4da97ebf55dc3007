"""The student's network with a fault in it: `from mlp_helpers.yours.planted import NetworkA`.

A fault sits in what the student's other answers give, `Dense` or `slope`, of which the network is built. So the code of
the network runs as it is written, and its gradients are wrong.
"""

import gc
from contextlib import contextmanager, suppress
from itertools import pairwise

import numpy as np

from mlp_helpers.exercises import exercise, spoilers
from mlp_helpers.yours import answers, note

SIZES, ACTIVATIONS = (3, 4, 4, 4, 2), ("relu", "tanh", "leaky relu", "linear")  # on these a fault has to show
Dense, slope = (exercise(name).key.reference for name in ("Dense", "slope"))


class OfParts(exercise("Network").key.reference):
    """The package's network, made of layers and slopes in which a fault can be planted."""

    def __init__(self, sizes, activations, rng):
        self.activations = activations
        self.layers = [Dense(n_inputs, n_units, rng) for n_inputs, n_units in pairwise(sizes)]
        self.arrays = [param for layer in self.layers for param in layer.params()]

    def backward(self, grad):
        """Return the gradients of the parameters, from those of the logits."""
        steps = zip(self.layers, self.activations, self.inputs, self.sums, strict=True)
        for layer, name, X, Z in reversed(list(steps)):
            layer.fprop(X)
            grad = layer.bprop(grad * slope(name, Z))
        return [grad for layer in self.layers for grad in layer.grads()]


def __getattr__(name):
    if name not in spoilers.NETWORKS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    network = answers.imported("Network", __name__, checked=True)
    found = with_fault(network, **spoilers.NETWORKS[name])
    if found is None:
        if network.__module__ == answers.MODULE:
            path_and_copies = answers.find("Network")
            note.add(note.Entry("Network", False, "not built of your `Dense` and `slope`", *path_and_copies))
        found = with_fault(OfParts, **spoilers.NETWORKS[name])
    found.__name__ = found.__qualname__ = name
    return found


def with_fault(network, layer=None, slope=None):
    """Return a class of networks with a fault.

    Parameters
    ----------
    network : class
        A right one, such as a student's `Network`.
    layer : callable, optional
        Takes the class of the second layer, `Dense`, and returns a class in its place.
    slope : callable, optional
        Takes the function `slope`, and returns another one for the backward pass.

    Returns
    -------
    class
        None if the fault changes no gradients of the network: it is not built of `Dense`, or does not call `slope`.
    """
    space = network.__init__.__globals__

    class Faulty(network):
        def __init__(self, sizes, activations, rng):
            with _slopes(space, slope):
                super().__init__(sizes, activations, rng)
            if layer is not None and len(sizes) > 2:
                for one in _layers(space.get("Dense"), self.params()[2]):
                    with suppress(TypeError):  # a class with __slots__ has no room for a fault
                        one.__class__ = layer(type(one))

        def gradients(self, X, Y):
            with _slopes(space, slope):
                return super().gradients(X, Y)

    return Faulty if _shows(network, Faulty) else None


@contextmanager
def _slopes(space, change):
    """Replace the function `slope` of a name space, if there is one, for as long as the block lasts."""
    before = space.get("slope")
    if change is not None and before is not None:
        space["slope"] = change(before)
    try:
        yield
    finally:
        if before is not None:
            space["slope"] = before


def _layers(kind, W):
    """Return the objects of a class that have the weights W, wherever a network keeps them, a list."""
    found = [one for one in gc.get_objects() if isinstance(kind, type) and issubclass(type(one), kind)]
    return [one for one in found if any(param is W for param in one.params())]


def _shows(right, faulty):
    """Return whether the gradients of a faulty network are others than they should be, at the first call or later."""
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(5, SIZES[0])), np.eye(SIZES[-1])[rng.integers(SIZES[-1], size=5)]
    networks = [kind(SIZES, ACTIVATIONS, np.random.default_rng(1)) for kind in (right, faulty)]
    for _ in range(2):
        pairs = zip(*(network.gradients(X, Y) for network in networks), strict=True)
        if not all(np.allclose(a, b) for a, b in pairs):
            return True
    return False
