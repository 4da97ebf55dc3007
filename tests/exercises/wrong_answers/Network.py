"""Wrong answers to `Network`."""

import numpy as np

from mlp_helpers.exercises.Network.answers import FUNCTIONS
from wrong_answers import wrong
from wrong_answers.Dense import Layer


class Output:
    """An output layer, which has no parameters."""


class Elementwise:
    def __init__(self, name):
        self.name = name

    def fprop(self, Z):
        self.Z = Z
        return FUNCTIONS[self.name][0](Z)

    def bprop(self, dA):
        return dA * FUNCTIONS[self.name][1](self.Z)

    def params(self):
        return []

    def grads(self):
        return []


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class Plain:
    """A right answer, of which each class below has a method wrong."""

    def __init__(self, sizes, activations, rng):
        self.activations = activations
        self.layers = []
        for n_inputs, n_units, name in zip(sizes[:-1], sizes[1:], activations, strict=True):
            self.layers += [Layer(n_inputs, n_units, rng), Elementwise(name)]

    def params(self):
        return [param for layer in self.layers for param in layer.params()]

    def logits(self, X):
        for layer in self.layers:
            X = layer.fprop(X)
        return X

    def predict(self, X):
        return softmax(self.logits(X))

    def loss(self, X, Y):
        return -np.mean(np.sum(Y * np.log(self.predict(X)), axis=1))

    def gradients(self, X, Y):
        grad = self.predict(X) - Y
        for layer in reversed(self.layers):
            grad = layer.bprop(grad)
        return [grad for layer in self.layers for grad in layer.grads()]


@wrong("does not keep the activations", names="activations")
class NetworkForgetsNames(Plain):
    def __init__(self, sizes, activations, rng):
        super().__init__(sizes, activations, rng)
        del self.activations


@wrong("goes through the layers forwards on the way back", names="matrix product.*grad = layer.bprop")
class NetworkForwardsTwice(Plain):
    def gradients(self, X, Y):
        grad = self.predict(X) - Y
        for layer in self.layers:
            grad = layer.bprop(grad)
        return [grad for layer in self.layers for grad in layer.grads()]


@wrong("takes a generator of its own", names="rng|generator")
class NetworkOwnGenerator(Plain):
    def __init__(self, sizes, activations, rng):
        super().__init__(sizes, activations, np.random.default_rng(0))


@wrong("asks the output layer for its parameters", names="Output, has no `params`.*for layer in self.parts")
class NetworkAsksTheOutput(Plain):
    def __init__(self, sizes, activations, rng):
        super().__init__(sizes, activations, rng)
        self.parts = [*self.layers, Output()]

    def params(self):
        return [param for layer in self.parts for param in layer.params()]


@wrong("returns the gradients of the last layer alone", names="2 items instead of 6")
class NetworkLastGradients(Plain):
    def gradients(self, X, Y):
        return super().gradients(X, Y)[-2:]
