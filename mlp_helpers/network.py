"""`NeuralNetwork`: a sequence of layers that predicts, evaluates, trains, and is saved and loaded."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

import numpy as np

from mlp_helpers import gradients, history, saving, training
from mlp_helpers.data import minibatches, unhot
from mlp_helpers.gradients import GradientReport
from mlp_helpers.layers import InputLayer, Layer, Parameterized
from mlp_helpers.outputs import Loss, SoftmaxOutput, output_of
from mlp_helpers.protocol import CHUNK
from mlp_helpers.services.threads import on_all_cores
from mlp_helpers.services.validation import (
    Array,
    Targets,
    class_labels,
    finite,
    int_at_least,
    one_of,
    real_matrix,
    same_length,
)


class NeuralNetwork:
    """A multi-layer perceptron.

    Parameters
    ----------
    layers : list of Layer
        The first is an `InputLayer`, the last an output layer, which defines the loss.

    Raises
    ------
    TypeError, ValueError
        The layers do not form a network, or their shapes do not match.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        layers = list(layers)
        if len(layers) < 2 or not all(isinstance(layer, Layer) for layer in layers):
            raise TypeError(f"layers must be a list of at least two Layers, got {layers!r}")
        if not isinstance(layers[0], InputLayer) or not isinstance(layers[-1], Loss):
            raise TypeError("layers must begin with an InputLayer and end with an output layer such as SoftmaxOutput")
        for i, (before, layer) in enumerate(itertools.pairwise(layers), start=1):
            given = before.output_size()[1]
            if not hasattr(layer, "input_shape"):
                raise TypeError(f"layer {i} must have an input_shape, and {type(layer).__name__} has none")
            wanted = layer.input_shape[1]
            if wanted != given:
                raise ValueError(f"layers do not fit: layer {i} takes {wanted} inputs, layer {i - 1} gives {given}")
        self.layers = layers

    # --- Prediction -----------------------------------------------------------------------------------------

    def predict(self, X: Array, training: bool = False) -> Array:
        """Propagate forward through all layers.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
        training : bool, optional
            True: as during training, with dropout if there is any.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            With a `SoftmaxOutput`, the probability of each class.
        """
        output = real_matrix(X, "X", self._n_features)
        for layer in self.layers:
            output = layer.fprop_training(output) if training else layer.fprop(output)
        return output

    def evaluate(self, X: Array, Y: Targets) -> tuple[float, float | None]:
        """Return loss and error over a whole data set, in one pass and with little memory.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
        Y : ndarray of int, shape (n_samples,), or of shape (n_samples, n_outputs)
            Class labels or target rows.

        Returns
        -------
        loss : float
            Mean over the samples.
        error : float or None
            Share misclassified, 0 … 1; None for regression, which has no classes.

        Raises
        ------
        TypeError, ValueError
            A wrong shape or type, no samples, different lengths, or labels out of range. Values are not checked: NaN
            in the data gives NaN in the loss.
        """
        loss, error = self._evaluate(real_matrix(X, "X", self._n_features), Y)
        has_classes = np.ndim(Y) == 1 or isinstance(self.layers[-1], SoftmaxOutput)
        return loss, error if has_classes else None

    def _evaluate(self, X: Array, Y: Targets) -> tuple[float, float]:
        """Return loss and error, which means nothing in regression."""
        chunks = list(minibatches(X, Y, CHUNK))
        loss_sums, n_wrong = zip(*on_all_cores(_evaluate_chunk, self, chunks), strict=True)
        return math.fsum(loss_sums) / len(X), sum(n_wrong) / len(X)

    def loss(self, X: Array, Y: Targets) -> float:
        """Return the mean loss over a data set: that of `evaluate`."""
        return self.evaluate(X, Y)[0]

    def classification_error(self, X: Array, Y: Targets) -> float:
        """Return the share of samples whose most probable class is not the true one, 0 … 1: the error of `evaluate`."""
        return self._evaluate(*self.checked_data(X, Y))[1]

    # --- Gradients ------------------------------------------------------------------------------------------

    def backpropagate(self, Y: Targets, Y_pred: Array, upto: int = 0) -> Array:
        """Propagate backward from the loss to the input of layer `upto`; each layer on the way keeps its gradients.

        Parameters
        ----------
        Y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Labels or target rows.
        Y_pred : ndarray of shape (n_samples, n_outputs)
            Result of the last `predict`.
        upto : int, optional

        Returns
        -------
        ndarray of shape (n_samples, inputs of layer `upto`)
            Gradient of each sample's loss with respect to that layer's input.
        """
        grad = output_of(self.layers).input_grad(Y, Y_pred)
        for layer in reversed(self.layers[upto:-1]):
            grad = layer.bprop(grad)
        return grad

    def gradients(self, X: Array, Y: Targets) -> list[Array]:
        """Return the gradient of the mean loss over (X, Y) with respect to each of `params`, a list of arrays.

        The gradient of the input is not computed: training does not need it, and it is the largest matrix product.
        """
        Y_pred = self.predict(X, training=True)
        first, layer = next((i, one) for i, one in enumerate(self.layers) if isinstance(one, Parameterized))
        layer.bprop_params(self.backpropagate(Y, Y_pred, upto=first + 1))
        return [grad for layer in self._parameterized for grad in layer.grad_params()]

    def check_gradients(self, X: Array, Y: Targets, tolerance: float = 1e-5) -> GradientReport:
        """Check every parameter's gradient numerically, print the `GradientReport`, and return it.

        The parameters are those of `gradients.check_gradients`. If a gradient is wrong, a `GradientCheckError` names
        the layer, the parameter, the index and both values.
        """
        report = gradients.check_gradients(self, *self.checked_data(X, Y), tolerance=tolerance)
        print(report)
        if not report.ok:
            raise gradients.GradientCheckError(report)
        return report

    # --- Training -------------------------------------------------------------------------------------------

    def sgd_epoch(
        self,
        X: Array,
        Y: Targets,
        learning_rate: float,
        batch_size: int,
        *,
        rng: np.random.Generator | None = None,
        shuffle: bool = True,
    ) -> history.EpochResult:
        """Train for one epoch of stochastic gradient descent, a step per minibatch; see `training.epochs`."""
        steps = {"batch_size": batch_size, "rng": rng, "shuffle": shuffle}
        return next(training.epochs(self, X, Y, None, None, learning_rate=learning_rate, n_epochs=1, **steps))

    def gd_epoch(self, X: Array, Y: Targets, learning_rate: float) -> history.EpochResult:
        """Train for one epoch of gradient descent: a single step, with the gradient over all samples."""
        return self.sgd_epoch(X, Y, learning_rate, batch_size=len(X), shuffle=False)

    def train(
        self,
        X: Array,
        Y: Targets,
        X_valid: Array,
        Y_valid: Targets,
        learning_rate: float = 0.1,
        max_epochs: int = 100,
        batch_size: int = 64,
        descent_type: str = "sgd",
        y_one_hot: bool = True,
        *,
        rng: np.random.Generator | None = None,
        shuffle: bool = True,
        callback: Callable[[history.EpochResult], object] | None = None,
        progress: bool = False,
    ) -> tuple[Array, Array]:
        """Train for max_epochs + 1 epochs, numbered from 0, and print loss and error after each.

        Parameters
        ----------
        X, X_valid : ndarray of shape (n_samples, n_features)
        Y, Y_valid : ndarray
            Class labels of shape (n_samples,), or target rows with y_one_hot=False.
        learning_rate : float, optional
        max_epochs : int, optional
            Number of the last epoch.
        batch_size : int, optional
            Samples per step if `descent_type` is "sgd".
        descent_type : {"sgd", "gd"}, optional
            A step per minibatch, or one step with all samples.
        y_one_hot : bool, optional
            True: Y holds class labels, to be encoded as one-hot rows. False: Y holds target rows.
        rng : numpy.random.Generator, optional
            Shuffles the samples before each epoch of "sgd"; by default the order differs every time.
        shuffle : bool, optional
            False: the samples keep their order.
        callback : callable, optional
            Called with each `EpochResult`.
        progress : bool, optional
            Show a progress bar over the epochs instead of printing.

        Returns
        -------
        train_loss, valid_loss : ndarray of shape (max_epochs + 1,)

        Raises
        ------
        TypeError, ValueError
            An argument is invalid.
        training.TrainingDiverged
            The gradients are no longer finite.
        """
        n_epochs = int_at_least(max_epochs, "max_epochs", minimum=0) + 1
        one_of(descent_type, ("sgd", "gd"), "descent_type")
        for name, targets in (("Y", Y), ("Y_valid", Y_valid)):
            if np.ndim(targets) != (1 if y_one_hot else 2):
                wanted = "(n_samples,), class labels," if y_one_hot else "(n_samples, n_outputs)"
                raise ValueError(f"{name} must have shape {wanted} with y_one_hot={y_one_hot}, got {np.shape(targets)}")
        steps = {"batch_size": batch_size, "shuffle": shuffle, "rng": rng}
        if descent_type == "gd":
            steps = {"batch_size": len(X), "shuffle": False}
        run = training.epochs(self, X, Y, X_valid, Y_valid, learning_rate=learning_rate, n_epochs=n_epochs, **steps)
        results = history.History()
        for result in history.with_progress_bar(run, n_epochs) if progress else history.printed(run):
            results.append(result)
            if callback is not None:
                callback(result)
        return results.column("train_loss"), results.column("valid_loss")

    def checked_data(self, X: Array, Y: Targets, X_name: str = "X", Y_name: str = "Y") -> tuple[Array, Targets]:
        """Return X and Y as validated arrays.

        Raises
        ------
        TypeError, ValueError
            A wrong shape or type, no samples, different lengths, NaN or infinite numbers, or labels out of range. The
            message names the argument, what was expected and what it got.
        """
        X = finite(real_matrix(X, X_name, self._n_features), X_name)
        n_outputs = self.layers[-1].output_size()[1]
        is_labels = np.ndim(Y) == 1
        Y = class_labels(Y, Y_name, n_outputs) if is_labels else finite(real_matrix(Y, Y_name, n_outputs), Y_name)
        same_length(X, Y, X_name, Y_name)
        return X, Y

    # --- Parameters -----------------------------------------------------------------------------------------

    @property
    def _n_features(self) -> int:
        return self.layers[0].output_size()[1]

    @property
    def _parameterized(self) -> list[Parameterized]:
        return [layer for layer in self.layers if isinstance(layer, Parameterized)]

    @property
    def activations(self) -> list[str | None]:
        """Names of the activations of the fully connected layers, a list of str or None."""
        found = [layer.activation_fun for layer in self._parameterized if hasattr(layer, "activation_fun")]
        return [activation and activation.name for activation in found]

    def params(self) -> list[Array]:
        """Return all parameters in order, by reference."""
        return [param for layer in self._parameterized for param in layer.params()]

    def summary(self) -> str:
        """Return a table of the layers with their output sizes, activations and numbers of parameters."""
        rows = [("layer", "outputs", "activation", "parameters")]
        for layer in self.layers:
            n_params = sum(param.size for param in layer.params()) if isinstance(layer, Parameterized) else 0
            activation = getattr(getattr(layer, "activation_fun", None), "name", "")
            rows.append((type(layer).__name__, str(layer.output_size()[1]), activation, f"{n_params:,}"))
        rows.append(("total", "", "", f"{sum(param.size for param in self.params()):,}"))
        return "\n".join(f"{a:20} {b:>8}  {c:10} {d:>11}" for a, b, c, d in rows)

    def __repr__(self) -> str:
        return self.summary()

    # --- Files ----------------------------------------------------------------------------------------------

    def save(self, path: Path | str) -> None:
        """Write the network to `path`, an .npz file, bit for bit; TypeError if a layer cannot be loaded again."""
        saving.save_layers(self.layers, path)

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read a network written by `save`; OSError if there is no file, ValueError if it is damaged."""
        return cls(saving.load_layers(path))


def _evaluate_chunk(network: NeuralNetwork, X: Array, Y: Targets) -> tuple[float, int]:
    """Return the sum of the losses, and the number of samples misclassified."""
    Y_pred = network.predict(X)
    labels = Y if np.ndim(Y) == 1 else unhot(Y)
    return output_of(network.layers).loss(Y, Y_pred) * len(X), int(np.count_nonzero(unhot(Y_pred) != labels))
