"""Right answers to `Network`, in the styles of different students."""

from itertools import pairwise

import numpy as np


class Layer:
    """Weights, biases and an activation."""

    def __init__(self, n_inputs, n_units, name, rng):
        self.W = rng.standard_normal((n_inputs, n_units)) / np.sqrt(n_inputs)
        self.b = np.zeros((1, n_units))
        self.activation = name

    def forward(self, X):
        self.X, self.Z = X, X @ self.W + self.b
        if self.activation == "tanh":
            return np.tanh(self.Z)
        return self.Z if self.activation == "linear" else np.where(self.Z > 0, self.Z, self.leak * self.Z)

    @property
    def leak(self):
        return {"relu": 0.0, "leaky relu": 0.1, "linear": 1.0}[self.activation]

    def backward(self, dA):
        dZ = dA * (1 - np.tanh(self.Z) ** 2 if self.activation == "tanh" else np.where(self.Z > 0, 1.0, self.leak))
        self.dW, self.db = self.X.T @ dZ / len(dZ), np.mean(dZ, axis=0, keepdims=True)
        return dZ @ self.W.T


class NetworkOfLayers:
    """Objects with everything; gradients kept in them."""

    def __init__(self, sizes, activations, rng):
        self.activations = list(activations)
        self.layers = [Layer(sizes[i], sizes[i + 1], activations[i], rng) for i in range(len(activations))]

    def params(self):
        result = []
        for layer in self.layers:
            result.append(layer.W)
            result.append(layer.b)
        return result

    def logits(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X - np.max(X, axis=1, keepdims=True)

    def predict(self, X):
        e = np.exp(self.logits(X))
        return e / np.sum(e, axis=1, keepdims=True)

    def gradients(self, X, Y):
        grad = self.predict(X) - Y
        for layer in self.layers[::-1]:
            grad = layer.backward(grad)
        return tuple(part for layer in self.layers for part in (layer.dW, layer.db))

    def loss(self, X, Y):
        logits = self.logits(X)
        return float(np.sum(np.log(np.sum(np.exp(logits), axis=1)) - logits[Y == 1]) / len(X))


class NetworkFilled(NetworkOfLayers):
    """Gradient arrays made once, and filled anew by each call."""

    def __init__(self, sizes, activations, rng):
        super().__init__(sizes, tuple(activations), rng)
        self.filled = [np.zeros_like(param) for param in self.params()]

    def gradients(self, X, Y):
        for array, grad in zip(self.filled, super().gradients(X, Y), strict=True):
            array[...] = grad
        return self.filled


class NetworkRecursive:
    """Functions of the remaining layers, without a loop."""

    def __init__(self, sizes, activations, rng):
        self.activations = activations
        self.Ws = [rng.normal(scale=0.5, size=(a, b)) for a, b in pairwise(sizes)]
        self.bs = [np.zeros((1, n_units)) for n_units in sizes[1:]]

    def params(self):
        return [param for pair in zip(self.Ws, self.bs, strict=True) for param in pair]

    def activate(self, i, Z):
        name = self.activations[i]
        if name == "tanh":
            A = np.tanh(Z)
            return A, 1 - A * A
        slope = {"linear": 1.0, "relu": 0.0, "leaky relu": 0.1}[name]
        return np.where(Z > 0, Z, slope * Z), np.where(Z > 0, 1.0, slope)

    def _go(self, X, i, Y):
        """Return the probabilities, and with Y the gradient of X and those of the layers from i on."""
        if i == len(self.Ws):
            self.log_P = X - np.logaddexp.reduce(X, axis=1, keepdims=True)
            P = np.exp(self.log_P)
            return P, None if Y is None else P - Y, []
        A, slope = self.activate(i, X @ self.Ws[i] + self.bs[i])
        P, dA, grads = self._go(A, i + 1, Y)
        if Y is None:
            return P, None, []
        dZ = dA * slope
        return P, dZ @ self.Ws[i].T, [X.T @ dZ / len(X), dZ.mean(0, keepdims=True), *grads]

    def predict(self, X):
        return self._go(X, 0, None)[0]

    def loss(self, X, Y):
        self.predict(X)
        return np.mean([-log_p[y == 1][0] for log_p, y in zip(self.log_P, Y, strict=True)])

    def gradients(self, X, Y):
        return self._go(X, 0, Y)[2]


VARIANTS = [NetworkOfLayers, NetworkFilled, NetworkRecursive]
