"""A plain perceptron, trained on images that are distorted anew each time: what notebook 06 is about.

Two threads, or processes, share a step: each distorts half of its images and computes their gradients, with a BLAS
thread of its own, so that what NumPy does between the products is shared, too. What comes out does not depend on who
computes it.
"""

import copy
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from mlp_helpers.augmentation import Distortion, deskewed
from mlp_helpers.companion import Companion, shared_copy
from mlp_helpers.directions import directions, pixels, strokes
from mlp_helpers.layers import Dropout, FullyConnectedLayer, InputLayer
from mlp_helpers.network import NeuralNetwork
from mlp_helpers.normalization import BatchNormalization, folded, settle
from mlp_helpers.optimizers import AdamW
from mlp_helpers.outputs import SoftmaxOutput
from mlp_helpers.threads import limited_blas, n_cores
from mlp_helpers.validation import one_of

PARTS = 2  # of a step
VIEWS = {"as they are": lambda images: images, "deskewed": lambda images: deskewed(images, 24)}  # of images
INPUTS = {"pixels": pixels, "directions": directions, "strokes": strokes}  # rows, of images so viewed
N_SETTLED = 20_000  # images that normalization takes its statistics from


@dataclass(frozen=True)
class Recipe:
    """A network and its training.

    Attributes
    ----------
    view : {"as they are", "deskewed"}
        What is done to each image before all else.
    inputs : {"pixels", "directions", "strokes"}
        What the network then sees of it.
    hidden : tuple of int
        Units of each hidden layer; each is normalized, and then relu.
    dropout : float
        Share of a hidden layer's outputs that is dropped while training.
    epochs, batch_size : int
    learning_rate : float
        Of the first step; it falls along a line to 0.
    weight_decay : float
    distortion : Distortion or None
    last : float
        The distortion goes so far, in times of `distortion`, in the last `last_share` of the epochs.
    last_share : float
    together : int
        Images of half a batch that share one distortion.
    sure : float
        A sample whose loss was smaller when it was last seen is left out of an epoch with some probability: it is kept
        with that of loss / sure. Who is kept counts the more, so that the gradient stays the same on average.
    least : float
        Each sample is kept at least with this probability; 1 keeps all.
    dtype : str

    Raises
    ------
    ValueError
        Another view, other inputs; a batch of an odd size.
    """

    view: str = "deskewed"
    inputs: str = "pixels"
    hidden: tuple = (800, 800)
    dropout: float = 0.0
    epochs: int = 20
    batch_size: int = 256
    learning_rate: float = 3e-3
    weight_decay: float = 0.0
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

    def viewed(self, images):
        """Return the view of images, ndarray of shape (n_images, height, width), in the recipe's dtype."""
        return VIEWS[self.view](images.astype(self.dtype, copy=False))

    def rows(self, images):
        """Return what the network sees of images that have been viewed, ndarray of shape (n_images, n_inputs)."""
        return INPUTS[self.inputs](images)

    def build(self, shape, rng):
        """Return a new network for viewed images of a shape (height, width)."""
        layers = [InputLayer((None, self.rows(np.zeros((1, *shape))).shape[1]))]
        for units in self.hidden:
            layers.append(FullyConnectedLayer(layers[-1], units, "he", None, rng=rng, dtype=self.dtype))
            layers.append(BatchNormalization(layers[-1], "relu", dtype=self.dtype))
            if self.dropout:
                layers.append(Dropout(layers[-1], self.dropout, rng=rng))
        layers.append(FullyConnectedLayer(layers[-1], 10, "he", None, rng=rng, dtype=self.dtype))
        return NeuralNetwork([*layers, SoftmaxOutput(layers[-1])])


# What notebook 06 arrives at, chosen on validation data (scripts/ablation.py).
RECIPE = Recipe(
    inputs="strokes",
    hidden=(500, 400),
    dropout=0.1,
    epochs=150,
    distortion=Distortion(shift=1.3, rotation=10, scale=0.15, shear=0.15, elastic=20, smoothness=4),
)
QUICK = replace(RECIPE, epochs=50)
# Kinds of networks that see differently, and so make different mistakes.
_WIDE = replace(RECIPE, hidden=(800, 800))
COMMITTEE = {
    "strokes": RECIPE,
    "directions": replace(_WIDE, inputs="directions"),
    "pixels": replace(_WIDE, inputs="pixels"),
    "slanted, strokes": replace(RECIPE, view="as they are"),
    "slanted, directions": replace(_WIDE, view="as they are", inputs="directions"),
}


