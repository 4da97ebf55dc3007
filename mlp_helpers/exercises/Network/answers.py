"""Right answer to `Network`, and known mistakes."""

from itertools import pairwise

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey

FUNCTIONS = {
    "tanh": (np.tanh, lambda Z: 1.0 - np.tanh(Z) ** 2),
    "relu": (lambda Z: np.maximum(Z, 0.0), lambda Z: np.where(Z > 0, 1.0, 0.0)),
    "leaky relu": (lambda Z: np.where(Z > 0, Z, 0.1 * Z), lambda Z: np.where(Z > 0, 1.0, 0.1)),
    "linear": (lambda Z: Z, np.ones_like),
}


class RightNetwork:
    """A right answer that needs no layers; the mistakes replace some of its methods."""

    def __init__(self, sizes, activations, rng):
        self.activations = activations
        self.arrays = []
        for n_inputs, n_units in pairwise(sizes):
            self.arrays += [rng.normal(0.0, np.sqrt(2 / n_inputs), (n_inputs, n_units)), np.zeros((1, n_units))]

    def params(self):
        return self.arrays

    @property
    def names(self):
        """Names of the activations that it applies, one for each layer."""
        return self.activations

    def forward(self, X):
        self.inputs, self.sums = [], []
        for W, b, name in zip(self.arrays[::2], self.arrays[1::2], self.names, strict=True):
            self.inputs.append(X)
            self.sums.append(X @ W + b)
            X = FUNCTIONS[name][0](self.sums[-1])
        return X

    def predict(self, X):
        return self.softmax(self.forward(X))

    def softmax(self, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, X, Y):
        return self.cross_entropy(self.forward(X), Y)

    def cross_entropy(self, logits, Y):
        largest = logits.max(axis=1, keepdims=True)
        log_sum = largest[:, 0] + np.log(np.exp(logits - largest).sum(axis=1))
        return np.mean(log_sum - np.sum(Y * logits, axis=1))

    def gradients(self, X, Y):
        return self.backward(self.predict(X) - Y)

    def backward(self, grad):
        found = []
        for i in reversed(range(len(self.inputs))):
            grad = grad * FUNCTIONS[self.names[i]][1](self.sums[i])
            found = [self.inputs[i].T @ grad / len(grad), grad.mean(axis=0, keepdims=True), *found]
            grad = grad @ self.arrays[2 * i].T
        return found


KEY = AnswerKey(reference=RightNetwork)


@KEY.mistake(
    "The loss is computed from probabilities as if they were logits: softmax is applied twice. From which layer on "
    "should `cross_entropy_from_logits` take its numbers?"
)
class NetworkLossOfProbabilities(RightNetwork):
    def loss(self, X, Y):
        return self.cross_entropy(self.predict(X), Y)


@KEY.mistake("What `predict` gives are logits, not probabilities. Which function turns one into the other?")
class NetworkPredictsLogits(RightNetwork):
    def predict(self, X):
        return self.forward(X)

    def gradients(self, X, Y):
        return self.backward(self.softmax(self.forward(X)) - Y)


@KEY.mistake(
    "The gradients of the last layer come first. In which order does `params` give the parameters?",
)
class NetworkGradientsReversed(RightNetwork):
    def gradients(self, X, Y):
        found = super().gradients(X, Y)
        return [part for i in range(len(found) - 2, -1, -2) for part in found[i : i + 2]]


@KEY.mistake(
    "The gradients belong to the samples of an earlier call. What must happen to X before the backward pass begins?"
)
class NetworkForgetsToGoForward(RightNetwork):
    def predict(self, X):
        self.P = super().predict(X)
        return self.P

    def gradients(self, X, Y):
        return self.backward(self.P - Y[: len(self.P)])


@KEY.mistake("The network does what it would do with `linear` everywhere. Who applies the activations?")
class NetworkWithoutActivations(RightNetwork):
    def forward(self, X):
        self.inputs, self.sums = [], []
        for W, b in zip(self.arrays[::2], self.arrays[1::2], strict=True):
            self.inputs.append(X)
            X = X @ W + b
            self.sums.append(X)
        return X

    def backward(self, grad):
        found = []
        for i in reversed(range(len(self.inputs))):
            found = [self.inputs[i].T @ grad / len(grad), grad.mean(axis=0, keepdims=True), *found]
            grad = grad @ self.arrays[2 * i].T
        return found


