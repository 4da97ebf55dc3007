"""Output layers: the last layer of a network, which also knows the loss.

Targets come as rows, or as class labels: label k stands for the one-hot row with its 1 in column k.
The gradient of the loss enters the network by `input_grad`; `bprop` is never called on an output layer.
"""

import numpy as np

from mlp_helpers.layers import Layer
from mlp_helpers.validation import class_labels


class Loss:
    """What an output layer can do besides being a layer."""

    def loss(self, Y, Y_pred):
        """Return the mean loss (a float) of the predictions `Y_pred` for the targets `Y`.

        Parameters
        ----------
        Y : ndarray of shape (n_samples, n_outputs), or of int and shape (n_samples,)
            Target rows or class labels.
        Y_pred : ndarray of shape (n_samples, n_outputs)
            What the output layer's `fprop` gave.

        Raises
        ------
        TypeError, ValueError
            The shapes do not fit each other, or a label names no class.
        """
        raise NotImplementedError(f"{type(self).__name__} must define loss")

    def input_grad(self, Y, Y_pred):
        """Return each sample's gradient of its loss with respect to this layer's input, (n_samples, n_outputs)."""
        raise NotImplementedError(f"{type(self).__name__} must define input_grad")


def softmax(x, axis=1):
    """Turn scores into probabilities: exp(x) / sum(exp(x)) along `axis`.

    The largest score is subtracted first. That changes nothing, since it cancels in the quotient, and keeps
    exp from overflowing.

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
    exponentials = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


class _OutputLayer(Layer, Loss):
    """What both output layers share: the shape of the layer before, no bprop, and the gradient Y_pred - Y."""

    def __init__(self, input_layer):
        self.input_shape = input_layer.output_size()

    def output_size(self):
        """Return the shape of the layer before."""
        return self.input_shape

    def bprop(self, output_grad):
        """Raise NotImplementedError: nothing comes after the last layer."""
        raise NotImplementedError(
            f"{type(self).__name__} is the last layer of a network: gradients start at its input_grad"
        )

    def input_grad(self, Y, Y_pred):
        """Return Y_pred - Y."""
        if np.ndim(Y) == 1:  # the same difference, without making the one-hot rows
            grad = Y_pred.copy()
            grad[_of_class(Y, Y_pred)] -= 1
            return grad
        return Y_pred - _rows(Y, Y_pred)

    def __repr__(self):
        return f"{type(self).__name__}({self.input_shape[1]})"


class LinearOutput(_OutputLayer):
    """Hands its input on, with half the squared error as loss: for regression.

    Per sample the loss is 1/2 Σ_k (Y_pred_k - Y_k)², its gradient Y_pred - Y.
    """

    def fprop(self, input):
        """Return the input as it is."""
        return input

    def loss(self, Y, Y_pred):
        """Return the mean of 1/2 Σ_k (Y_pred_k - Y_k)²."""
        return float(0.5 * np.mean(np.sum(np.square(self.input_grad(Y, Y_pred)), axis=1), dtype=np.float64))


class SoftmaxOutput(_OutputLayer):
    """Softmax, with the cross-entropy (negative log-likelihood) as loss: for classification.

    Per sample the loss is -Σ_k Y_k log Y_pred_k, its gradient with respect to the logits Y_pred - Y.
    """

    def fprop(self, input):
        """Return each row's softmax."""
        return softmax(input)

    def loss(self, Y, Y_pred):
        """Return the mean of -Σ_k Y_k log Y_pred_k."""
        return float(np.mean(self.losses(Y, Y_pred), dtype=np.float64))

    def losses(self, Y, Y_pred):
        """Return -Σ_k Y_k log Y_pred_k of each sample, (n_samples,); parameters as in `loss`."""
        # A probability can underflow to 0. The smallest normal number in its place keeps the loss finite,
        # and every loss that could be told apart as it was: an epsilon added to each would not.
        smallest = np.finfo(Y_pred.dtype).tiny
        if np.ndim(Y) == 1:
            return -np.log(np.maximum(Y_pred[_of_class(Y, Y_pred)], smallest))
        return -np.sum(_rows(Y, Y_pred) * np.log(np.maximum(Y_pred, smallest)), axis=1)


def _of_class(labels, Y_pred):
    """Return the index into Y_pred of each sample's prediction for the class that its label names."""
    if len(labels) != len(Y_pred):
        raise ValueError(f"Y must have a label for each of the {len(Y_pred)} predictions, got {len(labels)}")
    # NumPy would take -1 for the last class without a word.
    return np.arange(len(labels)), class_labels(labels, "Y", Y_pred.shape[1])


def _rows(Y, Y_pred):
    """Return the target rows in the precision of the predictions; ValueError where a difference would broadcast."""
    if np.shape(Y) != Y_pred.shape:
        raise ValueError(f"Y must have the shape of Y_pred, {Y_pred.shape}, got {np.shape(Y)}")
    return np.asarray(Y, dtype=Y_pred.dtype)
