"""Right answer to `Dense`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey


class RightDense:
    """A right answer; the mistakes replace some of its methods."""

    def __init__(self, n_inputs, n_units, rng):
        self.W = rng.normal(0.0, np.sqrt(2 / n_inputs), (n_inputs, n_units))
        self.b = np.zeros((1, n_units))
        self.X = self.dW = self.db = None

    def fprop(self, X):
        self.X = X
        return X @ self.W + self.b

    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T

    def params(self):
        return [self.W, self.b]

    def grads(self):
        return [self.dW, self.db]


KEY = AnswerKey(reference=RightDense)
ALWAYS_THE_SAME = (
    "The spread of the weights is the same with 8 inputs as with 256. A unit with more inputs adds up more terms: on "
    "what should the spread depend?"
)


@KEY.mistake("The weights are spread too little, and more inputs make it worse. The task asks for a root: where is it?")
class DenseVarianceAsDeviation(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W = rng.normal(0.0, 2 / n_inputs, (n_inputs, n_units))


@KEY.mistake(
    "With 256 inputs and 8 units the weights are spread too much, and with 8 inputs and 256 units too little. How "
    "many terms does each unit add up?"
)
class DenseSpreadByUnits(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W = rng.normal(0.0, np.sqrt(2 / n_units), (n_inputs, n_units))


@KEY.mistake(
    "With 256 inputs and 8 units the spread of the weights is about right, but with 8 inputs and 256 units it is "
    "too small. Does the deviation in the task depend on the number of units?"
)
class DenseGlorot(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W = rng.normal(0.0, np.sqrt(2 / (n_inputs + n_units)), (n_inputs, n_units))


@KEY.mistake(ALWAYS_THE_SAME)
class DenseFixedSpread(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W = rng.normal(0.0, 0.01, (n_inputs, n_units))


@KEY.mistake(ALWAYS_THE_SAME)
class DenseStandardNormal(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W = rng.normal(size=(n_inputs, n_units))


@KEY.mistake(
    "The variance of the weights is half of what the task asks for. Which numerator does the formula have, and which "
    "does your code have?",
    source="https://github.com/LBANN/lbann/pull/316",
)
class DenseHalfVariance(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W = rng.normal(0.0, np.sqrt(1 / n_inputs), (n_inputs, n_units))


@KEY.mistake("All weights are 0 at the start. Can units that start alike ever become different?")
class DenseZeroWeights(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W = np.zeros((n_inputs, n_units))


@KEY.mistake(
    "The same generator gives different weights each time, so that no run can be repeated. Where do your random "
    "numbers come from?"
)
class DenseGlobalGenerator(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W = np.random.normal(0.0, np.sqrt(2 / n_inputs), (n_inputs, n_units))


@KEY.mistake(
    "Two layers of the same size start with the same weights, whatever `rng` is. How often do you make a generator, "
    "and where?"
)
class DenseSeededInside(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, np.random.default_rng(0))


@KEY.mistake("The biases do not start at 0. Which of the two arrays has to be random?")
class DenseRandomBiases(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.b = rng.normal(0.0, np.sqrt(2 / n_inputs), (1, n_units))


@KEY.mistake("The biases start at 1. What should an untrained layer add?")
class DenseBiasesOfOne(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.b = np.ones((1, n_units))


@KEY.mistake(
    "Apart from a missing axis, b and its gradient are right. Which shape does the task ask for, and what keeps an "
    "axis in a mean?"
)
class DenseFlatBiases(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.b = np.zeros(n_units)

    def bprop(self, dZ):
        dX = super().bprop(dZ)
        self.db = dZ.mean(axis=0)
        return dX


@KEY.mistake("The gradient of b has the right numbers, but one axis fewer than b. What keeps an axis in a mean?")
class DenseFlatBiasGradient(RightDense):
    def bprop(self, dZ):
        dX = super().bprop(dZ)
        self.db = dZ.mean(axis=0)
        return dX


@KEY.mistake(
    "W has a row for each unit, and so does its gradient. If the samples are the rows of X, what does a row of W "
    "belong to?"
)
class DenseTurned(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.W = rng.normal(0.0, np.sqrt(2 / n_inputs), (n_units, n_inputs))

    def fprop(self, X):
        self.X = X
        return X @ self.W.T + self.b

    def bprop(self, dZ):
        self.dW = dZ.T @ self.X / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W


@KEY.mistake(
    "The gradients of both parameters are too large by a factor, the number of samples. Are they gradients of the "
    "mean loss, or of the sum?",
)
class DenseSums(RightDense):
    def bprop(self, dZ):
        self.dW, self.db = self.X.T @ dZ, dZ.sum(axis=0, keepdims=True)
        return dZ @ self.W.T


@KEY.mistake(
    "The gradient of W is too large by a factor, the number of samples; that of b is right. What does one have that "
    "the other lacks?",
)
class DenseSumForWeights(RightDense):
    def bprop(self, dZ):
        dX = super().bprop(dZ)
        self.dW = self.X.T @ dZ
        return dX


@KEY.mistake(
    "What `bprop` returns is too small by a factor, the number of samples. Which gradients are batch means, and which "
    "are per sample?",
)
class DenseMeanPassedOn(RightDense):
    def bprop(self, dZ):
        return super().bprop(dZ) / len(dZ)


@KEY.mistake(
    "What `bprop` returns is too small by a factor, the number of samples, and its argument has changed. Which line "
    "works in place?"
)
class DenseGradientOverwritten(RightDense):
    def bprop(self, dZ):
        dZ /= len(dZ)
        self.dW, self.db = self.X.T @ dZ, dZ.sum(axis=0, keepdims=True)
        return dZ @ self.W.T


@KEY.mistake("The gradients of W and b are right, but `bprop` returns None. What does the earlier layer need?")
class DenseReturnsNothing(RightDense):
    def bprop(self, dZ):
        super().bprop(dZ)


@KEY.mistake(
    "After a second batch the gradients still contain those of the first. Does your assignment replace them, or add "
    "to them?"
)
class DenseAddsUp(RightDense):
    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def bprop(self, dZ):
        self.dW += self.X.T @ dZ / len(dZ)
        self.db += dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T


@KEY.mistake(
    "Changes to the arrays that `params` returns do not reach the layer. Are they its own arrays, or others with the "
    "same numbers?"
)
class DenseCopies(RightDense):
    def params(self):
        return [self.W.copy(), self.b.copy()]


@KEY.mistake(
    "If another layer goes forward in between, the first one goes back with the wrong input. Does the place where you "
    "keep X belong to one layer, or to all of them?"
)
class DenseRemembersInClass(RightDense):
    def fprop(self, X):
        type(self).kept = X
        return X @ self.W + self.b

    def bprop(self, dZ):
        self.dW = self.kept.T @ dZ / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T


@KEY.mistake(
    "After another layer has gone back, the gradients of the first one have become those of the other. Does the place "
    "where you keep them belong to one layer, or to all of them?"
)
class DenseGradientsInClass(RightDense):
    kept = [None, None]  # noqa: RUF012

    def bprop(self, dZ):
        self.kept[:] = [self.X.T @ dZ / len(dZ), dZ.mean(axis=0, keepdims=True)]
        return dZ @ self.W.T

    def grads(self):
        return list(self.kept)


@KEY.mistake("Each column of what `fprop` returns is off by a number of its own. Which array is not used?")
class DenseWithoutBias(RightDense):
    def fprop(self, X):
        self.X = X
        return X @ self.W


@KEY.mistake(
    "Where the result should be negative, `fprop` gives 0. Which step of a network stops negative numbers, and does "
    "this class include it?"
)
class DenseWithRelu(RightDense):
    def fprop(self, X):
        return np.maximum(super().fprop(X), 0)


@KEY.mistake(
    "With equal sizes the gradient of W is made from what `fprop` returned; in the other cases its shape is wrong. "
    "What does `fprop` have to remember?"
)
class DenseRemembersOutput(RightDense):
    def fprop(self, X):
        self.X = X @ self.W + self.b
        return self.X
