"""Cases of notebook 02: activations, losses, and the two loops of a network; those of a layer are in `dense`.

Toy layers replace those of the package, which are answers.
"""

import itertools

import numpy as np

from mlp_helpers.checking.data_loading import one_hot_rows, probabilities
from mlp_helpers.checking.questions import Questions, no_text, refusing

CONCEALED = ("activations", "layers", "outputs", "network")
ORDINARY = 0.2, 3
NEAR_0 = 1e-3, 5e-3
LARGE = 800, 1200  # exp of such a number overflows, and exp of its negative is 0


def _ordinary(rng):
    """Return a (3, 4) array of numbers of ordinary size, half of them negative."""
    signs = rng.permutation(np.repeat([1, -1], 6)).reshape(3, 4)
    return signs * rng.uniform(*ORDINARY, size=(3, 4))


def _among_ordinary(rng, *ranges):
    """Return 0, a number and a negative one from each range, and four of ordinary size, in random order.

    Results for large numbers are often 0 or 1. Those of the ordinary ones change with the seed, and so do all places.
    """
    low, high = np.transpose([*ranges, ORDINARY, ORDINARY])
    positive, negative = rng.uniform(low, high, size=(2, len(low)))
    return rng.permutation([*positive, *-negative, 0.0])


def _elementwise(label, *ranges):
    """Return the `cases` of an elementwise function: an ordinary one, and a labelled one with numbers of `ranges`."""

    def cases(rng):
        return {"ordinary": (_ordinary(rng),), label: (_among_ordinary(rng, *ranges),)}

    return cases


def _slope(rng):
    x = _ordinary(rng)
    return {
        "tanh": ("tanh", x),
        "tanh, large": ("tanh", _among_ordinary(rng, LARGE, (4, 5))),
        "relu": ("relu", rng.permutation(x)),
        "relu around 0": ("relu", _among_ordinary(rng, NEAR_0, NEAR_0)),
        "leaky relu": ("leaky relu", rng.permutation(x)),
        "leaky relu around 0": ("leaky relu", _among_ordinary(rng, NEAR_0, NEAR_0)),
        "linear": ("linear", rng.permutation([[-1.5, 0.0, 2.0], [0.5, -3.0, 1.0]])),
        "another name": ("step", rng.normal(size=3)),
    }


def _large_logits(rng):
    """Return, in random order, a row of large logits, one of large negative ones, and one with both."""
    large, negative, highest, lowest = rng.uniform(*LARGE, size=4)
    rows = 2 * rng.normal(size=(3, 3)) + [[large], [-negative], [0.0]]
    rows[2, :2] = highest, -lowest
    rows[2] = rng.permutation(rows[2])
    return rng.permutation(rows)


def _softmax(rng):
    return {
        "ordinary": (2 * rng.normal(size=(4, 3)),),
        "one sample": (rng.normal(size=(1, 5)),),
        "large": (_large_logits(rng),),
    }


def _cross_entropy(rng):
    Y = np.eye(3)[[0, 2, 1, 1]]
    return {
        "4 samples, 3 classes": (Y, probabilities(rng, 4, 3)),
        "one sample": (one_hot_rows(rng, 1, 4), probabilities(rng, 1, 4)),
        "a probability around 1e-20": _hardly_possible(rng),
        "a probability of 0": _impossible(rng, 2)[:2],
    }


def _hardly_possible(rng):
    """Return labels and probabilities of 2 samples; the true class of one gets little more than 1e-20."""
    Y, Y_pred = one_hot_rows(rng, 2, 3), probabilities(rng, 2, 3)
    sample, small = rng.integers(2), 1e-20 * rng.uniform(1, 2)
    true = Y[sample].argmax()
    Y_pred[sample, true - 1] += Y_pred[sample, true] - small
    Y_pred[sample, true] = small
    return Y, Y_pred


def _impossible(rng, n_samples):
    """Return labels and probabilities for 3 classes, and the sample for which another class than its own is certain."""
    Y, Y_pred = one_hot_rows(rng, n_samples, 3), probabilities(rng, n_samples, 3)
    sample = rng.integers(n_samples)
    Y_pred[sample] = np.roll(Y[sample], rng.integers(1, 3))
    return Y, Y_pred, sample


def _look_at_loss(answer, Y, Y_pred):
    return no_text(answer(Y, Y_pred))


def _conclude_loss(loss, _Y, Y_pred):
    """Return the loss. With a probability of 0 any large finite loss is right, because floors may differ."""
    is_number = isinstance(loss, int | float | np.ndarray | np.generic) and np.ndim(loss) == 0
    return "large and finite" if np.any(Y_pred == 0) and is_number and 20 < loss < np.inf else no_text(loss)


def _certain(rng):
    """Return labels and probabilities of 4 samples; the true class of one is certain, and a wrong class of another."""
    Y, Y_pred, sample = _impossible(rng, 4)
    Y_pred[sample - 1] = Y[sample - 1]
    return Y, Y_pred


def _cross_entropy_gradient(rng):
    return {
        "4 samples, 3 classes": (one_hot_rows(rng, 4, 3), probabilities(rng, 4, 3)),
        "one sample": (one_hot_rows(rng, 1, 4), probabilities(rng, 1, 4)),
        "certain": _certain(rng),
    }


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


def _toy_layers(rng, *sizes):
    return [*(ToyLayer(rng, a, b) for a, b in itertools.pairwise(sizes)), ToyOutput()]


def _predict(rng):
    return {
        "two layers and an output": (_toy_layers(rng, 3, 4, 2), rng.normal(size=(5, 3))),
        "three equally wide": (_toy_layers(rng, 3, 3, 3, 3), rng.normal(size=(2, 3))),
        "an output alone": ([ToyOutput()], rng.normal(size=(2, 2))),
    }


def _backpropagate(rng):
    return {
        "two layers and an output": (_toy_layers(rng, 3, 4, 2), rng.normal(size=(5, 2)), rng.normal(size=(5, 2))),
        "three equally wide": (_toy_layers(rng, 3, 3, 3, 3), rng.normal(size=(2, 3)), rng.normal(size=(2, 3))),
        "an output alone": ([ToyOutput()], rng.normal(size=(2, 2)), rng.normal(size=(2, 2))),
    }


QUESTIONS = {
    "sigmoid": Questions(_elementwise("large", LARGE, (30, 45)), awkward=("large",), ordinary_share=1 / 2),
    "sigmoid_d": Questions(_elementwise("large", LARGE, (6, 8)), awkward=("large",), ordinary_share=1 / 2),
    "relu": Questions(_elementwise("around 0", NEAR_0, NEAR_0)),
    "slope": Questions(
        _slope,
        refusing(lambda name, _x: name == "step"),
        awkward=("tanh, large", "relu around 0", "leaky relu around 0", "another name"),
        ordinary_share=2 / 3,
    ),
    "softplus": Questions(_elementwise("large", LARGE, (30, 45)), awkward=("large",), ordinary_share=1 / 2),
    "softplus_d": Questions(_elementwise("large", LARGE, (6, 8)), awkward=("large",), ordinary_share=1 / 2),
    "softmax": Questions(_softmax, rowwise=True, awkward=("large",), ordinary_share=1 / 2),
    "cross_entropy": Questions(
        _cross_entropy,
        _look_at_loss,
        conclude=_conclude_loss,
        awkward=("a probability around 1e-20", "a probability of 0"),
        ordinary_share=1 / 2,
    ),
    "cross_entropy_gradient": Questions(_cross_entropy_gradient),
    "predict": Questions(_predict),
    "backpropagate": Questions(_backpropagate),
}
