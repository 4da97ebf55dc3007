"""Cases of notebook 02: activations, losses, and the two loops of a network; those of a layer are in `dense`.

Toy layers replace those of the package, which are answers.
"""

import itertools

import numpy as np

from mlp_helpers.checking.data_loading import one_hot_rows, probabilities
from mlp_helpers.checking.questions import Questions, no_text, refusing

CONCEALED = ("activations", "layers", "outputs", "network")


def _elementwise(large=None, special=None):
    def cases(rng):
        signs = rng.permutation(np.repeat([1, -1], 6)).reshape(3, 4)
        found = {"ordinary": (signs * rng.uniform(0.2, 3, size=(3, 4)),)}
        if special is not None:
            found["around 0"] = (np.array(special),)
        if large is not None:
            found["large"] = (np.array(large),)
        return found

    return cases


def _slope(rng):
    signs = rng.permutation(np.repeat([1, -1], 6)).reshape(3, 4)
    x = signs * rng.uniform(0.2, 3, size=(3, 4))
    around = np.array([-2.0, -1e-3, 0.0, 1e-3, 2.0])
    return {
        "tanh": ("tanh", x),
        "tanh, large": ("tanh", np.array([-1000.0, -5.0, 0.0, 5.0, 1000.0])),
        "relu": ("relu", rng.permutation(x)),
        "relu around 0": ("relu", around),
        "leaky relu": ("leaky relu", rng.permutation(x)),
        "leaky relu around 0": ("leaky relu", around.copy()),
        "linear": ("linear", rng.permutation([[-1.5, 0.0, 2.0], [0.5, -3.0, 1.0]])),
        "another name": ("step", rng.normal(size=3)),
    }


def _softmax(rng):
    return {
        "ordinary": (2 * rng.normal(size=(4, 3)),),
        "one sample": (rng.normal(size=(1, 5)),),
        "large": (np.array([[1000.0, 1001.0, 1002.0], [-1000.0, -1001.0, -1001.0], [900.0, -900.0, 0.0]]),),
    }


def _cross_entropy(rng):
    Y = np.eye(3)[[0, 2, 1, 1]]
    small = np.array([[0.25, 0.75 - 1e-20, 1e-20], [0.5, 0.25, 0.25]])
    return {
        "4 samples, 3 classes": (Y, probabilities(rng, 4, 3)),
        "one sample": (one_hot_rows(rng, 1, 4), probabilities(rng, 1, 4)),
        "a probability of 1e-20": (np.eye(3)[[2, 0]], small),
        "a probability of 0": (np.eye(3)[[1, 0]], np.array([[1.0, 0.0, 0.0], [0.5, 0.25, 0.25]])),
    }


def _look_at_loss(answer, Y, Y_pred):
    """Return the loss. With a probability of 0 any large finite loss is right, because floors may differ."""
    has_zero = np.any(Y_pred == 0)  # asked before the answer can overwrite it
    loss = no_text(answer(Y, Y_pred))
    is_number = issubclass(type(loss), int | float | np.ndarray | np.generic) and np.ndim(loss) == 0
    return "large and finite" if has_zero and is_number and 20 < loss < np.inf else loss


def _cross_entropy_gradient(rng):
    return {
        "4 samples, 3 classes": (one_hot_rows(rng, 4, 3), probabilities(rng, 4, 3)),
        "one sample": (one_hot_rows(rng, 1, 4), probabilities(rng, 1, 4)),
        "certain": (np.eye(2), np.array([[1.0, 0.0], [1.0, 0.0]])),
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
    "sigmoid": Questions(
        _elementwise(large=[-1000.0, -40.0, 0.0, 40.0, 1000.0]), awkward=("large",), ordinary_share=1 / 2
    ),
    "sigmoid_d": Questions(
        _elementwise(large=[-1000.0, -8.0, 0.0, 8.0, 1000.0]), awkward=("large",), ordinary_share=1 / 2
    ),
    "relu": Questions(_elementwise(special=[-2.0, -1e-3, 0.0, 1e-3, 2.0])),
    "slope": Questions(
        _slope,
        refusing(lambda name, _x: name == "step"),
        awkward=("tanh, large", "relu around 0", "leaky relu around 0", "another name"),
        ordinary_share=2 / 3,
    ),
    "softplus": Questions(
        _elementwise(large=[-1000.0, -40.0, 0.0, 40.0, 1000.0]), awkward=("large",), ordinary_share=1 / 2
    ),
    "softplus_d": Questions(
        _elementwise(large=[-1000.0, -8.0, 0.0, 8.0, 1000.0]), awkward=("large",), ordinary_share=1 / 2
    ),
    "softmax": Questions(_softmax, rowwise=True, awkward=("large",), ordinary_share=1 / 2),
    "cross_entropy": Questions(
        _cross_entropy,
        _look_at_loss,
        awkward=("a probability of 1e-20", "a probability of 0"),
        ordinary_share=1 / 2,
    ),
    "cross_entropy_gradient": Questions(_cross_entropy_gradient),
    "predict": Questions(_predict),
    "backpropagate": Questions(_backpropagate),
}