class Training:
    """A training by a recipe: an iterator over its epochs, which gives the mean loss of each.

    Parameters
    ----------
    recipe : Recipe
    images : ndarray of shape (n_samples, height, width)
    labels : ndarray of int, shape (n_samples,)
    seed : int
    n_threads : int, optional
        By default one for each core, at most two. The result is the same.
    processes : bool, optional
        Let a second process do half of each step in place of a thread, which is faster: for a program of its own, on a
        system that can copy processes. The result is the same.

    Attributes
    ----------
    seconds : dict from str to float
        What was spent on distorting and on gradients, of the first half of each batch, and on steps.
    """

    def __init__(self, recipe, images, labels, seed, n_threads=None, processes=False):
        self.recipe, self.labels, self.images = recipe, labels, recipe.viewed(images)
        self.rng, *self._rngs = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(1 + PARTS))
        share = shared_copy if processes else lambda array: array
        self.network = _with_params(recipe.build(self.images.shape[1:], self.rng), share)
        self._replicas = [self.network, *(_with_params(self.network, lambda param: param) for _ in range(PARTS - 1))]
        for replica, own in zip(self._replicas, self._rngs, strict=True):
            for layer in replica.layers:
                if isinstance(layer, Dropout):
                    layer.rng = own  # what a part draws must not depend on when the others draw
        # Of each part's gradients the rows that the other steps with.
        self._handed = [
            [share(np.zeros_like(rows)) for rows in _rows(self.network.params(), 1 - part)] for part in range(PARTS)
        ]
        self._optimizers = [AdamW(recipe.learning_rate, weight_decay=recipe.weight_decay) for _ in range(PARTS)]
        self._losses = share(np.full(len(labels), recipe.sure))  # of each sample, when it was last seen
        self.n_threads = min(PARTS, n_cores()) if n_threads is None else n_threads
        self.epoch = 0
        self.seconds = dict.fromkeys(("distorting", "gradients", "steps"), 0.0)
        self._companion = Companion(self._accompanied) if processes else None  # a copy of all that stands above

    def __iter__(self):
        return self

    def __next__(self):
        if self.epoch == self.recipe.epochs:
            raise StopIteration
        kept, weights = self._drawn()
        size = self.recipe.batch_size // PARTS
        steps = kept[: len(kept) // self.recipe.batch_size * self.recipe.batch_size].reshape(-1, PARTS, size)
        with limited_blas(1):
            if self._companion is None:
                in_lockstep([self._part(part, steps[:, part], weights) for part in range(PARTS)], self.n_threads)
            else:
                self._companion.exhaust(self._part(0, steps[:, 0], weights), self.epoch, steps[:, 1], weights)
        self.epoch += 1
        return float(np.mean(self._losses))

    def _drawn(self):
        """Return which samples an epoch has, shuffled, and the weight of each of all samples."""
        chance = np.clip(self._losses / self.recipe.sure, self.recipe.least, 1)
        kept = np.flatnonzero(self.rng.random(len(chance)) < chance)
        self.rng.shuffle(kept)
        return kept, (1 / chance).astype(self.recipe.dtype)

    @property
    def distortion(self):
        """The distortion of this epoch."""
        is_last = self.epoch >= (1 - self.recipe.last_share) * self.recipe.epochs
        return self.recipe.distortion.times(self.recipe.last if is_last else 1.0)

    def _accompanied(self, epoch, batches, weights):
        """Do the second part of an epoch, in the other process."""
        self.epoch = epoch
        with limited_blas(1):
            yield from self._part(1, batches, weights)

    def _part(self, part, batches, weights):
        """Do one part of each step: a generator, which stops where the parts have to wait for one another."""
        for number, batch in enumerate(batches):
            done = (self.epoch + number / len(batches)) / self.recipe.epochs
            grads = self._gradients(part, batch, weights)
            for handed, rows in zip(self._handed[part], _rows(grads, 1 - part), strict=True):
                handed[...] = rows
            yield
            started = time.perf_counter()
            self._step(part, _rows(grads, part), 1 - done)
            if part == 0:
                self.seconds["steps"] += time.perf_counter() - started
            yield

    def _gradients(self, part, batch, weights):
        """Return the gradients of one part's samples."""
        begun = time.perf_counter()
        images = self.images[batch]
        if self.recipe.distortion is not None:
            images = self.distortion.distort(images, self._rngs[part], self.recipe.together)
        distorted = time.perf_counter()
        network, labels = self._replicas[part], self.labels[batch]
        Y_pred = network.predict(self.recipe.rows(images), training=True)
        grads = network.parameter_gradients(labels, Y_pred, weights[batch])
        self._losses[batch] = network.layers[-1].losses(labels, Y_pred)
        if part == 0:
            self.seconds["distorting"] += distorted - begun
            self.seconds["gradients"] += time.perf_counter() - distorted
        return grads

    def _step(self, part, grads, factor):
        """Step with one part's rows of the parameters, by the mean of both parts' gradients."""
        for grad, other in zip(grads, self._handed[1 - part], strict=True):
            grad += other
            grad *= 1 / PARTS
        self._optimizers[part].step(_rows(self.network.params(), part), grads, factor)

    def result(self):
        """Return a network without normalization that computes what was learned."""
        images = self.images[self.rng.permutation(len(self.images))[:N_SETTLED]]
        settle(self.network, self.recipe.rows(images))
        return folded(self.network)


def in_lockstep(parts, n_threads):
    """Exhaust generators together: none goes on from a `yield` before all have come to theirs.

    Parameters
    ----------
    parts : sequence of generators
        They yield equally often.
    n_threads : int
        1: they take turns; else each has a thread of its own.
    """
    if n_threads == 1:
        for _ in zip(*parts, strict=True):
            pass
        return
    barrier = threading.Barrier(len(parts))

    def exhaust(part):
        try:
            for _ in part:
                barrier.wait()
        except BaseException:
            barrier.abort()  # the others would wait for ever
            raise

    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(exhaust, parts))


def _rows(arrays, part):
    """Return the rows of each array that a part steps with."""
    return [np.array_split(array, PARTS)[part] for array in arrays]


def _with_params(network, convert):
    """Return a copy of a network, which has what `convert` makes of each parameter, and remembers its own passes."""
    return copy.deepcopy(network, {id(param): convert(param) for param in network.params()})
