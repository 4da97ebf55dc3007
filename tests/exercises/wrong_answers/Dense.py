"""Wrong answers to `Dense`."""

import numpy as np

from wrong_answers import partly_right, wrong


class Layer:
    """A right answer, of which each class below has one method wrong."""

    def __init__(self, n_inputs, n_units, rng):
        self.W = rng.normal(0.0, np.sqrt(2 / n_inputs), (n_inputs, n_units))
        self.b = np.zeros((1, n_units))

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


@wrong("multiplies by the transpose of W", names="matrix product.*self[.]W[.]T")
class DenseWeightsTransposed(Layer):
    def fprop(self, X):
        self.X = X
        return X @ self.W.T + self.b


@wrong("multiplies W by X", names="matrix product.*self[.]W, X")
class DenseWeightsFirst(Layer):
    def fprop(self, X):
        self.X = X
        return np.dot(self.W, X) + self.b


@wrong("multiplies entry by entry", names="entry by entry.*X . self[.]W")
class DenseEntryByEntry(Layer):
    def fprop(self, X):
        self.X = X
        return X * self.W + self.b


@wrong("puts the ones last, but the biases first")
class DenseOnesLast(Layer):
    def fprop(self, X):
        self.X = np.hstack([X, np.ones((len(X), 1))])
        return self.X @ np.vstack([self.b, self.W])


@wrong("does not remember X", names="no `X`")
class DenseInputForgotten(Layer):
    def fprop(self, X):
        return X @ self.W + self.b


@wrong("sums the gradient of W over the samples", names="gradient of W .* number of samples")
class DenseWeightGradientSummed(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T


@wrong("has the formula for samples in columns", names="matrix product.*dZ, self[.]X[.]T")
class DenseSamplesInColumns(Layer):
    def bprop(self, dZ):
        self.dW = np.dot(dZ, self.X.T) / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T


@wrong("has the gradient of W transposed", names="weight gradient.*rows and columns")
class DenseWeightGradientTransposed(Layer):
    def bprop(self, dZ):
        self.dW = dZ.T @ self.X / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T


@wrong("keeps the gradient of the last sample alone")
class DenseLastSample(Layer):
    def bprop(self, dZ):
        for x, dz in zip(self.X, dZ, strict=True):
            self.dW = np.outer(x, dz)
        self.dW = self.dW / len(dZ)
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T


@wrong("sums the gradient of b over the samples", names="bias gradient.*number of rows")
class DenseBiasGradientSummed(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = np.sum(dZ, axis=0, keepdims=True)
        return dZ @ self.W.T


@wrong("averages the gradient of b over the units")
class DenseBiasGradientOverUnits(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = np.sum(dZ, axis=1, keepdims=True) / dZ.shape[1]
        return dZ @ self.W.T


@wrong("makes a column of the gradient of b", names="bias gradient.*rows and columns")
class DenseBiasGradientColumn(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / len(dZ)
        self.db = dZ.mean(axis=0).reshape(-1, 1)
        return dZ @ self.W.T


@wrong("divides the gradient of the input, too, by the number of samples", names="returns .* number of samples")
class DenseInputGradientAveraged(Layer):
    def bprop(self, dZ):
        dZ = dZ / len(dZ)
        self.dW = self.X.T @ dZ
        self.db = dZ.sum(axis=0, keepdims=True)
        return dZ @ self.W.T


@wrong("returns the gradients and keeps none", names="tuple")
class DenseGradientsReturned(Layer):
    def bprop(self, dZ):
        dW = self.X.T @ dZ / len(dZ)
        db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T, dW, db


@partly_right("takes the variance for the standard deviation", names="deviation|variance|root")
class DenseVarianceAsDeviation(Layer):
    def __init__(self, n_inputs, n_units, rng):
        self.W = rng.normal(0.0, 2 / n_inputs, (n_inputs, n_units))
        self.b = np.zeros((1, n_units))


@wrong("keeps W and b transposed", names="shapes W")
class DenseParametersTransposed(Layer):
    def __init__(self, n_inputs, n_units, rng):
        self.W = rng.standard_normal((n_units, n_inputs)) * np.sqrt(2 / n_inputs)
        self.b = np.zeros((n_units, 1))


@partly_right("draws by NumPy's global generator", names="generator")
class DenseGlobalRng(Layer):
    def __init__(self, n_inputs, n_units, rng):
        self.W = np.random.randn(n_inputs, n_units) * np.sqrt(2 / n_inputs)
        self.b = np.zeros((1, n_units))


@partly_right("draws weights from 0 to 1", names="around 0")
class DenseWeightsFrom0(Layer):
    def __init__(self, n_inputs, n_units, rng):
        self.W = rng.random((n_inputs, n_units)) * np.sqrt(2 / n_inputs)
        self.b = np.zeros((1, n_units))


@wrong("gives X as a third gradient", names="3 items")
class DenseThreeGrads(Layer):
    def grads(self):
        return self.dW, self.db, self.X


@wrong("has properties, not methods", names="@property")
class DenseProperties(Layer):
    """`params` and `grads` as properties."""

    @property
    def params(self):
        return [self.W, self.b]

    @property
    def grads(self):
        return [self.dW, self.db]


@wrong("has no bprop", names="missing")
class DenseWithoutBprop(Layer):
    """The method has another name."""

    bprop = None

    def backward(self, dZ):
        return Layer.bprop(self, dZ)


@wrong("wants W and b as arguments of fprop", names="cannot be called")
class DenseFpropOfThree(Layer):
    """`fprop` has the arguments of the function of the same name."""

    def fprop(self, X, W, b):
        self.X = X
        return X @ W + b


@wrong("takes no rng", names="arguments")
class DenseWithoutRng(Layer):
    """The constructor lacks `rng`."""

    def __init__(self, n_inputs, n_units):
        super().__init__(n_inputs, n_units, np.random.default_rng())


@partly_right("draws uniform weights", names="normally")
class DenseUniformWeights(Layer):
    """Uniform weights of the right variance."""

    def __init__(self, n_inputs, n_units, rng):
        super().__init__(n_inputs, n_units, rng)
        limit = np.sqrt(6 / n_inputs)
        self.W = rng.uniform(-limit, limit, (n_inputs, n_units))


@wrong("divides by the size of the first batch", names="weight gradient.*factor")
class DenseAveragedByFirstBatch(Layer):
    """Divides by the number of samples of the first batch ever."""

    n_samples = None

    def fprop(self, X):
        self.n_samples = self.n_samples or len(X)
        return super().fprop(X)

    def bprop(self, dZ):
        self.dW, self.db = self.X.T @ dZ / self.n_samples, dZ.sum(axis=0, keepdims=True) / self.n_samples
        return dZ @ self.W.T


@wrong("takes the number of units for that of samples", names="number of rows of `dZ` over that of its columns")
class DenseByUnits(Layer):
    def bprop(self, dZ):
        self.dW = self.X.T @ dZ / dZ.shape[1]
        self.db = dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T
