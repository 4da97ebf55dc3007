"""Cases of the exercises: the inputs of each answer, ordinary and awkward, and the values to compare.

The module holds no answers, so grading can copy it into the sandbox. Toy layers and a toy network replace those of the
package, which are answers.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MAX_ROWS = 1000  # of a batch that an answer gives
FUNCTION, CLASS, VALUE, QUIZ = "function", "class", "value", "quiz"  # kinds of answers


def _call(answer, *arguments):
    return answer(*arguments)


@dataclass(frozen=True)
class Questions:
    """The cases of an exercise, and how its answer is observed in them.

    Attributes
    ----------
    cases : callable
        Takes a Generator; returns a dict from label to arguments, a tuple.
    observe : callable
        Takes the answer and the arguments of a case; returns the value to compare.
    changes : tuple of int
        Positions of the arguments that the answer must change in place.
    rowwise : bool
        Whether the rows of the first argument are samples whose results are independent of each other.
    kind : {"function", "class", "value", "quiz"}
        What the answer is. Of a value many may be right. A quiz is a str of letters.
    awkward : tuple of str
        Labels of the cases that an answer may fail and still earn `ordinary_share` of the points.
    ordinary_share : float
        Share of the points, from 0 to 1.
    """

    cases: Callable
    observe: Callable = _call
    changes: tuple = ()
    rowwise: bool = False
    kind: str = FUNCTION
    awkward: tuple = ()
    ordinary_share: float = 0.0

    def share(self, wrong):
        """Return the share of the points, from 0 to 1, for an answer that is wrong in some cases, a set of labels."""
        return 1.0 if not wrong else self.ordinary_share if wrong.issubset(self.awkward) else 0.0


def one_hot_rows(rng, n_samples, n_classes):
    """Return random one-hot rows."""
    return np.eye(n_classes)[rng.integers(n_classes, size=n_samples)]


def probabilities(rng, n_samples, n_classes):
    """Return random rows that sum to 1, with no entry below a few per cent."""
    positive = rng.uniform(0.2, 1, size=(n_samples, n_classes))
    return positive / positive.sum(axis=1, keepdims=True)


# 01 · Data loading


def _flatten(rng):
    return {
        "three images": (rng.integers(100, size=(3, 1, 2, 4)),),
        "one image": (rng.integers(100, size=(1, 1, 3, 3)),),
        "three channels": (rng.integers(100, size=(2, 3, 2, 2)),),
    }


def _one_hot(rng):
    return {
        "a class absent": (rng.permutation(4), 5),
        "a class twice": (np.append(rng.permutation(3), 1), 3),
        "one label": (np.array([1]), 3),
    }


def _unhot(rng):
    return {
        "one-hot rows": (np.eye(5)[rng.permutation(5)[:4]],),
        "probabilities": (probabilities(rng, 5, 3),),
        "any numbers": (rng.normal(size=(4, 4)) - 3,),
    }


def _classification_error(rng):
    y = rng.integers(5, size=8)
    y_pred = y.copy()
    y_pred[rng.permutation(8)[:3]] += np.array([1, 2, -1])
    others = y + np.tile([1, -1], 4) * (1 + rng.integers(3, size=8))
    return {"some wrong": (y, y_pred), "all right": (y, y.copy()), "all wrong": (y, others)}


def _nearest_mean(rng):
    means = rng.normal(size=(4, 3))
    far = np.vstack([means[0] + 0.4, means[1] * 5, means[2] - 4])  # means of very different norms
    base = rng.normal(size=3)
    squares = base + np.array([[3.0, 0, 0], [2, 2, 0], [0, 0, 5]])  # squared distances 9, 8, 25; L1 distances 3, 4, 5
    return {
        "six samples": (rng.normal(size=(6, 3)), means),
        "samples at the means": (means[rng.permutation(4)], means),
        "long and short means": (far[rng.permutation(3)] + 0.1 * rng.normal(size=(3, 3)), far),
        "near by squares": (base + 0.1 * rng.uniform(-1, 1, size=(2, 3)), squares),
    }


def _numbered(n_samples):
    """Return X and Y whose numbers identify each sample."""
    numbers = np.arange(n_samples)
    return np.stack([numbers, 100 + numbers], axis=1).astype(float), 1000 + numbers


def _minibatches(rng):
    return {
        "23 samples in batches of 5": (*_numbered(23), 5, rng),
        "12 samples in batches of 4": (*_numbered(12), 4, rng),
        "9 samples in a batch of 16": (*_numbered(9), 16, rng),
    }


class Misfit(Exception):
    """A result that cannot be compared; the message gives the reason."""


def _look_at_batches(answer, X, Y, batch_size, rng):
    """Draw two epochs; return the properties that all right answers share, however they shuffle."""
    X_before, Y_before, state = X.copy(), Y.copy(), rng.bit_generator.state
    first, second = (_batches(answer(X, Y, batch_size, rng), len(X)) for _ in range(2))
    return _look_at_epochs(X_before, Y_before, first, second) | {"by rng": rng.bit_generator.state != state}


def _batches(given, n_samples):
    """Return an iterable of batches as a list of pairs of arrays; raise `Misfit` if it is invalid."""
    found = []
    for item in given:
        if not isinstance(item, tuple | list) or len(item) != 2:
            raise Misfit(
                f"A batch must be a pair, rows of X and rows of Y, and what comes is of type {type(item).__name__}. "
                "Is each pair handed out with `yield`?"
            )
        if len(found) > n_samples:
            raise Misfit("There are more batches than samples. When does your loop end?")
        found.append((_rows(item[0]), _rows(item[1])))  # copies: the next epoch may overwrite a view
    return found


def _rows(part):
    """Return a part of a batch as an array of its own; raise `Misfit` if it is no array or list, or has no end."""
    if not issubclass(type(part), np.ndarray | list | tuple) or len(part) > MAX_ROWS:
        raise Misfit(f"A batch must be a pair of arrays, and holds something of type {type(part).__name__}.")
    return np.array(part)


def _look_at_epochs(X, Y, first, second):
    """Return how two epochs, lists of batches, divide and shuffle the samples."""
    given = list(range(len(X)))
    numbers = [[X_batch[:, 0].astype(int).tolist() for X_batch, _ in epoch] for epoch in (first, second)]
    order, next_order = (list(itertools.chain(*epoch)) for epoch in numbers)
    batch_sets, next_batch_sets = (set(map(frozenset, epoch)) for epoch in numbers)
    return {
        "sizes": np.array([len(X_batch) for X_batch, _ in first]),
        "each sample once": sorted(order) == given,
        "X beside its Y": all(
            np.array_equal(X_batch, X[i]) and np.array_equal(Y_batch, Y[i])
            for (X_batch, Y_batch), i in zip(first + second, itertools.chain(*numbers), strict=True)
        ),
        "in random order": order != given,
        "in another order in the next epoch": order != next_order,
        "other samples together in the next epoch": len(first) < 2 or batch_sets != next_batch_sets,
    }


# 02 · Layers


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


def _fprop(rng):
    return {
        "4 samples, 3 inputs, 2 units": (rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=(1, 2))),
        "all three 3": (rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=(1, 3))),
        "one sample": (rng.normal(size=(1, 3)), rng.normal(size=(3, 2)), rng.normal(size=(1, 2))),
    }


def _weight_gradient(rng):
    return {
        "5 samples, 3 inputs, 2 units": (rng.normal(size=(5, 3)), rng.normal(size=(5, 2))),
        "all three 4": (rng.normal(size=(4, 4)), rng.normal(size=(4, 4))),
        "one sample": (rng.normal(size=(1, 3)), rng.normal(size=(1, 2))),
    }


def _bias_gradient(rng):
    return {
        "5 samples, 2 units": (rng.normal(size=(5, 2)),),
        "3 samples, 3 units": (rng.normal(size=(3, 3)),),
        "one sample": (rng.normal(size=(1, 4)),),
    }


def _input_gradient(rng):
    return {
        "5 samples, 3 inputs, 2 units": (rng.normal(size=(5, 2)), rng.normal(size=(3, 2))),
        "all three 3": (rng.normal(size=(3, 3)), rng.normal(size=(3, 3))),
        "one sample": (rng.normal(size=(1, 2)), rng.normal(size=(3, 2))),
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
    loss = answer(Y, Y_pred)
    is_number = issubclass(type(loss), int | float | np.ndarray | np.generic) and np.ndim(loss) == 0
    return "large and finite" if np.any(Y_pred == 0) and is_number and 20 < loss < np.inf else loss


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


# 03 · Gradient checking


def _square_and_cube(x):
    return x**2 + x**3


def _sum_of_products(x):
    """Return a nonlinear function of an array, a number, that couples all entries."""
    return np.sum(x**3) + np.sum(x) ** 2 + x.flat[0] * x.flat[-1]


class _Looking:
    """A function of an array of its own that ignores its argument, like a network's loss."""

    def __init__(self, x):
        self.x = x

    def __call__(self, _):
        return _sum_of_products(self.x)