@KEY.mistake(
    "The network does what it would do with the first activation everywhere. Which one belongs to which layer?"
)
class NetworkOfOneActivation(RightNetwork):
    @property
    def names(self):
        return self.activations[:1] * len(self.activations)


@KEY.mistake("All hidden layers do what they would do with the first activation. Which one belongs to which layer?")
class NetworkOfOneHiddenActivation(RightNetwork):
    @property
    def names(self):
        return [*self.activations[:1] * (len(self.activations) - 1), *self.activations[-1:]]


@KEY.mistake("All hidden layers do what they would do with `relu`. What do the names in `activations` say?")
class NetworkOfRelu(RightNetwork):
    @property
    def names(self):
        return [*["relu"] * (len(self.activations) - 1), *self.activations[-1:]]


@KEY.mistake("You get this if the backward pass begins with logits minus `Y`. What should it begin with?")
class NetworkBackFromLogits(RightNetwork):
    def gradients(self, X, Y):
        return self.backward(self.forward(X) - Y)


@KEY.mistake(
    "You get this if each activation comes before the weights of its layer. To which numbers does a layer apply it?"
)
class NetworkActivationsFirst(RightNetwork):
    def forward(self, X):
        self.inputs, self.sums = [], []
        for W, b, name in zip(self.arrays[::2], self.arrays[1::2], self.names, strict=True):
            self.sums.append(X)
            self.inputs.append(FUNCTIONS[name][0](X))
            X = self.inputs[-1] @ W + b
        return X

    def backward(self, grad):
        found = []
        for i in reversed(range(len(self.inputs))):
            found = [self.inputs[i].T @ grad / len(grad), grad.mean(axis=0, keepdims=True), *found]
            grad = (grad @ self.arrays[2 * i].T) * FUNCTIONS[self.names[i]][1](self.sums[i])
        return found


@KEY.mistake(
    "Steps in the arrays that `params` gives do not reach the network. Are they the layers' own, or copies of them?"
)
class NetworkCopies(RightNetwork):
    def params(self):
        return [array.copy() for array in self.arrays]


@KEY.mistake("What `params` gives is a list of pairs. It should be a single list, with W and b of all layers in a row.")
class NetworkParamsInPairs(RightNetwork):
    def params(self):
        return [self.arrays[i : i + 2] for i in range(0, len(self.arrays), 2)]


@KEY.mistake(
    "Of each layer `params` gives one array. Where are the biases?",
)
class NetworkWithoutBiases(RightNetwork):
    def params(self):
        return self.arrays[::2]


@KEY.mistake(
    "The loss is that of all samples together, which grows with their number. What does it have to be divided by?",
)
class NetworkLossSummed(RightNetwork):
    def loss(self, X, Y):
        return len(X) * super().loss(X, Y)


@KEY.mistake(
    "A second network changes the first one. Do you collect the layers in a list of the object, or of the class?"
)
class NetworkLayersInClass(RightNetwork):
    kept = []  # noqa: RUF012

    def __init__(self, sizes, activations, rng):
        super().__init__(sizes, activations, rng)
        self.kept += self.arrays

    def params(self):
        return self.kept[-3 * len(self.arrays) :]


@KEY.mistake(
    "The loss is that of the samples for which `predict` was called last. What must happen to X before the loss can "
    "be computed?"
)
class NetworkLossOfTheLastPrediction(RightNetwork):
    def predict(self, X):
        self.logits = self.forward(X)
        return self.softmax(self.logits)

    def loss(self, X, Y):
        return self.cross_entropy(self.logits, Y)


LOG_OF_0 = (
    "Right, except for large logits, where the probability of a true class becomes 0, and its logarithm infinite. "
    "Which function of yours takes logits instead?"
)


@KEY.mistake(LOG_OF_0)
class NetworkLossFromProducts(RightNetwork):
    def loss(self, X, Y):
        return -np.mean(np.sum(Y * np.log(self.predict(X)), axis=1))


@KEY.mistake(LOG_OF_0)
class NetworkLossFromProbabilities(RightNetwork):
    def loss(self, X, Y):
        return -np.mean(np.log(self.predict(X)[Y == 1]))
