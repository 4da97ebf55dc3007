"""Output layers: the last layer of a network, which also defines the loss.

Targets are rows or class labels. Label k stands for the one-hot row with a 1 in column k.
Backpropagation starts at `input_grad`; `bprop` is never called on an output layer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlp_helpers.layers import Layer, Shape
from mlp_helpers.services.validation import Array, IntArray, Targets, class_labels


class Loss:
    """Additional interface of an output layer."""

    def loss(self, Y: Targets, Y_pred: Array) -> float:
        """Return the mean loss (a float) of the predictions `Y_pred` for the targets `Y`.

        Parameters
        ----------
        Y : ndarray of shape (n_samples, n_outputs), or of int and shape (n_samples,)
            Target rows or class labels.
        Y_pred : ndarray of shape (n_samples, n_outputs)
            Result of the output layer's `fprop`.

        Raises
        ------
        TypeError, ValueError
            The shapes do not match, or a label is not a class.
        """
        raise NotImplementedError(f"{type(self).__name__} must define loss")

    def input_grad(self, Y: Targets, Y_pred: Array) -> Array:
        """Return each sample's gradient of its loss with respect to this layer's input, (n_samples, n_outputs)."""
        raise NotImplementedError(f"{type(self).__name__} must define input_grad")


def output_of(layers: Sequence[Layer]) -> Loss:
    """Return the last layer of a network, which defines the loss; TypeError if it is none that does."""
    if not isinstance(layers[-1], Loss):
        raise TypeError(f"the last layer must be an output layer such as SoftmaxOutput, got {layers[-1]!r}")
    return layers[-1]


def softmax(x: Array, axis: int = 1) -> Array:
    """Turn scores into probabilities: exp(x) / sum(exp(x)) along `axis`.

    The largest score is subtracted first. It cancels in the quotient, and exp cannot overflow.

    Parameters
    ----------
    x : ndarray
        Scores (logits), one row a sample.
    axis : int, optional
        The axis of the classes.

    Returns
    -------
    ndarray of the shape of x
        In [0, 1], summing to 1 along `axis`.
    """
    exponentials: Array = np.exp(x - np.max(x, axis=axis, keepdims=True))
    probabilities: Array = exponentials / exponentials.sum(axis=axis, keepdims=True)
    return probabilities


class _OutputLayer(Layer, Loss):
    """Base class of both output layers, whose gradient is Y_pred - Y."""

    def __init__(self, input_layer: Layer) -> None:
        self.input_shape = input_layer.output_size()

    def output_size(self) -> Shape:
        """Return the output shape of the preceding layer."""
        return self.input_shape

    def bprop(self, output_grad: Array) -> Array:
        """Raise NotImplementedError: no gradient arrives from beyond the last layer."""
        raise NotImplementedError(
            f"{type(self).__name__} is the last layer of a network: gradients start at its input_grad"
        )

    def input_grad(self, Y: Targets, Y_pred: Array) -> Array:
        """Return Y_pred - Y."""
        if np.ndim(Y) == 1:  # the same difference, without building one-hot rows
            grad = Y_pred.copy()
            grad[_of_class(Y, Y_pred)] -= 1
            return grad
        return Y_pred - _rows(Y, Y_pred)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.input_shape[1]})"


class LinearOutput(_OutputLayer):
    """Identity output with half the squared error as loss, for regression.

    Per sample the loss is 1/2 Σ_k (Y_pred_k - Y_k)², its gradient Y_pred - Y.
    """

    def fprop(self, input: Array) -> Array:
        """Return the input as it is."""
        return input

    def loss(self, Y: Targets, Y_pred: Array) -> float:
        """Return the mean of 1/2 Σ_k (Y_pred_k - Y_k)²."""
        return float(0.5 * np.mean(np.sum(np.square(self.input_grad(Y, Y_pred)), axis=1), dtype=np.float64))


class SoftmaxOutput(_OutputLayer):
    """Softmax output with the cross-entropy (negative log-likelihood) as loss, for classification.

    Per sample the loss is -Σ_k Y_k log Y_pred_k, its gradient with respect to the logits Y_pred - Y.
    """

    def fprop(self, input: Array) -> Array:
        """Return the softmax of each row."""
        return softmax(input)

    def loss(self, Y: Targets, Y_pred: Array) -> float:
        """Return the mean of -Σ_k Y_k log Y_pred_k."""
        return float(np.mean(self.losses(Y, Y_pred), dtype=np.float64))

    def losses(self, Y: Targets, Y_pred: Array) -> Array:
        """Return -Σ_k Y_k log Y_pred_k for each sample, shape (n_samples,); parameters as in `loss`."""
        # A probability can underflow to 0; replacing it by the smallest normal number keeps the loss finite. Adding
        # an epsilon to every probability would change the other losses, too.
        smallest = np.finfo(Y_pred.dtype).tiny
        if np.ndim(Y) == 1:
            return -np.log(np.maximum(Y_pred[_of_class(Y, Y_pred)], smallest))
        logarithms: Array = np.sum(_rows(Y, Y_pred) * np.log(np.maximum(Y_pred, smallest)), axis=1)
        return -logarithms


def _of_class(labels: Targets, Y_pred: Array) -> tuple[IntArray, IntArray]:
    """Return the index into Y_pred of each sample's probability of its own class."""
    if len(labels) != len(Y_pred):
        raise ValueError(f"Y must have a label for each of the {len(Y_pred)} predictions, got {len(labels)}")
    # NumPy would silently accept -1 as the last class.
    return np.arange(len(labels)), class_labels(labels, "Y", Y_pred.shape[1])


def _rows(Y: Targets, Y_pred: Array) -> Array:
    """Return the target rows in the dtype of the predictions; ValueError where subtraction would broadcast."""
    if np.shape(Y) != Y_pred.shape:
        raise ValueError(f"Y must have the shape of Y_pred, {Y_pred.shape}, got {np.shape(Y)}")
    return np.asarray(Y, dtype=Y_pred.dtype)