def _central_difference(rng):
    return {
        "a number": (_square_and_cube, rng.uniform(1, 2), 0.5),
        "a small step": (np.sin, rng.uniform(0.5, 1), 0.01),
        "an array": (_square_and_cube, rng.uniform(0.5, 2, size=4), 0.25),
    }


def _relative_error(rng):
    analytic = rng.normal(size=(3, 2)) + 3
    numeric = analytic * (1 + 0.1 * rng.uniform(0.2, 1, size=(3, 2)))
    opposite = rng.normal(size=4)
    return {
        "ordinary": (analytic, numeric),
        "the other way round": (numeric, analytic),
        "opposite signs": (opposite, -0.5 * opposite),
        "both 0": (np.zeros(3), np.zeros(3)),
        "one exactly 0": (np.array([2.0, 0.0]), np.array([2.0, 0.5])),
        "below the floor": (np.array([1.0, 2e-9]), np.array([1.0, 1e-9])),
        "another floor": (np.array([0.2, 3.0]), np.array([0.1, 3.0]), 1.0),
    }


def _numerical_gradient(rng):
    x = rng.normal(size=3)
    return {
        "a matrix": (_sum_of_products, rng.normal(size=(2, 3)), 0.1),
        "a row": (_sum_of_products, rng.normal(size=4), 0.25),
        "a function that looks at x itself": (_Looking(x), x, 0.1),
        "a small step": (_sum_of_products, rng.normal(size=(2, 2)), 1e-4),
    }


# 04 · Training


def _sgd_step(rng):
    def arrays(*shapes):
        return [rng.normal(size=shape) for shape in shapes]

    return {
        "two layers": (arrays((3, 2), (1, 2), (2, 2), (1, 2)), arrays((3, 2), (1, 2), (2, 2), (1, 2)), 0.1),
        "one parameter": (arrays((2, 2)), arrays((2, 2)), 0.5),
        "a rate of 2": (arrays((4,)), arrays((4,)), 2.0),
    }


def _look_at_params(answer, params, grads, learning_rate):
    """Return the arrays passed as parameters, after the step; the answer's return value is ignored."""
    arrays = list(params)
    answer(params, grads, learning_rate)
    return arrays


class ToyNetwork:
    """A network with two parameters and constant gradients, which records the calls of `gradients` in its diary."""

    def __init__(self, rng):
        self._params = [rng.normal(size=(2, 2)), rng.normal(size=(1, 2))]
        self._grads = [rng.normal(size=(2, 2)), rng.normal(size=(1, 2))]
        self.diary = []  # for each call of `gradients`: X, Y, and a copy of the first parameter

    def params(self):
        """Return the parameters by reference."""
        return list(self._params)

    def gradients(self, X, Y):
        """Record the batch; return the gradients."""
        self.diary.append((np.array(X), np.array(Y), self._params[0].copy()))
        return [grad.copy() for grad in self._grads]


def _sgd_epoch(rng):
    return {
        "23 samples in batches of 5": (ToyNetwork(rng), *_numbered(23), 0.1, 5, rng),
        "12 samples in batches of 4": (ToyNetwork(rng), *_numbered(12), 0.5, 4, rng),
    }


def _look_at_training(answer, network, X, Y, learning_rate, batch_size, rng):
    """Train two epochs; return the properties that all right answers share, however they shuffle."""
    X_before, Y_before, state, epochs = X.copy(), Y.copy(), rng.bit_generator.state, []
    for _ in range(2):
        answer(network, X, Y, learning_rate, batch_size, rng)
        epochs.append(network.diary)
        network.diary = []
    first, second = ([(X_batch, Y_batch) for X_batch, Y_batch, _ in epoch] for epoch in epochs)
    return {
        **_look_at_epochs(X_before, Y_before, first, second),
        "by rng": rng.bit_generator.state != state,
        "a weight at each batch": np.array([weights[0, 0] for _, _, weights in epochs[0]]),
        "parameters at the end": network.params(),
    }


# 05 · Tuning


def _along(rng):
    return {
        "numbers": (rng.uniform(0.2, 0.8), 0.003, 0.6),
        "the ends": (np.array([0.0, 1.0]), 0.01, 100.0),
        "an array": (rng.random((2, 3)), 1e-6, 1e-3),
        "half way": (0.5, 1.0, 100.0),
    }


def _no_arguments(_rng):
    return {"answer": ()}


_DATA_LOADING = {
    "flatten": Questions(_flatten, rowwise=True, awkward=("three channels",), ordinary_share=1 / 2),
    "one_hot": Questions(_one_hot),
    "unhot": Questions(_unhot, rowwise=True),
    "classification_error": Questions(_classification_error),
    "nearest_mean": Questions(_nearest_mean, rowwise=True),
    "minibatches": Questions(
        _minibatches,
        _look_at_batches,
        awkward=("23 samples in batches of 5", "9 samples in a batch of 16"),
        ordinary_share=3 / 5,
    ),
}
_LAYERS = {
    "sigmoid": Questions(
        _elementwise(large=[-1000.0, -40.0, 0.0, 40.0, 1000.0]), awkward=("large",), ordinary_share=2 / 3
    ),
    "sigmoid_d": Questions(
        _elementwise(large=[-1000.0, -8.0, 0.0, 8.0, 1000.0]), awkward=("large",), ordinary_share=1 / 2
    ),
    "tanh_d": Questions(_elementwise(large=[-1000.0, -5.0, 0.0, 5.0, 1000.0])),
    "relu": Questions(_elementwise(special=[-2.0, -1e-3, 0.0, 1e-3, 2.0])),
    "relu_d": Questions(_elementwise(special=[-2.0, -1e-3, 0.0, 1e-3, 2.0])),
    "linear_d": Questions(_elementwise(special=[-1.0, 0.0, 1.0])),
    "fprop": Questions(_fprop, rowwise=True),
    "weight_gradient": Questions(_weight_gradient),
    "bias_gradient": Questions(_bias_gradient),
    "input_gradient": Questions(_input_gradient, rowwise=True),
    "softmax": Questions(_softmax, rowwise=True, awkward=("large",), ordinary_share=3 / 4),
    "cross_entropy": Questions(
        _cross_entropy,
        _look_at_loss,
        awkward=("a probability of 1e-20", "a probability of 0"),
        ordinary_share=3 / 4,
    ),
    "cross_entropy_gradient": Questions(_cross_entropy_gradient),
    "predict": Questions(_predict),
    "backpropagate": Questions(_backpropagate),
}
_GRADIENT_CHECKING = {
    "central_difference": Questions(_central_difference),
    "relative_error": Questions(
        _relative_error,
        awkward=("both 0", "one exactly 0", "below the floor", "another floor"),
        ordinary_share=1 / 2,
    ),
    "numerical_gradient": Questions(
        _numerical_gradient, awkward=("a function that looks at x itself",), ordinary_share=3 / 5
    ),
}
_TRAINING = {
    "sgd_step": Questions(_sgd_step, _look_at_params, changes=(0,)),
    "sgd_epoch": Questions(_sgd_epoch, _look_at_training, changes=(0,)),
}
_TUNING = {
    "my_config": Questions(_no_arguments, repr, kind=VALUE),
    "along": Questions(_along),
}
_QUIZZES = {f"quiz_{number:02}": Questions(_no_arguments, repr, kind=QUIZ) for number in (1, 2, 3, 4, 5, 7, 8)}
QUESTIONS = _DATA_LOADING | _LAYERS | _GRADIENT_CHECKING | _TRAINING | _TUNING | _QUIZZES
# Modules of the package with the answers to each exercise. Grading withholds them, and an answer must not call them.
CONCEALED = {
    **dict.fromkeys(_DATA_LOADING, ("data", "network")),
    **dict.fromkeys(_LAYERS, ("activations", "layers", "outputs", "network")),
    **dict.fromkeys(_GRADIENT_CHECKING, ("gradients",)),
    **dict.fromkeys(_TRAINING, ("optimizers", "training", "network")),
    **dict.fromkeys(_TUNING, ()),
}
